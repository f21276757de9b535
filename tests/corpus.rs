//! Every notice of `corpus/` gives what its expectation says, but for the differences listed in
//! `corpus/known-differences`. The list is exact both ways: a new difference fails, and so does one that is gone.
//!
//! `DUBAN_REWRITE=1 cargo test --test corpus` writes the list anew for review. `cargo test --test corpus -- --nocapture`
//! shows precision and recall; `DUBAN_CORPUS=DIR` before it reads other notices with expectations, and shows what differs.
#![allow(clippy::print_stderr)]

use duban::process::Records;
use duban::record::{DeadlineRecord, TaskRecord, UnitRecord};
use duban::rule::RuleSet;
use duban::source::Source;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const KNOWN: &str = "known-differences";

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The notices that have an expectation, by their names below the folder `root`.
fn notices(root: &Path) -> Vec<(String, PathBuf, Value)> {
    let mut notices = Vec::new();
    for folder in fs::read_dir(root)
        .expect("the folder is there")
        .flatten()
        .filter(|entry| entry.path().is_dir())
    {
        for entry in fs::read_dir(folder.path()).expect("readable").flatten() {
            let path = entry.path();
            let Some(stem) = path
                .to_str()
                .and_then(|path| path.strip_suffix(".expected.json"))
            else {
                continue;
            };
            let notice = ["txt", "md"]
                .iter()
                .map(|ending| PathBuf::from(format!("{stem}.{ending}")))
                .find(|path| path.exists());
            let notice =
                notice.unwrap_or_else(|| panic!("{stem}: an expectation without its notice"));
            let name = notice
                .strip_prefix(root)
                .expect("below the folder")
                .to_string_lossy()
                .replace('\\', "/");
            let expected = fs::read_to_string(&path).expect("readable");
            notices.push((
                name,
                notice,
                serde_json::from_str(&expected).expect("an expectation is JSON"),
            ));
        }
    }
    notices.sort_by(|a, b| a.0.cmp(&b.0));
    notices
}

#[test]
fn notices_give_what_is_expected_of_them() {
    let rules = RuleSet::embedded().expect("the program's own rules are sound");
    let mut found = String::new();
    let mut scores = Scores::default();
    let other = env::var_os("DUBAN_CORPUS").map(PathBuf::from);
    for (name, path, expected) in notices(&other.clone().unwrap_or_else(corpus)) {
        let source = Source::plain(name.clone(), fs::read(path).expect("readable"));
        let records =
            duban::process(&source, &rules).unwrap_or_else(|error| panic!("{name}: {error}"));
        for difference in differences(&expected, &records, &mut scores) {
            writeln!(found, "{name}: {difference}").expect("strings take all");
        }
    }
    eprint!("{}", scores.shown());
    if other.is_some() {
        eprint!("{found}");
        return;
    }
    let list = corpus().join(KNOWN);
    if env::var_os("DUBAN_REWRITE").is_some() {
        fs::write(list, found).expect("writable");
        return;
    }
    let known = fs::read_to_string(list).unwrap_or_default();
    let new: Vec<_> = found
        .lines()
        .filter(|line| !known.lines().any(|old| old == *line))
        .collect();
    let gone: Vec<_> = known
        .lines()
        .filter(|line| !found.lines().any(|now| now == *line))
        .collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new differences:\n{}\n\ngone (take them off the list):\n{}\n\nif this is right: DUBAN_REWRITE=1 cargo test --test corpus",
        new.join("\n"),
        gone.join("\n")
    );
}

