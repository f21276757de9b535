//! From a point of time to its days: what the words leave open is settled by the notice.
//!
//! In: `6月下旬` in a notice of 2021-05-24. Out: 2021-06-21 to 2021-06-30, with [`Inferred::Year`]. A year that is left
//! out is the one spoken of before; else the notice's, and the next one if the day is past by then; else unknown.

use super::Reference;
use super::limit::Inferred;
use super::numeral;
use super::point::{Month, Part, Point, Stretch, Year};
use jiff::ToSpan;
use jiff::civil::Date;

/// What the words may lean on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub reference: &'a Reference,
    /// The year last spoken of in the sentence.
    pub year: Option<i16>,
    /// That year is of a limit that lies ahead, so that a day before the notice is of the year after it.
    pub ahead: bool,
    /// The month last spoken of in the list or range that the words are part of.
    pub month: Option<u8>,
    /// The text before the words, whose last month they may lean on.
    pub before: &'a str,
    /// 每月 or 每年, if the sentence has such a limit already: 每月5日前…，25日前….
    pub every: Option<&'static str>,
}

/// The days a point covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Extent {
    /// First and last day; nothing where no year is known.
    pub days: Option<(Date, Date)>,
    /// The words name the year.
    pub explicit: bool,
    /// What was settled.
    pub inferred: Vec<Inferred>,
}

/// The days of `point`; nothing if they can be no days at all.
pub(super) fn extent(point: &Point, frame: &Frame<'_>) -> Option<Extent> {
    let mut inferred = Vec::new();
    if point.repaired {
        inferred.push(Inferred::Repaired);
    }
    if point.roc {
        inferred.push(Inferred::RocYear);
    }
    if point.part == Part::Start {
        inferred.push(Inferred::Approximate);
    }
    let issued = frame.reference.issued;
    let found = |days, inferred| {
        Some(Extent {
            days,
            explicit: false,
            inferred,
        })
    };
    match point.stretch {
        Stretch::Plan(no) => {
            let first = 2001 + 5 * (i16::from(no) - 10);
            let days = match point.part {
                Part::Middle => (first + 2, first + 2),
                _ => (first, first + 4),
            };
            return Some(Extent {
                days: Some((
                    Date::new(days.0, 1, 1).ok()?,
                    Date::new(days.1, 12, 31).ok()?,
                )),
                explicit: true,
                inferred,
            });
        }
        Stretch::DayAhead(ahead) => {
            let Some(issued) = issued else {
                inferred.push(Inferred::YearUnknown);
                return found(None, inferred);
            };
            let day = issued.checked_add(i64::from(ahead).days()).ok()?;
            return found(Some((day, day)), inferred);
        }
        Stretch::Clock => {
            let Some(day) = issued else {
                inferred.push(Inferred::YearUnknown);
                return found(None, inferred);
            };
            return found(Some((day, day)), inferred);
        }
        Stretch::Week(week, day) => {
            let Some(issued) = issued else {
                inferred.push(Inferred::YearUnknown);
                return found(None, inferred);
            };
            return found(Some(week_days(issued, week, day)?), inferred);
        }
        _ => {}
    }
    let (month, stretch) = settle_month(point, frame, &mut inferred);
    let days = |year| days_in(year, stretch, month, point.part);
    let (year, explicit) = settle_year(point, frame, &mut inferred, |year| {
        days(year).map(|(_, end, _)| end)
    });
    let Some(year) = year else {
        inferred.push(Inferred::YearUnknown);
        return found(None, inferred);
    };
    let (start, end, clamped) = days(year)?;
    if clamped {
        inferred.push(Inferred::Clamped);
    }
    Some(Extent {
        days: Some((start, end)),
        explicit,
        inferred,
    })
}

/// The month last spoken of in the paragraph that `text` ends in, some sentences back at most.
fn month_in(text: &str) -> Option<u8> {
    /// Bytes to look back over.
    const REACH: usize = 600;
    let mut from = text.len().saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let paragraph = text[from..].rsplit('\n').next()?;
    paragraph.rmatch_indices('月').find_map(|(at, _)| {
        let words = paragraph[..at].trim_end_matches([' ', '　']);
        let start = words
            .char_indices()
            .rev()
            .take_while(|(_, c)| numeral::is_numeral(*c))
            .last()?
            .0;
        let month = numeral::read(&words[start..])?.value;
        u8::try_from(month)
            .ok()
            .filter(|month| (1..=12).contains(month))
    })
}

