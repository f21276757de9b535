//! What breaks a run off: a kill, a signal, a full disk, another run.

use super::{NOTICE, duban, folder, put, read};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Rows of a dataset that all differ.
fn rows(count: usize) -> String {
    let row = |nth: usize| {
        let day = format!("6月{}日", nth % 28 + 1);
        let text = NOTICE
            .replace("6月30日", &day)
            .replace("报送总结", &format!("报送第{nth}号总结"));
        serde_json::json!({"id": nth, "text": text}).to_string() + "\n"
    };
    (0..count).map(row).collect()
}

/// The program, reading a dataset into `file`.
fn run(input: &TempDir, file: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("duban"));
    command
        .args([
            "--lang",
            "en",
            "extract",
            "--resume",
            "--threads",
            "2",
            "-o",
        ])
        .arg(file)
        .arg(input.path().join("rows.jsonl"))
        .stderr(Stdio::null());
    command
}

/// Killed at twenty moments, from the first milliseconds to the last, and gone on with each time.
#[test]
#[cfg(unix)]
fn killed_and_resumed_the_output_is_the_same() {
    const ROWS: usize = 2000;
    let (input, output) = (folder(), folder());
    put(&input, "rows.jsonl", rows(ROWS));
    let whole = output.path().join("whole/tasks.jsonl");
    let parts = output.path().join("parts/tasks.jsonl");
    let begun = std::time::Instant::now();
    assert!(run(&input, &whole).status().expect("runs").success());
    // What is done before a kill is not done again: a tenth of the whole on average leaves work for twenty kills.
    let most = begun.elapsed().as_micros() as u64 / 5;
    let (mut killed, mut state) = (0, 20_210_524u64);
    while killed < 20 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut child = run(&input, &parts).spawn().expect("runs");
        std::thread::sleep(Duration::from_micros((state >> 33) % most));
        let over = child.try_wait().expect("is ours").is_some();
        if !over {
            child.kill().expect("is ours");
            killed += 1;
        }
        child.wait().expect("is ours");
        if over {
            // It came to its end: the next one begins anew.
            fs::remove_dir_all(output.path().join("parts")).expect("is ours");
        }
    }
    assert!(run(&input, &parts).status().expect("runs").success());
    assert_eq!(read(&parts), read(&whole), "the rows are the same bytes");
    let manifest = read(&output.path().join("parts/manifest.jsonl"));
    assert_eq!(manifest.lines().count(), ROWS);
    let left: Vec<_> = fs::read_dir(output.path().join("parts"))
        .expect("is there")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".journal"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
#[cfg(unix)]
fn asked_to_stop_it_keeps_what_is_done() {
    let (input, output) = (folder(), folder());
    put(&input, "rows.jsonl", rows(3000));
    let whole = output.path().join("whole/tasks.jsonl");
    let parts = output.path().join("parts/tasks.jsonl");
    assert!(run(&input, &whole).status().expect("runs").success());
    let mut child = run(&input, &parts).spawn().expect("runs");
    let journal = output.path().join("parts/.tasks.jsonl.journal");
    while fs::metadata(&journal).map_or(0, |data| data.len()) < 10_000 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let asked = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(asked.is_ok_and(|asked| asked.success()), "there is kill");
    assert_eq!(child.wait().expect("is ours").code(), Some(130));
    assert!(!parts.exists(), "whole or not at all");
    let manifest = read(&output.path().join("parts/manifest.jsonl"));
    assert!((1..3000).contains(&manifest.lines().count()));
    assert!(run(&input, &parts).status().expect("runs").success());
    assert_eq!(read(&parts), read(&whole));
}

