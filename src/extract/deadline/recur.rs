//! Limits that come again, as RFC 5545 parts.
//!
//! In: `每季度` and `首月10日`. Out: `FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10`. What hangs on a quarter or half
//! a year is written by its months, since the RFC has neither.

use super::numeral;
use super::point::{self, Stretch};
use super::recur_days::{in_period, month_days, year};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Every {
    Hour,
    Day,
    Workday,
    Week,
    Xun,
    HalfMonth,
    Month,
    /// 双月, 单月.
    EvenMonths,
    OddMonths,
    Quarter,
    Half,
    Year,
}

/// Monday to Friday.
pub(super) const WORKING: &str = "MO,TU,WE,TH,FR";
pub(super) const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The rule that `every` (每季度) and `when` (首月10日) say; `before` is whether 前 follows.
pub(super) fn rule(every: &str, when: &str, before: bool) -> Option<String> {
    let (every, interval) = read_every(every)?;
    let when = when.trim_matches(|c: char| matches!(c, ' ' | '　' | '的' | '，'));
    if when.is_empty() {
        return Some(bare(every, interval));
    }
    match every {
        Every::Day | Every::Workday => with_clock(&bare(every, interval), when),
        Every::Week => week(interval, when),
        Every::Month | Every::EvenMonths | Every::OddMonths => {
            let head = bare(every, interval);
            // 25日下班, 15日17时.
            let (when, clock) = match when.find(['日', '号']) {
                Some(at)
                    if !when[at..]
                        .contains(['、', '和', '及', '至', '到', '-', '—', '～', '~']) =>
                {
                    when.split_at(at + '日'.len_utf8())
                }
                _ => (when, ""),
            };
            with_clock(&format!("{head};{}", month_days(when)?), clock)
        }
        // 每半年（6月20日、12月20日前）: the months are named.
        Every::Quarter | Every::Half if when.starts_with(|c: char| c.is_ascii_digit()) => {
            year(1, when, before)
        }
        Every::Quarter => in_period(when, &[1, 4, 7, 10], 3, before),
        Every::Half => in_period(when, &[1, 7], 6, before),
        Every::Year => year(interval, when, before),
        Every::Hour | Every::Xun | Every::HalfMonth => None,
    }
}

fn read_every(words: &str) -> Option<(Every, u32)> {
    let mut rest = words.trim_end_matches(['度', '份']);
    let mut interval = 1;
    for prefix in ["每隔", "每逢", "每", "逐", "按", "各", "隔", "逢", "一"] {
        if let Some(stripped) = rest.strip_prefix(prefix) {
            if prefix.ends_with('隔') {
                interval = 2;
            }
            rest = stripped;
            break;
        }
    }
    for filler in ["个", "一个", "一"] {
        if let Some(stripped) = rest.strip_prefix(filler) {
            rest = stripped;
            break;
        }
    }
    let units = [
        ("工作日", Every::Workday),
        ("双月", Every::EvenMonths),
        ("单月", Every::OddMonths),
        ("半个月", Every::HalfMonth),
        ("半月", Every::HalfMonth),
        ("半年", Every::Half),
        ("学期", Every::Half),
        ("季", Every::Quarter),
        ("双周", Every::Week),
        ("周", Every::Week),
        ("星期", Every::Week),
        ("旬", Every::Xun),
        ("月", Every::Month),
        ("年", Every::Year),
        ("学年", Every::Year),
        ("小时", Every::Hour),
        ("天", Every::Day),
        ("日", Every::Day),
    ];
    if rest == "双周" {
        return Some((Every::Week, 2));
    }
    // 两年一次.
    let rest = rest.trim_end_matches("一次");
    for (word, every) in units {
        let Some(count) = rest.strip_suffix(word) else {
            continue;
        };
        let count = count.trim_end_matches('个');
        if count.is_empty() {
            return Some((every, interval));
        }
        let n = numeral::read(count)?.value;
        return ((1..=100).contains(&n)).then_some((every, n));
    }
    None
}

