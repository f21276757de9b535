//! What a page's layout put into the text: page numbers, marks of images, words spaced out.
//!
//! In: `加强组`, `— 3 —`, `织领导。`; `通　　知`. Out: `加强组`, `织领导。`; `通知`. PDFs and scanners write the foot of a page where it
//! stands, in the middle of a sentence; titles are spaced out to fill a line.

use super::signs::is_hanzi;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use regex::Regex;
use std::sync::LazyLock;

const DASHES: &[char] = &['—', '-', '–', '－', '―', '─', '·', '•', '~'];
/// Fewest single hanzi in a line that are one spaced-out title: 关 于 开 展 活 动 的 通 知. Fewer can be names.
const FEWEST: usize = 6;

static IMAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\[(?:image|pic|img)[:：][^\]\n]{0,200}\]|!\[[^\]\n]{0,200}\]\([^)\n]{0,400}\)|\[图片\]",
    )
    .ok()
});

static INLINE_PAGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{Han}，、；：](— ?\d{1,3} ?—)[\p{Han}“《（]").ok());

/// Page numbers and the marks of images.
pub(super) fn furniture(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = page_numbers(text);
    if ["[image", "[pic", "[img", "![", "[图片"]
        .iter()
        .any(|sign| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some())
    {
        edits.extend(
            IMAGE
                .iter()
                .flat_map(|image| image.find_iter(text))
                .map(|image| Edit::delete(image.range(), Reason::Furniture)),
        );
    }
    edits.sort_by_key(|edit| edit.span);
    edits.dedup_by(|next, last| next.span.start < last.span.end);
    edits
}

/// Lines that are a page number and nothing else, and page numbers that a joined line has inside.
fn page_numbers(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut inline = false;
    let mut at = 0;
    // A page number is short: only short lines and lines with two dashes are looked at.
    for line in text.split_inclusive('\n') {
        if line.len() <= 48 {
            if is_page_number(line.trim()) {
                edits.push(Edit::delete(at..at + line.len(), Reason::Furniture));
            }
        } else {
            inline |= line.contains('—');
        }
        at += line.len();
    }
    if inline {
        let inner = INLINE_PAGE
            .iter()
            .flat_map(|page| page.captures_iter(text))
            .filter_map(|found| found.get(1));
        edits.extend(inner.map(|page| Edit::delete(page.range(), Reason::Furniture)));
    }
    edits
}

/// `— 3 —`, `-3-`, `第 3 页`, `第3页 共10页`, `3 / 10`; a bare number is none, it may be a cell of a table.
pub(super) fn is_page_number(line: &str) -> bool {
    if !line.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let inner = line.trim_matches(|c| DASHES.contains(&c) || c == ' ');
    let is_number =
        |words: &str| (1..=3).contains(&words.len()) && words.bytes().all(|b| b.is_ascii_digit());
    let dashed = line.starts_with(DASHES) && line.ends_with(DASHES) && is_number(inner);
    let compact: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let of_total = compact
        .strip_prefix('第')
        .and_then(|rest| rest.split_once('页'))
        .is_some_and(|(page, rest)| {
            let total = rest
                .trim_start_matches(['，', ',', '/'])
                .strip_prefix('共')
                .and_then(|t| t.strip_suffix('页'));
            is_number(page) && (rest.is_empty() || total.is_some_and(is_number))
        });
    dashed || of_total
}

/// Words whose characters blanks keep apart.
pub(super) fn spaced(text: &str, rules: &RuleSet) -> Vec<Edit> {
    let mut words: Option<Vec<&str>> = None;
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        start += line.len();
        let Some(len) = spaced_len(body) else {
            continue;
        };
        let whole = len == body.len();
        let joined: String = body[..len].chars().filter(|&c| is_hanzi(c)).collect();
        let words = words.get_or_insert_with(|| {
            rules
                .data("normalize/spaced_words.txt")
                .lines()
                .filter(|l| !l.starts_with('#'))
                .flat_map(str::split_whitespace)
                .collect()
        });
        let labels = body[len..].trim_start().starts_with(['：', ':']);
        let hanzi = joined.chars().count();
        if (whole || labels) && words.contains(&joined.as_str()) || whole && hanzi >= FEWEST {
            edits.push(Edit::new(at..at + len, joined, Reason::Spacing));
        }
    }
    edits
}

/// Length of the single hanzi with blanks between that `line` begins with.
fn spaced_len(line: &str) -> Option<usize> {
    let mut chars = line.char_indices().peekable();
    let mut end = 0;
    let mut hanzi = 0;
    while let Some((at, c)) = chars.next_if(|&(_, c)| is_hanzi(c)) {
        end = at + c.len_utf8();
        hanzi += 1;
        let mut blanks = 0;
        while chars
            .next_if(|&(_, c)| matches!(c, ' ' | '\u{3000}'))
            .is_some()
        {
            blanks += 1;
        }
        if blanks == 0 {
            break;
        }
    }
    // 通 知书: the last one goes on.
    let alone = line[end..].chars().next().is_none_or(|c| !is_hanzi(c));
    (hanzi >= 2 && alone).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::{furniture, spaced};

    #[test]
    fn page_numbers_and_images_go() {
        assert_eq!(run(furniture, "加强组\n— 3 —\n织领导"), "加强组\n织领导");
        assert_eq!(
            run(furniture, "加强组\n\n- 12 -\n\n织领导"),
            "加强组\n\n\n织领导"
        );
        assert_eq!(
            run(furniture, "第 3 页 共 10 页\n一、总则\n第4页"),
            "一、总则\n"
        );
        assert_eq!(
            run(
                furniture,
                "各单位要加强组织领导，明确责任分工，细化工作措施— 3 —，"
            ),
            "各单位要加强组织领导，明确责任分工，细化工作措施— 3 —，"
        );
        assert_eq!(
            run(
                furniture,
                "各单位要加强组织领导，明确责任分工，细化工—3—作措施，"
            ),
            "各单位要加强组织领导，明确责任分工，细化工作措施，"
        );
        assert_eq!(
            run(furniture, "文件[image: image1.png]\n![](a.png)通知"),
            "文件\n通知"
        );
    }

    #[test]
    fn numbers_that_are_no_page_stay() {
        for text in [
            "3",
            "2019",
            "—2019—",
            "-5℃",
            "一、总则",
            "第3页写明了任务",
            "—— 加强",
            "2021—2023年，各单位要落实好规划确定的目标任务和重点工程",
            "字体：[大 中 小]",
            "[1]",
            "",
        ] {
            stays(furniture, text);
        }
    }

    #[test]
    fn spaced_words_are_joined() {
        assert_eq!(
            run(spaced, "通　　知\n  目 录\n联 系 人：王芳\n附　件:"),
            "通知\n  目录\n联系人：王芳\n附件:"
        );
        assert_eq!(
            run(spaced, "关 于 开 展 活 动 的 通 知"),
            "关于开展活动的通知"
        );
    }

    #[test]
    fn names_and_columns_stay() {
        for text in [
            "王 芳",
            "李 明 张 华",
            "孙 增 军",
            "礼赞共和国 追梦新时代",
            "通 知书",
            "甲 乙：丙",
            "一 二",
            "通知",
            "a b",
        ] {
            stays(spaced, text);
        }
    }
}