/// The numbers that the issue of a first corpus asks for stay true.
#[test]
fn the_corpus_is_varied() {
    let notices = notices(&corpus());
    let count = |key: &str| {
        let mut values: Vec<_> = notices
            .iter()
            .filter_map(|(_, _, expected)| expected[key].as_str())
            .collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let idle = notices
        .iter()
        .filter(|(_, _, expected)| expected["tasks"].as_array().is_some_and(Vec::is_empty))
        .count();
    assert!(notices.len() >= 60, "60 notices");
    assert!(count("encoding") >= 5, "five encodings");
    assert!(count("script") >= 2, "both scripts");
    assert!(idle >= 3, "three notices that assign nothing");
}

/// How much of what is wanted was found, and how much of what was found is wanted, by kind.
#[derive(Default)]
struct Scores(BTreeMap<&'static str, [usize; 3]>);

impl Scores {
    /// Counts two lists, or two values of which one or both may be null.
    fn count(&mut self, kind: &'static str, want: &Value, got: &Value) {
        let listed = |value: &Value| match bare(value) {
            Value::Null => Vec::new(),
            Value::Array(values) => values,
            other => vec![other],
        };
        let (want, mut got) = (listed(want), listed(got));
        let [wanted, found, right] = self.0.entry(kind).or_default();
        *wanted += want.len();
        *found += got.len();
        for value in want {
            if let Some(at) = got.iter().position(|other| *other == value) {
                got.swap_remove(at);
                *right += 1;
            }
        }
    }

    fn shown(&self) -> String {
        let share = |of: usize, all: usize| {
            if all == 0 {
                1.0
            } else {
                of as f64 / all as f64
            }
        };
        self.0
            .iter()
            .map(|(kind, [wanted, found, right])| {
                let (precision, recall) = (share(*right, *found), share(*right, *wanted));
                format!("{kind:12} precision {precision:.3}  recall {recall:.3}  ({right} right, {found} found, {wanted} wanted)\n")
            })
            .collect()
    }
}

fn differences(expected: &Value, records: &Records, scores: &mut Scores) -> Vec<String> {
    let mut all = Vec::new();
    let mut compare = |what: String, want: Value, got: Value| {
        if bare(&want) != bare(&got) {
            all.push(format!("{what}: want {want}, got {got}"));
        }
    };
    let document = &records.document;
    let row = serde_json::to_value(document).expect("records are JSON");
    for key in ["encoding", "script"] {
        compare(key.to_owned(), expected[key].clone(), row[key].clone());
    }
    for key in [
        "title",
        "document_number",
        "issuer",
        "signatory",
        "document_date",
        "year",
        "main_recipients",
        "copy_recipients",
        "attachment_list",
        "contacts",
    ] {
        scores.count("elements", &expected["document"][key], &row[key]);
        compare(
            key.to_owned(),
            expected["document"][key].clone(),
            row[key].clone(),
        );
    }
    let region = (&expected["document"]["region"], &row["region"]["code"]);
    scores.count("elements", region.0, region.1);
    compare("region".to_owned(), region.0.clone(), region.1.clone());
    let clauses: Vec<_> = records
        .clauses
        .iter()
        .map(|clause| json!({"path": clause.path, "label": clause.label, "level": clause.level, "heading": clause.heading}))
        .collect();
    scores.count("clauses", &expected["clauses"], &json!(clauses));
    for (want, got) in aligned(list(&expected["clauses"]), &clauses, |want, got| {
        bare(want) == bare(got)
    }) {
        compare(
            "clause".to_owned(),
            want.cloned().unwrap_or(Value::Null),
            got.cloned().unwrap_or(Value::Null),
        );
    }
    let tasks: Vec<_> = records.tasks.iter().map(task).collect();
    let same = |want: &Value, got: &Value| {
        bare(&want["path"]) == bare(&got["path"]) && bare(&want["title"]) == bare(&got["title"])
    };
    for (want, got) in aligned(list(&expected["tasks"]), &tasks, same) {
        if got.is_none() && want.is_some_and(|want| want["optional"] == json!(true)) {
            continue;
        }
        let one = |task: Option<&Value>| task.map_or(Value::Null, |_| json!(1));
        scores.count("tasks", &one(want), &one(got));
        for key in PARTS {
            let part = |task: Option<&Value>| task.map_or(Value::Null, |task| task[key].clone());
            scores.count(key, &part(want), &part(got));
        }
        match (want, got) {
            (Some(want), Some(got)) => {
                for key in PARTS {
                    compare(
                        format!("{} {} {key}", got["path"], got["title"]),
                        plain(&want[key]),
                        got[key].clone(),
                    );
                }
            }
            (want, got) => compare("task".to_owned(), head(want), head(got)),
        }
    }
    all
}

/// What is compared of each task.
const PARTS: [&str; 5] = ["lead", "responsible", "support", "supervisor", "deadlines"];

/// An expected or a found task, short.
fn head(task: Option<&Value>) -> Value {
    task.map_or(Value::Null, |task| json!({"path": task["path"], "title": task["title"], "lead": task["lead"], "responsible": task["responsible"]}))
}

fn plain(value: &Value) -> Value {
    if value.is_null() {
        json!([])
    } else {
        value.clone()
    }
}

fn task(task: &TaskRecord) -> Value {
    let names = |units: &[UnitRecord]| units.iter().map(|unit| json!(unit.name)).collect::<Value>();
    json!({
        "path": task.clause.as_ref().map_or(&[][..], |clause| &clause.path),
        "title": task.title,
        "lead": names(&task.lead),
        "responsible": names(&task.responsible),
        "support": names(&task.support),
        "supervisor": names(&task.supervisor),
        "deadlines": task.deadlines.iter().map(deadline).collect::<Value>(),
    })
}

fn deadline(deadline: &DeadlineRecord) -> Value {
    json!({
        "text": deadline.text, "kind": deadline.kind, "start": deadline.start, "end": deadline.end,
        "recurrence": deadline.recurrence, "offset": deadline.offset, "anchor": deadline.anchor, "bound": deadline.bound,
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Words without marks and blanks, at any depth: full and half width are equal.
fn bare(value: &Value) -> Value {
    match value {
        Value::String(words) => json!(
            words
                .chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
        ),
        Value::Array(values) => values.iter().map(bare).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), bare(value)))
            .collect(),
        other => other.clone(),
    }
}

/// Pairs what is wanted with what was found, in order; what has no partner stands alone.
fn aligned<'a>(
    want: &'a [Value],
    got: &'a [Value],
    same: impl Fn(&Value, &Value) -> bool,
) -> Vec<(Option<&'a Value>, Option<&'a Value>)> {
    let mut pairs = Vec::new();
    let mut used = vec![false; got.len()];
    for value in want {
        let partner = (0..got.len()).find(|&at| !used[at] && same(value, &got[at]));
        if let Some(at) = partner {
            used[at] = true;
        }
        pairs.push((Some(value), partner.map(|at| &got[at])));
    }
    pairs.extend(
        got.iter()
            .zip(&used)
            .filter(|(_, used)| !**used)
            .map(|(value, _)| (None, Some(value))),
    );
    pairs
}
