//! Readings that are counted from something: an event, a festival, the notice.
//!
//! In: `15` `日` after `活动结束`; `春节` with the edge `前`. Out: `P15D` from `event:活动结束`; by the day before the festival.

use super::limit::{Anchor, Deadline, Inferred, Moment, Offset};
use super::read::{Draft, Edge, Reading};
use super::{point, relative, resolve};
use crate::record::{Bound, DeadlineKind};
use jiff::ToSpan;
use jiff::civil::Date;

impl Draft<'_> {
    /// So long after `event`; without one, after the notice where it asks the reader (请, 限), else after nothing known.
    pub(super) fn relative(
        &self,
        n: &str,
        unit: &str,
        event: Option<&str>,
        ahead: bool,
        asked: bool,
    ) -> Option<Reading> {
        let offset = relative::offset(n, unit)?;
        let offset = if ahead {
            Offset {
                count: -offset.count,
                ..offset
            }
        } else {
            offset
        };
        let mut reading = self.plain(DeadlineKind::Relative);
        let out = &mut reading.deadline;
        out.offset = Some(offset);
        out.bound = Some(Bound::By);
        let anchor = match event {
            Some(event) => {
                let event = event.trim_matches([' ', '　', '，', '的']);
                if event.is_empty() {
                    return None;
                }
                relative::anchor(event, &self.reader.issue)
            }
            None if asked => {
                out.inferred.push(Inferred::Anchor);
                Anchor::Issue
            }
            None => {
                out.inferred.push(Inferred::NeedsEvent);
                return Some(reading);
            }
        };
        let day = match &anchor {
            Anchor::Issue => self.frame.reference.issued,
            Anchor::Event(words) => self.frame.reference.event(words).or_else(|| {
                if let (Some(day), _) = self.festival_day(words, None) {
                    return Some(day);
                }
                let point = point::read(words, self.frame.reference.taiwan)?;
                Some(resolve::extent(&point, &self.frame)?.days?.1)
            }),
        };
        self.count_from(out, day, offset);
        out.anchor = Some(anchor);
        Some(reading)
    }

    fn count_from(&self, out: &mut Deadline, day: Option<Date>, offset: Offset) {
        let Some(day) = day else {
            out.inferred.push(Inferred::NeedsEvent);
            return;
        };
        if let Some((end, inferred)) = relative::day_after(day, offset, &self.reader.calendar) {
            out.end = Some(end.into());
            out.inferred.extend(inferred);
        }
    }

    /// The day of a festival by its name: the next one after the notice.
    fn festival_day(&self, name: &str, year: Option<&str>) -> (Option<Date>, Vec<Inferred>) {
        let calendar = &self.reader.calendar;
        let reference = self.frame.reference;
        let given = year
            .and_then(|words| point::read(words, reference.taiwan))
            .and_then(|point| resolve::extent(&point, &self.frame))
            .and_then(|extent| extent.days);
        if let Some((start, _)) = given {
            return (calendar.festival(name, start.year()), Vec::new());
        }
        let base = self
            .frame
            .year
            .or(reference.year)
            .or(reference.issued.map(|date| date.year()));
        let Some(year) = base else {
            return (None, vec![Inferred::YearUnknown]);
        };
        let day = calendar.festival(name, year);
        match (day, reference.issued) {
            (Some(day), Some(issued)) if day <= issued => (
                calendar.festival(name, year.saturating_add(1)),
                vec![Inferred::Year, Inferred::RolledForward],
            ),
            _ => (day, vec![Inferred::Year]),
        }
    }

    pub(super) fn festival(&self, name: &str, year: Option<&str>, edge: Edge) -> Option<Reading> {
        let (day, inferred) = self.festival_day(name, year);
        let mut reading = self.plain(DeadlineKind::Date);
        let out = &mut reading.deadline;
        out.inferred = inferred;
        if day.is_none() && !out.inferred.contains(&Inferred::YearUnknown) {
            return self.symbolic(name, edge);
        }
        match edge {
            Edge::After => {
                out.bound = Some(Bound::After);
                out.start = day.map(Moment::from);
            }
            Edge::Before => {
                out.bound = Some(Bound::By);
                out.end = day
                    .and_then(|day| day.checked_sub(1.day()).ok())
                    .map(Moment::from);
            }
            _ => {
                out.bound = Some(Bound::During);
                out.start = day.map(Moment::from);
                out.end = out.start;
            }
        }
        Some(reading)
    }

    pub(super) fn by_festival(
        &self,
        n: &str,
        unit: &str,
        name: &str,
        ahead: bool,
    ) -> Option<Reading> {
        let offset = relative::offset(n, unit)?;
        let count = if ahead { -offset.count } else { offset.count };
        let offset = Offset { count, ..offset };
        let (day, inferred) = self.festival_day(name, None);
        let mut reading = self.plain(DeadlineKind::Relative);
        let out = &mut reading.deadline;
        out.inferred = inferred;
        out.offset = Some(offset);
        out.bound = Some(Bound::By);
        self.count_from(out, day, offset);
        out.anchor = Some(Anchor::Event(name.to_owned()));
        Some(reading)
    }

    /// 汛期前: a time that no calendar gives.
    pub(super) fn symbolic(&self, event: &str, edge: Edge) -> Option<Reading> {
        if event.is_empty() {
            return None;
        }
        let mut reading = self.plain(DeadlineKind::Relative);
        let out = &mut reading.deadline;
        let day = self.frame.reference.event(event);
        match edge {
            Edge::After => {
                out.bound = Some(Bound::After);
                out.start = day.map(Moment::from);
            }
            Edge::Before => {
                out.bound = Some(Bound::By);
                out.end = day
                    .and_then(|day| day.checked_sub(1.day()).ok())
                    .map(Moment::from);
            }
            // 学期末 is a last day, as 月末 is.
            _ if event.ends_with(['末', '底']) => out.bound = Some(Bound::By),
            _ => out.bound = Some(Bound::During),
        }
        if day.is_none() {
            out.inferred.push(Inferred::NeedsEvent);
        }
        out.anchor = Some(Anchor::Event(event.to_owned()));
        Some(reading)
    }
}
