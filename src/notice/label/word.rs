//! Labels that are words, letters and signs: `第一章`, `任务一：`, `首先，`, `B-1`, `①`, `——`.

use super::count::{digits, hanzi_number};
use super::{Style, is_hanzi};

pub(super) fn ordinal_heading(line: &str) -> Option<(Style, u32, usize)> {
    let inner = &line['第'.len_utf8()..];
    let (number, len) = match inner.chars().next()? {
        '0'..='9' => digits(inner)?,
        _ => hanzi_number(inner)?,
    };
    let rest = &inner[len..];
    let (style, word) = [
        (Style::Chapter, "章"),
        (Style::Section, "节"),
        (Style::Article, "条"),
        (Style::Part, "部分"),
    ]
    .into_iter()
    .find(|(_, word)| rest.starts_with(word))?;
    let at = line.len() - rest.len() + word.len();
    let after = &line[at..];
    // 第一条规定…, 第三条所称… in running words; a label is followed by a blank, a mark, or its words.
    let cited = [
        "规定", "所称", "的", "、", "和", "至", "第", "款", "中", "“", "要求",
    ]
    .iter()
    .any(|word| after.starts_with(word));
    (!cited && !after.is_empty()).then(|| {
        let mark = after.chars().next().filter(|c| matches!(c, '：' | ':'));
        (style, number, at + mark.map_or(0, char::len_utf8))
    })
}

/// Words that count, and what they head.
const NAMES: [(&str, Style); 9] = [
    ("任务", Style::Named),
    ("行动", Style::Named),
    ("工程", Style::Named),
    ("专题", Style::Named),
    ("模块", Style::Named),
    ("板块", Style::Named),
    ("步骤", Style::Named),
    ("措施", Style::Named),
    ("专栏", Style::Box),
];

/// `任务一：`, `专栏1 `: a word that counts.
pub(super) fn named(line: &str) -> Option<(Style, u32, usize)> {
    let (word, style) = NAMES.into_iter().find(|(word, _)| line.starts_with(word))?;
    let inner = &line[word.len()..];
    let (number, len) = digits(inner).or_else(|| hanzi_number(inner))?;
    let at = word.len() + len;
    let mark = line[at..].chars().next()?;
    let blank = mark.is_whitespace();
    (matches!(mark, '：' | ':' | '、' | '.') || blank)
        .then(|| (style, number, at + if blank { 0 } else { mark.len_utf8() }))
}

pub(super) fn sequence_word(line: &str) -> Option<(Style, u32, usize)> {
    let (number, word) = [(1, "首先，"), (2, "其次，"), (3, "再次，"), (4, "最后，")]
        .into_iter()
        .find(|(_, word)| line.starts_with(word))?;
    Some((Style::Ordinal, number, word.len()))
}

/// `- 建立台账`, as Markdown lists items.
pub(super) fn markdown_item(line: &str) -> Option<(Style, u32, usize)> {
    let words = line[1..].trim_start();
    (words.len() < line.len() - 1 && words.starts_with(is_hanzi)).then_some((Style::Bullet, 0, 1))
}

/// `壹、计划目的`, as plans in Taiwan number.
pub(super) fn formal(line: &str, first: char) -> Option<(Style, u32, usize)> {
    let number = "壹贰叁肆伍陆柒捌玖拾"
        .chars()
        .position(|c| c == first)
        .map_or(3, |at| at as u32 + 1);
    let at = first.len_utf8();
    line[at..]
        .starts_with('、')
        .then_some((Style::Formal, number, at + '、'.len_utf8()))
}

pub(super) fn circled(first: char) -> Option<(Style, u32, usize)> {
    let number = match first {
        '①'..='⑳' => first as u32 - '①' as u32 + 1,
        '⑴'..='⒇' => first as u32 - '⑴' as u32 + 1,
        '⒈'..='⒛' => first as u32 - '⒈' as u32 + 1,
        '❶'..='❿' => first as u32 - '❶' as u32 + 1,
        _ => return None,
    };
    Some((Style::Circled, number, first.len_utf8()))
}

pub(super) fn roman(line: &str, first: char) -> Option<(Style, u32, usize)> {
    let at = first.len_utf8();
    let mark = line[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '、' | '.' | '．') || c.is_whitespace())?;
    Some((
        Style::Roman,
        first as u32 - 'Ⅰ' as u32 + 1,
        at + if mark.is_whitespace() {
            0
        } else {
            mark.len_utf8()
        },
    ))
}

pub(super) fn letter(line: &str) -> Option<(Style, u32, usize)> {
    let mut chars = line.chars();
    let first = chars.next()?;
    let (style, zero) = match first {
        'A'..='Z' => (Style::Letter, 'A'),
        _ => (Style::SmallLetter, 'a'),
    };
    let number = first as u32 - zero as u32 + 1;
    let mark = chars.next()?;
    // B-1, C-2 under B., C.
    if mark == '-' && style == Style::Letter {
        let (number, len) = digits(chars.as_str())?;
        let blank = line[2 + len..].starts_with(char::is_whitespace);
        return blank.then_some((Style::LetterDash, number, 2 + len));
    }
    let next = chars.next()?;
    let marked = matches!(mark, '.' | '、' | '．' | '）' | ')');
    let words = is_hanzi(next) || next.is_whitespace() || next == '“';
    (marked && words).then_some((style, number, 1 + mark.len_utf8()))
}

/// ——3月31日前, ——2024年: the times of a plan, an item each.
fn is_date(words: &str) -> bool {
    let rest = words.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < words.len() && rest.starts_with(['年', '月'])
}

pub(super) fn bullet(line: &str, first: char) -> Option<(Style, u32, usize)> {
    let len: usize = line
        .chars()
        .take_while(|&c| c == first)
        .map(char::len_utf8)
        .sum();
    let after = line[len..].trim_start();
    // — 3 — is a page number, ·30 the rest of a cut 5·30.
    let words = after.starts_with(|c: char| is_hanzi(c) || "“《（【".contains(c))
        || len == 2 * first.len_utf8() && is_date(after);
    (words && len <= 2 * first.len_utf8() && !after.ends_with(first)).then_some((
        Style::Bullet,
        0,
        len,
    ))
}
