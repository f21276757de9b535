//! What is only too much: many files, long ones, and texts that ask for more than they are worth.

use super::{NOTICE, docx, duban, folder, put, read};
use std::fs;

/// Every tenth of ten thousand files is damaged, each in one of five ways.
#[test]
fn one_in_ten_is_damaged_and_all_are_accounted_for() {
    const FILES: usize = 10_000;
    let (input, output) = (folder(), folder());
    let mut torn = docx("<w:p><w:r><w:t>各县区科协</w:t></w:r></w:p>");
    torn.truncate(torn.len() / 2);
    let damaged: [(&str, Vec<u8>); 5] = [
        ("txt", [0u8, 1, 2, 3, 0xFE, 0xFF, 9].repeat(30)),
        ("docx", torn),
        ("pdf", b"%PDF-1.4\n1 0 obj<<".to_vec()),
        ("zip", b"PK\x03\x04garbage".to_vec()),
        (
            "doc",
            [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[7; 600]].concat(),
        ),
    ];
    for nth in 0..FILES {
        let folder = input.path().join(format!("{:02}", nth / 100));
        if nth % 100 == 0 {
            fs::create_dir(&folder).expect("a folder");
        }
        let (ending, bytes) = match nth % 10 {
            7 => {
                let (ending, bytes) = &damaged[nth / 10 % damaged.len()];
                (*ending, bytes.clone())
            }
            _ => {
                let words = NOTICE.replace("总结的通知", &format!("总结的通知（{nth}）"));
                ("txt", words.into_bytes())
            }
        };
        fs::write(folder.join(format!("{nth:05}.{ending}")), bytes).expect("room for a file");
    }
    let file = output.path().join("tasks.jsonl");
    let ran = duban()
        .args(["extract", "-o"])
        .arg(&file)
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(1));
    let manifest = read(&output.path().join("manifest.jsonl"));
    let of = |status: &str| {
        let status = format!("\"status\":\"{status}\"");
        manifest.lines().filter(|row| row.contains(&status)).count()
    };
    assert_eq!((of("done"), of("failed")), (FILES / 10 * 9, FILES / 10));
    let failures = read(&output.path().join("failures.jsonl"));
    assert_eq!(failures.lines().count(), FILES / 10);
    assert_eq!(read(&file).lines().count(), FILES / 10 * 9 * 2);
}

/// Texts that programs of this kind need the square of their length for; each is done in a time that leaves no doubt.
#[test]
fn odd_texts_take_no_odd_time() {
    let clauses = |count: usize| {
        (1..=count)
            .map(|nth| format!("{nth}.完善制度。（责任单位：办公室）\n"))
            .collect::<String>()
    };
    for (name, words) in [
        ("a line", "各县区科协要加强领导，".repeat(60_000)),
        ("clauses", clauses(30_000)),
        ("open brackets", "（一".repeat(100_000)),
        ("open quotes", "“《（".repeat(60_000)),
        ("question marks", "?,".repeat(100_000)),
        ("pinyin", "科(kē)".repeat(60_000)),
        ("cut marks", "好?!笆".repeat(20_000)),
        ("combining marks", format!("a{}", "\u{301}".repeat(200_000))),
        ("entities", "&amp;".repeat(100_000)),
        ("line ends", "\n".repeat(300_000)),
        ("blanks", " ".repeat(300_000)),
        ("tables", "|".repeat(200_000)),
        ("dates", "2021年6月".repeat(30_000)),
        ("units", "市教育局、".repeat(50_000)),
        ("labels", "一、二、三、".repeat(50_000)),
    ] {
        let input = folder();
        put(&input, "a.txt", &words);
        let ran = duban()
            .args(["extract", "--timeout-per-document", "100"])
            .arg(input.path())
            .output()
            .expect("runs");
        let failures = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(0), "{name}: {failures}");
    }
}

/// What takes too long is given up, and the run goes on and ends.
#[test]
fn a_document_has_its_time() {
    let input = folder();
    // No two lines are the same: what stands twice is read once.
    let slow: String = (1..400_000)
        .map(|n| {
            format!("{n}、加强第{n}段河道管护。由市水利局牵头，市财政局配合，6月30日前完成。\n")
        })
        .collect();
    put(&input, "a.txt", slow);
    put(&input, "b.txt", NOTICE);
    let ran = duban()
        .args(["extract", "--timeout-per-document", "1", "--threads", "1"])
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(1));
    let failures = String::from_utf8_lossy(&ran.stderr);
    assert!(
        failures.contains("a.txt") && failures.contains("limit time"),
        "{failures}"
    );
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout).lines().count(),
        2,
        "b.txt is read"
    );
}

/// A tebibyte of nothing is refused by its size, before it is read.
#[test]
#[cfg(unix)]
fn what_is_larger_than_any_notice_is_not_read() {
    let input = folder();
    put(&input, "a.txt", NOTICE);
    let file = fs::File::create(input.path().join("sparse.txt")).expect("room");
    if file.set_len(1 << 40).is_err() {
        eprintln!("skipped: this disk has no files of that length");
        return;
    }
    let ran = duban()
        .arg("extract")
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(ran.status.code(), Some(1));
    let failures = String::from_utf8_lossy(&ran.stderr);
    assert!(failures.contains("document-size"), "{failures}");
}

#[test]
fn one_notice_a_thousand_times_is_a_thousand_rows() {
    let (input, output) = (folder(), folder());
    let row = serde_json::json!({"text": NOTICE}).to_string() + "\n";
    put(&input, "rows.jsonl", row.repeat(1000));
    let run = |name: &str, arguments: &[&str]| {
        let file = output.path().join(name).join("tasks.jsonl");
        let ran = duban()
            .args(["extract", "-o"])
            .arg(&file)
            .arg(input.path().join("rows.jsonl"))
            .args(arguments)
            .output()
            .expect("runs");
        assert_eq!(ran.status.code(), Some(0));
        let manifest = read(&output.path().join(name).join("manifest.jsonl"));
        assert_eq!(manifest.lines().count(), 1000);
        read(&file).lines().count()
    };
    assert_eq!(run("all", &[]), 2000);
    assert_eq!(run("once", &["--dedupe"]), 2);
}
