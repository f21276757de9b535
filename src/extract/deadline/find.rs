//! The search: which rules can match in which sentence, what they find there, and which finding wins.
//!
//! In: a text. Out: its limits. One pass over the text notes what patterns need and where sentences end; a sentence that
//! can hold none is never looked at again, and costs nothing.

use super::Reference;
use super::about::about;
use super::calendar::Calendar;
use super::limit::{Anchor, Deadline, Inferred};
use super::numeral::{is_hanzi_number, is_numeral};
use super::read::{Reader, Reading};
use super::resolve::Frame;
use crate::error::Error;
use crate::record::Bound;
use crate::rule::{self, Expression, Field, Keyed, Met, Needed, Needs, Rule};
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
    /// All that it matches is the value, and its groups say nothing of how the value weighs: they are read when it is known
    /// to count.
    plain: bool,
}

impl Pattern {
    /// Adds what it finds in a sentence, if that is plain.
    fn candidates<'t>(&'t self, sentence: Sentence<'t>, candidates: &mut Vec<Candidate<'t>>) {
        let found = self.expression.regex().find_iter(sentence.text);
        let spans = found.map(|found| Span::from(found.range()));
        let free = spans.filter(|span| !span.is_empty() && stands_free(sentence.text, *span));
        candidates.extend(free.map(|span| Candidate {
            rule: self.rule,
            span: span.shift(sentence.start),
            refused: false,
            weak: 0,
            asked: false,
            groups: None,
            pattern: Some(self),
            readings: None,
        }));
    }

    /// The groups of the match that begins at byte `at`.
    fn groups_at<'t>(&'t self, text: &'t str, at: usize) -> Option<Groups<'t>> {
        Some(Groups {
            captures: self.expression.regex().captures_at(text, at)?,
            names: self.expression.groups(),
        })
    }
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

    /// Those that may match in a sentence; `places` is room to note them.
    fn of<'p, 's>(
        &'p self,
        met: &'s Met,
        places: &'s mut Vec<usize>,
    ) -> impl Iterator<Item = &'p Pattern> + use<'p, 's> {
        self.keyed.with_key(met, places);
        places
            .iter()
            .map(|&at| &self.all[at])
            .filter(move |pattern| pattern.needs.within(met))
    }
}

/// The group of what counts only after another limit.
const FOLLOWING: &str = "following";

/// Groups that tell how much a finding weighs against others.
const WEIGHS: [&str; 6] = [FOLLOWING, "event", "future", "running", "weak", "asked"];

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
    /// How many better readings of the same words there may be: 1 for what was found by nothing but that it lies ahead,
    /// 2 for what counts only after another limit.
    weak: u8,
    groups: Option<Groups<'t>>,
    /// What finds the groups, where they were not looked for yet.
    pattern: Option<&'t Pattern>,
    /// The reader is asked for it (请于…前), which nothing in the words after it makes less of.
    asked: bool,
    /// What it says where nothing before it in its sentence sets a year or a rhythm; read when it is known to count.
    readings: Option<Vec<Reading>>,
}

