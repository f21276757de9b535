//! Faults of inputs, of systems and of people: each is told in a row of its own or in a word, and the records of all other documents are
//! the same bytes as without it.
//!
//! `inputs.rs` holds the faults of files, `names.rs` those of names and folders, `runs.rs` what breaks a run off, `scale.rs` what is
//! only too much. A test that the system does not let run says so on standard error.
#![allow(clippy::print_stderr)]

mod inputs;
mod names;
mod runs;
mod scale;

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
