//! The words for a point of time, taken apart.
//!
//! In: `2021年6月下旬`, `二〇二一年底`, `“十四五”末`, `18日17时`. Out: a [`Point`]: which year, which stretch of it,
//! which part of the stretch. No date yet: what the words leave open is settled in [`super::resolve`].
//!
//! The frames are those of `rules/words/time.toml`; what does not fit one is no point.

use super::limit::Time;
use super::numeral;

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

/// Whether a name of a point stands at the head of `words`; what is left.
struct Scan<'a> {
    rest: &'a str,
    taiwan: bool,
    repaired: bool,
    roc: bool,
}

impl<'a> Scan<'a> {
    fn new(words: &'a str, taiwan: bool) -> Self {
        Self {
            rest: words,
            taiwan,
            repaired: false,
            roc: false,
        }
    }

    fn gap(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '　']);
    }

    fn eat(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// A number, and only if `unit` follows it.
    fn number(&mut self, units: &[&str]) -> Option<u32> {
        let before = self.rest;
        let end = before
            .find(|c: char| {
                !(c.is_ascii_digit()
                    || matches!(c, 'l' | 'I' | 'O' | 'o' | 'Ｏ' | '○' | '廿')
                    || numeral::is_hanzi_number(c))
            })
            .unwrap_or(before.len());
        let number = numeral::read(&before[..end])?;
        self.rest = &before[end..];
        self.gap();
        if units.is_empty() || self.eat_any(units) {
            self.repaired |= number.repaired;
            Some(number.value)
        } else {
            self.rest = before;
            None
        }
    }

    fn point(&mut self) -> Option<Point> {
        let point = |year, stretch, part| Point {
            year,
            stretch,
            part,
            time: None,
            repaired: false,
            roc: false,
        };
        if let Some(plan) = self.plan() {
            let part = self.plan_part();
            return Some(point(Year::Open, Stretch::Plan(plan), part));
        }
        if let Some((year, stretch)) = self.dotted() {
            let time = self.clock();
            return Some(Point {
                time,
                ..point(year, stretch, Part::Whole)
            });
        }
        let year = self.year();
        self.gap();
        self.eat("的");
        let (stretch, part) = self
            .half()
            .or_else(|| self.quarter())
            .or_else(|| self.month())
            .or_else(|| self.bare_day())
            .or_else(|| self.week())
            .or_else(|| self.year_part(year))
            .or_else(|| (year != Year::Open).then_some((Stretch::Year, Part::Whole)))
            .or_else(|| {
                self.starts_with_clock()
                    .then_some((Stretch::Clock, Part::Whole))
            })?;
        let time = match stretch {
            Stretch::Day(..) | Stretch::Week(_, Some(_)) | Stretch::DayAhead(_) => {
                self.weekday_in_parentheses();
                self.clock()
            }
            Stretch::Clock => Some(self.clock()?),
            _ => None,
        };
        Some(Point {
            time,
            ..point(year, stretch, part)
        })
    }

    fn plan(&mut self) -> Option<u8> {
        let before = self.rest;
        self.eat_any(&["“", "\""]);
        if self.eat("十") {
            let no = self.rest.chars().next().and_then(|c| {
                let no = numeral::read(c.encode_utf8(&mut [0; 4]))?.value;
                self.rest = &self.rest[c.len_utf8()..];
                u8::try_from(no).ok()
            });
            if let (Some(no @ 1..=7), true) = (no, self.eat("五")) {
                self.eat_any(&["”", "\""]);
                self.eat("规划");
                return Some(10 + no);
            }
        }
        self.rest = before;
        None
    }

    fn plan_part(&mut self) -> Part {
        if self.eat_any(&["期末", "末期", "末", "底"]) {
            Part::End
        } else if self.eat_any(&["中期"]) {
            Part::Middle
        } else {
            self.eat_any(&["时期", "期间", "期内"]);
            Part::Whole
        }
    }

    fn year(&mut self) -> Year {
        const WORDS: [(&str, Year); 14] = [
            ("本年度", Year::Ahead(0)),
            ("今年", Year::Ahead(0)),
            ("本年", Year::Ahead(0)),
            ("当年", Year::Ahead(0)),
            ("明年", Year::Ahead(1)),
            ("来年", Year::Ahead(1)),
            ("下一年度", Year::Ahead(1)),
            ("下年度", Year::Ahead(1)),
            ("后年", Year::Ahead(2)),
            ("次年度", Year::Next),
            ("次年", Year::Next),
            ("翌年", Year::Next),
            ("第二年", Year::Next),
            ("同年", Year::Open),
        ];
        for (word, year) in WORDS {
            if self.eat(word) {
                return year;
            }
        }
        let before = self.rest;
        let roc = self.eat_any(&["中华民国", "民国"]);
        self.gap();
        let year = self.number(&["年度", "年"]).and_then(|n| match n {
            1000..=2999 => i16::try_from(n).ok(),
            // 21年6月: two figures, and a month after them.
            0..=49
                if !roc
                    && before.len() - self.rest.len() == "21年".len()
                    && before.is_char_boundary(2)
                    && !self.rest.is_empty() =>
            {
                i16::try_from(2000 + n).ok()
            }
            1..=200 if roc || (self.taiwan && n >= 90) => {
                self.roc = true;
                i16::try_from(n + 1911).ok()
            }
            _ => None,
        });
        if let Some(year) = year {
            return Year::Given(year);
        }
        self.rest = before;
        Year::Open
    }

    fn half(&mut self) -> Option<(Stretch, Part)> {
        let half = if self.eat("上半年") {
            1
        } else if self.eat("下半年") {
            2
        } else {
            return None;
        };
        Some((Stretch::Half(half), self.end_part()))
    }

    fn end_part(&mut self) -> Part {
        if self.eat_any(&["底", "末"]) {
            Part::End
        } else {
            Part::Whole
        }
    }

    fn quarter(&mut self) -> Option<(Stretch, Part)> {
        let before = self.rest;
        let ahead = [("本", 0), ("下", 1)]
            .into_iter()
            .find_map(|(word, ahead)| {
                self.eat(word).then_some(())?;
                self.eat("个");
                Some(Stretch::QuarterAhead(ahead))
            });
        let stretch = if ahead.is_some() {
            ahead
        } else if self.eat("前") {
            self.number(&["个季度", "季度"])
                .filter(|n| (1..=4).contains(n))
                .and_then(|n| Some(Stretch::FirstQuarters(u8::try_from(n).ok()?)))
                .inspect(|_| self.rest = self.rest.trim_start())
        } else if self.eat_any(&["Q", "q"]) {
            self.number(&[])
                .filter(|n| (1..=4).contains(n))
                .and_then(|n| Some(Stretch::Quarter(u8::try_from(n).ok()?)))
        } else {
            self.eat("第");
            self.number(&["季度", "季"])
                .filter(|n| (1..=4).contains(n))
                .and_then(|n| Some(Stretch::Quarter(u8::try_from(n).ok()?)))
        };
        match stretch {
            Some(Stretch::QuarterAhead(_)) if !self.eat("季度") => {}
            Some(stretch) => return Some((stretch, self.end_part())),
            None => {}
        }
        self.rest = before;
        if self.eat_any(&["季度", "季"]) {
            let part = self.end_part();
            if part == Part::End {
                return Some((Stretch::QuarterAhead(0), part));
            }
            self.rest = before;
        }
        None
    }

    fn month(&mut self) -> Option<(Stretch, Part)> {
        const WORDS: [(&str, i8); 8] = [
            ("这个月", 0),
            ("本月", 0),
            ("当月", 0),
            ("这月", 0),
            ("下个月", 1),
            ("下月", 1),
            ("次月", 1),
            ("个月", 0),
        ];
        let before = self.rest;
        if self.eat_any(&["元月份", "元月"]) {
            return self.in_month(Month::No(1));
        }
        let month = WORDS
            .iter()
            .take(7)
            .find_map(|(word, ahead)| self.eat(word).then_some(Month::Ahead(*ahead)))
            .or_else(|| {
                self.number(&["月份", "月"])
                    .filter(|n| (1..=12).contains(n))
                    .and_then(|n| Some(Month::No(u8::try_from(n).ok()?)))
            });
        let Some(month) = month else {
            self.rest = before;
            let part = self.month_part();
            // 月底, 中旬 by themselves; 底 alone belongs to the year.
            return match part {
                Part::Xun(..) => Some((Stretch::Month(Month::Open), part)),
                Part::Whole => None,
                _ if before.starts_with('月') => Some((Stretch::Month(Month::Open), part)),
                _ => {
                    self.rest = before;
                    None
                }
            };
        };
        self.in_month(month)
    }

    /// What follows a month: a day, a part of it, or nothing.
    fn in_month(&mut self, month: Month) -> Option<(Stretch, Part)> {
        self.gap();
        if let Some(day) = self.number(&["日", "号", "曰"]) {
            return match u8::try_from(day) {
                Ok(day @ 1..=31) => Some((Stretch::Day(month, day), Part::Whole)),
                _ => None,
            };
        }
        // 6月6-8日 hands over 6月6日.
        Some((Stretch::Month(month), self.month_part()))
    }

    fn month_part(&mut self) -> Part {
        const XUN: [(&str, u8, u8); 5] = [
            ("上中旬", 1, 2),
            ("中下旬", 2, 3),
            ("上旬", 1, 1),
            ("中旬", 2, 2),
            ("下旬", 3, 3),
        ];
        for (word, first, last) in XUN {
            if self.eat(word) {
                self.eat_any(&["初", "末", "底"]);
                return Part::Xun(first, last);
            }
        }
        let before = self.rest;
        self.eat("月");
        if self.eat_any(&["底", "末"]) {
            Part::End
        } else if self.eat("初") {
            Part::Start
        } else {
            self.rest = before;
            Part::Whole
        }
    }

    fn bare_day(&mut self) -> Option<(Stretch, Part)> {
        let day = self.number(&["日", "号", "曰"])?;
        match u8::try_from(day) {
            Ok(day @ 1..=31) => Some((Stretch::Day(Month::Open, day), Part::Whole)),
            _ => None,
        }
    }

    fn week(&mut self) -> Option<(Stretch, Part)> {
        const DAYS: [(&str, i8); 8] = [
            ("今天", 0),
            ("今日", 0),
            ("当天", 0),
            ("当日", 0),
            ("明天", 1),
            ("明日", 1),
            ("次日", 1),
            ("后天", 2),
        ];
        for (word, ahead) in DAYS {
            if self.eat(word) {
                return Some((Stretch::DayAhead(ahead), Part::Whole));
            }
        }
        let before = self.rest;
        let week = [("本", 0), ("这", 0), ("下", 1)]
            .into_iter()
            .find_map(|(word, ahead)| self.eat(word).then_some(ahead));
        self.eat("个");
        if self.eat_any(&["周", "星期", "礼拜"]) {
            let day = self.rest.chars().next().and_then(numeral::weekday);
            if day.is_some() {
                self.rest = self.rest.get(3..).unwrap_or_default();
            } else {
                self.eat_any(&["末", "内"]);
            }
            if day.is_some() || week.is_some() {
                return Some((Stretch::Week(week, day), Part::Whole));
            }
        }
        self.rest = before;
        None
    }

    /// 底 after a year, or 年底 alone.
    fn year_part(&mut self, year: Year) -> Option<(Stretch, Part)> {
        let before = self.rest;
        if self.eat("全年") {
            return Some((Stretch::Year, Part::Whole));
        }
        if !self.eat("年") && year == Year::Open && !self.rest.starts_with("岁末") {
            return None;
        }
        let part = if self.eat_any(&["岁末", "底", "末", "终"]) {
            Part::End
        } else if self.eat("初") {
            Part::Start
        } else if self.eat("中") {
            Part::Middle
        } else if self.eat("内") {
            Part::Whole
        } else {
            self.rest = before;
            return None;
        };
        Some((Stretch::Year, part))
    }

    fn dotted(&mut self) -> Option<(Year, Stretch)> {
        let before = self.rest;
        let read = |scan: &mut Self| {
            let first = scan.figures()?;
            let mark = scan.mark()?;
            let second = scan.figures()?;
            if first > 31 {
                let year = i16::try_from(first)
                    .ok()
                    .filter(|y| (1000..3000).contains(y))?;
                let month = u8::try_from(second).ok().filter(|m| (1..=12).contains(m))?;
                let with_month = scan.rest;
                if scan.mark() == Some(mark)
                    && let Some(day) = scan.figures()
                {
                    let day = u8::try_from(day).ok().filter(|d| (1..=31).contains(d))?;
                    return Some((Year::Given(year), Stretch::Day(Month::No(month), day)));
                }
                scan.rest = with_month;
                return Some((Year::Given(year), Stretch::Month(Month::No(month))));
            }
            let month = u8::try_from(first).ok().filter(|m| (1..=12).contains(m))?;
            let day = u8::try_from(second)
                .ok()
                .filter(|d| (1..=31).contains(d) && mark == '.')?;
            Some((Year::Open, Stretch::Day(Month::No(month), day)))
        };
        let found = read(self);
        if found.is_none() {
            self.rest = before;
        }
        found
    }

    fn mark(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        let mark = match c {
            '.' | '．' => '.',
            '/' | '-' => c,
            _ => return None,
        };
        self.rest = &self.rest[c.len_utf8()..];
        Some(mark)
    }

    fn figures(&mut self) -> Option<u32> {
        let end = self
            .rest
            .find(|c: char| {
                !(c.is_ascii_digit() || matches!(c, 'l' | 'I' | 'O' | 'o' | '○' | '〇'))
            })
            .unwrap_or(self.rest.len());
        if !self.rest.starts_with(|c: char| c.is_ascii_digit()) || end > 4 + 8 {
            return None;
        }
        let number = numeral::read(&self.rest[..end])?;
        self.repaired |= number.repaired;
        self.rest = &self.rest[end..];
        Some(number.value)
    }

    fn weekday_in_parentheses(&mut self) {
        let before = self.rest;
        let opened = self.eat_any(&["（", "("]);
        self.eat_any(&["本", "下"]);
        if opened && self.eat_any(&["星期", "周", "礼拜"]) {
            let day = self.rest.chars().next();
            if day.and_then(numeral::weekday).is_some() {
                self.rest = self.rest.get(3..).unwrap_or_default();
                if self.eat_any(&["）", ")"]) {
                    return;
                }
            }
        }
        self.rest = before;
    }

    fn starts_with_clock(&self) -> bool {
        let mut scan = Scan::new(self.rest, false);
        scan.clock().is_some()
    }

    /// A time of day; 下班 and 上午 alone are read and give none.
    fn clock(&mut self) -> Option<Time> {
        let before = self.rest;
        self.gap();
        let afternoon = self.eat_any(&["下午", "晚上", "晚间", "晚", "夜间", "傍晚"]);
        let noon = !afternoon && self.eat("中午");
        let morning = !afternoon && !noon && self.eat_any(&["上午", "早上", "早", "凌晨"]);
        self.gap();
        if self.eat("下班") {
            return None;
        }
        let Some((hour, minute)) = self.hour_and_minute() else {
            if !(afternoon || morning || noon) {
                self.rest = before;
            }
            return noon.then_some(Time {
                hour: 12,
                minute: 0,
            });
        };
        let hour = match hour {
            1..=11 if afternoon => hour + 12,
            1 | 2 if noon => hour + 12,
            _ => hour,
        };
        Some(Time { hour, minute })
    }

    fn hour_and_minute(&mut self) -> Option<(u8, u8)> {
        let before = self.rest;
        let read = |scan: &mut Self| {
            let hour = scan.number(&[])?;
            let hour = u8::try_from(hour).ok().filter(|h| *h <= 24)?;
            scan.gap();
            if scan.eat_any(&[":", "："]) {
                let minute = scan.number(&[])?;
                let minute = u8::try_from(minute).ok().filter(|m| *m <= 59)?;
                return Some((hour, minute));
            }
            scan.eat_any(&["时", "点"]).then_some(())?;
            if scan.eat("半") {
                return Some((hour, 30));
            }
            scan.eat("整");
            let minute = scan.number(&["分"]).and_then(|m| u8::try_from(m).ok());
            Some((hour, minute.filter(|m| *m <= 59).unwrap_or(0)))
        };
        let found = read(self);
        if found.is_none() {
            self.rest = before;
        }
        found
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
