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
        &["table.docx", "table.doc", "table.rtf", "table.html"],
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
