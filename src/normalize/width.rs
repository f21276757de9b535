//! Width: letters and figures narrow, the marks of Chinese sentences wide, both parentheses of a pair alike.
//!
//! In: `２０１９年，各市(州)科协,各学会:`. Out: `2019年，各市（州）科协，各学会：`. Data sets fold the wide marks of
//! their pages to ASCII; typists mix both. `14:41`, `1,000`, `f(x)`, addresses and English sentences stay.

use super::signs::{is_hanzi, is_wide_ascii, is_wide_mark};
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};

/// Distance between a full-width character and its ASCII twin.
const FOLD: u32 = 0xFEE0;

/// Full-width letters, digits and signs become ASCII: １０％ is 10%.
pub(super) fn letters(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut beside = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let plain = matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％');
        // Signs follow the letters and figures beside them: ０４７１－６６２１０１３, but 甲－乙.
        let follows = is_wide_ascii(c)
            && (beside
                || chars.peek().is_some_and(|&(_, n)| {
                    n.is_ascii_alphanumeric() || n > '％' && is_wide_ascii(n)
                }));
        beside = c.is_ascii_alphanumeric() || plain || follows;
        if !(plain || follows) {
            continue;
        }
        let to = char::from_u32(u32::from(c) - FOLD).unwrap_or(c);
        match edits.last_mut() {
            Some(last) if last.span.end == at => {
                last.span.end += c.len_utf8();
                last.to.push(to);
            }
            _ => edits.push(Edit::new(at..at + c.len_utf8(), to, Reason::Width)),
        }
    }
    edits
}

/// Half-width marks beside hanzi become full-width, parentheses in pairs.
pub(super) fn marks(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end =
            memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |n| start + n + 1);
        line(text, start, end, &mut edits);
        start = end;
    }
    edits
}

/// The full-width twin of a mark.
const fn twin(c: char) -> Option<char> {
    Some(match c {
        ',' => '，',
        ':' => '：',
        ';' => '；',
        '?' => '？',
        '!' => '！',
        '(' => '（',
        ')' => '）',
        _ => return None,
    })
}

/// How much of what stands between two parentheses is looked at.
const INNER: usize = 300;

/// Whether Chinese text ends at the end of `before`. `科协 ,` is Chinese before the comma; so is what ends in a mark that
/// was just made wide, at byte `widened`.
fn ends_chinese(before: &str, widened: usize) -> bool {
    let words = before.trim_end_matches(['“', '”', '‘', '’', ' ', '\u{3000}']);
    words.len() == widened
        || words.ends_with(|c| is_hanzi(c) || is_wide_mark(c) || matches!(c, '℃' | '‰'))
}

/// Whether Chinese text begins at the start of `after`. `Hello, 世界` is English at the comma.
fn starts_chinese(after: &str) -> bool {
    after
        .trim_start_matches(['“', '”', '‘', '’'])
        .starts_with(|c| is_hanzi(c) || is_wide_mark(c))
}

/// One line, bytes `start..end` of `text`.
fn line(text: &str, start: usize, end: usize, edits: &mut Vec<Edit>) {
    let words = &text[start..end];
    let is_half = |b: &u8| matches!(b, b',' | b':' | b';' | b'?' | b'!' | b'(' | b')');
    if !words.bytes().any(|b| is_half(&b)) || words.is_ascii() {
        return;
    }
    let first = edits.len();
    let mut open: Vec<Open> = Vec::new();
    let mut address = 0;
    let indent = words.len() - words.trim_start().len();
    // A mark just made wide tells its neighbor that it stands in Chinese text: `)，` after `部室`.
    let mut widened = usize::MAX;
    let mut run = Run::default();
    for (at, c) in words.char_indices() {
        if at < address
            || !matches!(
                c,
                ',' | ':' | ';' | '?' | '!' | '(' | ')' | '（' | '）' | 'h' | 'w'
            )
        {
            continue;
        }
        let next = at + c.len_utf8();
        let before = &words[..at];
        let after = &words[next..];
        match c {
            'h' | 'w' => {
                address = at + address_len(&words[at..]);
                continue;
            }
            '(' | '（' => {
                open.push(Open {
                    at,
                    wide: c == '（',
                    beside: ends_chinese(before, widened),
                });
                continue;
            }
            ')' | '）' => {
                if let Some(opening) = open.pop() {
                    let inner = &words[opening.at + if opening.wide { 3 } else { 1 }..at];
                    let wide = opening.wide
                        || c == '）'
                        || inner.chars().take(INNER).any(is_hanzi)
                        || opening.beside && !is_area_code(inner, after)
                        || opening.at == indent && starts_chinese(after);
                    if wide && !opening.wide {
                        edits.push(Edit::new(
                            start + opening.at..start + opening.at + 1,
                            "（",
                            Reason::Width,
                        ));
                    }
                    if wide && c == ')' {
                        edits.push(Edit::new(start + at..start + next, "）", Reason::Width));
                    }
                    if wide {
                        widened = next;
                    }
                    continue;
                }
            }
            _ => {}
        }
        let Some(to) = twin(c) else { continue };
        let between_digits = before.ends_with(|c: char| c.is_ascii_digit())
            && after.starts_with(|c: char| c.is_ascii_digit());
        // 70%,11月底: no number goes on after a per cent sign.
        let after_percent =
            c == ',' && before.ends_with('%') && after.starts_with(|c: char| c.is_ascii_digit());
        if !between_digits
            && (after_percent
                || widened == at
                || ends_chinese(before, widened)
                || run.ends_before_chinese(words, next))
        {
            edits.push(Edit::new(start + at..start + next, to, Reason::Width));
            widened = next;
        }
    }
    // What was opened and never closed.
    for opening in open.into_iter().filter(|opening| !opening.wide) {
        if opening.beside || starts_chinese(&words[opening.at + 1..]) {
            edits.push(Edit::new(
                start + opening.at..start + opening.at + 1,
                "（",
                Reason::Width,
            ));
        }
    }
    edits[first..].sort_by_key(|edit| edit.span);
}

