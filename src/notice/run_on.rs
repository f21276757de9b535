//! Lines that an export ran together, taken apart again.
//!
//! In: `…通知如下： 一、加强巡查。…（林业站负责） 二、加强宣传。… 某县林业局 2021年3月25日` on one line, or labels that a wrap left in
//! the middle of a line: `1　工作任务　1—1　存量数字化。…（市档案馆牵头）1—2　增量电子化。`. Out: a line for each.
//!
//! A number inside a line is a label where it goes on from the one before it, or where the next of its kind goes on
//! from it; `一是…；二是…`, `（1）…；（2）…` inside a sentence and `符合（一）（二）项` are words.

use super::label::{self, Label, Style, is_hanzi};
use super::line::Line;
use crate::rule::RuleSet;
use crate::text::Span;

/// What stands before a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing: it begins its line.
    Line,
    /// The end of a sentence.
    Stop,
    /// The end of a parenthesis: （市教育局牵头）（二）….
    Close,
    Colon,
    Blank,
    /// The words of the heading over it: 二、离校工作（一）各年级….
    Heading,
}

/// A number that may be a label.
struct Candidate {
    line: usize,
    /// Its span counts from the beginning of the line.
    label: Label,
    before: Before,
    /// Whether the next of its kind goes on from it, and stands in the same line.
    goes_on: bool,
    same_line: bool,
}

/// Takes lines apart where labels stand inside of them.
pub(super) fn part(text: &str, lines: Vec<Line>, rules: &RuleSet) -> Vec<Line> {
    let candidates = candidates(text, &lines);
    let cuts = cuts(text, &lines, &candidates);
    let mut parted = Vec::with_capacity(lines.len() + cuts.len());
    let mut cuts = cuts.into_iter().peekable();
    for (index, line) in lines.into_iter().enumerate() {
        let mut at = Vec::new();
        let mut whole = false;
        while let Some(cut) = cuts.next_if(|cut| cut.line == index) {
            at.push(cut.at);
            whole |= cut.whole;
        }
        if whole {
            let first = at.first().copied();
            at.extend(blanks(line.of(text)));
            at.extend(recipients(line.of(text), first, rules));
            at.extend(
                line.of(text)
                    .match_indices("。附件")
                    .map(|(at, _)| at + '。'.len_utf8()),
            );
            at.extend(signature(line.of(text), rules));
            at.sort_unstable();
        } else if index < HEAD {
            at.extend(number_before_title(line.of(text), rules));
        }
        push(text, line, &at, &mut parted);
    }
    parted
}

/// How many lines may stand above a title.
const HEAD: usize = 20;

fn push(text: &str, line: Line, cuts: &[usize], lines: &mut Vec<Line>) {
    let mut from = line.span.start;
    for to in cuts
        .iter()
        .map(|cut| line.span.start + cut)
        .chain([line.span.end])
    {
        let piece = Span::new(from, to.max(from));
        let words = piece.of(text);
        let start = from + (words.len() - words.trim_start().len());
        if !words.trim().is_empty() {
            lines.push(Line {
                span: Span::new(start, start + words.trim().len()),
                ..line
            });
        }
        from = to.max(from);
    }
}

/// Numbers that are counted on from one another.
fn counts(style: Style) -> bool {
    matches!(
        style,
        Style::Hanzi
            | Style::HanziParentheses
            | Style::ArabicDot
            | Style::ArabicComma
            | Style::ArabicParentheses
            | Style::Decimal(_)
    )
}

/// Whether the line is a row of a table.
fn is_row(words: &str) -> bool {
    memchr::memchr(b'|', words.as_bytes()).is_some()
        || words.contains('｜')
        || memchr::memchr_iter(b'\t', words.as_bytes())
            .nth(1)
            .is_some()
}

