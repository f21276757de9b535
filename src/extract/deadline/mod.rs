//! Time limits: found, normalized, and told from what only looks like one.
//!
//! In: the words of a clause, what is known of its notice, the rules. Out: its limits in the order of the text.
//! `6月底之前全面完成区（市）科协换届` in a notice of 2019 gives `6月底之前`, by 2019-06-30, about `全面完成区（市）科协换届`;
//! `《2019年工作要点》`, `2013年以来` and `八一路` give nothing.
//!
//! Which words are a limit is said in `rules/deadline`, which words only look like one in its rules of the field
//! `refused`; the longer finding wins, and between equals the refusal. How words are read follows from the groups of
//! the pattern that found them:
//!
//! | groups | reading | example |
//! |---|---|---|
//! | `value` | the words of the limit; always needed | 6月底之前 |
//! | `point`, `edge` | a day, or a stretch of time; 前, 内, 起, 左右 after it | 6月底 + 之前 |
//! | `future` | empty; the point counts only if it begins after the notice | 明年上半年交付 |
//! | `running` | empty; the point counts only if it is not over when the notice comes out | 三季度，各银行接入 |
//! | `following` | empty; the point counts only after another limit of its sentence | 3月送审，6月付印 |
//! | `weak` | empty; gives way to other findings of the same words | |
//! | `asked` | the words win over any refusal | 请 + 于 |
//! | `by` | makes the point a last day, though no 前 follows | 截至, 到, 力争 |
//! | `list`, `edge` | several points with one edge | 3月底、6月底 + 前 |
//! | `from`, `to`, `next` | from one point to the other; with `next` only to its neighbor | 5月中旬, 6月上旬; 7、8月份 |
//! | `now`, `to` | from the day of issue to a point, or on | 即日 |
//! | `every`, `when`, `edge` | comes again | 每季度 + 首月10日 + 前 |
//! | `every`, `festival` or `event`, `edge` | comes again with it | 每年 + 春节 + 前 |
//! | `n`, `unit`, `event` | so long after the event | 15, 日, 活动结束 |
//! | `n`, `unit`, `cue` | so long after the notice; without `cue`, after nothing known | 请于 + 3 + 日 |
//! | `ahead` | the length lies before the event | 会 + 前 + 3 + 天 |
//! | `festival`, `year`, `edge` | a day of `rules/calendar` | 春节 + 前 |
//! | `event`, `edge` | a time that no calendar gives | 汛期 + 前 |
//! | `ongoing`, `vague` | no day at all | 长期坚持, 尽快 |

mod about;
mod calendar;
mod clock;
mod counted;
mod dated;
mod find;
mod limit;
mod lines;
pub(super) mod numeral;
mod point;
mod read;
mod recur;
mod recur_days;
mod relative;
mod resolve;
mod scan;

pub(crate) use find::Finder;
pub use limit::{Anchor, Deadline, Inferred, Moment, Offset, Time, Unit};
pub use lines::{Line, lines};

use crate::rule::RuleSet;
use crate::text::Span;
use jiff::civil::Date;

/// What is known of the notice that a text stands in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference {
    /// 成文日期.
    pub issued: Option<Date>,
    /// The year that the notice is about, where it is known apart from the date: of 2022年工作要点, issued in
    /// December 2021, it is 2022.
    pub year: Option<i16>,
    /// The issuer is Taiwanese: 110年 is 2021.
    pub taiwan: bool,
    /// Days of events that limits may count from, by the notice's words: `活动结束`.
    pub events: Vec<(String, Date)>,
}

impl Reference {
    /// What follows from the date alone.
    pub fn issued(date: Date) -> Self {
        Self {
            issued: Some(date),
            ..Self::default()
        }
    }

    fn event(&self, words: &str) -> Option<Date> {
        self.events
            .iter()
            .find(|(event, _)| event == words)
            .map(|(_, date)| *date)
    }
}

/// The time limits that `text` sets, in its order. Never panics, whatever the text.
pub fn find(text: &str, reference: &Reference, rules: &RuleSet) -> Vec<Deadline> {
    rules.deadlines().find(text, reference)
}

/// As [`find`], for words known to state a time limit: a cell of the column 完成时限. There, `6月`, `长期` and
/// `2021年12月` are limits too.
pub fn find_stated(text: &str, reference: &Reference, rules: &RuleSet) -> Vec<Deadline> {
    find_labeled("完成时限：", text, reference, rules)
}

/// As [`find_stated`], for words known to say when something is held: a cell of the column 活动时间.
pub fn find_held(text: &str, reference: &Reference, rules: &RuleSet) -> Vec<Deadline> {
    find_labeled("活动时间：", text, reference, rules)
}

fn find_labeled(label: &str, text: &str, reference: &Reference, rules: &RuleSet) -> Vec<Deadline> {
    let mut found = rules.deadlines().find(&format!("{label}{text}"), reference);
    let own = |span: &Span| span.start >= label.len();
    let unlabeled = |span: Span| Span::new(span.start - label.len(), span.end - label.len());
    found.retain(|deadline| own(&deadline.span));
    for deadline in &mut found {
        deadline.span = unlabeled(deadline.span);
        deadline.about = deadline.about.filter(own).map(unlabeled);
    }
    found
}