fn week_days(issued: Date, week: Option<i8>, day: Option<u8>) -> Option<(Date, Date)> {
    let today = i64::from(issued.weekday().to_monday_one_offset());
    let monday = issued.checked_sub((today - 1).days()).ok()?;
    let weeks = match (week, day) {
        (Some(week), _) => i64::from(week),
        // 周五, without saying which: the next one.
        (None, Some(day)) if i64::from(day) < today => 1,
        (None, _) => 0,
    };
    let monday = monday.checked_add((7 * weeks).days()).ok()?;
    match day {
        Some(day) => {
            let day = monday.checked_add((i64::from(day) - 1).days()).ok()?;
            Some((day, day))
        }
        None => Some((monday, monday.checked_add(6.days()).ok()?)),
    }
}

/// The month, and the stretch with words like 本季度 made definite. A month counted from the notice
/// brings its year along, as months beyond December.
fn settle_month(point: &Point, frame: &Frame<'_>, inferred: &mut Vec<Inferred>) -> (i8, Stretch) {
    let issued = frame.reference.issued.map(|date| date.month());
    match point.stretch {
        Stretch::Month(month) | Stretch::Day(month, _) => match month {
            Month::No(no) => (no.cast_signed(), point.stretch),
            Month::Ahead(ahead) => {
                inferred.push(Inferred::Month);
                (issued.map_or(0, |m| m + ahead), point.stretch)
            }
            Month::Open => {
                inferred.push(Inferred::Month);
                if let Some(month) = frame.month.or_else(|| month_in(frame.before)) {
                    return (month.cast_signed(), point.stretch);
                }
                let past = match (frame.reference.issued, point.stretch) {
                    (Some(date), Stretch::Day(_, day)) => day.cast_signed() < date.day(),
                    (Some(date), _) => matches!(
                        (point.part, date.day()),
                        (Part::Xun(_, 1), 11..) | (Part::Xun(_, 2), 21..)
                    ),
                    _ => false,
                };
                (issued.map_or(0, |m| m + i8::from(past)), point.stretch)
            }
        },
        Stretch::QuarterAhead(ahead) => {
            inferred.push(Inferred::Month);
            let quarter = issued.map_or(0, |m| (m + 2) / 3 + ahead);
            (0, Stretch::Quarter(u8::try_from(quarter).unwrap_or(0)))
        }
        other => (0, other),
    }
}

fn settle_year(
    point: &Point,
    frame: &Frame<'_>,
    inferred: &mut Vec<Inferred>,
    end_in: impl Fn(i16) -> Option<Date>,
) -> (Option<i16>, bool) {
    let reference = frame.reference;
    let issued = reference.issued;
    let base = reference.year.or(issued.map(|date| date.year()));
    match point.year {
        Year::Given(year) => (Some(year), true),
        Year::Ahead(ahead) => {
            inferred.push(Inferred::Year);
            (base.map(|year| year.saturating_add(ahead)), true)
        }
        Year::Next => {
            inferred.push(Inferred::Year);
            (frame.year.or(base).map(|year| year.saturating_add(1)), true)
        }
        Year::Open => {
            let counted = matches!(
                point.stretch,
                Stretch::Month(Month::Ahead(_))
                    | Stretch::Day(Month::Ahead(_), _)
                    | Stretch::QuarterAhead(_)
            );
            if counted {
                return (issued.map(|date| date.year()), false);
            }
            let past = |year| end_in(year).zip(issued).is_some_and(|(end, day)| end < day);
            if let Some(year) = frame.year {
                inferred.push(Inferred::YearInherited);
                // 2021年12月17日前…，1月28日前….
                let next = frame.ahead && past(year);
                if next {
                    inferred.push(Inferred::RolledForward);
                }
                return (Some(year.saturating_add(i16::from(next))), false);
            }
            if let Some(year) = base {
                inferred.push(Inferred::Year);
                // Of a notice about a later year than that of its issue, no day is put off.
                let own = issued.is_none_or(|date| year > date.year());
                let past = !own && past(year);
                if past {
                    inferred.push(Inferred::RolledForward);
                }
                return (Some(year.saturating_add(i16::from(past))), false);
            }
            (None, false)
        }
    }
}

