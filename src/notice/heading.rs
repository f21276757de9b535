//! The heading of a clause.
//!
//! In: the words after a label. `组织学习。各单位要…` has the heading `组织学习`, `时间：5月20日` has `时间`. Some offices run the
//! title of a clause into its words without any mark (`一、宣讲时间2022年12月下旬`, `二、宣讲对象以农村党员为主`): one that stands before a
//! year is plain, the others are told by their neighbors, which are of one length.

use super::Clause;
use super::label::Style;
use crate::record::Scope;
use crate::rule::RuleSet;
use crate::text::Span;
use crate::unit::shape::Shape;
use crate::unit::split;

/// Longest heading in front of a colon, in bytes: 20 hanzi.
const COLON_HEADING: usize = 60;

/// The title line or first sentence of a clause, without its final mark.
pub(super) fn read(text: &str, words: Span, rules: &RuleSet) -> Span {
    let line = words.of(text);
    let mut depth = 0usize;
    let mut end = line.len();
    for (at, c) in line.char_indices() {
        match c {
            '（' | '“' | '《' | '(' | '【' => depth += 1,
            '）' | '”' | '》' | ')' | '】' => depth = depth.saturating_sub(1),
            // A quotation mark that is never closed must not swallow the line.
            '。' | '！' | '？' if depth == 0 || depth > 0 && !closes_later(&line[at..]) => {
                end = at;
                break;
            }
            '：' if depth == 0
                && at + c.len_utf8() < line.len()
                && (at <= COLON_HEADING || are_units(line, Span::new(0, at), rules)) =>
            {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let trim = |words: &str| {
        words
            .trim_end()
            .trim_end_matches(['；', '，', '：', ':'])
            .len()
    };
    let mut kept = trim(&line[..end]);
    // 校园安全（市教育局牵头), 抢收秋粮（农机管理科、市农机站）: who does it is no part of the heading.
    let stated = rules.word("assigned_heading").find(&line[..kept]);
    let assigned = stated
        .map(|found| found.start())
        .or_else(|| units_at_end(&line[..kept], rules));
    if let Some(start) = assigned.filter(|start| *start > 0) {
        kept = trim(&line[..start]);
    }
    Span::new(words.start, words.start + kept)
}

/// Longest list of units in bytes that is looked at as a heading.
const LONGEST_LIST: usize = 600;

/// Fewest characters of a name that tells by itself that it is a unit's.
const TELLING: usize = 4;

/// Where parentheses begin that stand at the end of a heading and hold nothing but units.
fn units_at_end(heading: &str, rules: &RuleSet) -> Option<usize> {
    let inner = heading.strip_suffix(['）', '】', '〕'])?;
    let open = inner.rfind(['（', '【', '〔'])?;
    let start = open + inner[open..].chars().next()?.len_utf8();
    let telling = inner[start..].contains('、') || inner[start..].chars().count() >= TELLING;
    (telling && are_units(heading, Span::new(start, inner.len()), rules)).then_some(open)
}

/// Whether a list holds nothing but units: 宛城区人民政府、高新区管委会, and not 张集村、刘庄村.
fn are_units(text: &str, list: Span, rules: &RuleSet) -> bool {
    let listed = split::units(text, list, rules).names;
    let unit = |name: &split::Listed| {
        let scope = name.look.scope;
        scope.is_some_and(|scope| scope != Scope::Person) && !name.look.is(Shape::PlaceName)
    };
    list.len() <= LONGEST_LIST && !listed.is_empty() && listed.iter().all(unit)
}

/// Whether the open quotation or parenthesis is closed within the next 100 hanzi.
fn closes_later(rest: &str) -> bool {
    let rest = &rest[..rest.floor_char_boundary(300)];
    rest.find(['）', '”', '》', ')']).is_some_and(|close| {
        rest.find(['（', '“', '《', '('])
            .is_none_or(|open| close < open)
    })
}

/// Parts titles from the words that they run into, where a whole list of clauses shows where they end.
pub(super) fn settle(body: &mut Clause, text: &str, rules: &RuleSet) {
    let mut run_in = false;
    parts(body, text, rules, &mut run_in);
    if run_in {
        align(body, text, rules);
    }
}

/// 时间安排2021年12月…: a title of a time in front of a year.
fn parts(clause: &mut Clause, text: &str, rules: &RuleSet, run_in: &mut bool) {
    for child in &mut clause.children {
        let words = child.heading.of(text);
        if let Some(found) = rules.word("run_in_heading").captures(words)
            && let Some(title) = found.name("title")
        {
            child.heading.end = child.heading.start + title.end();
            *run_in = true;
        }
        parts(child, text, rules, run_in);
    }
}

/// Numbers of hanzi that titles in a list have alike.
const LENGTHS: [usize; 3] = [4, 6, 8];

/// Longest heading in bytes that is read as a title with an end of its own: 10 hanzi.
const SHORT: usize = 30;

fn style(clause: &Clause) -> Option<Style> {
    clause.label.map(|label| label.style)
}

/// Where most titles of a list end after as many hanzi, all of them do.
fn align(clause: &mut Clause, text: &str, rules: &RuleSet) {
    let title = |child: &Clause, hanzi: usize| {
        let words = child.heading.of(text);
        let end = words
            .char_indices()
            .nth(hanzi)
            .map_or(words.len(), |(at, _)| at);
        let bare = words[..end].chars().all(super::label::is_hanzi);
        (bare && words[..end].chars().count() == hanzi).then_some(end)
    };
    let ends = |child: &Clause, hanzi: usize| {
        title(child, hanzi).is_some_and(|end| {
            let rest = &child.heading.of(text)[end..];
            rest.is_empty() || rules.word("after_run_in_heading").is_match(rest)
        })
    };
    let titles: Vec<Option<usize>> = clause
        .children
        .chunk_by(|one, next| style(one) == style(next))
        .flat_map(|list| {
            let short = |child: &Clause| child.heading.len() <= SHORT;
            let length = LENGTHS.into_iter().find(|&hanzi| {
                list.len() > 1
                    && list.iter().all(|child| {
                        title(child, hanzi)
                            .is_some_and(|end| end == child.heading.len() || !short(child))
                    })
                    && list.iter().filter(|child| ends(child, hanzi)).count() * 5 >= list.len() * 3
            });
            list.iter()
                .map(move |child| length.and_then(|hanzi| title(child, hanzi)))
                .collect::<Vec<_>>()
        })
        .collect();
    for (child, title) in clause.children.iter_mut().zip(titles) {
        if let Some(end) = title {
            child.heading.end = child.heading.start + end;
        }
        align(child, text, rules);
    }
}

#[cfg(test)]
mod tests {
    use crate::notice::segment;
    use crate::rule::RuleSet;
    use crate::text::Text;

    fn headings(text: &str) -> Vec<String> {
        let rules = RuleSet::embedded().expect("the program's own rules are sound");
        let notice = segment(Text::from_utf8(text), &rules);
        let mut found = Vec::new();
        notice.body.walk(&mut |clause, _, _| {
            found.push(clause.heading.of(notice.text.as_str()).to_owned());
        });
        found
    }

    #[test]
    fn titles_that_run_into_their_words() {
        let text = "一、宣讲时间2022年12月下旬至2月上旬\n二、宣讲内容围绕报告提出的新论断讲清楚\n\
            三、宣讲对象以农村党员为主\n四、工作安排\n（一）组建宣讲队伍从党校遴选30人组成宣讲团\n\
            （二）开展集中备课邀请专家授课\n（三）开展基层巡讲宣讲团成员深入乡镇";
        assert_eq!(
            headings(text),
            [
                "宣讲时间",
                "宣讲内容",
                "宣讲对象",
                "工作安排",
                "组建宣讲队伍",
                "开展集中备课",
                "开展基层巡讲"
            ]
        );
    }

    #[test]
    fn units_behind_a_heading_are_none_of_it() {
        let text = "一、抢收秋粮（农机管理科、市农机技术推广站）\n二、完成秋种（种植业管理科）\n三、压实责任（张集村、刘庄村）\n四、走访慰问（含退休职工）";
        assert_eq!(
            headings(text),
            [
                "抢收秋粮",
                "完成秋种",
                "压实责任（张集村、刘庄村）",
                "走访慰问（含退休职工）"
            ]
        );
    }

    #[test]
    fn sentences_stay_whole_where_no_title_runs_in() {
        let text = "一、各单位要对照清单逐项落实\n二、工作任务由各科室分别承担\n三、加强2022年重点项目建设";
        assert_eq!(
            headings(text),
            [
                "各单位要对照清单逐项落实",
                "工作任务由各科室分别承担",
                "加强2022年重点项目建设"
            ]
        );
    }
}
