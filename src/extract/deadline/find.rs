//! The search: which rules can match in which sentence, what they find there, and which finding wins.
//!
//! In: a text. Out: its limits. One pass over the text looks for the literal strings that rules need and for the ends
//! of sentences; a sentence without any such string is never looked at again, and costs nothing.

use super::about::about;
use super::calendar::Calendar;
use super::limit::{Deadline, Inferred};
use super::needed::Words;
use super::numeral::is_hanzi_number;
use super::read::{Reader, Reading};
use super::resolve::Frame;
use super::{Reference, point};
use crate::error::Error;
use crate::record::Bound;
use crate::rule::{self, Field, Rule};
use crate::text::Span;
use jiff::ToSpan;
use regex::Regex;
use std::collections::BTreeMap;

/// The folder whose rules are searched with.
const FOLDER: &str = "deadline/";

/// The rules of `rules/deadline`, ready to search with.
#[derive(Debug)]
pub(crate) struct Finder {
    /// What the rules that find need.
    finding: Words,
    /// The same for rules that refuse, which are tried only where something was found.
    refusing: Words,
    rules: Vec<Pattern>,
    reader: Reader,
    month: Regex,
}

#[derive(Debug)]
struct Pattern {
    id: String,
    refused: bool,
    patterns: Vec<Regex>,
}

/// One match of one rule.
struct Candidate<'t> {
    rule: usize,
    span: Span,
    refused: bool,
    /// Found by nothing but that it lies ahead; any other reading of the same words is better.
    weak: bool,
    captures: Option<regex::Captures<'t>>,
}

/// A sentence and the rules that may match in it.
#[derive(Clone, Copy)]
struct Sentence<'t> {
    text: &'t str,
    start: usize,
    rules: u128,
}

/// Bytes after which a sentence is cut: longer than any that means something.
const LONGEST: usize = 1500;

/// Rules beyond this share one bit.
const LAST_BIT: usize = 127;

impl Finder {
    /// From the compiled rules, word lists and tables.
    pub(crate) fn compile(
        rules: &[Rule],
        words: &BTreeMap<String, Regex>,
        data: &BTreeMap<String, String>,
    ) -> Result<Self, Error> {
        let own: Vec<&Rule> = rules
            .iter()
            .filter(|rule| rule.id.starts_with(FOLDER) || rule.field == Field::Deadline)
            .collect();
        let words_of = |refused| {
            let bits = own.iter().enumerate();
            Words::compile(
                bits.filter(|(_, rule)| (rule.field == Field::Refused) == refused)
                    .map(|(i, rule)| (1 << i.min(LAST_BIT), *rule)),
            )
        };
        let (finding, refusing) = (words_of(false)?, words_of(true)?);
        let calendar = Calendar::read(|name| data.get(name).map_or("", String::as_str))?;
        Ok(Self {
            finding,
            refusing,
            rules: own
                .into_iter()
                .map(|rule| Pattern {
                    id: rule.id.clone(),
                    refused: rule.field == Field::Refused,
                    patterns: rule.patterns.clone(),
                })
                .collect(),
            reader: Reader::new(words, calendar),
            month: rule::word(words, "month_spoken").clone(),
        })
    }

    pub(crate) fn find(&self, text: &str, reference: &Reference) -> Vec<Deadline> {
        let mut found = Vec::new();
        let mut start = 0;
        let mut rules = 0;
        for hit in self.finding.strings.find_overlapping_iter(text) {
            match self.finding.needed_by[hit.pattern().as_usize()] {
                Some(bits) => rules |= bits,
                None => {
                    self.sentence(text, start, hit.end(), rules, reference, &mut found);
                    start = hit.end();
                    rules = 0;
                }
            }
        }
        self.sentence(text, start, text.len(), rules, reference, &mut found);
        found
    }

    fn sentence(
        &self,
        text: &str,
        start: usize,
        end: usize,
        rules: u128,
        reference: &Reference,
        found: &mut Vec<Deadline>,
    ) {
        if rules | self.finding.always == 0 || start == end {
            return;
        }
        // Text without any mark is cut, so that no sentence costs more than its length.
        if end - start > LONGEST {
            let mut from = start;
            while from < end {
                let to = cut(text, from, end);
                self.sentence(text, from, to, rules, reference, found);
                from = to;
            }
            return;
        }
        let sentence = Sentence {
            text: &text[start..end],
            start,
            rules: rules | self.finding.always,
        };
        let blank = Frame {
            reference,
            year: None,
            month: None,
            every: None,
        };
        let mut candidates = Vec::new();
        self.search(sentence, &blank, &mut candidates);
        if candidates.is_empty() {
            return;
        }
        let refusing = Sentence {
            rules: self.refusing.rules_for(sentence.text),
            ..sentence
        };
        self.search(refusing, &blank, &mut candidates);
        let mut year = None;
        let mut every = None;
        let before = found.len();
        for candidate in choose(candidates) {
            let Some(captures) = &candidate.captures else {
                continue;
            };
            if captures.name("following").is_some() && found.len() == before {
                continue;
            }
            let frame = Frame {
                reference,
                year,
                month: self.month_before(text, candidate.span.start),
                every,
            };
            let rule = &self.rules[candidate.rule].id;
            for reading in self.reader.read(rule, captures, start, &frame) {
                if let (true, Some((last, _))) =
                    (reading.explicit || year.is_some(), reading.leaves)
                {
                    year = Some(last);
                }
                if let Some(words) = captures.name("every") {
                    every = spoken_every(words.as_str());
                }
                if !is_history(&reading, reference) {
                    let mut deadline = reading.deadline;
                    deadline.about = about(text, candidate.span);
                    deadline.inferred.sort_unstable();
                    deadline.inferred.dedup();
                    found.push(deadline);
                }
            }
        }
    }

