//! One notice in every format that can hold it gives the same tasks.
//!
//! `corpus/formats/` holds two notices and a sheet. `list.*` and `table.*` were saved by python-docx, LibreOffice and pandoc, in `list.docx`
//! the labels are counted by Word's numbering; `sheet.*` by openpyxl and LibreOffice, with merged cells; the OFD was written by hand.

use duban::process::Records;
use duban::record::UnitRecord;
use duban::rule::RuleSet;
use duban::source::{Input, Limits};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| RuleSet::embedded().expect("the program's own rules are sound"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/formats")
}

fn read(name: &str) -> Records {
    let input = Input::File(folder().join(name));
    let source = input.read(&Limits::default()).expect("the file is there");
    match duban::process(&source, rules()) {
        Ok(records) => records,
        Err(error) => panic!("{name} is a sound file, but: {error}"),
    }
}

fn names(units: &[UnitRecord]) -> Vec<&str> {
    units.iter().map(|unit| unit.name.as_str()).collect()
}

/// What a reader takes from the tasks, one line each.
fn tasks(records: &Records) -> Vec<String> {
    records
        .tasks
        .iter()
        .map(|task| {
            let deadlines: Vec<_> = task
                .deadlines
                .iter()
                .map(|deadline| (deadline.text.as_str(), deadline.end.as_deref()))
                .collect();
            format!(
                "{} {} {} {:?} {:?} {:?} {deadlines:?}",
                task.clause
                    .as_ref()
                    .map_or("", |clause| clause.label.as_str()),
                task.title,
                task.text,
                names(&task.lead),
                names(&task.responsible),
                names(&task.support),
            )
        })
        .collect()
}

fn same(base: &str, others: &[&str]) {
    let want = read(base);
    assert!(want.tasks.len() > 3, "{base} directs work");
    for other in others {
        let got = read(other);
        assert_eq!(tasks(&got), tasks(&want), "{other} says what {base} says");
        assert_eq!(got.document.title, want.document.title, "title of {other}");
        assert_eq!(
            got.document.document_number, want.document.document_number,
            "number of {other}"
        );
    }
}

#[test]
fn numbered_clauses_are_the_same_in_every_format() {
    same(
        "list.txt",
        &[
            "list.docx",
            "list.doc",
            "list.rtf",
            "list.pdf",
            "list.ofd",
            "list.html",
            "list-pandoc.html",
            "list.mht",
        ],
    );
}

#[test]
fn tables_are_the_same_in_every_format() {
    same(
        "table.txt",
        &[
            "table.docx",
            "table.doc",
            "table.rtf",
            "table.pdf",
            "table.html",
        ],
    );
}

#[test]
fn sheets_are_the_same_in_every_format() {
    same("sheet.txt", &["sheet.xlsx", "sheet.xls", "sheet.csv"]);
}

#[test]
fn every_quote_stands_where_its_span_says() {
    for name in [
        "list.docx",
        "list.doc",
        "list.pdf",
        "list.html",
        "table.rtf",
        "sheet.csv",
    ] {
        let bytes = std::fs::read(folder().join(name)).expect("the file is there");
        let source = duban::source::Source::plain(name, bytes);
        let decoded = duban::decode::decode(&source).expect("the file is sound");
        let records = duban::process(&source, rules()).expect("the file is sound");
        let mut quotes = 0;
        for task in &records.tasks {
            for unit in task
                .lead
                .iter()
                .chain(&task.responsible)
                .chain(&task.support)
            {
                let words = decoded.text.said_in(unit.span);
                assert_eq!(words, unit.quote, "{name}");
                assert!(
                    words.contains(&unit.name) || name.ends_with("html"),
                    "{name}: {words}"
                );
                quotes += 1;
            }
        }
        assert!(quotes > 3, "{name} names units");
    }
}

#[test]
fn a_wrong_ending_is_a_doubt_and_no_failure() {
    for (file, name) in [
        ("list.rtf", "a.doc"),
        ("list.html", "a.doc"),
        ("list.docx", "a.doc"),
        ("list.txt", "a.docx"),
        ("sheet.xls", "a.xlsx"),
    ] {
        let bytes = std::fs::read(folder().join(file)).expect("the file is there");
        let source = duban::source::Source::plain(name, bytes);
        let records = duban::process(&source, rules()).expect("content decides");
        assert_eq!(tasks(&records), tasks(&read(file)), "{file} named {name}");
        let doubts = &records.document.warnings;
        assert!(
            doubts
                .iter()
                .any(|doubt| doubt.code == duban::error::Code::WrongExtension),
            "{file} named {name} is doubted: {doubts:?}"
        );
    }
}

#[test]
fn names_of_other_programs_are_no_doubt() {
    for (file, name) in [
        ("list.doc", "a.wps"),
        ("list.docx", "a.wps"),
        ("sheet.xls", "a.et"),
        ("sheet.xlsx", "a.et"),
    ] {
        let bytes = std::fs::read(folder().join(file)).expect("the file is there");
        let source = duban::source::Source::plain(name, bytes);
        let records = duban::process(&source, rules()).expect("the file is sound");
        assert_eq!(tasks(&records), tasks(&read(file)), "{file} named {name}");
        assert!(
            records.document.warnings.is_empty(),
            "{:?}",
            records.document.warnings
        );
    }
}