/// Asked by the system, or twice, it ends soon, and goes on later.
#[test]
#[cfg(unix)]
fn every_signal_has_its_code() {
    let input = folder();
    put(&input, "rows.jsonl", rows(3000));
    for (signal, times, code) in [("-TERM", 1, 143), ("-INT", 2, 130)] {
        let output = folder();
        let parts = output.path().join("tasks.jsonl");
        let mut child = run(&input, &parts).spawn().expect("runs");
        let journal = output.path().join(".tasks.jsonl.journal");
        while fs::metadata(&journal).map_or(0, |data| data.len()) < 10_000 {
            std::thread::sleep(Duration::from_millis(5));
        }
        for _ in 0..times {
            let asked = Command::new("kill")
                .args([signal, &child.id().to_string()])
                .status();
            assert!(asked.is_ok(), "there is kill");
        }
        let begun = std::time::Instant::now();
        assert_eq!(
            child.wait().expect("is ours").code(),
            Some(code),
            "{signal}"
        );
        assert!(begun.elapsed() < Duration::from_secs(60), "{signal}");
        assert!(!parts.exists(), "whole or not at all");
        assert!(run(&input, &parts).status().expect("runs").success());
    }
}

/// A run that came to its end has nothing left to do, unless something changed.
#[test]
fn what_is_done_is_not_done_again() {
    let (input, output) = (folder(), folder());
    put(&input, "a.txt", NOTICE);
    put(&input, "b.txt", [0u8, 1, 2, 3, 0xFE, 0xFF, 9].repeat(30));
    put(&input, "c.png", "a picture");
    let file = output.path().join("tasks.jsonl");
    let again = || {
        let ran = duban()
            .args(["extract", "--resume", "-o"])
            .arg(&file)
            .arg(input.path())
            .output()
            .expect("runs");
        assert_eq!(ran.status.code(), Some(1), "b.txt is no text");
        let words = String::from_utf8_lossy(&ran.stderr).into_owned();
        (
            words,
            fs::metadata(&file)
                .and_then(|data| data.modified())
                .expect("is there"),
        )
    };
    let (words, written) = again();
    let rest = |words: &str| words.split(", 0.").next().unwrap_or_default().to_owned();
    let manifest = read(&output.path().join("manifest.jsonl"));
    let of = |name: &str| {
        let row = manifest
            .lines()
            .find(|row| row.contains(name))
            .unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(row).unwrap_or_default()
    };
    assert_eq!(of("c.png")["status"], "passed-by");
    assert_eq!(of("b.txt")["status"], "failed");
    assert_eq!(of("b.txt")["sha256"].as_str().map(str::len), Some(64));
    let (second, untouched) = again();
    assert_eq!((rest(&second), untouched), (rest(&words), written));
    std::thread::sleep(Duration::from_millis(50));
    put(&input, "d.txt", NOTICE.replace("24日", "25日"));
    let (_, renewed) = again();
    assert_ne!(renewed, written, "d.txt is new");
    assert_eq!(read(&file).lines().count(), 4);
}

/// A fault at the first write, the second, the third …: each time it is told, nothing half written gets a name, and the run can be gone on with.
#[test]
#[cfg(unix)]
fn a_write_may_fail_at_any_moment() {
    let (input, output) = (folder(), folder());
    put(&input, "rows.jsonl", rows(12));
    let whole = output.path().join("whole/tasks.jsonl");
    assert!(run(&input, &whole).status().expect("runs").success());
    let file = output.path().join("parts/tasks.jsonl");
    let mut failed = 0;
    for kilobytes in [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 22, 32, 45, 64, 90, 128] {
        let command = run(&input, &file);
        let mut shell = Command::new("bash");
        shell
            .args([
                "-c",
                &format!("ulimit -f {kilobytes}; exec \"$@\"",),
                "bash",
            ])
            .arg(command.get_program())
            .args(command.get_args())
            .stderr(Stdio::null());
        match shell.status().expect("there is bash").code() {
            Some(0) => break,
            code => assert_eq!(code, Some(2), "at {kilobytes} kB"),
        }
        failed += 1;
        assert!(!file.exists(), "whole or not at all, at {kilobytes} kB");
    }
    assert!((3..16).contains(&failed), "{failed} writes failed");
    assert_eq!(read(&file), read(&whole));
}

