//! Code points that look like a character and are another.
//!
//! In: `⼯作要点`, with a radical out of a PDF. Out: `工作要点`. PDFs map glyphs to radicals, old fonts keep
//! characters and bullets in private use, some encodings have a character twice. What has one meaning is replaced; other
//! private-use characters stay, with a warning.

use super::signs::Signs;
use super::{Findings, Repair};
use crate::error::Code;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};
use encoding_rs::{BIG5, GB18030};

/// The first of the 80 private-use code points that GB 18030 of 2000 used for characters that Unicode has by now.
const GB18030_FIRST: u32 = 0xE815;
/// The last of them.
const GB18030_LAST: u32 = 0xE864;

/// Replaces what has one meaning.
pub(super) fn unify(text: &str, rules: &RuleSet, _: Repair) -> Findings {
    let mut table: Vec<(char, char)> = rules
        .data("normalize/code_points.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(' '))
        .filter_map(|pair| {
            let mut chars = pair.chars();
            Some((chars.next()?, chars.next()?))
        })
        .collect();
    table.sort_unstable();
    let hong_kong = is_hong_kong(text);
    let mut findings = Findings::default();
    let suspicious = Signs::COMPATIBLE.or(Signs::PRIVATE);
    for (at, c) in text
        .char_indices()
        .filter(|&(_, c)| Signs::of_char(c).show(suspicious))
    {
        let span = Span::new(at, at + c.len_utf8());
        let known = table
            .binary_search_by_key(&c, |&(from, _)| from)
            .ok()
            .map(|i| table[i].1);
        let hkscs = || hkscs(c).filter(|_| hong_kong);
        if let Some(to) = known.or_else(hkscs).or_else(|| gb18030(c)) {
            findings.edits.push(Edit::new(span, to, Reason::CodePoint));
        } else if Signs::of_char(c).show(Signs::PRIVATE) {
            let message = format!("私用区字符U+{:04X}，原字不明", u32::from(c));
            findings.doubts.push((Code::DamageLeft, message, span));
        }
    }
    findings
}

/// The character that GB 18030 has now where it had a private-use one.
fn gb18030(c: char) -> Option<char> {
    let code = u32::from(c);
    if !(GB18030_FIRST..=GB18030_LAST).contains(&code) {
        return None;
    }
    // They lie in row FE, from cell 50 on; 7F is no cell.
    let cell = u8::try_from(0x50 + code - GB18030_FIRST).ok()?;
    let bytes = [0xFE, if cell >= 0x7F { cell + 1 } else { cell }];
    let (read, failed) = GB18030.decode_without_bom_handling(&bytes);
    read.chars()
        .next()
        .filter(|&now| !failed && now != c && !Signs::of_char(now).show(Signs::PRIVATE))
}

/// Cells of a row of Big5.
const CELLS: u32 = 157;
/// First private-use code point of each of the four ranges that Windows keeps for characters of users, with the row of Big5
/// where it begins, and the cell.
const USER_RANGES: [(u32, u8, u32); 4] = [
    (0xE000, 0xFA, 0),
    (0xE311, 0x8E, 0),
    (0xEEB8, 0x81, 0),
    (0xF6B1, 0xC6, 63),
];
/// The last code point of them.
const USER_LAST: u32 = 0xF848;

/// The character of the Hong Kong Supplementary Character Set that programs of before 2005 kept at `c`: they put the
/// codes of the set where Windows keeps what users draw, from Big5 FA40, 8E40, 8140 and C6A1 on.
fn hkscs(c: char) -> Option<char> {
    let code = u32::from(c);
    if code > USER_LAST {
        return None;
    }
    let (first, row, cell) = USER_RANGES
        .into_iter()
        .rfind(|&(first, _, _)| first <= code)?;
    let offset = code - first + cell;
    let row = u32::from(row) + offset / CELLS;
    let cell = offset % CELLS;
    let cell = if cell < 63 {
        0x40 + cell
    } else {
        0xA1 + cell - 63
    };
    let bytes = [u8::try_from(row).ok()?, u8::try_from(cell).ok()?];
    let (read, failed) = BIG5.decode_without_bom_handling(&bytes);
    read.chars()
        .next()
        .filter(|&now| !failed && super::signs::is_hanzi(now))
}

/// Whether private use is likely that of Hong Kong: elsewhere the same code points show other characters.
fn is_hong_kong(text: &str) -> bool {
    ["香港", "九龍", "新界", "澳門"]
        .iter()
        .any(|name| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some())
        && super::hanzi::script(text) == crate::record::Script::Hant
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;
    use crate::text::Text;

    fn run(text: &str) -> String {
        let mut result = Text::from_utf8(text);
        result.rewrite(unify(text, rules(), Repair::Safe).edits);
        result.as_str().to_owned()
    }

    #[test]
    fn radicals_and_doubles_become_characters() {
        assert_eq!(
            run("⼯作、⼆〇⼀九年、⾦融、⻓江、⻔⼝"),
            "工作、二〇一九年、金融、长江、门口"
        );
        assert_eq!(run("\u{f90a}融、\u{fa1c}国"), "金融、靖国");
        assert_eq!(run("\u{f0b7}第一\u{e5e5}二"), "•第一　二");
        assert_eq!(run("\u{e863}"), "䶮");
    }

    #[test]
    fn characters_of_hong_kong_come_back() {
        let text = "香港特別行政區政府關於屋邨\u{ecd4}、埗頭\u{ecd1}通告，請各單位遵照辦理";
        let sound = "香港特別行政區政府關於屋邨𨋢、埗頭嘅通告，請各單位遵照辦理";
        assert_eq!(run(text), sound);
        assert_eq!(
            hkscs('\u{f0b7}'),
            None,
            "bullets of symbol fonts are none of them"
        );
        let elsewhere = "某市人民政府關於屋邨\u{ecd4}樓宇的通告，請各單位遵照辦理";
        assert_eq!(run(elsewhere), elsewhere);
    }

    #[test]
    fn characters_and_unknown_private_use_stay() {
        for text in [
            "工作、二〇一九年、金融、长江",
            "﨎﨏﨑",
            "\u{e000}\u{e86a}",
            "丨丶丿",
            "",
        ] {
            assert_eq!(run(text), text);
        }
        assert_eq!(unify("\u{e000}", rules(), Repair::Safe).doubts.len(), 1);
    }
}
