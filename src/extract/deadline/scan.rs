//! The words of a point of time, from left to right: plan, year, quarter, month, day.
//!
//! In: `2021年6月下旬`. Out: the year 2021, the month 6, its third ten days. Each step takes what fits its frame from the
//! head of the words and leaves them alone otherwise.

use super::numeral;
use super::point::{Month, Part, Point, Stretch, Year};

/// Whether a name of a point stands at the head of `words`; what is left.
pub(super) struct Scan<'a> {
    pub rest: &'a str,
    taiwan: bool,
    pub repaired: bool,
    pub roc: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(words: &'a str, taiwan: bool) -> Self {
        Self {
            rest: words,
            taiwan,
            repaired: false,
            roc: false,
        }
    }

    pub(super) fn gap(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '　']);
    }

    pub(super) fn eat(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// A number, and only if `unit` follows it.
    pub(super) fn number(&mut self, units: &[&str]) -> Option<u32> {
        let before = self.rest;
        let end = before
            .find(|c: char| !numeral::is_numeral(c))
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

    pub(super) fn point(&mut self) -> Option<Point> {
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
        // 10月20前, where the unit was left out.
        let before = self.rest;
        if let Some(day @ 1..=31) = self.number(&[])
            && self.rest.is_empty()
            && let Ok(day) = u8::try_from(day)
        {
            return Some((Stretch::Day(month, day), Part::Whole));
        }
        self.rest = before;
        Some((Stretch::Month(month), self.month_part()))
    }

    fn month_part(&mut self) -> Part {
        const XUN: [(&str, u8, u8); 7] = [
            ("上中旬", 1, 2),
            ("上、中旬", 1, 2),
            ("中、下旬", 2, 3),
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
        // 今晚20时: what is left is the clock's.
        for (word, evening, morning, ahead) in
            [("今", "今晚", "今早", 0), ("明", "明晚", "明早", 1)]
        {
            if self.rest.starts_with(evening) || self.rest.starts_with(morning) {
                self.eat(word);
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
}
