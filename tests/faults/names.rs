//! Faults of names, folders, links and devices.

use super::{NOTICE, duban, folder, put, read, with};
use std::fs;

#[test]
#[cfg(unix)]
fn pipes_and_circles_are_passed_by() {
    let input = folder();
    put(&input, "a.txt", NOTICE);
    std::os::unix::fs::symlink(input.path(), input.path().join("circle")).expect("a link");
    std::os::unix::fs::symlink("nowhere", input.path().join("dangling.txt")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", input.path().join("zero.txt")).expect("a link");
    let made = std::process::Command::new("mkfifo")
        .arg(input.path().join("pipe.txt"))
        .status();
    assert!(made.is_ok_and(|made| made.success()), "there is mkfifo");
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(0));
    let words = String::from_utf8_lossy(&ran.stderr);
    assert!(
        words.contains("4 files of other kinds passed by"),
        "{words}"
    );
}

/// A pipe given by name is refused, not waited for; what the system cannot read is told with what it says.
#[test]
#[cfg(unix)]
fn what_is_no_file_is_told() {
    let input = folder();
    put(&input, "a.txt", NOTICE);
    let pipe = input.path().join("pipe.txt");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|made| made.success()), "there is mkfifo");
    let ran = duban()
        .arg("extract")
        .args([
            &pipe,
            &input.path().join("a.txt"),
            &input.path().join("gone.txt"),
        ])
        .args(["/proc/self/mem", "/dev/zero"])
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout).lines().count(),
        2,
        "a.txt is read"
    );
    let failures = String::from_utf8_lossy(&ran.stderr);
    for name in ["pipe.txt", "gone.txt", "/proc/self/mem", "/dev/zero"] {
        assert!(failures.contains(name), "{name}: {failures}");
    }
}

#[test]
#[cfg(unix)]
fn files_that_nobody_may_read_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let input = folder();
    put(&input, "a.txt", NOTICE);
    put(&input, "b.txt", NOTICE);
    let secret = input.path().join("b.txt");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o0)).expect("is ours");
    // Nothing is closed to root.
    if fs::read(&secret).is_ok() {
        return;
    }
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&ran.stdout).lines().count(), 2);
}

/// Names are only labels: whatever bytes they are of, a row is a line of JSON, and no two files have one name.
#[test]
#[cfg(unix)]
fn names_of_any_bytes_are_kept_apart() {
    use std::os::unix::ffi::OsStrExt;
    let (input, output) = (folder(), folder());
    let long = [vec![b'n'; 251], b".txt".to_vec()].concat();
    let names: [&[u8]; 9] = [
        b"\xFF\xFE.txt",
        b"\xCD\xA8\xD6\xAA.txt",
        b"a\nb.txt",
        b"\x1B[31m.txt",
        b"-rf.txt",
        &long,
        // One name composed and decomposed, and in small and capital letters.
        "\u{e9}.txt".as_bytes(),
        "e\u{301}.txt".as_bytes(),
        "\u{c9}.TXT".as_bytes(),
    ];
    for name in names {
        let path = input.path().join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, NOTICE).expect("a name that the system takes");
    }
    let file = output.path().join("documents.jsonl");
    let ran = duban()
        .current_dir(input.path())
        .args(["extract", ".", "--records", "document", "-o"])
        .arg(&file)
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(0));
    let sources: std::collections::BTreeSet<_> = read(&file)
        .lines()
        .map(|row| {
            let row: serde_json::Value = serde_json::from_str(row).expect("is JSON");
            row["source"].as_str().expect("a name").to_owned()
        })
        .collect();
    assert_eq!(sources.len(), names.len(), "{sources:?}");
}

/// Folders in one another until no path names what lies in the last.
#[test]
#[cfg(unix)]
fn paths_that_are_too_long_do_not_end_the_run() {
    let input = folder();
    put(&input, "a.txt", NOTICE);
    put(&input, "n.txt", NOTICE);
    let name = "d".repeat(200);
    let script = format!(
        "for i in $(seq 30); do mkdir {name} && cd {name} || exit 1; done; cp \"$0\" deep.txt"
    );
    let made = std::process::Command::new("bash")
        .current_dir(input.path())
        .args(["-c", &script])
        .arg(input.path().join("a.txt"))
        .status();
    assert!(made.is_ok_and(|made| made.success()), "there is bash");
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    assert!(matches!(ran.status.code(), Some(0 | 1)));
    assert!(String::from_utf8_lossy(&ran.stdout).lines().count() >= 4);
}

