//! The search: which rules can match in which sentence, what they find there, and which finding wins.
//!
//! In: a text. Out: its limits. One pass over the text notes what patterns need and where sentences end; a sentence that
//! can hold none is never looked at again, and costs nothing.

use super::Reference;
use super::about::about;
use super::calendar::Calendar;
use super::limit::{Deadline, Inferred};
use super::numeral::is_hanzi_number;
use super::read::{Reader, Reading};
use super::resolve::Frame;
use crate::error::Error;
use crate::record::Bound;
use crate::rule::{Expression, Field, Keyed, Met, Needed, Needs, Rule};
use crate::text::Span;
use jiff::ToSpan;
use std::collections::BTreeMap;

/// The folder whose rules are searched with.
const FOLDER: &str = "deadline/";

/// The rules of `rules/deadline`, ready to search with.
#[derive(Debug)]
pub(crate) struct Finder {
    needed: Needed,
    /// Of the rules that find, in the order of the rules.
    finding: Patterns,
    /// Of the rules that refuse, which are tried only where something was found.
    refusing: Patterns,
    /// The names of the rules.
    rules: Vec<String>,
    reader: Reader,
}

#[derive(Debug)]
struct Pattern {
    /// Which of the rules it is of.
    rule: usize,
    expression: Expression,
    needs: Needs,
    /// It counts only after something else in its sentence, and is tried last.
    follows: bool,
}

/// Patterns in the order in which they are tried.
#[derive(Debug)]
struct Patterns {
    all: Vec<Pattern>,
    keyed: Keyed,
}

impl Patterns {
    fn new(all: Vec<Pattern>) -> Self {
        Self {
            keyed: Keyed::new(all.iter().map(|pattern| &pattern.needs)),
            all,
        }
    }

    /// Those that may match in a sentence.
    fn of(&self, sentence: Sentence<'_>) -> impl Iterator<Item = &Pattern> {
        let places = self.keyed.with_key(sentence.met).into_iter();
        places
            .map(|at| &self.all[at])
            .filter(move |pattern| pattern.needs.within(sentence.met))
    }
}

/// The group of what counts only after another limit.
const FOLLOWING: &str = "following";

/// The words of one match by the names of their groups; a dozen names are found faster in their order than by a hash.
pub(super) struct Groups<'t> {
    captures: regex::Captures<'t>,
    names: &'t [Option<Box<str>>],
}

impl<'t> Groups<'t> {
    pub(super) fn name(&self, name: &str) -> Option<regex::Match<'t>> {
        let at = self
            .names
            .iter()
            .position(|own| own.as_deref() == Some(name));
        self.captures.get(at?)
    }
}

/// One match of one rule.
struct Candidate<'t> {
    rule: usize,
    span: Span,
    refused: bool,
    /// Found by nothing but that it lies ahead; any other reading of the same words is better.
    weak: bool,
    groups: Option<Groups<'t>>,
    /// What it says where nothing before it in its sentence sets a year or a rhythm.
    readings: Vec<Reading>,
}

/// A sentence and the rules that may match in it.
#[derive(Clone, Copy)]
struct Sentence<'t> {
    text: &'t str,
    /// The text up to its end.
    whole: &'t str,
    start: usize,
    met: &'t Met,
}

/// Bytes after which a sentence is cut: longer than any that means something.
const LONGEST: usize = 1500;

impl Finder {
    /// From the compiled rules, word lists and tables.
    pub(crate) fn compile(
        rules: &[Rule],
        words: &BTreeMap<String, Expression>,
        data: &BTreeMap<String, String>,
    ) -> Result<Self, Error> {
        let own: Vec<&Rule> = rules
            .iter()
            .filter(|rule| rule.id.starts_with(FOLDER) || rule.field == Field::Deadline)
            .collect();
        let patterns = || {
            own.iter()
                .enumerate()
                .flat_map(|(i, rule)| rule.patterns.iter().map(move |own| (i, *rule, own)))
        };
        let (needed, needs) = Needed::compile(patterns().map(|(_, _, own)| own.demands()));
        let of = |refused| -> Vec<Pattern> {
            patterns()
                .zip(&needs)
                .filter(|((_, rule, _), _)| (rule.field == Field::Refused) == refused)
                .map(|((rule, _, own), needs)| Pattern {
                    rule,
                    expression: own.uncompiled().clone(),
                    needs: needs.clone(),
                    follows: own
                        .uncompiled()
                        .groups()
                        .iter()
                        .any(|name| name.as_deref() == Some(FOLLOWING)),
                })
                .collect()
        };
        let mut finding = of(false);
        finding.sort_by_key(|pattern| pattern.follows);
        let calendar = Calendar::read(|name| data.get(name).map_or("", String::as_str))?;
        Ok(Self {
            finding: Patterns::new(finding),
            refusing: Patterns::new(of(true)),
            needed,
            rules: own.iter().map(|rule| rule.id.to_string()).collect(),
            reader: Reader::new(words, calendar),
        })
    }

