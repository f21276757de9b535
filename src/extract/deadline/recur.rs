//! Limits that come again, as RFC 5545 parts.
//!
//! In: `每季度` and `首月10日`. Out: `FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10`. What hangs on a quarter or half
//! a year is written by its months, since the RFC has neither.

use super::numeral;
use super::point::{self, Month, Part, Stretch};
use std::fmt::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Every {
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
const WORKING: &str = "MO,TU,WE,TH,FR";
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

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
            month_days(when).map(|days| format!("{head};{days}"))
        }
        // 每半年（6月20日、12月20日前）: the months are named.
        Every::Quarter | Every::Half if when.starts_with(|c: char| c.is_ascii_digit()) => {
            year(1, when, before)
        }
        Every::Quarter => in_period(when, &[1, 4, 7, 10], 3, before),
        Every::Half => in_period(when, &[1, 7], 6, before),
        Every::Year => year(interval, when, before),
        Every::Xun | Every::HalfMonth => None,
    }
}

fn read_every(words: &str) -> Option<(Every, u32)> {
    let mut rest = words.trim_end_matches(['度', '份']);
    let mut interval = 1;
    for prefix in ["每隔", "每", "逐", "按", "各", "隔", "逢", "一"] {
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

fn bare(every: Every, interval: u32) -> String {
    let (freq, times, rest) = match every {
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

fn with_clock(head: &str, words: &str) -> Option<String> {
    let words = words.trim();
    if words.is_empty() {
        return Some(head.to_owned());
    }
    let point = point::read(words, false)?;
    if point.stretch != Stretch::Clock {
        return None;
    }
    Some(match point.time {
        None => head.to_owned(),
        Some(time) if time.minute == 0 => format!("{head};BYHOUR={}", time.hour),
        Some(time) => format!("{head};BYHOUR={};BYMINUTE={}", time.hour, time.minute),
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
    // 下班 and 上午 name no hour.
    with_clock(&head, rest).or(Some(head))
}

/// The part of a rule that picks days of a month.
fn month_days(when: &str) -> Option<String> {
    let when = when.trim_start_matches('的').trim_end_matches(['之', '以']);
    match when {
        "底" | "末" | "月底" | "月末" | "下旬" | "最后一天" | "最后一日" => {
            return Some("BYMONTHDAY=-1".to_owned());
        }
        "初" | "月初" | "上旬" => return Some("BYMONTHDAY=10".to_owned()),
        "中旬" => return Some("BYMONTHDAY=20".to_owned()),
        _ => {}
    }
    if let Some(nth) = nth_day(when) {
        return Some(nth);
    }
    if let Some((first, last)) = when.split_once(['至', '到', '—', '-', '～', '~']) {
        let (first, last) = (day_number(first)?, day_number(last)?);
        let days: Vec<_> = (first..=last).map(|day| day.to_string()).collect();
        return (!days.is_empty()).then(|| format!("BYMONTHDAY={}", days.join(",")));
    }
    let days = when
        .split(['、', '和', '及', '与'])
        .map(|day| match day {
            "底" | "末" | "月底" | "月末" => Some("-1".to_owned()),
            _ => day_number(day).map(|day| day.to_string()),
        })
        .collect::<Option<Vec<_>>>()?;
    Some(format!("BYMONTHDAY={}", days.join(",")))
}

fn day_number(words: &str) -> Option<u32> {
    let words = words.trim().trim_end_matches(['日', '号', '曰']);
    numeral::read(words)
        .map(|n| n.value)
        .filter(|n| (1..=31).contains(n))
}

/// 最后一个工作日, 第一个星期五, 前5个工作日.
fn nth_day(when: &str) -> Option<String> {
    let (position, rest) = if let Some(rest) = when.strip_prefix("最后一") {
        (-1, rest)
    } else if let Some(rest) = when.strip_prefix(['第', '前', '首']) {
        let rest = if when.starts_with('首') { when } else { rest };
        let end = rest.find(['个', '周', '星', '工'])?;
        let n = match &rest[..end] {
            "首" => 1,
            number => numeral::read(number)?.value,
        };
        (i32::try_from(n).ok()?, &rest[end..])
    } else {
        return None;
    };
    let rest = rest.trim_start_matches('个');
    if rest.starts_with("工作日") {
        return Some(format!("BYDAY={WORKING};BYSETPOS={position}"));
    }
    if rest == "周" || rest == "星期" {
        // The seven days of 第二周, 最后一周.
        let days: Vec<_> = match position {
            -1 => (-7..=-1).map(|day: i32| day.to_string()).collect(),
            1..=4 => (7 * position - 6..=7 * position)
                .map(|day| day.to_string())
                .collect(),
            _ => return None,
        };
        return Some(format!("BYMONTHDAY={}", days.join(",")));
    }
    let day = rest
        .strip_prefix("星期")
        .or_else(|| rest.strip_prefix('周'))
        .and_then(|day| day.chars().next())
        .and_then(numeral::weekday)?;
    Some(format!(
        "BYDAY={position}{}",
        DAYS.get(usize::from(day) - 1)?
    ))
}

/// 首月10日, 末, 结束后10日内: days of a quarter (or half-year) whose first months are `first`.
fn in_period(when: &str, first: &[u8], len: u8, before: bool) -> Option<String> {
    let months = |nth: u8| -> String {
        let months: Vec<_> = first
            .iter()
            .map(|month| (month + nth - 1).to_string())
            .collect();
        months.join(",")
    };
    let yearly = |nth, days: &str| format!("FREQ=YEARLY;BYMONTH={};{days}", months(nth));
    // 结束后5个工作日内, 结束后10日内: in the first month after it, which is the first month of the next.
    for after in ["结束后的", "结束后", "末后", "终了后", "后的", "后"] {
        if let Some(rest) = when.strip_prefix(after) {
            let rest = rest.trim_end_matches(['内', '以', '之']);
            if let Some(n) = rest.strip_suffix("个工作日").and_then(numeral::read) {
                return Some(yearly(1, &format!("BYDAY={WORKING};BYSETPOS={}", n.value)));
            }
            if matches!(rest, "一周" | "1周" | "一个星期") {
                return Some(yearly(1, "BYMONTHDAY=7"));
            }
            let n = day_number(rest.trim_end_matches('天'))?;
            return Some(yearly(1, &format!("BYMONTHDAY={n}")));
        }
    }
    let heads: [(&[&str], u8); 4] = [
        (&["首月", "第一个月", "第1个月", "首个月", "初月"], 1),
        (&["第二个月", "第2个月", "次月"], 2),
        (&["第三个月", "第3个月"], 3),
        (
            &["最后一个月", "最后1个月", "最后一月", "末月", "尾月"],
            len,
        ),
    ];
    for (words, nth) in heads {
        for word in words {
            if let Some(rest) = when.strip_prefix(word) {
                let rest = rest.trim_start_matches(['的', '份']);
                return match rest {
                    "" if before => Some(yearly(nth, "BYMONTHDAY=-1")),
                    "" => Some(format!("FREQ=YEARLY;BYMONTH={}", months(nth))),
                    _ => Some(yearly(nth, &month_days(rest)?)),
                };
            }
        }
    }
    if let Some(nth) =
        nth_day(when).filter(|days| !days.starts_with("BYDAY=1") && !days.starts_with("BYDAY=-"))
    {
        let nth_month = if when.starts_with("最后") { len } else { 1 };
        return Some(yearly(nth_month, &nth));
    }
    let rest = when.strip_prefix(['末', '底'])?;
    let days = match rest.trim_start_matches(['的', '月']) {
        "" => "BYMONTHDAY=-1".to_owned(),
        rest => month_days(rest)?,
    };
    Some(yearly(len, &days))
}

/// 6月、12月底, 3月10日, 底, 一季度.
fn year(interval: u32, when: &str, before: bool) -> Option<String> {
    let head = bare(Every::Year, interval);
    match when {
        "底" | "末" | "终" | "年底" | "年末" | "岁末" => {
            return Some(format!("{head};BYMONTH=12;BYMONTHDAY=31"));
        }
        "初" | "年初" => return Some(format!("{head};BYMONTH=1")),
        _ => {}
    }
    if let Some((from, to)) = when.split_once(['至', '到', '—', '-', '～']) {
        return between_months(&head, from, to);
    }
    let mut months = Vec::new();
    let mut days = Vec::new();
    let parts: Vec<_> = when.split(['、', '和', '及', '与']).collect();
    let ends = parts
        .last()
        .is_some_and(|last| last.ends_with(['底', '末']));
    for part in parts {
        let part = part.trim_end_matches(['前', '之']);
        let read = point::read(part, false).or_else(|| point::read(&format!("{part}月"), false))?;
        match (read.stretch, read.part) {
            (Stretch::Day(Month::No(month), day), _) => {
                months.push(month);
                days.push(i32::from(day));
            }
            (Stretch::Month(Month::No(month)), part) => match part {
                Part::Xun(_, xun) => {
                    months.push(month);
                    days.push([10, 20, -1][usize::from(xun.clamp(1, 3)) - 1]);
                }
                Part::Start => {
                    months.push(month);
                    days.push(10);
                }
                Part::End => {
                    months.push(month);
                    days.push(-1);
                }
                _ if ends => {
                    months.push(month);
                    days.push(-1);
                }
                // 每年3月前: by the end of February.
                _ if before => {
                    months.push(if month == 1 { 12 } else { month - 1 });
                    days.push(-1);
                }
                _ => months.push(month),
            },
            (Stretch::Quarter(quarter), part) => {
                if part == Part::End || before {
                    months.push(quarter * 3);
                    days.push(-1);
                } else {
                    months.extend(quarter * 3 - 2..=quarter * 3);
                }
            }
            (Stretch::Half(half), part) => {
                if part == Part::End || before {
                    months.push(half * 6);
                    days.push(-1);
                } else {
                    months.extend(half * 6 - 5..=half * 6);
                }
            }
            _ => return None,
        }
    }
    // 6月30日、12月31日: one rule only if all are ends of their months.
    if days.len() == months.len() && days.iter().any(|day| *day != days[0]) {
        let last = |month: u8| match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28,
            _ => 31,
        };
        if months
            .iter()
            .zip(&days)
            .all(|(month, day)| *day == -1 || *day >= last(*month))
        {
            days = vec![-1; months.len()];
        }
    }
    days.dedup();
    let mut rule = head;
    let join = |list: &[String]| list.join(",");
    let months: Vec<_> = months.iter().map(u8::to_string).collect();
    let days: Vec<_> = days.iter().map(i32::to_string).collect();
    write!(rule, ";BYMONTH={}", join(&months)).ok()?;
    if !days.is_empty() {
        write!(rule, ";BYMONTHDAY={}", join(&days)).ok()?;
    }
    Some(rule)
}

/// 1月1日至6月30日, 6至9月: the months that the range touches.
fn between_months(head: &str, from: &str, to: &str) -> Option<String> {
    let month = |words: &str| {
        let point =
            point::read(words, false).or_else(|| point::read(&format!("{words}月"), false))?;
        match point.stretch {
            Stretch::Day(Month::No(month), _) | Stretch::Month(Month::No(month)) => Some(month),
            _ => None,
        }
    };
    let (from, to) = (month(from)?, month(to)?);
    // 11月至次年2月 goes round the end of the year.
    let last = if to < from { to + 12 } else { to };
    let months: Vec<_> = (from..=last)
        .map(|month| ((month - 1) % 12 + 1).to_string())
        .collect();
    Some(format!("{head};BYMONTH={}", months.join(",")))
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