fn candidates(text: &str, lines: &[Line]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    // Whether the document counts 1, 1.1, 1.2: else such figures are measures.
    let mut numbered = false;
    for (line, words) in lines.iter().map(|line| line.of(text)).enumerate() {
        let first = label::read(words);
        let mut add = |label: Label, at: usize, before| {
            if counts(label.style) {
                found.push(Candidate {
                    line,
                    label: Label {
                        span: label.span.shift(at),
                        ..label
                    },
                    before,
                    goes_on: false,
                    same_line: false,
                });
            }
        };
        let mut from = 0;
        if let Some(label) = first {
            add(label, 0, Before::Line);
            from = label.span.end;
        }
        if is_row(words) {
            continue;
        }
        numbered |=
            first.is_some_and(|label| matches!(label.style, Style::ArabicBare | Style::Decimal(_)));
        // The words of a heading that nothing has ended yet.
        let mut heading = first.is_some();
        let mut last = None;
        let mut blank = false;
        for (at, c) in words[from..].char_indices() {
            let at = from + at;
            // Most characters are hanzi behind hanzi: no number begins there.
            if !blank && is_hanzi(c) && last.is_some_and(is_hanzi) {
                heading &= at - from < HEADING;
                last = Some(c);
                continue;
            }
            if c.is_whitespace() {
                blank = true;
                continue;
            }
            let before = match last {
                Some('。' | '！' | '？') => Some(Before::Stop),
                Some('：' | ':') => Some(Before::Colon),
                Some('）' | ')' | '】') if remark(&words[..at]) => Some(Before::Close),
                Some(last) if blank && !last.is_ascii_alphanumeric() => Some(Before::Blank),
                Some(last) if heading && is_hanzi(last) && c == '（' => Some(Before::Heading),
                _ => None,
            };
            let begins = matches!(
                c,
                '0'..='9'
                    | '（'
                    | '('
                    | '一'
                    | '二'
                    | '三'
                    | '四'
                    | '五'
                    | '六'
                    | '七'
                    | '八'
                    | '九'
                    | '十'
            );
            if let Some(before) = before.filter(|_| begins && at > from)
                && let Some(label) = label::read(&words[at..])
                && (numbered || !matches!(label.style, Style::Decimal(_)))
            {
                add(label, at, before);
            }
            heading &= is_hanzi(c) && at - from < HEADING;
            (last, blank) = (Some(c), false);
        }
    }
    follow(&mut found);
    found
}

/// Longest heading in bytes that runs into its first item: 12 hanzi.
const HEADING: usize = 36;

/// Whether a closed parenthesis says something: （市教育局牵头）, not the number of another item, （一）.
fn remark(words: &str) -> bool {
    let inner = words.trim_end().trim_end_matches(['）', ')', '】']);
    let from = inner.floor_char_boundary(inner.len().saturating_sub(REMARK));
    !inner[from..].contains(['（', '(', '【'])
}

/// Shortest remark in parentheses in bytes: 4 hanzi.
const REMARK: usize = 12;

/// Tells each candidate whether the next of its style goes on from it.
fn follow(found: &mut [Candidate]) {
    let mut next: Vec<(Style, u32, usize)> = Vec::new();
    for candidate in found.iter_mut().rev() {
        let (style, number) = (candidate.label.style, candidate.label.number);
        match next.iter_mut().find(|(known, ..)| *known == style) {
            Some(seen) => {
                candidate.goes_on = seen.1 == number + 1;
                candidate.same_line = seen.2 == candidate.line;
                (seen.1, seen.2) = (number, candidate.line);
            }
            None => next.push((style, number, candidate.line)),
        }
    }
}

/// Where a line is taken apart.
struct Cut {
    line: usize,
    at: usize,
    /// Whether all the line is a notice that was run together, so that each blank in it was the end of a line.
    whole: bool,
}

/// Shortest line in bytes that can hold a whole notice: 120 hanzi.
const NOTICE: usize = 360;

fn cuts(text: &str, lines: &[Line], candidates: &[Candidate]) -> Vec<Cut> {
    let mut last: Vec<(Style, u32)> = Vec::new();
    let mut cuts: Vec<Cut> = Vec::new();
    let mut whole = None;
    for candidate in candidates {
        let Label { style, number, .. } = candidate.label;
        let seen = last.iter().find(|(known, _)| *known == style);
        let goes_on = number > 1 && seen.is_some_and(|(_, n)| n + 1 == number);
        let begins = number == 1 && candidate.goes_on;
        let line = lines[candidate.line].span.len();
        // 一、 in the middle of a long line, with 二、 after it: the line is the notice.
        let notice = begins
            && candidate.same_line
            && line >= NOTICE
            && candidate.before != Before::Line
            && (style == Style::Hanzi || style != Style::HanziParentheses && line * 2 > text.len());
        if notice {
            whole = Some(candidate.line);
        }
        let within = whole == Some(candidate.line);
        let takes = match candidate.before {
            Before::Line => true,
            Before::Stop => goes_on || begins && (style != Style::Hanzi || notice),
            Before::Blank => goes_on || begins && (style != Style::Hanzi || within),
            Before::Close => goes_on || begins && within,
            Before::Colon => begins && within,
            Before::Heading => begins,
        };
        if !takes {
            continue;
        }
        match last.iter_mut().find(|(known, _)| *known == style) {
            Some(seen) => seen.1 = number,
            None => last.push((style, number)),
        }
        if candidate.before != Before::Line {
            cuts.push(Cut {
                line: candidate.line,
                at: candidate.label.span.start,
                whole: within,
            });
        }
    }
    cuts
}