/// A journal whose middle changed is trusted up to there; one of another run not at all.
#[test]
fn a_changed_journal_is_not_trusted() {
    let (input, output) = (folder(), folder());
    put(&input, "rows.jsonl", rows(40));
    let whole = output.path().join("whole/tasks.jsonl");
    assert!(run(&input, &whole).status().expect("runs").success());
    let parts = output.path().join("parts/tasks.jsonl");
    let journal = output.path().join("parts/.tasks.jsonl.journal");
    // A folder in the place of the output keeps it from its end, and the journal stays.
    fs::create_dir_all(&parts).expect("a folder");
    assert_eq!(run(&input, &parts).status().expect("runs").code(), Some(2));
    fs::remove_dir(&parts).expect("is empty");
    let mut bytes = fs::read(&journal).expect("is kept");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&journal, &bytes).expect("room");
    assert!(run(&input, &parts).status().expect("runs").success());
    assert_eq!(read(&parts), read(&whole));
    fs::write(&journal, bytes).expect("room");
    put(&input, "other.jsonl", rows(3));
    let other = run(&input, &parts)
        .arg(input.path().join("other.jsonl"))
        .status();
    assert_eq!(
        other.expect("runs").code(),
        Some(2),
        "it is of other inputs"
    );
}

#[test]
fn two_runs_do_not_write_one_file() {
    let (input, output) = (folder(), folder());
    put(&input, "rows.jsonl", rows(3));
    let file = output.path().join("tasks.jsonl");
    let journal = fs::File::create(output.path().join(".tasks.jsonl.journal")).expect("room");
    journal.try_lock().expect("nobody else has it");
    let ran = run(&input, &file)
        .stderr(Stdio::piped())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("another run"));
    assert!(!file.exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let input = folder();
    put(&input, "rows.jsonl", rows(300));
    let full = fs::File::create("/dev/full").expect("is there");
    let ran = duban_command(&input).stdout(full).output().expect("runs");
    assert_eq!(ran.status.code(), Some(2));
    let words = String::from_utf8_lossy(&ran.stderr);
    assert!(
        words.contains("cannot write") && words.contains("space"),
        "{words}"
    );
}

/// Nobody can be told on a full disk; the rows are written all the same.
#[test]
#[cfg(target_os = "linux")]
fn messages_that_cannot_be_written_end_no_run() {
    let (input, output) = (folder(), folder());
    put(&input, "rows.jsonl", rows(30));
    let file = output.path().join("tasks.jsonl");
    let full = fs::File::create("/dev/full").expect("is there");
    let ran = run(&input, &file).stderr(full).status().expect("runs");
    assert!(ran.success());
    assert_eq!(read(&file).lines().count(), 60);
}

fn duban_command(input: &TempDir) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("duban"));
    command
        .args(["--lang", "en", "extract"])
        .arg(input.path().join("rows.jsonl"));
    command
}

/// A disk of a megabyte: the run stops and says why, nothing half written gets a name, and with room it goes on.
#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_fills_up_loses_nothing() {
    let (input, disk, output) = (folder(), folder(), folder());
    put(&input, "rows.jsonl", rows(900));
    let whole = output.path().join("tasks.jsonl");
    assert!(run(&input, &whole).status().expect("runs").success());
    let mount = |options: &str| {
        Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(disk.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|done| done.success())
    };
    if !mount("size=1m") {
        eprintln!("skipped: this user mounts no disks");
        return;
    }
    let file = disk.path().join("tasks.jsonl");
    let ran = run(&input, &file)
        .stderr(Stdio::piped())
        .output()
        .expect("runs");
    let named = file.exists();
    let larger = mount("remount,size=64m");
    let again = run(&input, &file).status().expect("runs");
    let rows = read(&file);
    let freed = Command::new("umount").arg(disk.path()).status();
    assert!(freed.is_ok_and(|freed| freed.success()));
    assert_eq!(ran.status.code(), Some(2));
    let words = String::from_utf8_lossy(&ran.stderr);
    assert!(
        words.contains("cannot write") && words.contains("space"),
        "{words}"
    );
    assert!(!named, "whole or not at all");
    assert!(larger && again.success());
    assert_eq!(rows, read(&whole));
}

