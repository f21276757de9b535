//! The times of day in a point, and dates in figures.
//!
//! In: `（星期五）下午3:30`, `中午12时`, `2021.6.30`. Out: 15:30, 12:00, the 30th of June 2021.

use super::limit::Time;
use super::numeral;
use super::point::{Month, Stretch, Year};
use super::scan::Scan;

impl Scan<'_> {
    pub(super) fn dotted(&mut self) -> Option<(Year, Stretch)> {
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
                    scan.eat("日");
                    return Some((Year::Given(year), Stretch::Day(Month::No(month), day)));
                }
                scan.rest = with_month;
                return Some((Year::Given(year), Stretch::Month(Month::No(month))));
            }
            let month = u8::try_from(first).ok().filter(|m| (1..=12).contains(m))?;
            let day = u8::try_from(second)
                .ok()
                .filter(|d| (1..=31).contains(d) && mark == '.')?;
            scan.eat("日");
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

    /// （星期五）, （本周五）, （农历腊月二十九）.
    pub(super) fn weekday_in_parentheses(&mut self) {
        let before = self.rest;
        let opened = self.eat_any(&["（", "("]);
        let note = self.rest.find(['）', ')']).map(|end| &self.rest[..end]);
        if let (true, Some(note)) = (opened, note) {
            let weekday = note.trim_start_matches(['本', '下']);
            let known = ["星期", "周", "礼拜"]
                .iter()
                .filter_map(|word| weekday.strip_prefix(word))
                .any(|day| day.chars().count() == 1);
            if known || note.starts_with("农历") || note.contains('月') {
                self.rest = &self.rest[note.len()..];
                self.eat_any(&["）", ")"]);
                return;
            }
        }
        self.rest = before;
    }

    pub(super) fn starts_with_clock(&self) -> bool {
        let mut scan = Scan::new(self.rest, false);
        scan.clock().is_some()
    }

    /// A time of day; 下班 and 上午 alone are read and give none.
    pub(super) fn clock(&mut self) -> Option<Time> {
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
            if scan.eat_any(&[":", "：", "∶"]) {
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
