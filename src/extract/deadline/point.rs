//! The words for a point of time, taken apart.
//!
//! In: `2021年6月下旬`, `二〇二一年底`, `“十四五”末`, `18日17时`. Out: a [`Point`]: which year, which stretch of it,
//! which part of the stretch. No date yet: what the words leave open is settled in [`super::resolve`].
//!
//! The frames are those of `rules/words/time.toml`; what does not fit one is no point.

use super::limit::Time;
use super::scan::Scan;

/// Which year the words name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Year {
    /// 2021年.
    Given(i16),
    /// 今年 (0), 明年 (1): counted from the notice's year.
    Ahead(i16),
    /// 次年: the year after the one spoken of.
    Next,
    /// None.
    Open,
}

/// Which month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Month {
    /// 6月.
    No(u8),
    /// 本月 (0), 下月 (1).
    Ahead(i8),
    /// None: 中旬, 20日.
    Open,
}

/// What stretch of time is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    Year,
    /// 1 or 2.
    Half(u8),
    /// 1 to 4.
    Quarter(u8),
    /// 前三季度.
    FirstQuarters(u8),
    /// 本季度 (0), 下季度 (1).
    QuarterAhead(i8),
    Month(Month),
    Day(Month, u8),
    /// 本周 (0), 下周五 (1, 5); the week is left open in 周五.
    Week(Option<i8>, Option<u8>),
    /// 今天 (0), 明天 (1).
    DayAhead(i8),
    /// 十四五: 14.
    Plan(u8),
    /// 17:00前: a time and no day.
    Clock,
}

/// Which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// 初.
    Start,
    /// 年中, 中期.
    Middle,
    /// 底, 末.
    End,
    /// 上旬, 中旬, 下旬, from the first to the last: 1 to 3.
    Xun(u8, u8),
}

/// A point of time as the words give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub year: Year,
    pub stretch: Stretch,
    pub part: Part,
    pub time: Option<Time>,
    /// A letter was read as a figure, 曰 as 日.
    pub repaired: bool,
    /// The year was counted from 1912.
    pub roc: bool,
}

/// Reads all of `words` as one point. `taiwan` lets 110年 be a year of the Republic.
pub(super) fn read(words: &str, taiwan: bool) -> Option<Point> {
    let mut scan = Scan::new(words, taiwan);
    let mut point = scan.point()?;
    scan.gap();
    if !scan.rest.is_empty() {
        return None;
    }
    point.repaired = scan.repaired;
    point.roc = scan.roc;
    Some(point)
}

/// Reads the first end of a range, which may leave out what the second says: `6月6` of 6月6-8日, `2021` of 2021-2023年.
pub(super) fn read_head(words: &str, tail: &Point, taiwan: bool) -> Option<Point> {
    if let Some(point) = read(words, taiwan) {
        return Some(point);
    }
    let unit = match tail.stretch {
        Stretch::Year => "年",
        Stretch::Month(_) => "月",
        Stretch::Quarter(_) => "季度",
        Stretch::Day(..) => "日",
        _ => return None,
    };
    let head = read(&format!("{words}{unit}"), taiwan)?;
    // 6至8日: the month is said once, at the end or before the range.
    match (head.stretch, tail.stretch) {
        (Stretch::Day(Month::Open, day), Stretch::Day(month, _)) => Some(Point {
            stretch: Stretch::Day(month, day),
            year: tail.year,
            ..head
        }),
        _ => Some(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> (Year, Stretch, Part) {
        let point = read(words, false).unwrap_or_else(|| panic!("{words} is no point"));
        (point.year, point.stretch, point.part)
    }

    #[test]
    fn frames() {
        use Month::No;
        assert_eq!(
            of("2021年6月下旬"),
            (Year::Given(2021), Stretch::Month(No(6)), Part::Xun(3, 3))
        );
        assert_eq!(
            of("二〇二一年十二月三十一日"),
            (Year::Given(2021), Stretch::Day(No(12), 31), Part::Whole)
        );
        assert_eq!(of("今年年底"), (Year::Ahead(0), Stretch::Year, Part::End));
        assert_eq!(of("年底"), (Year::Open, Stretch::Year, Part::End));
        assert_eq!(
            of("6月月底"),
            (Year::Open, Stretch::Month(No(6)), Part::End)
        );
        assert_eq!(of("“十四五”末"), (Year::Open, Stretch::Plan(14), Part::End));
        assert_eq!(
            of("2021.6.30"),
            (Year::Given(2021), Stretch::Day(No(6), 30), Part::Whole)
        );
        assert_eq!(
            of("第三季度末"),
            (Year::Open, Stretch::Quarter(3), Part::End)
        );
        assert_eq!(
            of("下周五"),
            (Year::Open, Stretch::Week(Some(1), Some(5)), Part::Whole)
        );
        assert_eq!(read("110年6月", false), None);
        assert_eq!(
            read("110年6月", true).map(|p| p.year),
            Some(Year::Given(2021))
        );
    }

    #[test]
    fn clocks() {
        let time = |words| read(words, false).and_then(|p| p.time);
        let at = |hour, minute| Some(Time { hour, minute });
        assert_eq!(time("6月18日17时"), at(17, 0));
        assert_eq!(time("6月18日下午5点"), at(17, 0));
        assert_eq!(time("6月18日（星期五）下午3:30"), at(15, 30));
        assert_eq!(time("6月18日24时"), at(24, 0));
        assert_eq!(time("6月18日下班"), None);
        assert_eq!(time("6月18日中午12时"), at(12, 0));
    }

    #[test]
    fn heads_of_ranges() {
        let head = |words, tail| {
            let tail = read(tail, false).expect("a point");
            read_head(words, &tail, false).map(|p| (p.year, p.stretch))
        };
        let day = |m, d| Stretch::Day(m, d);
        assert_eq!(
            head("6月6", "8日"),
            Some((Year::Open, day(Month::No(6), 6)))
        );
        assert_eq!(
            head("2021", "2023年"),
            Some((Year::Given(2021), Stretch::Year))
        );
        assert_eq!(
            head("16", "6月18日"),
            Some((Year::Open, day(Month::No(6), 16)))
        );
    }
}
