//! Heads and feet of printed pages, in the middle of the text.
//!
//! In: `…加强组`, `某市人民政府公报 2021年第3期 12`, `织领导…`, a page further the same with 13. Out: `…加强组`, `织领导…`. Such a line
//! comes back at regular distance and either counts up, stands beside a page number, or cuts sentences in two; a heading
//! that comes back does none of these.

use super::block::{self, Ending};
use super::layout::is_page_number;
use super::page::{Line, lines};
use super::signs::is_hanzi;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Lines of the shortest page.
const SHORTEST_PAGE: usize = 8;
/// Pages from which on something is known to come back; two are enough where it counts up between the words of sentences.
const FEWEST: usize = 3;
/// Bytes of the longest head of a page: 40 hanzi.
const LONGEST: usize = 120;

/// The heads and feet of pages, but for the first, which may be the title.
pub(super) fn heads(text: &str, _: &RuleSet) -> Vec<Edit> {
    let lines = lines(text);
    if lines.len() < 2 * SHORTEST_PAGE {
        return Vec::new();
    }
    let mut places: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        if let Some(form) = form(&text[line.start..line.end]) {
            places.entry(form).or_default().push(i);
        }
    }
    let mut gone: Vec<usize> = Vec::new();
    for at in places.into_values().filter(|at| is_regular(at)) {
        let pages = Pages {
            text,
            lines: &lines,
        };
        let shown = at[1..].iter().filter(|&&i| pages.is_foot(i)).count();
        let counts = pages.counts_up(&at);
        let known = if at.len() < FEWEST {
            counts && at.iter().all(|&i| pages.is_foot(i))
        } else {
            counts || shown * 2 >= at.len()
        };
        if known {
            let first = usize::from(!counts && !pages.is_foot(at[0]));
            gone.extend(&at[first..]);
        }
    }
    gone.sort_unstable();
    gone.into_iter()
        .map(|i| {
            let line = lines[i];
            let end = text[line.end..]
                .find('\n')
                .map_or(text.len(), |n| line.end + n + 1);
            let start = text[..line.start].rfind('\n').map_or(0, |n| n + 1);
            Edit::delete(start..end, Reason::Furniture)
        })
        .collect()
}

/// What a line is but for its figures and blanks, if it can be the head of a page.
fn form(words: &str) -> Option<u64> {
    let is_short = (9..=LONGEST).contains(&words.len());
    if !is_short
        || words.contains(['\t', '|', '。', '；', '，', '：', ':', '、'])
        || block::begins(words)
        || words.chars().filter(|&c| is_hanzi(c)).take(3).count() < 3
    {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    let mut digits = false;
    for c in words.chars().filter(|c| !c.is_whitespace()) {
        if !(c.is_ascii_digit() && digits) {
            let c = if c.is_ascii_digit() { '0' } else { c };
            c.hash(&mut hasher);
        }
        digits = c.is_ascii_digit();
    }
    Some(hasher.finish())
}

/// Whether what stands at these lines comes back as pages do.
fn is_regular(at: &[usize]) -> bool {
    let distances = || at.windows(2).map(|pair| pair[1] - pair[0]);
    let (Some(least), Some(most)) = (distances().min(), distances().max()) else {
        return false;
    };
    least >= SHORTEST_PAGE && most * 2 <= least * 3
}

struct Pages<'a> {
    text: &'a str,
    lines: &'a [Line],
}

impl Pages<'_> {
    fn words(&self, i: usize) -> &str {
        self.lines
            .get(i)
            .map_or("", |line| &self.text[line.start..line.end])
    }

    /// Whether a page ends at line `i`: a page number stands beside it, or a sentence runs across.
    fn is_foot(&self, i: usize) -> bool {
        let (before, after) = (self.words(i.wrapping_sub(1)), self.words(i + 1));
        let is_number =
            |words: &str| is_page_number(words) || words.len() <= 3 && words.parse::<u16>().is_ok();
        is_number(before)
            || is_number(after)
            || block::ending(before) != Ending::Final
                && before.chars().filter(|&c| is_hanzi(c)).take(12).count() == 12
                && !block::is_title(before)
                && !block::starts(after)
                && !block::is_row(before)
                && after.chars().filter(|&c| is_hanzi(c)).take(4).count() == 4
    }

    /// Whether the last figure of each line is one more than that of the line before.
    fn counts_up(&self, at: &[usize]) -> bool {
        let figure = |words: &str| -> Option<u32> {
            let end = words.trim_end_matches(|c: char| !c.is_ascii_digit());
            let start = end.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            end[start..].parse().ok().filter(|&n| n < 1000)
        };
        let figures: Option<Vec<u32>> = at.iter().map(|&i| figure(self.words(i))).collect();
        figures.is_some_and(|figures| figures.windows(2).all(|pair| pair[1] == pair[0] + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::heads;

    /// Pages of ten lines, each behind `head`.
    fn pages(head: impl Fn(usize) -> String, last: &str) -> String {
        let body = "各单位要高度重视这项工作，切实加强组织领导，明确责任分工\n".repeat(9);
        (1..5)
            .map(|page| format!("{}\n{body}{last}\n", head(page)))
            .collect()
    }

    #[test]
    fn heads_of_pages_go() {
        let cut = "各县区要高度重视这项工作，加强组织领导，细化工作措";
        let text = pages(
            |page| format!("某市人民政府公报 2021年第3期　{page}"),
            "抓好落实。",
        );
        assert_eq!(run(heads, &text).matches("公报").count(), 0);
        let text = pages(|_| "某市2021年重点工作安排".to_owned(), cut);
        assert_eq!(
            run(heads, &text).matches("重点工作安排").count(),
            1,
            "the title stays"
        );
        let text = pages(|page| format!("某市统计局\n{page}"), "抓好落实。");
        assert_eq!(run(heads, &text).matches("统计局").count(), 0);
    }

    #[test]
    fn headings_that_come_back_stay() {
        for text in [
            pages(|_| "主要任务和工作要求".to_owned(), "抓好落实。"),
            pages(
                |page| format!("第{page}季度重点工作安排如下："),
                "抓好落实。",
            ),
            pages(
                |page| format!("{page}.加强组织领导和统筹协调"),
                "抓好落实。",
            ),
            pages(|_| "责任单位：市教育局".to_owned(), "6月底前完成"),
            format!(
                "第一批项目清单1\n{0}第一批项目清单2\n{0}",
                "市教育局关于学校建设的任务。\n".repeat(9)
            ),
            "市教育局\n市民政局\n市财政局\n".repeat(20),
            "第一天上午\n分组讨论各项材料\n".repeat(15),
        ] {
            stays(heads, &text);
        }
    }
}