#[test]
fn what_a_list_names_and_is_gone_is_told() {
    let input = folder();
    put(&input, "a.txt", NOTICE);
    let list = "a.txt\r\n\ngone.txt\na.txt\n";
    put(&input, "list", list);
    let ran = duban()
        .current_dir(input.path())
        .args(["extract", "--files-from", "list"])
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&ran.stdout).lines().count(), 4);
    assert!(String::from_utf8_lossy(&ran.stderr).contains("gone.txt"));
}

/// A file that grows, shrinks and goes while the run reads it is one row, whatever it is worth; no other row changes.
#[test]
fn files_that_change_under_the_run_are_one_row() {
    let (input, output) = (folder(), folder());
    for nth in 0..300 {
        put(
            &input,
            &format!("{nth:03}.txt"),
            NOTICE.replace("24日", &format!("{}日", nth % 28 + 1)),
        );
    }
    let run = |name: &str| {
        let file = output.path().join(name).join("tasks.jsonl");
        let ran = duban()
            .args(["extract", "-o"])
            .arg(&file)
            .arg(input.path())
            .output()
            .expect("runs");
        assert!(matches!(ran.status.code(), Some(0 | 1)), "{:?}", ran.status);
        let rows: Vec<_> = read(&file).lines().map(str::to_owned).collect();
        rows.into_iter()
            .filter(|row| !row.contains("150.txt"))
            .collect::<Vec<_>>()
    };
    let sound = run("sound");
    let done = std::sync::atomic::AtomicBool::new(false);
    let unquiet = input.path().join("150.txt");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut nth = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                nth += 1;
                let _ = match nth % 3 {
                    0 => fs::write(&unquiet, NOTICE.repeat(nth % 50)),
                    1 => fs::write(&unquiet, ""),
                    _ => fs::remove_file(&unquiet),
                };
            }
        });
        for nth in 0..3 {
            assert_eq!(run(&format!("unquiet{nth}")), sound);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// What is a document by its bytes is read whatever it is called; what is none is passed by.
#[test]
fn documents_without_their_ending_are_read() {
    let page = format!(
        "<html><body><p>{}</p></body></html>",
        NOTICE.replace('\n', "</p><p>")
    );
    let word = super::docx(
        &NOTICE
            .lines()
            .map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>"))
            .collect::<String>(),
    );
    let input = folder();
    put(&input, "t20210524.asp", &page);
    put(&input, "通知", &word);
    put(
        &input,
        "archive.zip",
        super::zip(&[("通知.bak", &word), ("a.exe", b"MZ")]),
    );
    put(
        &input,
        "slides.pptx",
        super::zip(&[("ppt/presentation.xml", b"<p/>")]),
    );
    put(
        &input,
        "Thumbs.db",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on",
    );
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    let words = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(0), "{words}");
    assert!(
        words.contains("3 documents, 6 tasks, 0 failures, 3 files"),
        "{words}"
    );
}

/// A run must not read what it wrote.
#[test]
fn an_output_in_the_input_is_no_input() {
    let input = folder();
    put(&input, "a.txt", NOTICE);
    let file = input.path().join("out/tasks.csv");
    let run = || {
        let ran = duban()
            .args(["extract", "-o"])
            .arg(&file)
            .arg(input.path())
            .output()
            .expect("runs");
        assert_eq!(ran.status.code(), Some(0));
        read(&file)
    };
    let first = run();
    assert_eq!(first, run());
}

#[test]
fn nothing_to_read_is_not_all_well() {
    let input = folder();
    put(&input, "a.png", "no notice");
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(2));
}

/// Cells that begin like a formula; `write.rs` holds what becomes of them. Here: letters that move the cursor stay out of rows.
#[test]
fn letters_that_steer_a_terminal_are_escaped() {
    let words = NOTICE.replace("办公室", "\u{1b}[2J办公室");
    let input = folder();
    put(&input, "a.txt", words);
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    assert!(!ran.stdout.contains(&0x1B));
    assert!(!ran.stderr.contains(&0x1B));
}

#[test]
fn a_wrong_row_of_one_file_is_no_fault_of_another() {
    let (failures, code) = with(&[("\u{202e}txt.a.txt", NOTICE.into())], &[]);
    assert_eq!((failures.as_str(), code), ("", 0));
}
