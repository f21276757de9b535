//! Laws that hold for every input, as property tests.

use duban::decode::{Decoded, Encoding, decode, decode_as};
use duban::normalize::{Repair, normalize_at};
use duban::rule::RuleSet;
use duban::source::Source;
use duban::text::{Span, Text};
use duban::unit::{Clues, Units};
use proptest::prelude::*;
use std::sync::LazyLock;

const ENCODINGS: [(Encoding, &encoding_rs::Encoding); 5] = [
    (Encoding::Utf8, encoding_rs::UTF_8),
    (Encoding::Gb18030, encoding_rs::GB18030),
    (Encoding::Big5, encoding_rs::BIG5),
    (Encoding::Utf16Le, encoding_rs::UTF_16LE),
    (Encoding::Utf16Be, encoding_rs::UTF_16BE),
];

/// Bytes as damaged archives hold them: words, letters, stray and missing bytes.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = (words(), 0..ENCODINGS.len()).prop_map(|(words, n)| encode(&words, ENCODINGS[n].0));
    let piece = prop_oneof![
        words,
        proptest::collection::vec(any::<u8>(), 0..12),
        // Lead bytes with digits after them: what four-byte characters of GB18030 look like.
        proptest::collection::vec(
            prop_oneof![0x80u8..=0xFF, 0x30u8..=0x39, Just(b'\n')],
            0..12
        ),
        Just(vec![0x88, 0x62, 0x88, 0xA5]),
        Just(b"~{JP?FP-~}".to_vec()),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[一-龥，。（）0-9a-z\n]{0,40}",
        "[牵头单位市教育局配合各县区月底前机关機關嘅啲]{0,40}",
        "[㐀-䶿𠀀-𪛖Ê̄éж〇①\u{e000}]{0,10}",
        any::<String>(),
    ]
}

/// `words` in `encoding`; what it does not have is left out.
fn encode(words: &str, encoding: Encoding) -> Vec<u8> {
    let standard = match encoding {
        Encoding::Utf16Le => return words.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => return words.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Big5 => encoding_rs::BIG5,
        Encoding::Gb18030 | Encoding::Hz => encoding_rs::GB18030,
    };
    let mut bytes = Vec::new();
    for c in words.chars() {
        let mut buffer = [0; 4];
        let (one, _, unknown) = standard.encode(c.encode_utf8(&mut buffer));
        if !unknown {
            bytes.extend_from_slice(&one);
        }
    }
    bytes
}

/// `words` in HZ, as mail programs wrote it.
fn encode_hz(words: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut inside = false;
    for c in words.chars() {
        let mut buffer = [0; 4];
        let (pair, ..) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
        let hanzi = matches!(pair.as_ref(), [0xA1..=0xF7, 0xA1..=0xFE]);
        if hanzi != inside && (hanzi || c.is_ascii()) {
            bytes.extend_from_slice(if hanzi { b"~{" } else { b"~}" });
            inside = hanzi;
        }
        if hanzi {
            bytes.extend(pair.iter().map(|byte| byte & 0x7F));
        } else if c == '~' {
            bytes.extend_from_slice(b"~~");
        } else if c.is_ascii() {
            bytes.push(c as u8);
        }
    }
    if inside {
        bytes.extend_from_slice(b"~}");
    }
    bytes
}

fn source(bytes: &[u8]) -> Source {
    Source::plain("law.txt", bytes.to_vec())
}

const ACCENTS: [char; 2] = ['\u{304}', '\u{30C}'];

/// The map goes forward only, stays in the source, and any cut of the text answers whole characters.
fn check_map(decoded: &Decoded, bytes: &[u8], standard: Option<&'static encoding_rs::Encoding>) {
    let text = decoded.text.as_str();
    let bounds: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let mut before = Span::default();
    for pair in bounds.windows(2) {
        let span = decoded.text.source(Span::new(pair[0], pair[1]));
        assert!(span.start < span.end, "a character stands for some byte");
        assert!(span.end <= bytes.len(), "the map leaves the source");
        assert!(
            span.start >= before.end || span == before,
            "the map goes back from {before:?} to {span:?}"
        );
        before = span;
    }
    let Some(standard) = standard else { return };
    // Every cut where there are few; else a dozen beginnings and ends.
    let step = bounds.len() / 12 + 1;
    for (n, &start) in bounds.iter().enumerate().step_by(step) {
        for &end in bounds[n..].iter().step_by(step) {
            let span = decoded.text.source(Span::new(start, end));
            let words = &text[start..end];
            let (again, _) = standard.decode_without_bom_handling(&bytes[span.start..span.end]);
            // A cut between the letter and the accent of one pair of Big5 answers the pair, and
            // bytes that fit nothing may fit others when they stand alone.
            if words.contains('\u{FFFD}') || words.starts_with(ACCENTS) || again.ends_with(ACCENTS)
            {
                continue;
            }
            assert_eq!(again, words, "bytes {span:?} answer other words");
        }
    }
}