    pub(crate) fn find(&self, text: &str, reference: &Reference) -> Vec<Deadline> {
        let mut found = Vec::new();
        self.needed.sentences(text, |start, end, met| {
            self.sentence(text, Span::new(start, end), met, reference, &mut found);
        });
        found
    }

    fn sentence(
        &self,
        text: &str,
        span: Span,
        met: &Met,
        reference: &Reference,
        found: &mut Vec<Deadline>,
    ) {
        // Text without any mark is cut, so that no sentence costs more than its length.
        if span.len() > LONGEST {
            let mut from = span.start;
            while from < span.end {
                let to = cut(text, from, span.end);
                self.sentence(text, Span::new(from, to), met, reference, found);
                from = to;
            }
            return;
        }
        let sentence = Sentence {
            text: span.of(text),
            whole: &text[..span.end],
            start: span.start,
            met,
        };
        let mut candidates = Vec::new();
        for pattern in self.finding.of(sentence) {
            if pattern.follows && candidates.is_empty() {
                break;
            }
            if pattern.expression.regex().is_match(sentence.text) {
                self.candidates(pattern, sentence, reference, &mut candidates);
            }
        }
        if candidates.is_empty() {
            return;
        }
        for pattern in self.refusing.of(sentence) {
            let regex = pattern.expression.regex();
            if !regex.is_match(sentence.text) {
                continue;
            }
            let values = regex.captures_iter(sentence.text);
            candidates.extend(values.filter_map(|captures| {
                let span = Span::from(captures.name("value")?.range());
                (!span.is_empty()).then(|| Candidate {
                    rule: pattern.rule,
                    span: span.shift(sentence.start),
                    refused: true,
                    weak: false,
                    groups: None,
                    readings: Vec::new(),
                })
            }));
        }
        let mut year = None;
        let mut ahead = false;
        let mut every = None;
        let before = found.len();
        for candidate in choose(candidates) {
            let Some(groups) = &candidate.groups else {
                continue;
            };
            if groups.name(FOLLOWING).is_some() && found.len() == before {
                continue;
            }
            let readings = if year.is_none() && every.is_none() {
                candidate.readings
            } else {
                let frame = Frame {
                    reference,
                    year,
                    ahead,
                    month: None,
                    before: &text[..candidate.span.start],
                    every,
                };
                self.reader.read(groups, sentence.start, &frame)
            };
            for reading in readings {
                let over = is_history(&reading, reference);
                if let (true, Some((last, _))) =
                    (reading.explicit || year.is_some(), reading.leaves)
                {
                    year = Some(last);
                    ahead = !over;
                }
                if let Some(words) = groups.name("every") {
                    every = spoken_every(words.as_str());
                }
                if !over {
                    let mut deadline = reading.deadline;
                    deadline.rule.clone_from(&self.rules[candidate.rule]);
                    deadline.about = about(text, candidate.span);
                    deadline.inferred.sort_unstable();
                    deadline.inferred.dedup();
                    found.push(deadline);
                }
            }
        }
    }

    /// Adds what one pattern finds in a sentence.
    fn candidates<'t>(
        &self,
        pattern: &'t Pattern,
        sentence: Sentence<'t>,
        reference: &Reference,
        candidates: &mut Vec<Candidate<'t>>,
    ) {
        for captures in pattern.expression.regex().captures_iter(sentence.text) {
            let groups = Groups {
                captures,
                names: pattern.expression.groups(),
            };
            let Some(value) = groups.name("value") else {
                continue;
            };
            let span = Span::from(value.range());
            if span.is_empty() || !stands_free(sentence.text, span) {
                continue;
            }
            // What cannot be read is no limit, and must not hide one.
            let span = span.shift(sentence.start);
            let frame = Frame {
                reference,
                year: None,
                ahead: false,
                month: None,
                before: &sentence.whole[..span.start],
                every: None,
            };
            let readings = self.reader.read(&groups, sentence.start, &frame);
            let Some(first) = readings.first() else {
                continue;
            };
            candidates.push(Candidate {
                rule: pattern.rule,
                span: Span::new(first.deadline.span.start, span.end),
                refused: false,
                weak: ["future", "running", FOLLOWING, "weak"]
                    .iter()
                    .any(|group| groups.name(group).is_some()),
                groups: Some(groups),
                readings,
            });
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

/// What makes figures before it an amount: `1.5` of 1.5小时.
const AMOUNT: [char; 18] = [
    '.', '%', '％', '万', '亿', '元', '号', '小', '公', '千', '平', '倍', '米', '吨', '亩', '折',
    '级', '个',
];

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
        && after.is_some_and(|c| c.is_ascii_alphanumeric() || AMOUNT.contains(&c)))
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
    let inherited = deadline.inferred.contains(&Inferred::YearInherited);
    if !(reading.explicit || inherited) || deadline.inferred.contains(&Inferred::Year) {
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
