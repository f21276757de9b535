//! Blanks: of one kind, and only where they say something.
//!
//! In: `现将《枣庄市科协 2019 年工作要点》印发`. Out: `现将《枣庄市科协2019年工作要点》印发`. Word puts a quarter of a
//! blank between hanzi and figures, which converters write as a whole one; HTML indents with NBSP.
//! Blanks between hanzi stay (`王国文  巴特尔`, a title of two lines), as do wide runs, which keep columns apart.

use super::signs::{is_hanzi, is_wide_blank, is_wide_mark};
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};

/// NBSP and its like become blanks; ideographic spaces, too, except where they indent a line. Beside a figure an ideographic
/// space was put on purpose (`工作任务　1—1　存量数字化`) and becomes two, which stay; not so inside a date (`6月　15日`).
pub(super) fn wide(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut indents = true;
    let mut before = '\n';
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if is_wide_blank(c) && !(indents && c == '\u{3000}') {
            let after = text[end..].chars().next().unwrap_or('\n');
            let figure = before.is_ascii_digit() || after.is_ascii_digit();
            let date = [before, after].iter().any(|c| "年月日".contains(*c));
            let to = if c == '\u{3000}' && figure && !date {
                "  "
            } else {
                " "
            };
            edits.push(Edit::new(at..end, to, Reason::Space));
        }
        indents = c == '\n' || indents && (is_wide_blank(c) || c == ' ' || c == '\t');
        before = c;
    }
    edits
}

/// Blanks at the ends of lines, beside wide marks, and single ones between hanzi and figures go.
pub(super) fn idle(text: &str, _: &RuleSet) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut from = 0;
    while let Some(found) = memchr::memchr3(b' ', b'\t', 0xE3, &bytes[from..]) {
        let start = from + found;
        let end = start + blanks(&text[start..]);
        if end == start {
            // 、。《 begin with the same byte as the ideographic space.
            from = start + 3;
            continue;
        }
        from = end;
        if goes(text, start, end) {
            edits.push(Edit::delete(start..end, Reason::Space));
        }
    }
    edits
}

/// Whether the blanks at `start..end` say nothing.
fn goes(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    // A tab is the edge of a table's cell, a wide run that of a column.
    if text[start..end].contains('\t') {
        return false;
    }
    match (before, after) {
        (_, None | Some('\n')) => true,
        (None | Some('\n'), _) => false,
        _ if end - start > 1 => false,
        (Some('日' | '月' | '号' | '底'), Some('前')) => true,
        (Some(b), Some(a)) if b.is_ascii_digit() && a.is_ascii_digit() => {
            spaced_number(text, start, end)
        }
        (Some(b), Some(a)) if is_wide_mark(b) || is_wide_mark(a) => !keeps_apart(b, a),
        (Some(b), Some(a)) if is_hanzi(b) && a.is_ascii_digit() => !starts_item(&text[end..]),
        (Some(b), Some('月')) if b.is_ascii_digit() && opens_date(&text[end..]) => true,
        (Some(b), Some(a)) if b.is_ascii_digit() && is_hanzi(a) => !ends_item(text, start),
        _ => false,
    }
}

/// Whether the blank stands inside the number of a date whose figures a scanner set apart: `3 月 2 2 日`, `2 0 2 1 年`.
fn spaced_number(text: &str, start: usize, end: usize) -> bool {
    let part = |c: char| c.is_ascii_digit() || c == ' ';
    let from = text[..start].trim_end_matches(part).len();
    let to = text.len() - text[end..].trim_start_matches(part).len();
    let figures = || {
        text[from..to]
            .split(' ')
            .filter(|figure| !figure.is_empty())
    };
    let unit = text[to..].chars().next();
    let fits = match figures().count() {
        2 => matches!(unit, Some('月' | '日' | '号' | '年' | '个')),
        4 => unit == Some('年'),
        _ => false,
    };
    fits && figures().all(|figure| figure.len() == 1)
}

