//! Deadlines as to-dos of a calendar (RFC 5545).
//!
//! In: a task. Out: a `VTODO` for each of its time limits that has a day:
//! `SUMMARY:［市教育局］建立工作台账`, `DUE;VALUE=DATE:20210630`. The `UID` is made of the task's id and the place of the limit
//! in the task, so that a calendar that imports the file twice holds each to-do once. 尽快, 每月 and 收到通知后3日内 have no day
//! and are left out. Times of day are those of China and are written as UTC.

use super::table::day;
use crate::process::Records;
use crate::record::{Bound, DeadlineRecord, TaskRecord, UnitRecord};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use std::io::{self, Write};

/// Longest line in bytes; longer ones go on after a blank.
const LINE: usize = 75;

/// A calendar in the making.
pub struct Calendar<W: Write> {
    out: W,
}

impl<W: Write> Calendar<W> {
    /// Begins a calendar.
    ///
    /// # Errors
    /// The writer's own.
    pub fn new(mut out: W) -> io::Result<Self> {
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//duban//duban//ZH",
            "CALSCALE:GREGORIAN",
            "X-WR-CALNAME:督办事项",
            "X-WR-TIMEZONE:Asia/Shanghai",
        ] {
            put(&mut out, line)?;
        }
        Ok(Self { out })
    }

    /// Adds the time limits of one document.
    ///
    /// # Errors
    /// The writer's own.
    pub fn push(&mut self, records: &Records) -> io::Result<()> {
        for task in &records.tasks {
            for (at, limit) in task.deadlines.iter().enumerate() {
                self.todo(task, limit, at + 1)?;
            }
        }
        Ok(())
    }

    fn todo(&mut self, task: &TaskRecord, limit: &DeadlineRecord, nth: usize) -> io::Result<()> {
        let (start, end) = (moment(limit.start.as_deref()), moment(limit.end.as_deref()));
        if start.is_none() && end.is_none() {
            return Ok(());
        }
        let mut lines = vec![
            "BEGIN:VTODO".to_owned(),
            format!("UID:{}-{nth}@duban", escaped(&task.id)),
            format!("DTSTAMP:{}", stamp(task)),
            format!("SUMMARY:{}", escaped(&summary(task, limit))),
            format!("DESCRIPTION:{}", escaped(&description(task, limit))),
        ];
        match (start, end) {
            (Some(start), Some(end)) if start < end && start.same_kind(end) => {
                lines.push(format!("DTSTART{start}"));
                lines.push(format!("DUE{end}"));
            }
            (_, Some(end)) => lines.push(format!("DUE{end}")),
            (Some(start), None) => lines.push(format!("DTSTART{start}")),
            (None, None) => {}
        }
        if let Some(issuer) = &task.document.issuer {
            lines.push(format!("CATEGORIES:{}", escaped(issuer)));
        }
        lines.push("STATUS:NEEDS-ACTION".to_owned());
        lines.push("END:VTODO".to_owned());
        lines.iter().try_for_each(|line| put(&mut self.out, line))
    }

    /// The writer, with the calendar's end in it.
    ///
    /// # Errors
    /// The writer's own.
    pub fn into_inner(mut self) -> io::Result<W> {
        put(&mut self.out, "END:VCALENDAR")?;
        Ok(self.out)
    }
}

/// A day, or a time of a day in China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Day(Date),
    Time(DateTime),
}

impl Moment {
    const fn same_kind(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Day(_), Self::Day(_)) | (Self::Time(_), Self::Time(_))
        )
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => write!(f, ";VALUE=DATE:{}", day.strftime("%Y%m%d")),
            Self::Time(time) => {
                let utc = time.saturating_sub(8.hours());
                write!(f, ":{}", utc.strftime("%Y%m%dT%H%M%SZ"))
            }
        }
    }
}

fn moment(date: Option<&str>) -> Option<Moment> {
    let date = date?;
    if date.contains('T') {
        return date.parse().ok().map(Moment::Time);
    }
    day(date).map(Moment::Day)
}

/// A calendar asks when an entry was made; the notice's date is the same in every run.
fn stamp(task: &TaskRecord) -> String {
    let date = task.document.document_date.as_deref().and_then(day);
    date.map_or_else(
        || "19700101T000000Z".to_owned(),
        |date| date.strftime("%Y%m%dT000000Z").to_string(),
    )
}

fn summary(task: &TaskRecord, limit: &DeadlineRecord) -> String {
    let units = [&task.lead, &task.responsible]
        .into_iter()
        .find(|units| !units.is_empty());
    let who = units.map_or_else(String::new, |units| format!("［{}］", names(units)));
    let begins = if limit.bound == Some(Bound::After) {
        "（起始）"
    } else {
        ""
    };
    let what = limit.about.as_deref().unwrap_or(&task.title);
    format!("{who}{what}{begins}")
}

fn description(task: &TaskRecord, limit: &DeadlineRecord) -> String {
    let document = &task.document;
    let title = document.title.as_deref().unwrap_or(&document.source);
    let number = document.document_number.as_deref();
    let mut lines = vec![task.title.clone()];
    if !task.text.is_empty() {
        lines.push(task.text.clone());
    }
    lines.push(format!("期限：{}", limit.text));
    for (role, units) in [
        ("牵头单位", &task.lead),
        ("责任单位", &task.responsible),
        ("配合单位", &task.support),
        ("责任领导", &task.supervisor),
    ] {
        if !units.is_empty() {
            lines.push(format!("{role}：{}", names(units)));
        }
    }
    let number = number.map_or_else(String::new, |number| format!("（{number}）"));
    lines.push(format!("来源：{title}{number}"));
    lines.join("\n")
}

fn names(units: &[UnitRecord]) -> String {
    let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
    names.join("、")
}

/// Words as a value: what separates values is marked.
fn escaped(words: &str) -> String {
    let mut value = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

/// Writes a line, folded on whole characters.
fn put(out: &mut impl Write, line: &str) -> io::Result<()> {
    let mut rest = line;
    let mut room = LINE;
    while rest.len() > room {
        let whole = |at: &usize| rest.is_char_boundary(*at);
        let cut = (1..=room).rev().find(whole).unwrap_or(rest.len());
        let (line, after) = rest.split_at(cut);
        out.write_all(line.as_bytes())?;
        out.write_all(b"\r\n ")?;
        rest = after;
        room = LINE - 1;
    }
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_on_whole_characters() {
        let mut out = Vec::new();
        let line = format!("SUMMARY:{}", "建立工作台账".repeat(20));
        put(&mut out, &line).expect("memory takes all");
        let out = String::from_utf8(out).expect("no character is cut");
        assert!(out.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(out.replace("\r\n ", "").trim_end(), line);
    }

    #[test]
    fn times_of_china_are_utc() {
        let time = moment(Some("2021-06-18T17:00")).expect("a time");
        assert_eq!(time.to_string(), ":20210618T090000Z");
        let day = moment(Some("2021-06-30")).expect("a day");
        assert_eq!(day.to_string(), ";VALUE=DATE:20210630");
    }
}