proptest! {
    #[test]
    fn decoding_equals_encoding_rs(bytes in bytes(), n in 0..ENCODINGS.len()) {
        let (encoding, standard) = ENCODINGS[n];
        let decoded = decode_as(&source(&bytes), encoding).expect("is small enough");
        let (want, _) = standard.decode_with_bom_removal(&bytes);
        // encoding_rs leaves the mark of GB18030 in the text.
        let gb = encoding == Encoding::Gb18030;
        let want = if gb { want.strip_prefix('\u{FEFF}').unwrap_or(&want) } else { &want };
        prop_assert_eq!(decoded.text.as_str(), want);
        check_map(&decoded, &bytes, Some(standard));
    }

    #[test]
    fn words_come_back_from_any_encoding(words in words(), n in 0..ENCODINGS.len()) {
        let (encoding, standard) = ENCODINGS[n];
        let bytes = encode(words.trim_start_matches('\u{FEFF}'), encoding);
        let decoded = decode_as(&source(&bytes), encoding).expect("is small enough");
        prop_assert_eq!(encode(decoded.text.as_str(), encoding), bytes.clone());
        prop_assert!(decoded.warnings.is_empty());
        check_map(&decoded, &bytes, Some(standard));
    }

    #[test]
    fn words_come_back_from_hz(words in "[一-龥，。a-z0-9~\n]{0,40}") {
        let bytes = encode_hz(&words);
        let decoded = decode_as(&source(&bytes), Encoding::Hz).expect("is small enough");
        prop_assert_eq!(encode_hz(decoded.text.as_str()), bytes.clone());
        check_map(&decoded, &bytes, None);
    }

    #[test]
    fn no_bytes_make_decoding_panic(bytes in bytes()) {
        if let Ok(decoded) = decode(&source(&bytes)) {
            check_map(&decoded, &bytes, None);
        }
    }

    #[test]
    fn any_bytes_can_be_read_as_hz(bytes in bytes()) {
        let decoded = decode_as(&source(&bytes), Encoding::Hz).expect("is small enough");
        check_map(&decoded, &bytes, None);
    }
}

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::embedded().expect("the rules compile"));
static UNITS: LazyLock<Units> = LazyLock::new(|| Units::new(&RULES));

/// Names put together from what names are made of, and names of nobody.
fn name() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "省",
        "市",
        "县",
        "区",
        "州",
        "自治区",
        "团",
        "共青团",
        "中共",
        "国家",
        "各",
        "（",
        "）",
        "枣庄",
        "枣庄市",
        "薛城区",
        "朝阳区",
        "恩施州",
        "湖北省",
        "市中区",
        "城区",
        "吉林",
        "委",
        "委宣传部",
        "发改委",
        "教育局",
        "科协",
        "科学技术协会",
        "办公室",
        "组宣部",
        "法院",
        "税务局",
        "委员会",
        "人民政府",
        "国家税务总局",
        "调查队",
        "主任",
        "工作",
        "馆",
        "院",
    ]);
    prop_oneof![
        proptest::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat()),
        "[一-龥（）()、]{0,12}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn a_full_name_is_its_own_full_name(name in name(), issuer in name(), number in name()) {
        let clues = Clues {
            issuer: Some(&issuer),
            document_number: Some(&number),
            recipients: std::slice::from_ref(&name),
            text: Some(&number),
        };
        let region = UNITS.region(&clues);
        if let Some(full) = UNITS.full_name(&name, Some(&issuer), region.as_ref(), None) {
            let again = UNITS.full_name(&full, Some(&issuer), region.as_ref(), None);
            // A department is written out once, by its authority.
            prop_assert!(again.as_ref().is_none_or(|again| *again == full), "{full} → {again:?}");
            let _ = (UNITS.function(&full), UNITS.scope(&full));
        }
    }
}

/// Lines of notices with the damage that archives do to them.
fn damaged() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("各单位要高度重视，切实加强组织领导，确保取得实\n".to_owned()),
        Just("????一、总体要求\n".to_owned()),
        Just("鐗靛ご鍗曚綅锛氬競绉戝崗\n".to_owned()),
        Just("各縣區(qū)科協(xié),機(jī)關(guān)各部室,確??茀f(xié)工作\n".to_owned()),
        Just("港口岸電覆蓋率達到90%，關於戲曲進校園的通知\n".to_owned()),
        Just("请加强對乡镇的指导，今後要抓好落实。\n".to_owned()),
        (1..4u8).prop_map(|n| format!("某市人民政府公报 2021年第3期　{n}\n")),
        (1..40u8).prop_map(|n| format!("— {n} —\n")),
        "[一-龥，。（）0-9a-z?\u{e000}\u{fffd} \n]{0,20}",
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn repairing_twice_is_repairing_once(text in damaged(), n in 0..ENCODINGS.len(), level in 0..3usize) {
        let rules = &*RULES;
        let level = [Repair::Off, Repair::Safe, Repair::Full][level];
        let bytes = encode(&text, ENCODINGS[n].0);
        let mut once = decode_as(&source(&bytes), ENCODINGS[n].0).expect("is small enough").text;
        normalize_at(&mut once, rules, level);
        let mut twice = Text::from_utf8(once.as_str());
        normalize_at(&mut twice, rules, level);
        prop_assert_eq!(twice.as_str(), once.as_str(), "{:?}", twice.edits());
        // Every character still has its place in the source, and so has every repair.
        let mut last = 0;
        for (at, c) in once.as_str().char_indices() {
            let span = once.source(Span::new(at, at + c.len_utf8()));
            prop_assert!(span.start >= last && span.start < span.end && span.end <= bytes.len());
            last = span.start;
        }
        prop_assert!(once.edits().iter().all(|edit| edit.span.end <= bytes.len()));
    }
}