/// Marks one after another, `??工`: what the last of them stands before holds for all.
#[derive(Default)]
struct Run {
    end: usize,
    chinese: bool,
}

impl Run {
    /// Whether Chinese text begins behind the marks that go on at byte `at` of `words`.
    fn ends_before_chinese(&mut self, words: &str, at: usize) -> bool {
        if at > self.end {
            let after = words[at..].trim_start_matches([',', ':', ';', '?', '!']);
            self.end = words.len() - after.len();
            self.chinese = starts_chinese(after);
        }
        self.chinese
    }
}

/// A parenthesis that waits for its partner.
struct Open {
    at: usize,
    wide: bool,
    beside: bool,
}

/// `(0471)6621013`: the parentheses belong to the telephone number.
fn is_area_code(inner: &str, after: &str) -> bool {
    (3..=4).contains(&inner.len())
        && inner.bytes().all(|b| b.is_ascii_digit())
        && after
            .trim_start_matches([' ', '-'])
            .starts_with(|c: char| c.is_ascii_digit())
}

/// Length of the address that `words` begins with: `http://…`, `www.…`, or 1 where there is none.
fn address_len(words: &str) -> usize {
    if words.starts_with("http://") || words.starts_with("https://") || words.starts_with("www.") {
        let part = |c: char| c.is_ascii_graphic() && !matches!(c, ')' | ',' | ';');
        words.find(|c: char| !part(c)).unwrap_or(words.len())
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::{letters, marks};

    #[test]
    fn marks_beside_hanzi_become_wide() {
        assert_eq!(
            run(marks, "各市(州)科协,各学会(协会、研究会):"),
            "各市（州）科协，各学会（协会、研究会）："
        );
        assert_eq!(run(marks, "1\n????????工"), "1\n？？？？？？？？工");
        assert_eq!(
            run(marks, "(ー)坚持;(1)落实!(组宣部牵头,其他配合)"),
            "（ー）坚持；（1）落实！（组宣部牵头，其他配合）"
        );
        assert_eq!(
            run(marks, "“四个意识”,“四个自信”, 根据"),
            "“四个意识”，“四个自信”， 根据"
        );
        assert_eq!(
            run(marks, "综合性(全国)场馆（新馆)，(旧馆）"),
            "综合性（全国）场馆（新馆），（旧馆）"
        );
        assert_eq!(run(marks, "年)》),联合"), "年）》），联合");
        assert_eq!(
            run(marks, "实施《纲要(2021-2035年)》,联合"),
            "实施《纲要（2021-2035年）》，联合"
        );
        assert_eq!(run(marks, "完成70%,11月底"), "完成70%，11月底");
        assert_eq!(
            run(marks, "发布日期:2019-05-28 点击量: 0"),
            "发布日期：2019-05-28 点击量： 0"
        );
    }

    #[test]
    fn marks_among_letters_and_figures_stay() {
        for text in [
            "上午9:30至14:41，比例为1:3，共1,000元",
            "设f(x)为函数",
            "Hello, world! 你好",
            "网址http://www.a.gov.cn/b?c=1,2;d",
            "电话：(0471)6621013",
            "“3+1”试点、GB/T 9704",
            "Notice (2019): all units, please",
            "各市（州）科协，各学会：",
            "采用A,B,C三级",
            "5%, 10% and 20%",
        ] {
            stays(marks, text);
        }
    }

    #[test]
    fn letters_and_figures_become_narrow() {
        assert_eq!(
            run(letters, "２０１９年１２月，ＧＤＰ增长８．５％"),
            "2019年12月，GDP增长8.5%"
        );
        assert_eq!(run(letters, "１．加强"), "1.加强");
        assert_eq!(
            run(letters, "电话：０４７１－６６２１０１３，ａ＠ｂ．ｃｏｍ"),
            "电话：0471-6621013，a@b.com"
        );
        for text in [
            "甲－乙、丙／丁",
            "各市（州）：是，否；对！好？",
            "2019年8.5%",
            "～，“”",
        ] {
            stays(letters, text);
        }
    }
}
