//! Document numbers and numerals, where scanners and keyboards put another sign.
//!
//! In: `枣科协字[2019] 1 号`, `(ー)坚持正确方向`. Out: `枣科协字〔2019〕1号`, `(一)坚持正确方向`. The brackets of a document
//! number are 〔〕 by GB/T 9704 and on no keyboard; a scanner sees ー, — or - where 一 is printed.
//! `一` between two dates (5月中旬一6月上旬) stays for the reader of deadlines, who knows what a range is.

use super::signs::is_hanzi;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};

/// Brackets that stand for 〔 in a document number.
const OPENING: &[char] = &[
    '[', '［', '【', '﹝', '「', '〖', '(', '（', '„', '<', '＜', '〈',
];
/// Brackets that stand for 〕.
const CLOSING: &[char] = &[
    ']', '］', '】', '﹞', '」', '〗', ')', '）', '‟', '”', '>', '＞', '〉',
];
/// What may follow 号 when a house or a line is meant, not a document: （2019）5号楼.
const HOUSES: &[char] = &[
    '楼', '线', '馆', '车', '门', '院', '房', '厅', '机', '台', '桥', '井', '库', '文', '公',
];

/// The marks around the year of a document number, and the blanks in it.
pub(super) fn document_number(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    let finder = |sign: &'static str| memchr::memmem::find_iter(text.as_bytes(), sign);
    for at in finder("号").chain(finder("號")) {
        let after = &text[at + "号".len()..];
        if after.starts_with(HOUSES) && !after.starts_with("文件") {
            continue;
        }
        if let Some((opening, closing, gap)) = number_before(text, at) {
            if opening.of(text) != "〔" {
                edits.push(Edit::new(opening, "〔", Reason::DocumentNumber));
            }
            if closing.of(text) != "〕" {
                edits.push(Edit::new(closing, "〕", Reason::DocumentNumber));
            }
            edits.extend(
                gap.into_iter()
                    .map(|span| Edit::delete(span, Reason::Space)),
            );
        }
    }
    edits.sort_by_key(|edit| edit.span);
    edits
}

/// The brackets before a 号 at byte `at`, and the blanks between them and it.
fn number_before(text: &str, at: usize) -> Option<(Span, Span, Vec<Span>)> {
    let mut gaps = Vec::new();
    let trim = |end: usize| text[..end].trim_end_matches(' ').len();
    let digits = |end: usize| {
        text[..end]
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .len()
    };
    let mut blank = |from: usize, to: usize| {
        if from < to {
            gaps.push(Span::new(from, to));
        }
        from
    };
    let end = blank(trim(at), at);
    let start = digits(end);
    if !(1..=5).contains(&(end - start)) {
        return None;
    }
    let end = blank(trim(start), start);
    let end = text[..end].strip_suffix('第').map_or(end, str::len);
    let close = text[..end].chars().next_back()?;
    if close != '〕' && !CLOSING.contains(&close) {
        return None;
    }
    let closing = Span::new(end - close.len_utf8(), end);
    let end = blank(trim(closing.start), closing.start);
    let start = digits(end);
    if end - start != 4 || !matches!(&text[start..start + 2], "19" | "20") {
        return None;
    }
    let end = blank(trim(start), start);
    let open = text[..end].chars().next_back()?;
    let opening = Span::new(end - open.len_utf8(), end);
    if open != '〔' && !OPENING.contains(&open) {
        return None;
    }
    let end = blank(trim(opening.start), opening.start);
    if !text[..end].chars().next_back().is_some_and(is_hanzi) {
        return None;
    }
    gaps.reverse();
    Some((opening, closing, gaps))
}

/// Signs that a scanner reads where 一 is printed.
const STROKES: &[char] = &['ー', '—', '―', '─', '－', '-', '–', '_'];
const NUMERALS: &[char] = &['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/// A stroke for 一 in a label at the start of a line, a ring or a letter for 〇 in a year.
pub(super) fn misread(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        let at = start + line.len() - words.len();
        label(words, at, &mut edits);
        start += line.len();
    }
    years(text, &mut edits);
    figures(text, &mut edits);
    edits.sort_by_key(|edit| edit.span);
    edits
}

/// `(ー)…` or `ー、…` at the start of `words`, which lie at byte `at`.
fn label(words: &str, at: usize, edits: &mut Vec<Edit>) {
    let inner = words.strip_prefix(['(', '（']);
    let body = inner.unwrap_or(words);
    let end = body
        .find(|c| !STROKES.contains(&c) && !NUMERALS.contains(&c))
        .unwrap_or(body.len());
    let closes = body[end..].starts_with(if inner.is_some() {
        &[')', '）']
    } else {
        &['、'; 2]
    });
    let numeral = &body[..end];
    // Two strokes in a row are a dash, and no numeral is longer than 二十一.
    if !closes
        || numeral.chars().count() > 3
        || numeral.chars().filter(|c| STROKES.contains(c)).count() != 1
    {
        return;
    }
    let offset = at + words.len() - body.len();
    for (i, c) in numeral.char_indices().filter(|(_, c)| STROKES.contains(c)) {
        edits.push(Edit::new(
            offset + i..offset + i + c.len_utf8(),
            "一",
            Reason::Numeral,
        ));
    }
}