#[test]
fn archives_and_datasets_hold_the_same_tasks() {
    let reading = duban::source::Reading::default();
    for (file, holds) in [
        ("pack.7z", &["list", "table", "sheet"][..]),
        ("pack.zip", &["list", "table", "sheet"]),
        ("pack.tar.gz", &["list", "table", "sheet"]),
        ("list.txt.zst", &["list"]),
        ("crawl.warc.gz", &["list", "table"]),
        ("rows.jsonl", &["list", "table", "sheet"]),
        ("rows.parquet", &["list", "table", "sheet"]),
        ("rows-gzip.parquet", &["list", "table", "sheet"]),
        ("rows-zstd.parquet", &["list", "table", "sheet"]),
        ("rows-lz4.parquet", &["list", "table", "sheet"]),
    ] {
        let mut found = Vec::new();
        let mut skipped = duban::source::Skipped::default();
        let done =
            duban::source::feed(&folder().join(file), &reading, &mut skipped, &mut |input| {
                let source = input.and_then(|input| input.read(&Limits::default()));
                let source = source.expect("the file is sound");
                let stem = source.name.rsplit('/').next().unwrap_or_default();
                let stem = stem.split('.').next().unwrap_or_default().to_owned();
                let records = duban::process(&source, rules()).expect("the file is sound");
                assert_eq!(
                    tasks(&records),
                    tasks(&read(&format!("{stem}.txt"))),
                    "{}",
                    source.name
                );
                found.push(stem);
                std::ops::ControlFlow::Continue(())
            });
        assert!(done.is_continue());
        found.sort_unstable();
        let mut holds = holds.to_vec();
        holds.sort_unstable();
        assert_eq!(found, holds, "{file}");
    }
}

/// Names and media types of all documents in an archive.
fn members(archive: &Path, reading: &duban::source::Reading) -> Vec<String> {
    let mut found = Vec::new();
    let mut skipped = duban::source::Skipped::default();
    let done = duban::source::feed(archive, reading, &mut skipped, &mut |input| {
        found.push(match input {
            Ok(input) => input.name().replace(&format!("{}", archive.display()), "a"),
            Err(error) => error.to_string(),
        });
        std::ops::ControlFlow::Continue(())
    });
    assert!(done.is_continue());
    found
}

#[test]
fn archives_and_datasets_name_their_members() {
    use std::io::Write;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let gz = |bytes: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).expect("room");
        packed.finish().expect("room")
    };
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["list.docx", "list.txt", "mail.eml"] {
        zip.start_file(format!("AA/{name}"), options)
            .expect("a member");
        zip.write_all(&std::fs::read(self::folder().join(name)).expect("is there"))
            .expect("room");
    }
    zip.start_file("picture.png", options).expect("a member");
    let zip = zip.finish().expect("a list").into_inner();
    // 通 in GBK, as Chinese Windows packs names.
    let zip: Vec<u8> = {
        let mut zip = zip;
        while let Some(at) = zip.windows(3).position(|name| name == b"AA/") {
            zip[at..at + 2].copy_from_slice(b"\xCD\xA8");
        }
        zip
    };
    let mut tar = vec![0u8; 512];
    let text = "各县区科协：\n".repeat(30);
    tar[..5].copy_from_slice(b"n.txt");
    tar[124..135].copy_from_slice(format!("{:011o}", text.len()).as_bytes());
    tar[156] = b'0';
    tar[257..263].copy_from_slice(b"ustar\0");
    let sum: u64 = tar.iter().map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
    tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tar.extend(text.as_bytes());
    tar.resize(tar.len().next_multiple_of(512) + 1024, 0);
    let page = "<html><p>各县区科协</p></html>";
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
    let warc = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.cn/1.html\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    let rows = "{\"id\":\"x\",\"text\":\"各县区\"}\n{\"text\":\"各县区\"}\n";
    let reading = duban::source::Reading::default();
    for (name, bytes, want) in [
        (
            "a.zip",
            zip.clone(),
            vec![
                "a!/通/list.docx",
                "a!/通/list.txt",
                "a!/通/mail.eml!/通知.txt",
            ],
        ),
        ("b.tar.gz", gz(&tar), vec!["a!/n.txt"]),
        (
            "c.warc.gz",
            gz(warc.as_bytes()),
            vec!["a!/http://a.cn/1.html"],
        ),
        ("d.jsonl.gz", gz(rows.as_bytes()), vec!["a!/x", "a!/2"]),
        ("e.txt.gz", gz(text.as_bytes()), vec!["a!/e.txt"]),
        (
            "f.docx.gz",
            gz(&std::fs::read(self::folder().join("list.docx")).expect("is there")),
            vec!["a!/f.docx"],
        ),
    ] {
        std::fs::write(path(name), bytes).expect("room");
        assert_eq!(members(&path(name), &reading), want, "{name}");
    }
}