/// First and last day of a stretch in `year`, and whether a day that does not exist was put right.
fn days_in(year: i16, stretch: Stretch, month: i8, part: Part) -> Option<(Date, Date, bool)> {
    let months = |first: i8, last: i8| {
        let start = Date::new(year, first, 1).ok()?;
        let end = Date::new(year, last, 1).ok()?.last_of_month();
        Some((start, end, false))
    };
    // A month counted from the notice may lie in the next year.
    if month > 12 {
        return days_in(year.checked_add(1)?, stretch, month - 12, part);
    }
    match stretch {
        Stretch::Year => match part {
            Part::Start => months(1, 1),
            Part::Middle => months(6, 6),
            _ => months(1, 12),
        },
        Stretch::Half(half) => months(half.cast_signed() * 6 - 5, half.cast_signed() * 6),
        Stretch::Quarter(quarter @ 5..=8) => {
            days_in(year.checked_add(1)?, Stretch::Quarter(quarter - 4), 0, part)
        }
        Stretch::Quarter(quarter @ 1..=4) => {
            let last = quarter.cast_signed() * 3;
            months(last - 2, last)
        }
        Stretch::FirstQuarters(n @ 1..=4) => months(1, n.cast_signed() * 3),
        Stretch::Month(_) => {
            let (start, end, _) = months(month, month)?;
            let day = |day| Date::new(year, month, day).ok();
            Some(match part {
                Part::Xun(first, last) => {
                    let last = match last {
                        1 | 2 => day(10 * last.cast_signed())?,
                        _ => end,
                    };
                    (day(10 * first.cast_signed() - 9)?, last, false)
                }
                Part::Start => (start, day(10)?, false),
                Part::Middle => (day(11)?, day(20)?, false),
                _ => (start, end, false),
            })
        }
        Stretch::Day(_, day) => {
            let last = Date::new(year, month, 1).ok()?.last_of_month();
            let wanted = day.cast_signed();
            let date = Date::new(year, month, wanted.min(last.day())).ok()?;
            Some((date, date, wanted > last.day()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::point;
    use super::*;

    fn days(words: &str, issued: &str) -> (String, Vec<Inferred>) {
        let reference = Reference {
            issued: Some(issued.parse().expect("a date")),
            ..Reference::default()
        };
        let frame = Frame {
            reference: &reference,
            year: None,
            ahead: false,
            month: None,
            before: "",
            every: None,
        };
        let point = point::read(words, false).expect("a point");
        let extent = extent(&point, &frame).expect("has days");
        let days = extent
            .days
            .map_or("?".to_owned(), |(a, b)| format!("{a}/{b}"));
        (days, extent.inferred)
    }

    #[test]
    fn parts_of_the_year() {
        for (words, want) in [
            ("6月下旬", "2021-06-21/2021-06-30"),
            ("7月初", "2021-07-01/2021-07-10"),
            ("三季度", "2021-07-01/2021-09-30"),
            ("下半年", "2021-07-01/2021-12-31"),
            ("年底", "2021-01-01/2021-12-31"),
            ("年中", "2021-06-01/2021-06-30"),
            ("明年2月", "2022-02-01/2022-02-28"),
            ("本季度", "2021-04-01/2021-06-30"),
            ("下月5日", "2021-06-05/2021-06-05"),
            ("周五", "2021-05-28/2021-05-28"),
            ("下周一", "2021-05-31/2021-05-31"),
            ("“十四五”期间", "2021-01-01/2025-12-31"),
        ] {
            assert_eq!(days(words, "2021-05-24").0, want, "{words}");
        }
    }

    #[test]
    fn a_day_that_is_past_is_next_years() {
        let (got, inferred) = days("1月15日", "2021-11-20");
        assert_eq!(got, "2022-01-15/2022-01-15");
        assert_eq!(inferred, [Inferred::Year, Inferred::RolledForward]);
        assert_eq!(days("下月底", "2021-12-20").0, "2022-01-01/2022-01-31");
        assert_eq!(days("下季度", "2021-12-20").0, "2022-01-01/2022-03-31");
    }

    #[test]
    fn a_day_that_does_not_exist_is_the_last_of_its_month() {
        let (got, inferred) = days("2023年2月29日", "2022-12-01");
        assert_eq!(got, "2023-02-28/2023-02-28");
        assert_eq!(inferred, [Inferred::Clamped]);
    }
}
