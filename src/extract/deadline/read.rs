//! From the groups of a pattern to a time limit: the closed set of readings that rule files choose from.
//!
//! In: `6月底` in the group `point` and `之前` in `edge`. Out: a limit of kind `date` that ends on 2021-06-30.
//! Which reading applies follows from which groups took part; the table is in [`super`].

use super::calendar::Calendar;
use super::limit::{Anchor, Deadline, Inferred, Moment, Offset};
use super::point::{self, Part, Point, Stretch, Year};
use super::resolve::{self, Extent, Frame};
use super::{recur, relative};
use crate::record::{Bound, DeadlineKind};
use crate::rule;
use crate::text::Span;
use jiff::ToSpan;
use jiff::civil::Date;
use regex::{Captures, Regex};
use std::collections::BTreeMap;

/// What readings need besides the words.
#[derive(Debug)]
pub(super) struct Reader {
    pub calendar: Calendar,
    leads: Regex,
    issue: Regex,
    and: Regex,
}

/// On which side of the point the words after it put the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    None,
    /// 前.
    Before,
    /// 内, 止.
    Within,
    /// 起, 后.
    After,
    /// 左右, 前后.
    Around,
}

impl Edge {
    fn read(words: &str) -> Self {
        if words.is_empty() {
            Self::None
        } else if words.contains("前后") || words.contains("左右") {
            Self::Around
        } else if words.contains('前') {
            Self::Before
        } else if words.contains(['内', '止']) {
            Self::Within
        } else if words.contains(['起', '后', '始']) {
            Self::After
        } else {
            Self::None
        }
    }
}

/// A limit and whether its year is in its words.
pub(super) struct Reading {
    pub deadline: Deadline,
    /// The words name the year, so that a past one is history.
    pub explicit: bool,
    /// Its last year and month, for words that lean on it.
    pub leaves: Option<(i16, u8)>,
}

impl Reader {
    pub(super) fn new(words: &BTreeMap<String, Regex>, calendar: Calendar) -> Self {
        let word = |name| rule::word(words, name).clone();
        Self {
            calendar,
            leads: word("event_lead"),
            issue: word("issue_event"),
            and: word("and"),
        }
    }

    /// Reads one match; `base` is where its text begins in the whole. Nothing if the words fit no reading.
    pub(super) fn read(
        &self,
        rule: &str,
        captures: &Captures<'_>,
        base: usize,
        frame: &Frame<'_>,
    ) -> Vec<Reading> {
        let Some(value) = captures.name("value") else {
            return Vec::new();
        };
        let group = |name: &str| captures.name(name).map(|m| m.as_str());
        let mut one = |span: Span| Draft {
            reader: self,
            frame: *frame,
            rule,
            span: span.shift(base),
        };
        let span = Span::from(value.range());
        let edge = Edge::read(group("edge").unwrap_or_default());
        let by = group("by").is_some_and(|words| !words.is_empty());
        if let Some(list) = captures.name("list") {
            let list = List {
                words: list.as_str(),
                at: list.start(),
                whole: span,
                edge,
                by,
            };
            return self.list(&list, frame, &mut one);
        }
        let draft = one(span);
        let reading = if let (Some(every), Some(event)) =
            (group("every"), group("festival").or(group("event")))
        {
            draft.recurring(every, "", edge).map(|mut reading| {
                reading.deadline.bound = Some(Bound::By);
                reading.deadline.anchor = Some(Anchor::Event(event.to_owned()));
                reading
            })
        } else if let Some(every) = group("every") {
            draft.recurring(every, group("when").unwrap_or_default(), edge)
        } else if let (Some(n), Some(unit)) = (group("n"), group("unit")) {
            let ahead = captures.name("ahead").is_some();
            let event = captures.name("event").or_else(|| captures.name("festival"));
            match event {
                Some(event) if captures.name("festival").is_none() => {
                    // The words of the event begin after 各单位要在.
                    let cut = relative::lead(event.as_str(), &self.leads);
                    let start = if event.start() == span.start {
                        span.start + cut
                    } else {
                        span.start
                    };
                    let words = &event.as_str()[cut..];
                    one(Span::new(start, span.end)).relative(n, unit, Some(words), ahead, false)
                }
                Some(event) => draft.by_festival(n, unit, event.as_str(), ahead),
                None => draft.relative(n, unit, None, ahead, captures.name("cue").is_some()),
            }
        } else if let (Some(from), Some(to)) = (group("from"), group("to")) {
            draft.range(from, to, captures.name("next").is_some())
        } else if let (Some(_), Some(to)) = (group("now"), group("to")) {
            draft.until(to)
        } else if let Some(point) = group("point") {
            let reading = draft.point(point, edge, by);
            if captures.name("future").is_some() {
                reading.filter(|reading| begins_after(&reading.deadline, frame.reference.issued))
            } else {
                reading
            }
        } else if let Some(festival) = group("festival") {
            draft.festival(festival, group("year"), edge)
        } else if let Some(event) = captures.name("event") {
            let cut = relative::lead(event.as_str(), &self.leads);
            let start = if event.start() == span.start {
                span.start + cut
            } else {
                span.start
            };
            one(Span::new(start, span.end)).symbolic(&event.as_str()[cut..], edge)
        } else if captures.name("now").is_some() {
            draft.now()
        } else if captures.name("ongoing").is_some() {
            Some(draft.plain(DeadlineKind::Ongoing))
        } else if captures.name("vague").is_some() {
            Some(draft.plain(DeadlineKind::Vague))
        } else {
            None
        };
        reading.into_iter().collect()
    }