/// Blanks between hanzi, and before a date: ends of lines.
fn blanks(words: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut last = 'x';
    let mut blank = false;
    for (at, c) in words.char_indices() {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        let year = || {
            words[at..]
                .char_indices()
                .nth(4)
                .is_some_and(|(len, mark)| {
                    mark == '年' && words[at..at + len].bytes().all(|b| b.is_ascii_digit())
                })
        };
        if blank && !last.is_ascii() && (!c.is_ascii() || c.is_ascii_digit() && year()) {
            ends.push(at);
        }
        (last, blank) = (c, false);
    }
    ends
}

/// 各乡镇林业站：清明将至，…: the colon in the head of a notice ends the recipients.
fn recipients(words: &str, first: Option<usize>, rules: &RuleSet) -> Option<usize> {
    let head = &words[..first.unwrap_or(0)];
    let end = head.find(['：', ':'])?;
    let from = head[..end].rfind(char::is_whitespace).map_or(0, |at| {
        at + head[at..].chars().next().map_or(1, char::len_utf8)
    });
    let end = end + head[end..].chars().next()?.len_utf8();
    super::head::is_recipients(&head[from..end], rules).then_some(end)
}

/// 某县林业局2021年3月25日 after the last sentence of a notice on one line.
fn signature(words: &str, rules: &RuleSet) -> Option<usize> {
    let at = words.rfind(['。', '）', '！'])?;
    let at = at + words[at..].chars().next()?.len_utf8();
    rules
        .word("date_line")
        .is_match(words[at..].trim())
        .then_some(at)
}

/// 某档发〔2021〕11号　　某市档案局关于…的通知 on one line.
fn number_before_title(words: &str, rules: &RuleSet) -> Option<usize> {
    if words.len() > NOTICE || !words.contains('号') {
        return None;
    }
    let found = rules.word("number_before_title").captures(words)?;
    found.name("title").map(|title| title.start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::line;

    fn parted(text: &str) -> Vec<String> {
        let rules = RuleSet::embedded().expect("the program's own rules are sound");
        line::split(text, &rules)
            .iter()
            .map(|line| line.of(text).to_owned())
            .collect()
    }

    #[test]
    fn a_notice_on_one_line_becomes_lines() {
        let text = "某县林业局关于加强森林防火工作的通知 某林防〔2021〕7号 各乡镇林业站：清明将至，祭扫用火增多，林火风险陡升，现将有关工作通知如下。 \
            一、加强火源管控。在重点坟区、进山路口设置临时检查站，逐人登记、收缴火种。（各乡镇林业站负责） 二、加强巡山护林。护林员每日巡山两次。\
            三、严格值班制度。请各单位于3月30日前报送值班表。 某县林业局 2021年3月25日";
        assert_eq!(
            parted(text),
            [
                "某县林业局关于加强森林防火工作的通知",
                "某林防〔2021〕7号",
                "各乡镇林业站：",
                "清明将至，祭扫用火增多，林火风险陡升，现将有关工作通知如下。",
                "一、加强火源管控。在重点坟区、进山路口设置临时检查站，逐人登记、收缴火种。（各乡镇林业站负责）",
                "二、加强巡山护林。护林员每日巡山两次。",
                "三、严格值班制度。请各单位于3月30日前报送值班表。",
                "某县林业局",
                "2021年3月25日",
            ]
        );
    }

    #[test]
    fn labels_after_a_wrap_begin_lines() {
        let text = "1　工作任务　1—1　存量数字化。年底前完成。（市档案馆牵头，各县配合）1—2　增量电子化。同步归档。1—3　利用网络化。\n\
            二、离校工作（一）各年级召开班会。\n（二）总务处检查水电。";
        assert_eq!(
            parted(text),
            [
                "1　工作任务",
                "1—1　存量数字化。年底前完成。（市档案馆牵头，各县配合）",
                "1—2　增量电子化。同步归档。",
                "1—3　利用网络化。",
                "二、离校工作",
                "（一）各年级召开班会。",
                "（二）总务处检查水电。",
            ]
        );
    }

    #[test]
    fn numbers_in_sentences_are_words() {
        for text in [
            "（一）分类处置。一是摸清底数；二是建立台账。",
            "（一）材料齐全。符合上述（一）（二）项的，应于3日内办结。",
            "重点做到：（1）早部署；（2）早落实。",
            "设奖项若干。一、二、三等奖各一名。",
            "（三）完成投资。年底前达到 1.5 亿元。",
        ] {
            assert_eq!(parted(text), [text]);
        }
    }
}
