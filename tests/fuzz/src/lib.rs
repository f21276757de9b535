//! What the targets have in common: how bytes become a source, and which panics are findings.

use duban::rule::RuleSet;
use duban::source::{Fields, Limits, Reading, Skipped, Source};
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::sync::LazyLock;
use zip::write::SimpleFileOptions;

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::embedded().expect("the rules are sound"));

/// The program's own rules.
pub fn rules() -> &'static RuleSet {
    &RULES
}

/// A panic of the program itself is a finding even where it would be caught; one of a library that it guards against is none.
pub fn watch() {
    LazyLock::force(&RULES);
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let library = panic
            .location()
            .is_some_and(|place| place.file().contains("/registry/"));
        if !library {
            tell(panic);
            std::process::abort();
        }
    }));
}

/// Reads `bytes` as a document of this name; what becomes of its words is the matter of other targets.
pub fn document(name: &str, bytes: &[u8]) {
    let source = Source::plain(name, bytes.to_vec());
    if let Ok(decoded) = duban::decode::decode(&source) {
        let of = decoded.bytes(&source).len();
        let text = decoded.text.as_str();
        for (at, c) in text.char_indices().step_by(97) {
            let span = decoded
                .text
                .source(duban::text::Span::new(at, at + c.len_utf8()));
            assert!(span.start <= span.end && span.end <= of, "{span:?} of {of}");
        }
    }
}

/// Parts of an office file, each after a line `%%%%`, in the order of `names`.
pub fn parts(name: &str, names: &[&str], bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        return document(name, bytes);
    }
    let mut pack = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (nth, part) in split(bytes).into_iter().take(names.len()).enumerate() {
        pack.start_file(names[nth], stored).expect("a name");
        pack.write_all(part).expect("room");
    }
    document(name, &pack.finish().expect("a list").into_inner());
}

fn split(bytes: &[u8]) -> Vec<&[u8]> {
    const MARK: &[u8] = b"\n%%%%\n";
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(MARK.len()).position(|here| here == MARK) {
        parts.push(&rest[..at]);
        rest = &rest[at + MARK.len()..];
    }
    parts.push(rest);
    parts
}

/// Takes the notices out of a file of this ending; each has a name that begins with that of the file.
pub fn archive(ending: &str, bytes: &[u8]) {
    let mut file = tempfile::Builder::new()
        .suffix(ending)
        .tempfile()
        .expect("room for a file");
    file.write_all(bytes).expect("room for a file");
    let reading = Reading {
        limits: Limits {
            document: 1 << 20,
            entries: 10_000,
            ..Limits::default()
        },
        fields: Fields {
            asked: true,
            ..Fields::default()
        },
        ..Reading::default()
    };
    let name = file.path().display().to_string();
    let mut met = 0u32;
    let _ = duban::source::feed(
        file.path(),
        &reading,
        &mut Skipped::default(),
        &mut |input| {
            let of = match &input {
                Ok(input) => input.name(),
                Err(error) => error.subject(),
            };
            assert!(of.starts_with(&name), "{of}");
            met += 1;
            if met < 100_000 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        },
    );
}
