//! Faults of inputs: each is told in a row of its own, and the records of all other documents are the same bytes as without it.

use assert_cmd::Command;
use std::fs;
use std::io::Write;
use std::path::Path;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const NOTICE: &str = "某市科学技术协会关于报送工作总结的通知\n\n各县区科协：\n一、加强领导。由市教育局牵头，市财政局配合，6月30日前完成。\n\
    二、报送总结。（责任单位：办公室）\n\n某市科学技术协会\n2021年5月24日\n";

fn duban() -> Command {
    let mut command = Command::cargo_bin("duban").expect("is built");
    command.args(["--lang", "en"]);
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn put(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(folder.path().join(name), bytes).expect("there is room for a file");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// A zip archive of stored or deflated members.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("a member");
        archive.write_all(bytes).expect("its bytes");
    }
    archive.finish().expect("a list of members").into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let part = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zip(&[("word/document.xml", part.as_bytes())])
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).expect("room");
    packed.finish().expect("room")
}

/// Runs over a folder with a fault between two sound notices; gives back its failures and its exit code.
fn with(fault: &[(&str, Vec<u8>)], arguments: &[&str]) -> (String, i32) {
    let (input, output) = (folder(), folder());
    put(&input, "a.txt", NOTICE);
    put(&input, "z.txt", NOTICE.replace("教育局", "财政局"));
    let run = |name: &str| {
        let file = output.path().join(name).join("tasks.jsonl");
        let ran = duban()
            .current_dir(input.path())
            .args(["extract", ".", "--threads", "2", "-o"])
            .arg(&file)
            .args(arguments)
            .output()
            .expect("runs");
        (read(&file), ran.status.code().unwrap_or(-1))
    };
    let (sound, _) = run("sound");
    assert_eq!(sound.lines().count(), 4, "two notices, two tasks each");
    for (name, bytes) in fault {
        put(&input, name, bytes);
    }
    let (rows, code) = run("faulty");
    let others: String = rows
        .lines()
        .filter(|row| {
            row.contains("\"source\":\"./a.txt\"") || row.contains("\"source\":\"./z.txt\"")
        })
        .map(|row| format!("{row}\n"))
        .collect();
    assert_eq!(
        others, sound,
        "a fault in {:?} changes no other row",
        fault[0].0
    );
    (read(&output.path().join("faulty/failures.jsonl")), code)
}

#[test]
fn every_fault_is_told_by_name() {
    let bomb = "0".repeat(80 << 20);
    let deep = "<w:p>".repeat(200_000);
    let mut torn = docx("<w:p><w:r><w:t>各县区科协</w:t></w:r></w:p>");
    torn.truncate(torn.len() / 2);
    let laughs = "<!DOCTYPE a [<!ENTITY b \"各县区\">]><w:document xmlns:w=\"w\"><w:body>&b;</w:body></w:document>";
    let mut lying = zip(&[("n.txt", NOTICE.as_bytes())]);
    let at = lying
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .expect("a list");
    lying[at + 16] ^= 0xFF;
    let mut ole = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    ole.extend([7; 4000]);
    let nested = (0..8).fold(zip(&[("n.txt", NOTICE.as_bytes())]), |inner, _| {
        zip(&[("i.zip", &inner)])
    });
    for (name, bytes, told) in [
        (
            "noise.txt",
            [0u8, 1, 2, 3, 0xFE, 0xFF, 9].repeat(300),
            "binary",
        ),
        (
            "large.txt",
            "各".repeat(23 << 20).into_bytes(),
            "document-size",
        ),
        ("bomb.txt.gz", gz(bomb.as_bytes()), "document-size"),
        (
            "bomb.zip",
            zip(&[("b.txt", bomb.as_bytes())]),
            "document-size",
        ),
        (
            "bomb.docx",
            docx(&format!(
                "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
                "a".repeat(130 << 20)
            )),
            "text-size",
        ),
        ("nested.zip", nested, "nesting"),
        ("lying.zip", lying, "cannot"),
        ("torn.docx", torn, "damaged"),
        ("torn.zip", b"PK\x03\x04garbage".to_vec(), "damaged"),
        ("deep.docx", docx(&deep), "xml-depth"),
        (
            "laughs.docx",
            zip(&[("word/document.xml", laughs.as_bytes())]),
            "document type",
        ),
        ("empty.docx", docx("<w:p/>"), "no words"),
        ("ole.doc", ole, "damaged"),
        ("torn.pdf", b"%PDF-1.4\n1 0 obj<<".to_vec(), "damaged"),
        (
            "secret.pdf",
            b"%PDF-1.4\ntrailer<</Encrypt 3 0 R>>".to_vec(),
            "encrypted",
        ),
        (
            "torn.xlsx",
            zip(&[("xl/workbook.xml", b"<workbook>")]),
            "damaged",
        ),
        (
            "torn.tar",
            [&[0u8; 257][..], b"ustar", &[1; 300]].concat(),
            "damaged",
        ),
        (
            "torn.txt.gz",
            gz(NOTICE.as_bytes())[..60].to_vec(),
            "cannot read",
        ),
        (
            "torn.txt.zst",
            b"\x28\xB5\x2F\xFD\x00\x00\x00".to_vec(),
            "cannot read",
        ),
    ] {
        let (failures, code) = with(&[(name, bytes)], &[]);
        assert_eq!(code, 1, "{name} fails, the rest is done");
        assert_eq!(
            failures.lines().count(),
            1,
            "{name} is one failure: {failures}"
        );
        assert!(
            failures.contains(told),
            "{name} is told as {told}: {failures}"
        );
        assert!(failures.contains(name), "{name} is named: {failures}");
    }
}