/// Whether `text` goes on from the number of a month to its day: `月 25 日`.
fn opens_date(text: &str) -> bool {
    let day = text.trim_start_matches(['月', ' ']);
    let n = digits(day);
    (1..=2).contains(&n) && day[n..].trim_start_matches(' ').starts_with(['日', '号'])
}

/// Length of the blanks that `text` begins with.
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\u{3000}']).len()
}

/// `（盖章） 2019年` and `号〕 签发`: after a closing mark a blank may keep two elements apart.
const fn keeps_apart(before: char, after: char) -> bool {
    matches!(before, '）' | '】' | '》' | '」' | '〕') && !is_wide_mark(after)
        || !is_wide_mark(before) && matches!(after, '（' | '【' | '《' | '〔' | '「')
}

/// Digits at the start of `text` and their number.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether the digits that follow number an item (`1.加强`), or are a telephone's (`王芳 13800138000`).
fn starts_item(after: &str) -> bool {
    let n = digits(after);
    let mut rest = after[n..].chars();
    let (next, then) = (rest.next(), rest.next());
    n > 5
        || n >= 3 && next == Some('-')
        || matches!(next, Some('、' | '）' | ')'))
        || next == Some('.') && !then.is_some_and(|c| c.is_ascii_digit())
}

/// Whether the digits before byte `at` number a line of a table (`1 加强党建`), end a telephone's number or belong to the
/// letters before them (`GB 18030 编码`).
fn ends_item(text: &str, at: usize) -> bool {
    let start = text[..at]
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .len();
    let n = at - start;
    match text[..start].chars().next_back() {
        None | Some('\n') => n < 4,
        Some('-') => true,
        Some(' ' | '\t' | '\u{3000}') => !goes(
            text,
            text[..start]
                .trim_end_matches([' ', '\t', '\u{3000}'])
                .len(),
            start,
        ),
        _ => n > 5,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::{idle, wide};

    #[test]
    fn figures_of_a_date_that_a_scanner_set_apart_are_one_number() {
        assert_eq!(run(idle, "请于 3 月 2 2 日前上交"), "请于3月22日前上交");
        assert_eq!(run(idle, "8 月 25 日 前完成"), "8月25日前完成");
    }

    #[test]
    fn figures_move_up_to_their_hanzi() {
        assert_eq!(
            run(idle, "枣庄市科协 2019 年工作要点，成立 70 周年"),
            "枣庄市科协2019年工作要点，成立70周年"
        );
        assert_eq!(
            run(idle, "“日”活动， 根据通知； 现将\n"),
            "“日”活动，根据通知；现将\n"
        );
        assert_eq!(
            run(idle, "请认真落实。  \n   \n特此通知"),
            "请认真落实。\n\n特此通知"
        );
    }

    #[test]
    fn blanks_that_say_something_stay() {
        for text in [
            "市科协〔2019〕47号      签发人：孙增军",
            "联系人：巴特尔  王国文",
            "礼赞共和国 追梦新时代",
            "联系人：王芳 13800138000",
            "电话：王芳 0471-6621013",
            "1 加强党建\t办公室",
            "重点工作 1.加强党建 2.深化改革",
            "    一、总体要求",
            "　　各县区：",
            "使用 GB 18030 编码",
            "The year 2019 is here",
            "长治市人民政府（盖章） 2019年3月1日",
        ] {
            stays(idle, text);
        }
    }

    #[test]
    fn wide_blanks_become_blanks_and_indents_stay() {
        assert_eq!(
            run(wide, "签发人：\u{a0}孙\u{2003}增　军"),
            "签发人： 孙 增 军"
        );
        assert_eq!(run(wide, "6月　15日"), "6月 15日");
        assert_eq!(run(wide, "\u{a0}\u{a0}一、总则"), "  一、总则");
        assert_eq!(run(wide, "1　任务　1—1　存量"), "1  任务  1—1  存量");
        for text in ["　　各县区：\n　　一、", "a b", "一、\t二、", "", "　"] {
            stays(wide, text);
        }
    }
}