/// Limits of the system: files no longer than 100 kB, no more than 16 of them open.
#[test]
#[cfg(unix)]
fn limits_of_the_system_are_told() {
    let (input, output) = (folder(), folder());
    put(&input, "rows.jsonl", rows(300));
    let whole = output.path().join("whole.jsonl");
    assert!(run(&input, &whole).status().expect("runs").success());
    let limited = |limit: &str, file: &Path| {
        let command = run(&input, file);
        let mut shell = Command::new("bash");
        shell
            .args(["-c", &format!("ulimit {limit}; exec \"$@\""), "bash"])
            .arg(command.get_program())
            .args(command.get_args());
        shell.output().expect("there is bash")
    };
    let file = output.path().join("short.jsonl");
    let ran = limited("-f 100", &file);
    assert_eq!(ran.status.code(), Some(2), "{:?}", ran.status);
    assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot write"));
    assert!(!file.exists());
    assert!(
        run(&input, &file).status().expect("runs").success(),
        "it goes on without the limit"
    );
    assert_eq!(read(&file), read(&whole));
    let file = output.path().join("few.jsonl");
    assert_eq!(limited("-n 16", &file).status.code(), Some(0));
    assert_eq!(read(&file), read(&whole));
}

/// Whatever the system says of language, place and time, the rows are the same.
#[test]
fn the_world_around_changes_nothing() {
    let input = folder();
    put(&input, "rows.jsonl", rows(20));
    let usual = duban_command(&input).output().expect("runs").stdout;
    assert!(!usual.is_empty());
    for (name, value) in [
        ("LANG", "C"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("TZ", "Pacific/Kiritimati"),
        ("TMPDIR", "/nowhere"),
        ("HOME", "/nowhere"),
    ] {
        let mut command = duban_command(&input);
        let ran = command
            .env_clear()
            .env(name, value)
            .stdin(Stdio::null())
            .output();
        assert_eq!(ran.expect("runs").stdout, usual, "{name}={value}");
    }
}

#[test]
#[cfg(unix)]
fn whoever_reads_the_rows_may_have_enough() {
    let input = folder();
    put(&input, "rows.jsonl", rows(3000));
    let mut child = duban_command(&input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    drop(child.stdout.take());
    let ran = child.wait_with_output().expect("is ours");
    assert_eq!(ran.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&ran.stderr).contains("pipe"));
}

#[test]
fn shards_are_the_whole_and_copies_come_once() {
    let input = folder();
    for nth in 0..20 {
        put(
            &input,
            &format!("{nth}.txt"),
            NOTICE.replace("24日", &format!("{}日", nth + 1)),
        );
    }
    let rows = |arguments: &[&str]| {
        let ran = duban()
            .arg("extract")
            .arg(input.path())
            .args(arguments)
            .output()
            .expect("runs");
        let rows = String::from_utf8_lossy(&ran.stdout).into_owned();
        rows.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut whole = rows(&[]);
    let mut parts = [
        rows(&["--shard", "1/3"]),
        rows(&["--shard", "2/3"]),
        rows(&["--shard", "3/3"]),
    ]
    .concat();
    whole.sort();
    parts.sort();
    assert_eq!(parts, whole);
    put(
        &input,
        "copy.txt",
        encoding_rs::GBK.encode(&NOTICE.replace("24日", "1日")).0,
    );
    assert_eq!(
        rows(&["--dedupe"]).len(),
        rows(&[]).len() - 2,
        "a copy in another encoding comes once, a notice of another day is another"
    );
}
