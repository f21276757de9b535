//! What a page's layout put into the text: page numbers, marks of images, words spaced out.
//!
//! In: `加强组`, `— 3 —`, `织领导。`; `通　　知`. Out: `加强组`, `织领导。`; `通知`. PDFs and scanners write the foot of a page where it
//! stands, in the middle of a sentence; titles are spaced out to fill a line.

use super::signs::{is_hanzi, is_wide_mark};
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
        if let Some(joined) = spaced_out(body) {
            edits.push(Edit::new(at..at + body.len(), joined, Reason::Spacing));
            continue;
        }
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
        if (whole || labels) && words.contains(&joined.as_str())
            || whole && hanzi >= FEWEST && !is_count(&joined)
        {
            edits.push(Edit::new(at..at + len, joined, Reason::Spacing));
        }
    }
    edits
}

/// Whether most of `words` are numerals: 一 二 三 四 五 六 日 is the head of a calendar.
fn is_count(words: &str) -> bool {
    let numerals = words
        .chars()
        .filter(|c| "一二三四五六七八九十".contains(*c))
        .count();
    numerals * 2 > words.chars().count()
}

/// A line that is spaced out with its figures and marks: 关 于 做 好 2021 年 工 作 的 通 知。 A row of a table has as many figures
/// as words.
fn spaced_out(line: &str) -> Option<String> {
    let (mut hanzi, mut parts, mut figures) = (0, 0, 0);
    let mut last = "";
    for part in line
        .split([' ', '\u{3000}'])
        .filter(|part| !part.is_empty())
    {
        parts += 1;
        let words = part.trim_matches(is_wide_mark);
        let is_figure = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let mut chars = words.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if is_hanzi(c) => hanzi += 1,
            (Some(_), _) if is_figure(words) && words.len() <= 4 => {
                // 2 0 2 1 is one, 2021 15 are two.
                if last.is_empty() || !is_figure(last) {
                    figures += 1;
                } else if last.len() + part.len() > 2 {
                    return None;
                }
            }
            (None, _) => {}
            _ => return None,
        }
        last = part;
    }
    let joined = || {
        line.chars()
            .filter(|&c| !matches!(c, ' ' | '\u{3000}'))
            .collect::<String>()
    };
    let is_more = parts > hanzi || line.contains(is_wide_mark);
    (is_more && hanzi >= FEWEST && hanzi > 3 * figures)
        .then(joined)
        .filter(|joined| !is_count(joined))
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
        assert_eq!(
            run(
                spaced,
                "关 于 做 好 2021 年 度 工 作 的 通 知\n《 科 学 素 质 纲 要 》\n工 作 要 求 很 高 。\n2 0 2 1 年 度 工 作 总 结"
            ),
            "关于做好2021年度工作的通知\n《科学素质纲要》\n工作要求很高。\n2021年度工作总结"
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
            "一 二 三 四 五 六 日",
            "县 5 区 3 乡 12 镇 4 村 60 组 7",
            "张 三、李 四、王 五、赵 六、孙 七",
            "王 芳 2021 15 李 明 张 华 孙 强",
            "第 一 组 王芳 李明 张华",
        ] {
            stays(spaced, text);
        }
    }
}
