//! Laws of the whole way, from bytes to records, on every notice of `corpus/`.

use duban::decode::{Encoding, decode};
use duban::normalize::normalize;
use duban::notice::{Clause, Role, segment};
use duban::process::{Records, process};
use duban::record::TaskRecord;
use duban::rule::RuleSet;
use duban::source::{Input, Skipped, Source, walk};
use duban::text::Span;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

fn rules() -> &'static Arc<RuleSet> {
    static RULES: OnceLock<Arc<RuleSet>> = OnceLock::new();
    RULES.get_or_init(|| Arc::new(RuleSet::embedded().expect("the program's own rules are sound")))
}

fn corpus() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The plain-text notices, as archived.
fn notices() -> Vec<Source> {
    let mut skipped = Skipped::default();
    let inputs: Vec<_> = walk(&corpus(), &mut skipped).collect();
    let files = inputs
        .into_iter()
        .filter_map(|input| match input.expect("readable") {
            Input::File(path) if path.extension().is_some_and(|ending| ending == "txt") => {
                Some(path)
            }
            _ => None,
        });
    files
        .map(|path| {
            Source::plain(
                path.to_string_lossy(),
                std::fs::read(&path).expect("readable"),
            )
        })
        .collect()
}

/// What a task says, without its places in the bytes.
fn said(tasks: &[TaskRecord]) -> Value {
    let names = |units: &[duban::record::UnitRecord]| {
        units
            .iter()
            .map(|u| json!([u.name, u.scope, u.rule]))
            .collect::<Value>()
    };
    tasks
        .iter()
        .map(|task| {
            json!([
                task.clause
                    .as_ref()
                    .map(|clause| (&clause.path, &clause.label)),
                task.title,
                task.text,
                names(&task.lead),
                names(&task.responsible),
                names(&task.support),
                names(&task.supervisor),
                task.deadlines
                    .iter()
                    .map(|d| json!([d.text, d.kind, d.start, d.end, d.rule]))
                    .collect::<Value>(),
            ])
        })
        .collect()
}

/// `text` in `encoding`, if it has all the characters.
fn encoded(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    let standard = match encoding {
        Encoding::Utf8 => return Some([b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        Encoding::Utf16Le => {
            return Some(
                [0xFEFFu16]
                    .into_iter()
                    .chain(text.encode_utf16())
                    .flat_map(u16::to_le_bytes)
                    .collect(),
            );
        }
        Encoding::Utf16Be => {
            return Some(
                [0xFEFFu16]
                    .into_iter()
                    .chain(text.encode_utf16())
                    .flat_map(u16::to_be_bytes)
                    .collect(),
            );
        }
        Encoding::Gb18030 | Encoding::Hz => encoding_rs::GB18030,
        Encoding::Big5 => encoding_rs::BIG5,
    };
    let (bytes, _, lost) = standard.encode(text);
    (!lost).then(|| bytes.into_owned())
}

#[test]
fn one_notice_gives_the_same_tasks_in_every_encoding() {
    let mut compared = [0; 5];
    for source in notices() {
        let text = decode(&source)
            .expect("a sound file")
            .text
            .as_str()
            .to_owned();
        let plain =
            process(&Source::plain("a.txt", text.clone().into_bytes()), rules()).expect("UTF-8");
        let encodings = [
            Encoding::Utf8,
            Encoding::Gb18030,
            Encoding::Big5,
            Encoding::Utf16Le,
            Encoding::Utf16Be,
        ];
        for (at, encoding) in encodings.into_iter().enumerate() {
            let Some(bytes) = encoded(&text, encoding) else {
                continue;
            };
            let other =
                process(&Source::plain("a.txt", bytes), rules()).expect("what was encoded is text");
            assert_eq!(other.document.encoding, encoding.name(), "{}", source.name);
            assert_eq!(
                said(&plain.tasks),
                said(&other.tasks),
                "{} in {encoding}",
                source.name
            );
            compared[at] += 1;
        }
    }
    assert!(
        compared.iter().all(|&count| count >= 3),
        "too few notices can be written in some encoding: {compared:?}"
    );
}

#[test]
fn every_quote_is_its_slice_of_the_source() {
    for source in notices() {
        let records = process(&source, rules()).expect("a sound file");
        // encoding_rs reads everything but HZ.
        let known = encoding_rs::Encoding::for_label(records.document.encoding.as_bytes());
        let Some(encoding) = known.filter(|encoding| *encoding != encoding_rs::REPLACEMENT) else {
            continue;
        };
        let check = |quote: &str, span: Span| {
            let words = &source.bytes[span.start..span.end];
            assert_eq!(
                encoding.decode_without_bom_handling(words).0,
                quote,
                "{} at {span:?}",
                source.name
            );
        };
        for task in &records.tasks {
            for unit in [
                &task.lead,
                &task.responsible,
                &task.support,
                &task.supervisor,
            ]
            .into_iter()
            .flatten()
            {
                check(&unit.quote, unit.span);
            }
            task.deadlines
                .iter()
                .for_each(|deadline| check(&deadline.quote, deadline.span));
        }
    }
}

#[test]
fn any_number_of_threads_writes_the_same() {
    let run = |threads| {
        let mut skipped = Skipped::default();
        let root = corpus();
        let mut all: Vec<Records> = Vec::new();
        duban::batch::run(walk(&root, &mut skipped), rules(), threads, |outcome| {
            all.extend(outcome);
            ControlFlow::Continue(())
        })
        .expect("threads start");
        serde_json::to_string(
            &all.iter()
                .map(|r| (&r.document, &r.clauses, &r.tasks))
                .collect::<Vec<_>>(),
        )
        .expect("records are JSON")
    };
    let one = run(1);
    assert!(one.len() > 100_000, "the corpus was read");
    assert_eq!(one, run(3));
}

/// The words of `clause` and below, without labels.
fn words(clause: &Clause, all: &mut Vec<Span>) {
    all.extend(clause.label.map(|label| label.span));
    all.extend(&clause.paragraphs);
    clause.children.iter().for_each(|child| words(child, all));
}

fn clauses_joined_are_the_body(text: &str) {
    let mut text = duban::text::Text::from_utf8(text);
    normalize(&mut text, rules());
    let notice = segment(text, rules());
    let value = notice.text.as_str();
    let bare = |words: &str| {
        words
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let lines = notice.lines.iter().filter(|line| line.role == Role::Body);
    let body: String = lines.map(|line| bare(line.of(value))).collect();
    let mut spans = Vec::new();
    words(&notice.body, &mut spans);
    spans.sort_unstable();
    let joined: String = spans.iter().map(|span| bare(span.of(value))).collect();
    assert_eq!(joined, body);
}

#[test]
fn no_word_of_the_body_is_lost_or_doubled() {
    for source in notices() {
        clauses_joined_are_the_body(decode(&source).expect("a sound file").text.as_str());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_word_of_any_text_is_lost_or_doubled(lines in proptest::collection::vec("[一二三（）().、1-9。：；，附件：责任单位市教育局牵头请于月底前报送通知 |]{0,30}", 0..20)) {
        clauses_joined_are_the_body(&lines.join("\n"));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = process(&Source::plain("a.txt", bytes), rules());
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = process(&Source::plain("a.txt", text.into_bytes()), rules());
    }
}
