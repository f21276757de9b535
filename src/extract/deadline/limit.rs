//! What a time limit is made of, once it is read.
//!
//! `印发之日起30日内` is kept as the offset `P30D` from the anchor `issue`, with the day it ends on.

use crate::record::{Bound, DeadlineKind, DeadlineRecord};
use crate::text::Span;
use jiff::civil::Date;
use std::fmt;

/// A day, or a day and a time of day where the notice gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time, where it is given.
    pub time: Option<Time>,
}

/// A time of day by the local clock; 24:00 ends the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    /// 0 to 24.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

impl From<Date> for Moment {
    fn from(date: Date) -> Self {
        Self { date, time: None }
    }
}

/// `2021-06-18`, `2021-06-18T17:00`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        match self.time {
            Some(time) => write!(f, "T{:02}:{:02}", time.hour, time.minute),
            None => Ok(()),
        }
    }
}

/// What a length of time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 分钟.
    Minute,
    /// 小时.
    Hour,
    /// 日, 天.
    Day,
    /// 工作日: days on which offices work.
    Workday,
    /// 周, 星期.
    Week,
    /// 月, 季度 (three of them).
    Month,
    /// 年.
    Year,
}

/// A length of time before or after an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Offset {
    /// How many; negative before the anchor.
    pub count: i32,
    /// Of what.
    pub unit: Unit,
}

/// ISO 8601 with a sign, and `BD` for working days: `P30D`, `-P3D`, `P3BD`, `PT24H`.
impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.count < 0 { "-" } else { "" };
        let (time, unit) = match self.unit {
            Unit::Minute => ("T", "M"),
            Unit::Hour => ("T", "H"),
            Unit::Day => ("", "D"),
            Unit::Workday => ("", "BD"),
            Unit::Week => ("", "W"),
            Unit::Month => ("", "M"),
            Unit::Year => ("", "Y"),
        };
        write!(f, "{sign}P{time}{}{unit}", self.count.unsigned_abs())
    }
}

/// What a relative limit counts from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// The notice itself: 印发之日, 即日.
    Issue,
    /// Something that happens, in the notice's words: 活动结束.
    Event(String),
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issue => f.write_str("issue"),
            Self::Event(words) => write!(f, "event:{words}"),
        }
    }
}

/// What the words leave open and how it was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Inferred {
    /// The year is the notice's.
    Year,
    /// The year is that of a date before it in the sentence, or of the other end of the range.
    YearInherited,
    /// The day was past when the notice came out, so the next such day is meant.
    RolledForward,
    /// The month is that of a date before it, or of the notice.
    Month,
    /// No year is known: `start` and `end` are empty. Calls for a warning.
    YearUnknown,
    /// The day does not exist (6月31日) and was read as the last of its month. Calls for a warning.
    Clamped,
    /// A letter or a dash was read as a figure, or the other way round.
    Repaired,
    /// 左右, 前后, 初: the notice itself is not exact.
    Approximate,
    /// The anchor's date is not known.
    NeedsEvent,
    /// No anchor is named; the notice's date is taken.
    Anchor,
    /// Working days counted by weekends alone: the year's list of holidays is not in `rules/calendar`.
    Weekends,
    /// A year of the Republic of China (民国).
    RocYear,
}

impl Inferred {
    /// The name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year_inferred",
            Self::YearInherited => "year_inherited",
            Self::RolledForward => "rolled_forward",
            Self::Month => "month_inferred",
            Self::YearUnknown => "year_unknown",
            Self::Clamped => "clamped",
            Self::Repaired => "ocr_repaired",
            Self::Approximate => "approximate",
            Self::NeedsEvent => "needs_event",
            Self::Anchor => "anchor_inferred",
            Self::Weekends => "weekends_only",
            Self::RocYear => "roc_year",
        }
    }
}

/// One time limit in a text. All spans count bytes of that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Id of the rule that found it.
    pub rule: String,
    /// What it is.
    pub kind: DeadlineKind,
    /// First day.
    pub start: Option<Moment>,
    /// Last day that it allows.
    pub end: Option<Moment>,
    /// RFC 5545 parts.
    pub recurrence: Option<String>,
    /// Distance from the anchor.
    pub offset: Option<Offset>,
    /// What the distance is counted from.
    pub anchor: Option<Anchor>,
    /// On which side of its date it lies.
    pub bound: Option<Bound>,
    /// The words that are due by it.
    pub about: Option<Span>,
    /// What was settled for the notice, in a fixed order, each once.
    pub inferred: Vec<Inferred>,
    /// The words that say it.
    pub span: Span,
}

impl Deadline {
    /// The record, for a text that is itself the source: `quote` and `span` are the text's own.
    pub fn record(&self, text: &str) -> DeadlineRecord {
        DeadlineRecord {
            text: self.span.of(text).to_owned(),
            kind: self.kind,
            start: self.start.map(|m| m.to_string()),
            end: self.end.map(|m| m.to_string()),
            recurrence: self.recurrence.clone(),
            offset: self.offset.map(|o| o.to_string()),
            anchor: self.anchor.as_ref().map(Anchor::to_string),
            bound: self.bound,
            about: self.about.map(|span| span.of(text).to_owned()),
            inferred: self.inferred.iter().map(|i| i.name().into()).collect(),
            rule: self.rule.as_str().into(),
            quote: self.span.of(text).to_owned(),
            span: self.span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_records_write_them() {
        let offset = |count, unit| Offset { count, unit }.to_string();
        assert_eq!(offset(15, Unit::Day), "P15D");
        assert_eq!(offset(-3, Unit::Workday), "-P3BD");
        assert_eq!(offset(24, Unit::Hour), "PT24H");
        let date = jiff::civil::date(2021, 6, 18);
        let time = Some(Time {
            hour: 17,
            minute: 0,
        });
        assert_eq!(Moment { date, time }.to_string(), "2021-06-18T17:00");
        assert_eq!(
            Anchor::Event("活动结束".into()).to_string(),
            "event:活动结束"
        );
    }
}