    /// Each point of 3月底、6月底、9月底前, with the edge of the last.
    fn list<'a>(
        &'a self,
        list: &List<'_>,
        frame: &Frame<'a>,
        draft: &mut dyn FnMut(Span) -> Draft<'a>,
    ) -> Vec<Reading> {
        let words = list.words;
        let mut pieces = Vec::new();
        let mut start = 0;
        for mark in self.and.find_iter(words) {
            pieces.push((start, &words[start..mark.start()]));
            start = mark.end();
        }
        pieces.push((start, &words[start..]));
        let taiwan = frame.reference.taiwan;
        let Some(last) = pieces
            .last()
            .and_then(|(_, words)| point::read(words, taiwan))
        else {
            return Vec::new();
        };
        let mut frame = *frame;
        let mut readings = Vec::new();
        let count = pieces.len();
        for (i, (start, words)) in pieces.into_iter().enumerate() {
            let Some(mut point) = point::read_head(words, &last, taiwan) else {
                return Vec::new();
            };
            // 6月、12月底前: the end of both.
            if point.part == Part::Whole
                && matches!(point.stretch, Stretch::Month(_) | Stretch::Year)
            {
                point.part = last.part;
            }
            let end = if i + 1 == count {
                list.whole.end
            } else {
                list.at + start + words.len()
            };
            let mut draft = draft(Span::new(list.at + start, end));
            draft.frame = frame;
            let Some(reading) = draft.at(point, list.edge, list.by) else {
                return Vec::new();
            };
            if let Some((year, month)) = reading.leaves {
                frame.year = (reading.explicit || frame.year.is_some()).then_some(year);
                frame.month = Some(month);
            }
            readings.push(reading);
        }
        readings
    }
}

/// Several points with one edge.
struct List<'t> {
    words: &'t str,
    /// Where the words begin.
    at: usize,
    /// The words and the edge.
    whole: Span,
    edge: Edge,
    by: bool,
}

/// A limit being read: where it stands and what it may lean on.
struct Draft<'a> {
    reader: &'a Reader,
    frame: Frame<'a>,
    rule: &'a str,
    span: Span,
}

