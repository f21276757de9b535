//! Readings that have a date: a point, a range.
//!
//! In: `6月底` with the edge `之前`, or `5月中旬` and `6月上旬`. Out: by 2021-06-30; 2021-05-11 to 2021-06-10.

use super::limit::{Inferred, Moment};
use super::point::{self, Part, Point, Stretch, Year};
use super::read::{Draft, Edge, Reading};
use super::resolve::{self, Extent};
use crate::record::{Bound, DeadlineKind};
use jiff::ToSpan;
use jiff::civil::Date;

impl Draft<'_> {
    pub(super) fn point(&self, words: &str, edge: Edge, by: bool) -> Option<Reading> {
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
                Stretch::Month(point::Month::Open | point::Month::Ahead(1))
                | Stretch::Day(point::Month::Open | point::Month::Ahead(1), _),
            ) => true,
            (
                Some("每年"),
                Stretch::Month(point::Month::No(_)) | Stretch::Day(point::Month::No(_), _),
            ) => true,
            (Some("每年"), Stretch::Year) => point.part != Part::Whole,
            _ => false,
        };
        if let (true, Some(every), Year::Open | Year::Next) =
            (comes_again, self.frame.every, point.year)
        {
            // 每年…，于次年1月15日前: each year's is due in January.
            let after = ["次年度", "次年", "翌年", "下个月", "次月", "下月"]
                .iter()
                .find_map(|next| words.strip_prefix(next))
                .unwrap_or(words);
            return self.recurring(every, after, edge);
        }
        self.at(point, edge, by)
    }

    /// The reading of one point.
    pub(super) fn at(&self, point: Point, edge: Edge, by: bool) -> Option<Reading> {
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
    pub(super) fn until(&self, to: &str) -> Option<Reading> {
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
    pub(super) fn range(&self, from: &str, to: &str, next: bool) -> Option<Reading> {
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
            frame.ahead = false;
        }
        let mut second = if tail.stretch == Stretch::Clock {
            // 6月10日9:00—11:00: two times of one day.
            first.clone()
        } else {
            resolve::extent(&tail, &frame)?
        };
        let (mut start, mut end) = match (first.days, second.days) {
            // 8月底至9月初 begins with the last of August.
            (Some(start), Some(end)) if head.part == Part::End => (start.1, end.1),
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
        if let (true, Some(issued), Year::Open, Year::Open | Year::Next) =
            (rolled, issued, head.year, tail.year)
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
