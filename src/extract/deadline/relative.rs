//! Limits counted from an event: how long, and from what.
//!
//! In: `3个工作日`, `半年`, `印发`, `各单位在活动结束`. Out: `P3BD`, `P6M`, the issue of the notice, the event `活动结束`.
//! Day one is the day after the event (民法典 第二百零一条); months run to the same day number.

use super::calendar::Calendar;
use super::limit::{Anchor, Inferred, Offset, Unit};
use super::numeral;
use jiff::ToSpan;
use jiff::civil::Date;
use regex::Regex;

/// No notice counts further.
const MOST: u32 = 2000;

/// The length that `count` and `unit` say. Of 3至5日 the last counts.
pub(super) fn offset(count: &str, unit: &str) -> Option<Offset> {
    let unit = unit.trim_start_matches('个');
    let last = count
        .rsplit(['—', '–', '－', '~', '～', '-', '至', '到', '、'])
        .next()?;
    let half = last == "半";
    let n = if half { 0 } else { numeral::read(last)?.value };
    if n > MOST || (n == 0 && !half) {
        return None;
    }
    let n = i32::try_from(n).ok()?;
    let (count, unit) = match (unit, half) {
        ("年", true) => (6, Unit::Month),
        ("月", true) => (15, Unit::Day),
        ("小时", true) => (30, Unit::Minute),
        ("天" | "日", true) => (12, Unit::Hour),
        (_, true) => return None,
        ("工作日", _) => (n, Unit::Workday),
        ("小时", _) => (n, Unit::Hour),
        ("分钟", _) => (n, Unit::Minute),
        ("天" | "日" | "自然日" | "日历天" | "日历日", _) => (n, Unit::Day),
        ("周" | "星期", _) => (n, Unit::Week),
        ("半月", _) => (n * 30 + 15, Unit::Day),
        ("月", _) => (n, Unit::Month),
        ("季度", _) => (n * 3, Unit::Month),
        ("年半", _) => (n * 12 + 6, Unit::Month),
        ("年", _) => (n, Unit::Year),
        _ => return None,
    };
    Some(Offset { count, unit })
}

/// The day `offset` from `day`, with what was inferred on the way. Hours that fit no day give nothing.
pub(super) fn day_after(
    day: Date,
    offset: Offset,
    calendar: &Calendar,
) -> Option<(Date, Option<Inferred>)> {
    let n = offset.count;
    let plain = |date: Result<Date, jiff::Error>| date.ok().map(|date| (date, None));
    match offset.unit {
        Unit::Day => plain(day.checked_add(i64::from(n).days())),
        Unit::Week => plain(day.checked_add(i64::from(n).weeks())),
        Unit::Month => plain(day.checked_add(i64::from(n).months())),
        Unit::Year => plain(day.checked_add(i64::from(n).years())),
        Unit::Workday => calendar
            .workday(day, n)
            .map(|(date, known)| (date, (!known).then_some(Inferred::Weekends))),
        Unit::Hour | Unit::Minute => None,
    }
}

/// How many bytes of `words` come before the event: `各单位要在` of 各单位要在活动结束.
pub(super) fn lead(words: &str, leads: &Regex) -> usize {
    let mut cut = leads
        .find_iter(words)
        .map(|m| m.end())
        .take_while(|end| *end < words.len())
        .last()
        .unwrap_or(0);
    // 整改报告收到督办函, 清理工作即日起, 值班分队接报.
    for first in RECEIVING {
        if let Some(at) = words[cut..].rfind(first) {
            cut += at;
        }
    }
    // 课题组自立项通知下达, but 各组自查结束.
    if let Some((at, _)) = words[cut..].rmatch_indices('自').next() {
        let rest = &words[cut + at + '自'.len_utf8()..];
        if !rest.is_empty() && !is_self(rest) && !words[..cut + at].ends_with(OWN) {
            cut += at + '自'.len_utf8();
        }
    }
    // 自收到申请, 从收到申请.
    for from in ["自", "从"] {
        if let Some(rest) = words[cut..].strip_prefix(from)
            && !rest.is_empty()
            && !is_self(rest)
        {
            cut += from.len();
        }
    }
    cut
}

/// Verbs of who hears of something; the event begins with them, whoever it is.
const RECEIVING: [&str; 9] = [
    "收到", "接到", "接报", "接警", "接获", "得知", "获悉", "知悉", "即日",
];

/// What makes a word with 自: 自查, 自评.
const SELF: [char; 22] = [
    '查', '评', '纠', '验', '检', '愿', '主', '行', '筹', '建', '测', '改', '荐', '然', '由', '我',
    '己', '信', '动', '治', '救', '学',
];

/// Whether 自 before `rest` makes a word with it: 自查结束, but 自检查结束 is counted from the end of 检查.
fn is_self(rest: &str) -> bool {
    const WHOLE: [&str; 10] = [
        "检查", "检验", "检测", "查处", "查封", "查明", "验收", "评审", "改正", "行政",
    ];
    rest.starts_with(SELF) && !WHOLE.iter().any(|word| rest.starts_with(word))
}

/// What makes a word with 自 behind it: 各自, 来自.
const OWN: [char; 5] = ['各', '来', '独', '亲', '源'];

/// Whether the event is the issue of the notice, and its words.
pub(super) fn anchor(event: &str, issue: &Regex) -> Anchor {
    let whole = issue
        .find(event)
        .is_some_and(|m| m.start() == 0 && m.end() == event.len());
    if whole {
        Anchor::Issue
    } else {
        Anchor::Event(event.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for (count, unit, want) in [
            ("3", "个工作日", "P3BD"),
            ("十五", "日", "P15D"),
            ("半", "年", "P6M"),
            ("半", "个月", "P15D"),
            ("两", "周", "P2W"),
            ("24", "小时", "PT24H"),
            ("一", "年半", "P18M"),
            ("3至5", "年", "P5Y"),
            ("2", "个季度", "P6M"),
        ] {
            let got = offset(count, unit).map(|o| o.to_string());
            assert_eq!(got.as_deref(), Some(want), "{count}{unit}");
        }
        assert_eq!(offset("0", "日"), None);
        assert_eq!(offset("99999", "年"), None);
    }
}