impl Draft<'_> {
    fn plain(&self, kind: DeadlineKind) -> Reading {
        Reading {
            deadline: Deadline {
                rule: self.rule.to_owned(),
                kind,
                start: None,
                end: None,
                recurrence: None,
                offset: None,
                anchor: None,
                bound: None,
                about: None,
                inferred: Vec::new(),
                span: self.span,
            },
            explicit: false,
            leaves: None,
        }
    }

    fn recurring(&self, every: &str, when: &str, edge: Edge) -> Option<Reading> {
        let mut reading = self.plain(DeadlineKind::Recurring);
        reading.deadline.recurrence = Some(recur::rule(every, when, edge == Edge::Before)?);
        reading.deadline.bound = Some(if when.is_empty() {
            Bound::During
        } else {
            Bound::By
        });
        Some(reading)
    }

    fn point(&self, words: &str, edge: Edge, by: bool) -> Option<Reading> {
        let point = point::read(words, self.frame.reference.taiwan)?;
        let edge = match edge {
            Edge::None if words.ends_with('内') => Edge::Within,
            edge => edge,
        };
        // 一月内 is a month's time, not January.
        if edge == Edge::Within && matches!(words, "一月" | "三月" | "六月") {
            return None;
        }
        let comes_again = match (self.frame.every, point.stretch) {
            (
                Some("每月"),
                Stretch::Month(point::Month::Open) | Stretch::Day(point::Month::Open, _),
            ) => true,
            (
                Some("每年"),
                Stretch::Month(point::Month::No(_)) | Stretch::Day(point::Month::No(_), _),
            ) => true,
            (Some("每年"), Stretch::Year) => point.part != Part::Whole,
            _ => false,
        };
        if let (true, Some(every), Year::Open) = (comes_again, self.frame.every, point.year) {
            return self.recurring(every, words, edge);
        }
        self.at(point, edge, by)
    }

    /// The reading of one point.
    fn at(&self, point: Point, edge: Edge, by: bool) -> Option<Reading> {
        let extent = resolve::extent(&point, &self.frame)?;
        let end_of = point.part == Part::End && edge != Edge::Around;
        let by = by || end_of || matches!(edge, Edge::Before | Edge::Within);
        let mut reading = self.plain(DeadlineKind::Date);
        let out = &mut reading.deadline;
        out.inferred = extent.inferred;
        reading.explicit = extent.explicit;
        out.bound = Some(match edge {
            Edge::After => Bound::After,
            _ if by => Bound::By,
            _ => Bound::During,
        });
        let whole_day = matches!(
            point.stretch,
            Stretch::Day(..) | Stretch::DayAhead(_) | Stretch::Week(_, Some(_)) | Stretch::Clock
        );
        if out.bound == Some(Bound::During) && !whole_day {
            out.kind = DeadlineKind::Range;
        }
        if edge == Edge::Around {
            out.inferred.push(Inferred::Approximate);
        }
        let Some((start, end)) = extent.days else {
            return Some(reading);
        };
        reading.leaves = Some((end.year(), end.month().unsigned_abs()));
        // 9月前 without 底 is over when September begins.
        let outside = edge == Edge::Before
            && point.part == Part::Whole
            && matches!(
                point.stretch,
                Stretch::Year
                    | Stretch::Month(_)
                    | Stretch::Quarter(_)
                    | Stretch::QuarterAhead(_)
                    | Stretch::Plan(_)
            );
        let end = if outside {
            start.checked_sub(1.day()).ok()?
        } else {
            end
        };
        let moment = |date| Moment {
            date,
            time: point.time,
        };
        match out.bound {
            Some(Bound::After) => {
                out.start = Some(moment(if end_of { end } else { start }));
            }
            Some(Bound::By) => out.end = Some(moment(end)),
            _ => {
                out.start = Some(if end == start {
                    moment(start)
                } else {
                    start.into()
                });
                out.end = Some(moment(end));
            }
        }
        Some(reading)
    }

    /// From the day of issue to `to`.
    fn until(&self, to: &str) -> Option<Reading> {
        let tail = point::read(to, self.frame.reference.taiwan)?;
        let extent = resolve::extent(&tail, &self.frame)?;
        let mut reading = self.plain(DeadlineKind::Range);
        let out = &mut reading.deadline;
        out.bound = Some(Bound::During);
        out.start = self.frame.reference.issued.map(Moment::from);
        out.inferred = extent.inferred;
        out.end = extent.days.map(|(_, date)| Moment {
            date,
            time: tail.time,
        });
        Some(reading)
    }

    /// From `from` to `to`; `next` where only a neighbor can be meant: 7、8月份.
    fn range(&self, from: &str, to: &str, next: bool) -> Option<Reading> {
        let taiwan = self.frame.reference.taiwan;
        let tail = point::read(to, taiwan)?;
        let mut reading = self.plain(DeadlineKind::Range);
        let out = &mut reading.deadline;
        out.bound = Some(Bound::During);
        let mut head = point::read_head(from, &tail, taiwan)?;
        if !follows(&head, &tail) || (next && month_of(&head) + step(&tail) != month_of(&tail)) {
            return None;
        }
        // 11月至2022年2月: the year stands at the end.
        if let (Year::Open, Year::Given(year)) = (head.year, tail.year) {
            let year = if month_of(&head) > month_of(&tail) {
                year - 1
            } else {
                year
            };
            head.year = Year::Given(year);
        }
        let first = resolve::extent(&head, &self.frame)?;
        let mut frame = self.frame;
        if let Some((start, _)) = first.days {
            frame.year = Some(start.year());
            frame.month = Some(start.month().unsigned_abs());
        }
        let mut second = if tail.stretch == Stretch::Clock {
            // 6月10日9:00—11:00: two times of one day.
            first.clone()
        } else {
            resolve::extent(&tail, &frame)?
        };
        let (mut start, mut end) = match (first.days, second.days) {
            (Some(start), Some(end)) => (start.0, end.1),
            _ => {
                out.inferred = first.inferred;
                return Some(reading);
            }
        };
        if end < start && tail.year == Year::Open {
            frame.year = Some(start.year().checked_add(1)?);
            second = resolve::extent(&tail, &frame)?;
            end = second.days?.1;
        }
        if end < start {
            return None;
        }
        (start, end) = self.not_rolled_twice(&first, start, &head, &tail, end)?;
        reading.explicit = first.explicit || second.explicit;
        reading.leaves = Some((end.year(), end.month().unsigned_abs()));
        let out = &mut reading.deadline;
        out.inferred = first.inferred;
        for inferred in second.inferred {
            if !out.inferred.contains(&inferred) {
                out.inferred.push(inferred);
            }
        }
        if out.inferred.contains(&Inferred::RolledForward) && start.year() == self.issue_year() {
            out.inferred.retain(|i| *i != Inferred::RolledForward);
        }
        out.start = Some(Moment {
            date: start,
            time: head.time,
        });
        out.end = Some(Moment {
            date: end,
            time: tail.time,
        });
        Some(reading)
    }

    fn issue_year(&self) -> i16 {
        self.frame.reference.issued.map_or(0, |date| date.year())
    }

    /// A range that has begun when the notice comes out is this year's: 3月至10月 in a notice of May.
    fn not_rolled_twice(
        &self,
        first: &Extent,
        start: Date,
        head: &Point,
        tail: &Point,
        end: Date,
    ) -> Option<(Date, Date)> {
        let issued = self.frame.reference.issued;
        let rolled = first.inferred.contains(&Inferred::RolledForward);
        if let (true, Some(issued), Year::Open, Year::Open) = (rolled, issued, head.year, tail.year)
        {
            let year_before = |date: Date| date.checked_sub(1.year()).ok();
            let (earlier_start, earlier_end) = (year_before(start)?, year_before(end)?);
            if earlier_end >= issued {
                // The last of February may move.
                let earlier_end = if end.last_of_month() == end {
                    earlier_end.last_of_month()
                } else {
                    earlier_end
                };
                return Some((earlier_start, earlier_end));
            }
        }
        Some((start, end))
    }

    /// So long after `event`; without one, after the notice where it asks the reader (请, 限), else after nothing known.
    fn relative(
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

    fn festival(&self, name: &str, year: Option<&str>, edge: Edge) -> Option<Reading> {
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

    fn by_festival(&self, n: &str, unit: &str, name: &str, ahead: bool) -> Option<Reading> {
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
    fn symbolic(&self, event: &str, edge: Edge) -> Option<Reading> {
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
            _ => out.bound = Some(Bound::During),
        }
        if day.is_none() {
            out.inferred.push(Inferred::NeedsEvent);
        }
        out.anchor = Some(Anchor::Event(event.to_owned()));
        Some(reading)
    }

    /// 即日起.
    fn now(&self) -> Option<Reading> {
        let mut reading = self.plain(DeadlineKind::Date);
        let out = &mut reading.deadline;
        out.bound = Some(Bound::After);
        out.start = self.frame.reference.issued.map(Moment::from);
        out.anchor = Some(Anchor::Issue);
        Some(reading)
    }
}

/// Whether a limit begins after the notice came out, and this year's words did not have to mean next year's.
fn begins_after(deadline: &Deadline, issued: Option<Date>) -> bool {
    let begins = deadline.start.or(deadline.end).map(|moment| moment.date);
    issued
        .zip(begins)
        .is_some_and(|(issued, begins)| issued < begins)
        && !deadline.inferred.contains(&Inferred::RolledForward)
}

/// Whether two points can be the ends of one range: 8日 may follow 6月6日, 2023年 may not follow 6月6日.
fn follows(head: &Point, tail: &Point) -> bool {
    let rank = |point: &Point| match point.stretch {
        Stretch::Year | Stretch::Plan(_) => 0,
        Stretch::Half(_) => 1,
        Stretch::Quarter(_) | Stretch::FirstQuarters(_) | Stretch::QuarterAhead(_) => 1,
        Stretch::Month(_) => 2,
        _ => 3,
    };
    let (head_rank, tail_rank) = (rank(head), rank(tail));
    if tail.stretch == Stretch::Clock {
        return head.time.is_some() && matches!(head.stretch, Stretch::Day(..));
    }
    // A month may run to a year (2021年9月至2023年), a day to a month (9月1日至11月底).
    tail_rank + 1 >= head_rank || tail.year != Year::Open || tail.part == Part::End
}

/// Months from one stretch to its neighbor.
fn step(point: &Point) -> u8 {
    match point.stretch {
        Stretch::Quarter(_) => 3,
        _ => 1,
    }
}

/// For the order of two points of one year.
fn month_of(point: &Point) -> u8 {
    match point.stretch {
        Stretch::Month(point::Month::No(month)) | Stretch::Day(point::Month::No(month), _) => month,
        Stretch::Quarter(quarter) => quarter * 3,
        Stretch::Half(half) => half * 6,
        _ => 0,
    }
}