/// `二○一九年`, `二O二一年`: the ring is 〇.
fn years(text: &str, edits: &mut Vec<Edit>) {
    const RINGS: &[char] = &['○', 'O', 'o', 'Ｏ', '0', '０', '零', '◯', 'Ο', 'О', '〇'];
    for at in memchr::memmem::find_iter(text.as_bytes(), "年") {
        let mut digits = text[..at].char_indices().rev();
        let year: Vec<_> = digits.by_ref().take(4).collect();
        let is_digit = |&(_, c): &(usize, char)| NUMERALS[..9].contains(&c) || RINGS.contains(&c);
        let starts = matches!(year.last(), Some((_, '一' | '二')));
        if year.len() < 4
            || !starts
            || !year.iter().all(is_digit)
            || digits.next().is_some_and(|d| is_digit(&d))
        {
            continue;
        }
        for &(i, c) in year
            .iter()
            .filter(|(_, c)| RINGS.contains(c) && !matches!(c, '〇' | '零'))
        {
            edits.push(Edit::new(i..i + c.len_utf8(), "〇", Reason::Numeral));
        }
    }
}

/// `2O21年5月3O日`: between figures of a date the letter is 0.
fn figures(text: &str, edits: &mut Vec<Edit>) {
    const LETTERS: &[char] = &['O', 'o', 'Ｏ', '○', 'Ο', 'О'];
    for (unit, len) in [("年", 4), ("月", 2), ("日", 2)] {
        for at in memchr::memmem::find_iter(text.as_bytes(), unit) {
            let mut before = text[..at].char_indices().rev();
            let figure: Vec<_> = before.by_ref().take(len).collect();
            let is_letter = |&&(_, c): &&(usize, char)| LETTERS.contains(&c);
            let read: String = figure
                .iter()
                .rev()
                .map(|&(_, c)| if LETTERS.contains(&c) { '0' } else { c })
                .collect();
            let letters = figure.iter().filter(is_letter).count();
            let joins = |(_, c): (usize, char)| c.is_alphanumeric() && !is_hanzi(c);
            let fits = match (unit, read.parse::<u16>()) {
                ("年", Ok(year)) => (1900..2100).contains(&year),
                ("月", Ok(month)) => (1..=12).contains(&month),
                (_, Ok(day)) => (1..=31).contains(&day),
                _ => false,
            };
            if fits
                && read.len() == len
                && (1..len).contains(&letters)
                && !before.next().is_some_and(joins)
            {
                let found = figure.iter().filter(is_letter);
                edits.extend(
                    found.map(|&(i, c)| Edit::new(i..i + c.len_utf8(), "0", Reason::Numeral)),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::{document_number, misread};

    #[test]
    fn document_numbers_get_their_brackets() {
        assert_eq!(
            run(document_number, "枣科协字[2019]1号"),
            "枣科协字〔2019〕1号"
        );
        assert_eq!(
            run(document_number, "根据国办发【2019】 12 号文件"),
            "根据国办发〔2019〕12号文件"
        );
        assert_eq!(
            run(document_number, "长政发(2021)第7号，鄂发„2009‟3号"),
            "长政发〔2021〕第7号，鄂发〔2009〕3号"
        );
        assert_eq!(run(document_number, "市发（2020）5号"), "市发〔2020〕5号");
    }

    #[test]
    fn other_brackets_stay() {
        for text in [
            "市科协〔2019〕47号",
            "幸福里(2019)5号楼",
            "第(2019)次会议",
            "数组[2019]",
            "（2019）粤01民初5号之前没有汉字",
            "在会议(2019)上，5号",
            "八一路9号",
            "字体：[大 中 小]",
        ] {
            stays(document_number, text);
        }
    }

    #[test]
    fn misread_numerals_are_numerals_again() {
        assert_eq!(
            run(misread, "(ー)坚持正确方向。\n（十—）加强\n ー、总则"),
            "(一)坚持正确方向。\n（十一）加强\n 一、总则"
        );
        assert_eq!(
            run(misread, "二○一九年、二O二一年、一九九0年"),
            "二〇一九年、二〇二一年、一九九〇年"
        );
        assert_eq!(
            run(misread, "2O21年1O月3O日前，2o○9年O5月"),
            "2021年10月30日前，2009年05月"
        );
    }

    #[test]
    fn strokes_and_rings_elsewhere_stay() {
        for text in [
            "2019年5月中旬一6月上旬。",
            "——加强领导",
            "—1—",
            "-、",
            "(--)加强",
            "坚持(ー)方向",
            "二〇一九年",
            "二零二一年",
            "○○公司一年",
            "CO2年排放、HO8月、O日、OO年、4O日、1O0日、PO5月",
            "- 三、总则",
            "第一二三四五年",
        ] {
            if text != "-、" {
                stays(misread, text);
            }
        }
    }
}
