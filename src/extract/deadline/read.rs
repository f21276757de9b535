//! From the groups of a pattern to a time limit: the closed set of readings that rule files choose from.
//!
//! In: `6月底` in the group `point` and `之前` in `edge`. Out: a limit of kind `date` that ends on 2021-06-30.
//! Which reading applies follows from which groups took part; the table is in [`super`].

use super::calendar::Calendar;
use super::find::Groups;
use super::limit::{Anchor, Deadline, Inferred, Moment};
use super::point::{self, Part, Stretch};
use super::resolve::Frame;
use super::{recur, relative};
use crate::record::{Bound, DeadlineKind};
use crate::rule::{self, Expression};
use crate::text::Span;
use jiff::ToSpan;
use jiff::civil::Date;
use regex::Regex;
use std::collections::BTreeMap;

/// What readings need besides the words.
#[derive(Debug)]
pub(super) struct Reader {
    pub calendar: Calendar,
    leads: Regex,
    pub issue: Regex,
    and: Regex,
}

/// On which side of the point the words after it put the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
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
    pub(super) fn new(words: &BTreeMap<String, Expression>, calendar: Calendar) -> Self {
        let word = |name| rule::word(words, name).regex().clone();
        Self {
            calendar,
            leads: word("event_lead"),
            issue: word("issue_event"),
            and: word("and"),
        }
    }

    /// Reads one match; `base` is where its text begins in the whole. Nothing if the words fit no reading.
    pub(super) fn read(&self, groups: &Groups<'_>, base: usize, frame: &Frame<'_>) -> Vec<Reading> {
        let Some(value) = groups.name("value") else {
            return Vec::new();
        };
        let group = |name: &str| groups.name(name).map(|m| m.as_str());
        let mut one = |span: Span| Draft {
            reader: self,
            frame: *frame,
            span: span.shift(base),
        };
        let span = Span::from(value.range());
        let edge = Edge::read(group("edge").unwrap_or_default());
        let by = group("by").is_some_and(|words| !words.is_empty());
        if let Some(list) = groups.name("list") {
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
            let ahead = groups.name("ahead").is_some();
            let event = groups.name("event").or_else(|| groups.name("festival"));
            match event {
                Some(event) if groups.name("festival").is_none() => {
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
                None => draft.relative(n, unit, None, ahead, groups.name("cue").is_some()),
            }
        } else if let (Some(from), Some(to)) = (group("from"), group("to")) {
            draft.range(from, to, groups.name("next").is_some())
        } else if let (Some(_), Some(to)) = (group("now"), group("to")) {
            draft.until(to)
        } else if let Some(point) = group("point") {
            let reading = draft.point(point, edge, by);
            let running = groups.name("running").is_some();
            if running || groups.name("future").is_some() {
                let issued = frame.reference.issued;
                reading.filter(|reading| lies_ahead(&reading.deadline, issued, running))
            } else {
                reading
            }
        } else if let Some(festival) = group("festival") {
            draft.festival(festival, group("year"), edge)
        } else if let Some(event) = groups.name("event") {
            let cut = relative::lead(event.as_str(), &self.leads);
            let start = if event.start() == span.start {
                span.start + cut
            } else {
                span.start
            };
            one(Span::new(start, span.end)).symbolic(&event.as_str()[cut..], edge)
        } else if groups.name("now").is_some() {
            draft.now()
        } else if groups.name("ongoing").is_some() {
            Some(draft.dateless(DeadlineKind::Ongoing))
        } else if groups.name("vague").is_some() {
            Some(draft.dateless(DeadlineKind::Vague))
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
                && matches!(
                    point.stretch,
                    Stretch::Month(_) | Stretch::Quarter(_) | Stretch::Year
                )
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
                frame.ahead = false;
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
pub(super) struct Draft<'a> {
    pub reader: &'a Reader,
    pub frame: Frame<'a>,
    pub span: Span,
}

impl Draft<'_> {
    pub(super) fn plain(&self, kind: DeadlineKind) -> Reading {
        Reading {
            deadline: Deadline {
                rule: String::new(),
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

    pub(super) fn recurring(&self, every: &str, when: &str, edge: Edge) -> Option<Reading> {
        let mut reading = self.plain(DeadlineKind::Recurring);
        reading.deadline.recurrence = Some(recur::rule(every, when, edge == Edge::Before)?);
        // 每月底 is a last day; 每周末 is two days off.
        let last = match when.chars().next_back() {
            Some('内') => true,
            Some('底' | '末') => {
                !every.ends_with("周") && !every.ends_with("星期") && !when.contains(['至', '到'])
            }
            _ => false,
        };
        let by = last || matches!(edge, Edge::Before | Edge::Within);
        reading.deadline.bound = Some(if by { Bound::By } else { Bound::During });
        Some(reading)
    }

    /// 长期坚持, 尽快.
    fn dateless(&self, kind: DeadlineKind) -> Reading {
        let mut reading = self.plain(kind);
        reading.deadline.bound = Some(Bound::During);
        reading
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

/// Whether a limit begins after the notice came out, or `running` is not over by then; and this year's words did not have
/// to mean next year's.
fn lies_ahead(deadline: &Deadline, issued: Option<Date>, running: bool) -> bool {
    let first = deadline.start.or(deadline.end).map(|moment| moment.date);
    let last = deadline.end.or(deadline.start).map(|moment| moment.date);
    // A quarter or half-year that has begun still lies ahead for the most part.
    let long = first
        .zip(last)
        .is_some_and(|(first, last)| first.checked_add(80.days()).is_ok_and(|day| day < last));
    let begins = if long || (running && first != last) {
        last
    } else {
        first
    };
    issued
        .zip(begins)
        .is_some_and(|(issued, begins)| issued < begins)
        && !deadline.inferred.contains(&Inferred::RolledForward)
}
