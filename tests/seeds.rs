//! The five notices labeled by hand, where they stand beside the project: everything the labels say comes out.
#![allow(clippy::print_stderr)]

use duban::record::{DeadlineRecord, TaskRecord, UnitRecord};
use duban::rule::RuleSet;
use duban::source::Source;
use serde_json::Value;
use std::path::Path;

/// Words without marks and blanks: full and half width are equal, and so are `2019 年` and `2019年`.
fn bare(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(bare)
}

fn list(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(text)
        .collect()
}

fn names(units: &[UnitRecord]) -> Vec<String> {
    units.iter().map(|unit| bare(&unit.name)).collect()
}

/// What differs between a label and what came out.
#[derive(Default)]
struct Report(Vec<String>);

impl Report {
    fn check<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, want: T, got: T) {
        if want != got {
            self.0.push(format!("{what}: want {want:?}, got {got:?}"));
        }
    }
}

#[test]
fn labeled_notices_come_out_exactly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    let Ok(entries) = folder.read_dir() else {
        eprintln!("skipped: no labeled notices beside the project");
        return;
    };
    let rules = RuleSet::embedded().expect("the program's own rules are sound");
    let mut report = Report::default();
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    for path in files {
        let gold = std::fs::read_to_string(path.with_extension("gold.json"))
            .expect("labels stand beside each notice");
        let gold: Value = serde_json::from_str(&gold).expect("labels are JSON");
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        compare(
            &name,
            &gold,
            &Source::plain(name.clone(), std::fs::read(&path).expect("readable")),
            &rules,
            &mut report,
        );
    }
    assert!(
        report.0.is_empty(),
        "{} differences:\n{}",
        report.0.len(),
        report.0.join("\n")
    );
}

fn compare(name: &str, gold: &Value, source: &Source, rules: &RuleSet, report: &mut Report) {
    let records = duban::process(source, rules).expect("a sound file");
    let (document, want) = (&records.document, &gold["document"]);
    let plain = |value: &Option<String>| value.as_deref().map(bare);
    let bare_all = |values: &[String]| values.iter().map(|value| bare(value)).collect::<Vec<_>>();
    report.check(
        &format!("{name} title"),
        text(&want["title"]),
        plain(&document.title),
    );
    report.check(
        &format!("{name} number"),
        text(&want["number"]),
        plain(&document.document_number),
    );
    report.check(
        &format!("{name} issuer"),
        text(&want["issuer"]),
        plain(&document.issuer),
    );
    report.check(
        &format!("{name} signer"),
        text(&want["signer"]),
        plain(&document.signatory),
    );
    report.check(
        &format!("{name} issued"),
        text(&want["issued"]),
        plain(&document.document_date),
    );
    report.check(
        &format!("{name} region"),
        text(&want["region"]),
        document.region.as_ref().map(|region| region.code.clone()),
    );
    report.check(
        &format!("{name} recipients"),
        list(&want["recipients"]),
        bare_all(&document.main_recipients),
    );
    report.check(
        &format!("{name} attachments"),
        list(&want["attachments"]),
        bare_all(&document.attachment_list),
    );
    let mut contacts: Vec<_> = document
        .contacts
        .iter()
        .flat_map(|c| [&c.name, &c.phone, &c.email])
        .flatten()
        .map(|words| bare(words))
        .collect();
    contacts.sort();
    contacts.dedup();
    let mut wanted = list(&want["contacts"]);
    wanted.sort();
    report.check(&format!("{name} contacts"), wanted, contacts);

    let clauses: Vec<_> = gold["clauses"].as_array().into_iter().flatten().collect();
    report.check(
        &format!("{name} number of clauses"),
        clauses.len(),
        records.clauses.len(),
    );
    for (want, got) in clauses.iter().zip(&records.clauses) {
        let heading = text(&want["heading"]).unwrap_or_default();
        let words = bare(&format!("{}{}", got.heading, got.text));
        report.check(
            &format!("{name} {} label", got.label),
            text(&want["label"]),
            Some(bare(&got.label)),
        );
        report.check(
            &format!("{name} {} level", got.label),
            want["level"].as_u64(),
            Some(got.level as u64),
        );
        report.check(
            &format!("{name} {} heading {heading} in {words}", got.label),
            true,
            words.starts_with(&heading),
        );
    }

    let mut wanted = gold["tasks"].as_array().into_iter().flatten().peekable();
    for got in &records.tasks {
        let optional = |want: &Value| want["optional"].as_bool() == Some(true);
        while wanted
            .next_if(|want| optional(want) && !same_task(want, got))
            .is_some()
        {}
        match wanted.next_if(|want| same_task(want, got)) {
            Some(want) => compare_task(name, want, got, report),
            None => report
                .0
                .push(format!("{name}: no such task: {} {}", got.id, got.title)),
        }
    }
    for want in wanted.filter(|want| want["optional"].as_bool() != Some(true)) {
        report.0.push(format!(
            "{name}: task missing: {} {}",
            want["label"], want["text_start"]
        ));
    }
}

fn same_task(want: &Value, got: &TaskRecord) -> bool {
    let label = got.clause.as_ref().map(|clause| bare(&clause.label));
    let words = bare(&format!("{}{}", got.title, got.text));
    text(&want["label"]) == label
        && words.starts_with(&text(&want["text_start"]).unwrap_or_default())
}

fn compare_task(name: &str, want: &Value, got: &TaskRecord, report: &mut Report) {
    let task = format!("{name} {}", got.title);
    for (role, units) in [
        ("lead", &got.lead),
        ("responsible", &got.responsible),
        ("support", &got.support),
    ] {
        report.check(&format!("{task} {role}"), list(&want[role]), names(units));
    }
    let deadlines = want["deadlines"].as_array().map_or(&[][..], Vec::as_slice);
    report.check(
        &format!("{task} deadlines"),
        deadlines.len(),
        got.deadlines.len(),
    );
    for (want, got) in deadlines.iter().zip(&got.deadlines) {
        report.check(&format!("{task} deadline"), labeled(want), found(got));
    }
}

/// Words, kind, start, end, offset and anchor of a time limit.
type Limit = [Option<String>; 6];

fn labeled(want: &Value) -> Limit {
    ["text", "kind", "start", "end", "offset", "anchor"].map(|key| text(&want[key]))
}

fn found(got: &DeadlineRecord) -> Limit {
    let kind = serde_json::to_value(got.kind).ok().as_ref().and_then(text);
    let anchor = got
        .anchor
        .as_deref()
        .map(|anchor| bare(anchor.trim_start_matches("event:")));
    let plain = |value: &Option<String>| value.as_deref().map(bare);
    [
        Some(bare(&got.text)),
        kind,
        plain(&got.start),
        plain(&got.end),
        plain(&got.offset),
        anchor,
    ]
}