    /// Adds everything that the rules find in a sentence, in no order yet.
    fn search<'t>(
        &self,
        sentence: Sentence<'t>,
        blank: &Frame<'_>,
        candidates: &mut Vec<Candidate<'t>>,
    ) {
        for (i, rule) in self.rules.iter().enumerate() {
            if sentence.rules & (1 << i.min(LAST_BIT)) == 0 {
                continue;
            }
            for pattern in &rule.patterns {
                for captures in pattern.captures_iter(sentence.text) {
                    let Some(value) = captures.name("value") else {
                        continue;
                    };
                    let mut span = Span::from(value.range());
                    if span.is_empty() {
                        continue;
                    }
                    if rule.refused {
                        candidates.push(Candidate {
                            rule: i,
                            span: span.shift(sentence.start),
                            refused: true,
                            weak: false,
                            captures: None,
                        });
                        continue;
                    }
                    if !stands_free(sentence.text, span) {
                        continue;
                    }
                    // What cannot be read is no limit, and must not hide one.
                    let readings = self.reader.read(&rule.id, &captures, 0, blank);
                    let Some(first) = readings.first() else {
                        continue;
                    };
                    span.start = first.deadline.span.start;
                    candidates.push(Candidate {
                        rule: i,
                        span: span.shift(sentence.start),
                        refused: false,
                        weak: ["future", "following", "weak"]
                            .iter()
                            .any(|group| captures.name(group).is_some()),
                        captures: Some(captures),
                    });
                }
            }
        }
    }

    /// The month last spoken of before `at` in its paragraph.
    fn month_before(&self, text: &str, at: usize) -> Option<u8> {
        /// Bytes to look back over: some sentences.
        const REACH: usize = 600;
        let mut from = at.saturating_sub(REACH);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let before = &text[from..at];
        let before = before.rsplit('\n').next().unwrap_or_default();
        let last = self.month.find_iter(before).last()?;
        match point::read(last.as_str(), false)?.stretch {
            point::Stretch::Month(point::Month::No(month)) => Some(month),
            _ => None,
        }
    }
}

/// Where to cut a sentence that begins at `from` and is too long: after its last comma, or anywhere.
fn cut(text: &str, from: usize, end: usize) -> usize {
    if end - from <= LONGEST {
        return end;
    }
    let mut to = from + LONGEST;
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    match text[from..to].rfind('，') {
        Some(comma) => from + comma + '，'.len_utf8(),
        None => to,
    }
}

/// The longest first; between equals a refusal, then the rule that comes first by name. What overlaps a winner is out.
fn choose(mut candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    candidates.sort_by_key(|candidate| {
        (
            std::cmp::Reverse(candidate.span.len()),
            !candidate.refused,
            candidate.weak,
            candidate.rule,
            candidate.span.start,
        )
    });
    let mut winners: Vec<Candidate<'_>> = Vec::new();
    for candidate in candidates {
        if !winners
            .iter()
            .any(|winner| winner.span.overlaps(candidate.span))
        {
            winners.push(candidate);
        }
    }
    winners.retain(|winner| !winner.refused);
    winners.sort_by_key(|winner| winner.span.start);
    winners
}

/// What a later day of the sentence may lean on: 每月5日前…，25日前….
fn spoken_every(words: &str) -> Option<&'static str> {
    if words.contains('月') {
        Some("每月")
    } else if words.contains('年') && !words.contains("半年") {
        Some("每年")
    } else {
        None
    }
}

/// Whether the words are not the tail or head of a longer number: `25日` of `125日`, `6.3` of `6.30万`.
fn stands_free(text: &str, span: Span) -> bool {
    let words = span.of(text);
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    if words.starts_with(|c: char| c.is_ascii_digit())
        && before.is_some_and(|c| {
            c.is_ascii_alphanumeric()
                || matches!(c, '.' | '．' | '〔' | '/' | '-' | '·' | '+' | '第')
        })
    {
        return false;
    }
    if words.starts_with(is_hanzi_number)
        && before.is_some_and(|c| is_hanzi_number(c) || matches!(c, '第' | '初' | '廿'))
        && !words.starts_with("十一前")
    {
        return false;
    }
    !(words.ends_with(|c: char| c.is_ascii_digit())
        && after.is_some_and(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '.' | '%' | '万' | '亿' | '元' | '号')
        }))
}

/// A stretch that ended less than this before the notice is spoken of in it as past: a year but 150 days, as a rolled
/// date lies a year later.
const RECENT: i64 = 365 - 150;

/// A year in words that was over when the notice came out is history, not a limit.
fn is_history(reading: &Reading, reference: &Reference) -> bool {
    let deadline = &reading.deadline;
    // 1月至4月完成投资6亿元 in a notice of May looks back, though the words could mean next year.
    if let (Some(Bound::During), Some(end), Some(issued)) =
        (deadline.bound, deadline.end, reference.issued)
        && deadline.inferred.contains(&Inferred::RolledForward)
        && end
            .date
            .checked_sub(RECENT.days())
            .is_ok_and(|day| issued < day)
    {
        return true;
    }
    if !reading.explicit || deadline.inferred.contains(&Inferred::Year) {
        return false;
    }
    let last = match deadline.bound {
        Some(Bound::After) => deadline.start,
        _ => deadline.end,
    };
    let Some(last) = last.map(|moment| moment.date) else {
        return false;
    };
    let year = reference.year.or(reference.issued.map(|date| date.year()));
    match (deadline.bound, reference.issued) {
        (Some(Bound::After), _) => year.is_some_and(|year| last.year() < year),
        (_, Some(issued)) => last < issued,
        (_, None) => year.is_some_and(|year| last.year() < year),
    }
}
