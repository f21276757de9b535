//! Which days a limit that comes again falls on.
//!
//! In: `5日、20日`, `最后一个工作日`; `首月10日` of a quarter; `6月、12月底` of a year. Out: the parts `BYMONTH`, `BYMONTHDAY`, `BYDAY`,
//! `BYSETPOS` of its rule.

use super::numeral;
use super::point::{self, Month, Part, Stretch};
use super::recur::{DAYS, Every, WORKING, bare};
use std::fmt::Write;

/// The part of a rule that picks days of a month.
pub(super) fn month_days(when: &str) -> Option<String> {
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
        let last = match last {
            "月底" | "月末" | "底" => 31,
            day => day_number(day)?,
        };
        let first = day_number(first)?;
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
pub(super) fn in_period(when: &str, first: &[u8], len: u8, before: bool) -> Option<String> {
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
        // 每季度次月: the month after the quarter.
        (
            &["首月", "第一个月", "第1个月", "首个月", "初月", "次月"],
            1,
        ),
        (&["第二个月", "第2个月"], 2),
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
    if let Some(n) = when
        .strip_prefix('前')
        .and_then(|rest| day_number(rest.trim_end_matches(['内', '天'])))
    {
        return Some(yearly(1, &format!("BYMONTHDAY={n}")));
    }
    let rest = when.strip_prefix(['末', '底'])?;
    let days = match rest.trim_start_matches(['的', '月']) {
        "" => "BYMONTHDAY=-1".to_owned(),
        rest => month_days(rest)?,
    };
    Some(yearly(len, &days))
}

/// 6月、12月底, 3月10日, 底, 一季度.
pub(super) fn year(interval: u32, when: &str, before: bool) -> Option<String> {
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
    let to = ["次年", "翌年", "第二年"]
        .iter()
        .find_map(|next| to.strip_prefix(next))
        .unwrap_or(to);
    let (from, to) = (month(from)?, month(to)?);
    // 11月至次年2月 goes round the end of the year.
    let last = if to < from { to + 12 } else { to };
    let months: Vec<_> = (from..=last)
        .map(|month| ((month - 1) % 12 + 1).to_string())
        .collect();
    Some(format!("{head};BYMONTH={}", months.join(",")))
}