/// A sentence, and where it stands.
#[derive(Clone, Copy)]
struct Sentence<'t> {
    text: &'t str,
    /// The text up to its end.
    whole: &'t str,
    start: usize,
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
        let has = |own: &rule::Pattern, names: &[&str]| {
            let mut groups = own.uncompiled().groups().iter().flatten();
            groups.any(|group| names.contains(&&**group))
        };
        let of = |refused| -> Vec<Pattern> {
            patterns()
                .zip(&needs)
                .filter(|((_, rule, _), _)| (rule.field == Field::Refused) == refused)
                .map(|((rule, _, own), needs)| Pattern {
                    rule,
                    expression: own.uncompiled().clone(),
                    needs: needs.clone(),
                    follows: has(own, &[FOLLOWING]),
                    plain: own.is_whole() && !has(own, &WEIGHS),
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

    fn sentence<'t>(
        &'t self,
        text: &'t str,
        span: Span,
        met: &'t Met,
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
        };
        let mut candidates = Vec::new();
        let mut places = Vec::new();
        for pattern in self.finding.of(met, &mut places) {
            if pattern.follows && candidates.is_empty() {
                break;
            }
            if pattern.plain {
                pattern.candidates(sentence, &mut candidates);
            } else if pattern.expression.regex().is_match(sentence.text) {
                self.candidates(pattern, sentence, reference, &mut candidates);
            }
        }
        if candidates.is_empty() {
            return;
        }
        for pattern in self.refusing.of(met, &mut places) {
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
                    weak: 0,
                    asked: false,
                    groups: None,
                    pattern: None,
                    readings: None,
                })
            }));
        }
        // What cannot be read is no limit, and must not hide one.
        let readable = |candidate: &mut Candidate<'t>| {
            if let Some(pattern) = candidate.pattern {
                let at = candidate.span.start - sentence.start;
                candidate.groups = pattern.groups_at(sentence.text, at);
            }
            if let (None, Some(groups)) = (&candidate.readings, &candidate.groups) {
                let plain = Frame {
                    reference,
                    year: None,
                    ahead: false,
                    month: None,
                    before: &sentence.whole[..candidate.span.start],
                    every: None,
                };
                candidate.readings = Some(self.reader.read(groups, sentence.start, &plain));
            }
            candidate
                .readings
                .as_ref()
                .is_none_or(|readings| !readings.is_empty())
        };
        let mut year = None;
        let mut ahead = false;
        let mut every = None;
        let before = found.len();
        for candidate in choose(candidates, readable) {
            let Some(groups) = &candidate.groups else {
                continue;
            };
            if groups.name(FOLLOWING).is_some() && found.len() == before {
                continue;
            }
            let readings = if year.is_none() && every.is_none() {
                candidate.readings.unwrap_or_default()
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
                    if deadline.offset.is_some()
                        && deadline.anchor.is_none()
                        && let Some(event) = event_before(text, &found[before..], deadline.span)
                    {
                        deadline.anchor = Some(event);
                        deadline.inferred.push(Inferred::Anchor);
                    }
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
            let mut span = span.shift(sentence.start);
            // Of an event the reading tells where it begins.
            let mut readings = None;
            if groups.name("event").is_some() {
                let frame = Frame {
                    reference,
                    year: None,
                    ahead: false,
                    month: None,
                    before: &sentence.whole[..span.start],
                    every: None,
                };
                let read = self.reader.read(&groups, sentence.start, &frame);
                let Some(first) = read.first() else {
                    continue;
                };
                span.start = first.deadline.span.start;
                readings = Some(read);
            }
            candidates.push(Candidate {
                rule: pattern.rule,
                span,
                refused: false,
                weak: if groups.name(FOLLOWING).is_some() {
                    2
                } else {
                    u8::from(
                        ["future", "running", "weak"]
                            .iter()
                            .any(|group| groups.name(group).is_some()),
                    )
                },
                asked: groups.name("asked").is_some(),
                groups: Some(groups),
                pattern: None,
                readings,
            });
        }
    }
}

/// What a length counts from that a limit before it in the sentence counts from, though the words do not say it again:
/// 事故发生后1小时内电话报告、2小时内书面报告.
fn event_before(text: &str, found: &[Deadline], span: Span) -> Option<Anchor> {
    /// Bytes between the two.
    const REACH: usize = 45;
    let last = found.last()?;
    let between = text.get(last.span.end..span.start)?;
    let event = matches!(last.anchor, Some(Anchor::Event(_)));
    let after = last.offset.is_some_and(|offset| offset.count > 0);
    (event && after && between.len() < REACH && !between.contains(['；', '。', '的', '可', '或']))
        .then(|| last.anchor.clone())?
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

/// What the reader is asked for first, then the longest; between equals a refusal, then the rule that comes first by name. What overlaps a winner is out.
fn choose<'t>(
    mut candidates: Vec<Candidate<'t>>,
    mut readable: impl FnMut(&mut Candidate<'t>) -> bool,
) -> Vec<Candidate<'t>> {
    candidates.sort_by_key(|candidate| {
        (
            !candidate.asked,
            std::cmp::Reverse(candidate.span.len()),
            !candidate.refused,
            candidate.weak,
            candidate.rule,
            candidate.span.start,
        )
    });
    let mut winners: Vec<Candidate<'t>> = Vec::new();
    for mut candidate in candidates {
        let free = !winners
            .iter()
            .any(|winner| winner.span.overlaps(candidate.span));
        if free && readable(&mut candidate) {
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
const AMOUNT: &str =
    ".%％万亿元号小公千平倍米吨亩折级个人名户家件项次条所座台辆册张位例床种株头只处毫微度克升秒岁";

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
    if words
        .starts_with(|c: char| c.is_ascii_digit() || is_hanzi_number(c) || "上下第元".contains(c))
        && ends_with_year(&text[..span.start])
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
        && after.is_some_and(|c| c.is_ascii_alphanumeric() || AMOUNT.contains(c)))
}

/// Whether `text` ends with a year that what follows belongs to: `12月26日` of 2004年12月26日 and of 去年12月26日 is no day
/// of the notice's own year.
fn ends_with_year(text: &str) -> bool {
    text.trim_end_matches([' ', '　', '的'])
        .strip_suffix('年')
        .is_some_and(|words| {
            let words = words.trim_end_matches([' ', '　']);
            let figures = words.chars().rev().take_while(|c| is_numeral(*c)).count();
            matches!(figures, 3 | 4) || words.ends_with(['去', '上', '前', '往'])
        })
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
    if !(reading.explicit || inherited) {
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
