//! Festivals and working days, from the tables of `rules/calendar`.
//!
//! In: `春节` and 2022, or 2021-09-29 and three working days. Out: 2022-02-01; 2021-10-08, since the first week of
//! October is free and Saturday the 9th is not.

use crate::error::Error;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;

/// Where the days that no formula gives are kept.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    festivals: BTreeMap<String, Festival>,
    lunar: BTreeMap<(String, i16), Date>,
    /// Years whose list is known.
    years: Vec<i16>,
    /// Weekdays without work, and days of the weekend with work.
    exceptions: BTreeMap<Date, bool>,
}

#[derive(Debug)]
enum Festival {
    Day { month: i8, day: i8 },
    Lunar { name: String, shift: i64 },
}

const FESTIVALS: &str = "calendar/festivals.tsv";
const LUNAR: &str = "calendar/lunar.tsv";
const WORKDAYS: &str = "calendar/workdays.tsv";

/// No notice allows more working days than this.
const MOST_WORKDAYS: u32 = 2000;

impl Calendar {
    /// Reads the tables; `data` gives the text of one.
    pub(super) fn read<'a>(data: impl Fn(&str) -> &'a str) -> Result<Self, Error> {
        let mut calendar = Self::default();
        calendar.read_lunar(data(LUNAR))?;
        calendar.read_festivals(data(FESTIVALS))?;
        calendar.read_workdays(data(WORKDAYS))?;
        Ok(calendar)
    }

    fn read_lunar(&mut self, table: &str) -> Result<(), Error> {
        let mut rows = rows(table);
        let Some((_, names)) = rows.next() else {
            return Ok(());
        };
        for (line, cells) in rows {
            let year = cells
                .first()
                .and_then(|cell| cell.parse::<i16>().ok())
                .ok_or_else(|| wrong(LUNAR, line, "no year"))?;
            for (name, cell) in names.iter().zip(&cells).skip(1) {
                let date = cell
                    .parse::<Date>()
                    .map_err(|e| wrong(LUNAR, line, &e.to_string()))?;
                self.lunar.insert(((*name).to_owned(), year), date);
            }
        }
        Ok(())
    }

    fn read_festivals(&mut self, table: &str) -> Result<(), Error> {
        for (line, cells) in rows(table).skip(1) {
            let [words, day, shift] = cells[..] else {
                return Err(wrong(FESTIVALS, line, "a row has words, day and shift"));
            };
            let festival = match day.split_once('-') {
                Some((month, day)) => match (month.parse(), day.parse()) {
                    (Ok(month), Ok(day)) => Festival::Day { month, day },
                    _ => return Err(wrong(FESTIVALS, line, "the day is no month and day")),
                },
                None => Festival::Lunar {
                    name: day.to_owned(),
                    shift: shift
                        .parse()
                        .map_err(|_| wrong(FESTIVALS, line, "the shift is no number"))?,
                },
            };
            self.festivals.insert(words.to_owned(), festival);
        }
        Ok(())
    }

    fn read_workdays(&mut self, table: &str) -> Result<(), Error> {
        for (line, cells) in rows(table).skip(1) {
            let [year, off, on] = cells[..] else {
                return Err(wrong(WORKDAYS, line, "a row has year, off and on"));
            };
            let date = |day: &str| {
                format!("{year}-{day}")
                    .parse::<Date>()
                    .map_err(|e| wrong(WORKDAYS, line, &e.to_string()))
            };
            self.years
                .push(year.parse().map_err(|_| wrong(WORKDAYS, line, "no year"))?);
            for (list, works) in [(off, false), (on, true)] {
                for run in list.split_whitespace() {
                    let (first, last) = run.split_once('/').unwrap_or((run, run));
                    let (first, last) = (date(first)?, date(last)?);
                    for day in first.series(1.day()).take_while(|day| *day <= last) {
                        self.exceptions.insert(day, works);
                    }
                }
            }
        }
        Ok(())
    }

    /// The day of `festival` in `year`.
    pub(super) fn festival(&self, festival: &str, year: i16) -> Option<Date> {
        match self.festivals.get(festival)? {
            Festival::Day { month, day } => Date::new(year, *month, *day).ok(),
            Festival::Lunar { name, shift } => self
                .lunar
                .get(&(name.clone(), year))?
                .checked_add(shift.days())
                .ok(),
        }
    }

    /// The working day `count` after `from` (before it, if negative), not counting `from`; and whether
    /// the holidays of all years on the way are known.
    pub(super) fn workday(&self, from: Date, count: i32) -> Option<(Date, bool)> {
        let step = i64::from(count.signum());
        let mut left = count.unsigned_abs();
        if left > MOST_WORKDAYS {
            return None;
        }
        let mut day = from;
        let mut known = true;
        while left > 0 {
            day = day.checked_add(step.days()).ok()?;
            known &= self.years.contains(&day.year());
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            if self.exceptions.get(&day).copied().unwrap_or(!weekend) {
                left -= 1;
            }
        }
        Some((day, known))
    }
}

/// The rows of a table with their line numbers; `#` begins a remark.
fn rows(table: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    table
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .map(|(i, line)| (i + 1, line.split('\t').map(str::trim).collect()))
}

fn wrong(file: &str, line: usize, problem: &str) -> Error {
    Error::Rule {
        file: file.to_owned(),
        problem: format!("line {line}: {problem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn calendar() -> Calendar {
        let rules = crate::rule::RuleSet::embedded().expect("the rules compile");
        Calendar::read(|name| rules.data(name)).expect("the tables are well formed")
    }

    #[test]
    fn festivals_by_the_lunar_calendar() {
        let calendar = calendar();
        assert_eq!(calendar.festival("春节", 2021), Some(date(2021, 2, 12)));
        assert_eq!(calendar.festival("除夕", 2022), Some(date(2022, 1, 31)));
        assert_eq!(calendar.festival("中秋节", 2033), Some(date(2033, 9, 8)));
        assert_eq!(calendar.festival("国庆", 2021), Some(date(2021, 10, 1)));
        assert_eq!(calendar.festival("春节", 2041), None);
        assert_eq!(calendar.festival("泼水节", 2021), None);
    }

    #[test]
    fn working_days_by_the_state_councils_notice() {
        let calendar = calendar();
        let after = |y, m, d, n| calendar.workday(date(y, m, d), n);
        assert_eq!(after(2021, 5, 24, 3), Some((date(2021, 5, 27), true)));
        assert_eq!(after(2021, 9, 29, 3), Some((date(2021, 10, 9), true)));
        assert_eq!(after(2021, 2, 10, 1), Some((date(2021, 2, 18), true)));
        assert_eq!(after(2021, 5, 24, -1), Some((date(2021, 5, 21), true)));
        assert_eq!(after(1999, 5, 24, 1), Some((date(1999, 5, 25), false)));
        assert_eq!(after(2021, 5, 24, i32::MAX), None);
    }

    #[test]
    fn a_broken_table_is_named_with_its_line() {
        let broken = |name: &str| {
            if name == WORKDAYS {
                "year\toff\ton\n2021\t13-40\t\n"
            } else {
                ""
            }
        };
        let error = Calendar::read(broken).expect_err("there is no 13-40");
        assert!(
            error.to_string().contains("workdays.tsv: line 2"),
            "{error}"
        );
    }
}