pub(super) fn bare(every: Every, interval: u32) -> String {
    let (freq, times, rest) = match every {
        Every::Hour => ("HOURLY", 1, ""),
        Every::Day => ("DAILY", 1, ""),
        Every::Workday => return format!("FREQ=WEEKLY;BYDAY={WORKING}"),
        Every::Week => ("WEEKLY", 1, ""),
        Every::Xun => ("MONTHLY", 1, ";BYMONTHDAY=10,20,-1"),
        Every::HalfMonth => ("MONTHLY", 1, ";BYMONTHDAY=15,-1"),
        Every::Month => ("MONTHLY", 1, ""),
        Every::EvenMonths => return "FREQ=YEARLY;BYMONTH=2,4,6,8,10,12".to_owned(),
        Every::OddMonths => return "FREQ=YEARLY;BYMONTH=1,3,5,7,9,11".to_owned(),
        Every::Quarter => ("MONTHLY", 3, ""),
        Every::Half => ("MONTHLY", 6, ""),
        Every::Year => ("YEARLY", 1, ""),
    };
    let interval = interval * times;
    if interval == 1 {
        format!("FREQ={freq}{rest}")
    } else {
        format!("FREQ={freq};INTERVAL={interval}{rest}")
    }
}

/// 17时; 8时、17时.
fn with_clock(head: &str, words: &str) -> Option<String> {
    let words = words.trim();
    if words.is_empty() {
        return Some(head.to_owned());
    }
    // 下班 and 上午 name no hour.
    if !words.contains(numeral::is_numeral) {
        return Some(head.to_owned());
    }
    let mut hours = Vec::new();
    let mut minute = 0;
    for words in words.split(['、', '和', '及']) {
        // 12时前、18时前.
        let point = point::read(words.trim_end_matches(['前', '之']), false)?;
        if point.stretch != Stretch::Clock {
            return None;
        }
        if let Some(time) = point.time {
            hours.push(time.hour.to_string());
            minute = time.minute;
        }
    }
    Some(match (hours.is_empty(), minute) {
        (true, _) => head.to_owned(),
        (_, 0) => format!("{head};BYHOUR={}", hours.join(",")),
        _ => format!("{head};BYHOUR={};BYMINUTE={minute}", hours.join(",")),
    })
}

/// 五, 一、三、五, 一至五, 五下午5点.
fn week(interval: u32, when: &str) -> Option<String> {
    let mut days = Vec::new();
    let mut rest = when;
    let mut to = false;
    while let Some(c) = rest.chars().next() {
        match c {
            '、' | '和' | '周' | '及' => {}
            '至' | '到' | '—' | '-' => to = true,
            _ => {
                let Some(day) = numeral::weekday(c) else {
                    break;
                };
                let first = match days.last() {
                    Some(last) if to => last + 1,
                    _ => day,
                };
                days.extend(first..=day);
                to = false;
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    if days.is_empty() {
        let last = matches!(when, "末" | "底");
        return last.then(|| format!("{};BYDAY=SU", bare(Every::Week, interval)));
    }
    let days: Vec<_> = days
        .iter()
        .filter_map(|day| DAYS.get(usize::from(*day) - 1).copied())
        .collect();
    let head = format!("{};BYDAY={}", bare(Every::Week, interval), days.join(","));
    with_clock(&head, rest).or(Some(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        for (every, when, before, want) in [
            ("每月", "28日", true, "FREQ=MONTHLY;BYMONTHDAY=28"),
            ("每月", "5日、20日", true, "FREQ=MONTHLY;BYMONTHDAY=5,20"),
            (
                "每月",
                "最后一个工作日",
                false,
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            ),
            (
                "每季度",
                "首月10日",
                true,
                "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10",
            ),
            (
                "每季度",
                "末",
                true,
                "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
            ),
            (
                "每季",
                "末20日",
                true,
                "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=20",
            ),
            (
                "每季度",
                "结束后10日内",
                false,
                "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10",
            ),
            ("每周", "五", true, "FREQ=WEEKLY;BYDAY=FR"),
            ("每周", "一、三、五", false, "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
            ("每两周", "", false, "FREQ=WEEKLY;INTERVAL=2"),
            ("每半年", "", false, "FREQ=MONTHLY;INTERVAL=6"),
            ("逢双月", "", false, "FREQ=YEARLY;BYMONTH=2,4,6,8,10,12"),
            ("逐月", "", false, "FREQ=MONTHLY"),
            ("按季", "", false, "FREQ=MONTHLY;INTERVAL=3"),
            (
                "每年",
                "6月、12月底",
                true,
                "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1",
            ),
            ("每年", "3月", true, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
            (
                "每年",
                "6月30日、12月31日",
                true,
                "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1",
            ),
            ("每日", "17时", true, "FREQ=DAILY;BYHOUR=17"),
            ("每日", "8时、17时", false, "FREQ=DAILY;BYHOUR=8,17"),
            ("每三年", "", false, "FREQ=YEARLY;INTERVAL=3"),
        ] {
            assert_eq!(
                rule(every, when, before).as_deref(),
                Some(want),
                "{every}{when}"
            );
        }
    }
}