#[test]
fn names_that_lead_out_of_an_archive_are_only_names() {
    let (failures, code) = with(
        &[(
            "slip.zip",
            zip(&[
                ("../../slip.txt", NOTICE.as_bytes()),
                ("/etc/slip.txt", NOTICE.as_bytes()),
            ]),
        )],
        &[],
    );
    assert_eq!((failures.as_str(), code), ("", 0));
}

#[test]
fn rows_of_a_dataset_fail_one_by_one() {
    let row = |id: &str, text: &str| serde_json::json!({"id": id, "text": text}).to_string();
    let deep = "[".repeat(100_000);
    let lines = [
        row("1", NOTICE),
        "{torn".to_owned(),
        row("2", NOTICE),
        "{\"id\":3}".to_owned(),
        format!("{{\"x\":{deep}"),
    ]
    .join("\n");
    let (failures, code) = with(
        &[("rows.jsonl", lines.into_bytes())],
        &["--text-field", "text"],
    );
    assert_eq!(code, 1);
    assert_eq!(failures.lines().count(), 3, "{failures}");
    assert!(
        failures.contains("rows.jsonl!/3") && failures.contains("--text-field"),
        "{failures}"
    );
}

#[test]
fn damaged_files_of_every_format_end_in_a_row() {
    let (input, output) = (folder(), folder());
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/formats");
    let mut files = 0;
    let mut state = 1u32;
    for entry in fs::read_dir(formats).expect("is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // A mail that lost the name of what is attached is passed by like one without anything attached.
        if name == "README" || name.ends_with(".eml") {
            continue;
        }
        let bytes = fs::read(entry.path()).expect("readable");
        for tenth in [3, 7, 9] {
            put(
                &input,
                &format!("cut{tenth}-{name}"),
                &bytes[..bytes.len() * tenth / 10],
            );
            files += 1;
        }
        for seed in 0..4 {
            let mut flipped = bytes.clone();
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize % flipped.len();
                flipped[at] ^= 1 << (state >> 29);
            }
            put(&input, &format!("flip{seed}-{name}"), flipped);
            files += 1;
        }
    }
    let ran = duban()
        .args(["extract", "--records", "document", "-o"])
        .arg(output.path().join("documents.jsonl"))
        .arg(input.path())
        .output()
        .expect("runs");
    assert!(matches!(ran.status.code(), Some(0 | 1)), "{:?}", ran.status);
    let manifest = read(&output.path().join("manifest.jsonl"));
    let sources: std::collections::BTreeSet<_> = manifest
        .lines()
        .map(|row| {
            serde_json::from_str::<serde_json::Value>(row).expect("is JSON")["source"].to_string()
        })
        .map(|name| {
            name.split("!/")
                .next()
                .unwrap_or_default()
                .trim_matches('"')
                .to_owned()
        })
        .collect();
    assert_eq!(sources.len(), files, "every file is accounted for");
    assert!(
        !manifest.contains("please report"),
        "no file is a defect: {manifest}"
    );
}

#[test]
#[cfg(unix)]
fn pipes_and_circles_are_passed_by() {
    let input = folder();
    put(&input, "a.txt", NOTICE);
    std::os::unix::fs::symlink(input.path(), input.path().join("circle")).expect("a link");
    std::os::unix::fs::symlink("nowhere", input.path().join("dangling.txt")).expect("a link");
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(0));
    let words = String::from_utf8_lossy(&ran.stderr);
    assert!(
        words.contains("2 files of other kinds passed by"),
        "{words}"
    );
}

#[test]
#[cfg(unix)]
fn killed_and_resumed_the_output_is_the_same() {
    let (input, output) = (folder(), folder());
    let rows: String = (0..1500)
        .map(|nth| {
            let text = NOTICE.replace("6月30日", &format!("6月{}日", nth % 28 + 1));
            serde_json::json!({"id": nth, "text": text}).to_string() + "\n"
        })
        .collect();
    put(&input, "rows.jsonl", rows);
    let whole = output.path().join("whole/tasks.jsonl");
    let parts = output.path().join("parts/tasks.jsonl");
    let run = |file: &Path| {
        let program = assert_cmd::cargo::cargo_bin("duban");
        let mut command = std::process::Command::new(program);
        command
            .args(["extract", "--resume", "--threads", "2", "-o"])
            .arg(file)
            .arg(input.path().join("rows.jsonl"));
        command.stderr(std::process::Stdio::null());
        command
    };
    assert!(run(&whole).status().expect("runs").success());
    let mut killed = 0;
    for nth in 0..12u64 {
        let mut child = run(&parts).spawn().expect("runs");
        std::thread::sleep(std::time::Duration::from_millis(60 + nth * 53 % 170));
        if child.try_wait().expect("is ours").is_none() {
            child.kill().expect("is ours");
            killed += 1;
        }
        child.wait().expect("is ours");
    }
    assert!(killed > 2, "the runs were broken off");
    assert!(run(&parts).status().expect("runs").success());
    assert_eq!(read(&parts), read(&whole), "the rows are the same bytes");
    let manifest = read(&output.path().join("parts/manifest.jsonl"));
    assert_eq!(manifest.lines().count(), 1500);
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
        rows(&[]).len() - 2 * 20,
        "all say the same"
    );
}
