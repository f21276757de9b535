//! Ways to read a run of GBK that is out of step.
//!
//! In: the signs of `?母咚刭|(zhì)` and the byte that may stand before them. Out: `的高素質`, and what else the bytes allow, the
//! likeliest first. A sign takes the byte that waits and leaves its own second byte waiting; an ASCII byte, an annotation or
//! the end of a piece brings the run in step again.

use super::model::Model;
use super::token::{self, CUT, Kind, Token, bytes, character};
use crate::rule::RuleSet;
use std::collections::BTreeMap;

/// Readings of a run that are followed at once.
const BEAM: usize = 130;
/// Readings that are followed across a lost byte, where each has two hundred ways to go on.
const NARROW: usize = 24;
/// Whole readings that are weighed with all that stands around them.
const FINAL: usize = 160;
/// Characters before and after a run by which its readings are judged.
pub(super) const CONTEXT: usize = 7;

/// The byte that waits for its second half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    Byte(u8),
    Lost,
    /// In step again.
    None,
}

/// One way to read a run.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub at: usize,
    pub pending: Pending,
    pub out: Vec<char>,
    pub lost: bool,
    pub eaten: bool,
    pub bonus: f64,
}

/// Characters by their readings.
pub(super) fn readings(rules: &RuleSet) -> BTreeMap<&str, &str> {
    rules
        .data("normalize/readings.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect()
}

/// A document, and what is known about it.
pub(super) struct Search<'a> {
    pub text: &'a str,
    pub model: Model<'a>,
    pub readings: BTreeMap<&'a str, &'a str>,
    /// Whether the document carries annotations.
    pub annotated: bool,
    /// Whether its site put commas before marks.
    pub commas: bool,
    /// Whether its decoder left nothing where bytes fit nothing at the end of a piece.
    pub old: bool,
    pub budget: usize,
}

impl Search<'_> {
    /// What the byte before the run can be.
    pub fn first(&self, start: usize, tokens: &[Token]) -> Vec<Reading> {
        let reading = |pending, lost| Reading {
            at: 1,
            pending,
            out: Vec::new(),
            lost,
            eaten: false,
            bonus: 0.0,
        };
        let Some(Kind::Broken(syllable)) = tokens.first().map(|t| &t.kind) else {
            return vec![reading(Pending::Lost, true)];
        };
        let last = token::before(self.text, start, CONTEXT)
            .last()
            .and_then(|&c| bytes(c));
        let mut found: Vec<Reading> = last
            .into_iter()
            .flat_map(|[_, trail]| self.read_as(syllable, trail))
            .filter_map(|c| bytes(c).map(|[_, b]| reading(Pending::Byte(b), false)))
            .collect();
        if found.is_empty() {
            found.push(reading(Pending::Lost, true));
        }
        found
    }

    /// Characters that are read `syllable` and begin with byte `lead`.
    fn read_as(&self, syllable: &str, lead: u8) -> Vec<char> {
        let chars = self.readings.get(syllable).copied().unwrap_or_default();
        chars
            .chars()
            .filter(|&c| bytes(c).is_some_and(|[a, _]| a == lead))
            .collect()
    }

    /// Follows `open` until all are in step again or dead; also how many steps that took.
    pub fn follow(
        &self,
        mut open: Vec<Reading>,
        before: &[char],
        tokens: &[Token],
    ) -> (Vec<Reading>, usize) {
        let near = &before[before.len().saturating_sub(3)..];
        let mut done = Vec::new();
        let mut steps = 0;
        while !open.is_empty() && steps < self.budget {
            let lost = |r: &Reading| matches!(tokens.get(r.at).map(|t| &t.kind), Some(Kind::Lost));
            let most = if open.iter().any(lost) { NARROW } else { BEAM };
            steps += self.keep(most, near, &mut open);
            let mut next = Vec::new();
            for reading in &open {
                steps += 1;
                self.step(reading, tokens, &mut next);
            }
            open.clear();
            for reading in next {
                if reading.pending == Pending::None {
                    &mut done
                } else {
                    &mut open
                }
                .push(reading);
            }
        }
        steps += self.keep(FINAL, near, &mut done);
        (done, steps)
    }

    /// Keeps the `most` likeliest of `readings` behind `near`; also how many were weighed.
    fn keep(&self, most: usize, near: &[char], readings: &mut Vec<Reading>) -> usize {
        if readings.len() <= most {
            return 0;
        }
        let weigh = |r: Reading| (self.model.score(&[near, &r.out].concat()) + r.bonus, r);
        let mut scored: Vec<(f64, Reading)> = readings.drain(..).map(weigh).collect();
        let count = scored.len();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.out.cmp(&b.1.out)));
        scored.truncate(most);
        readings.extend(scored.into_iter().map(|(_, r)| r));
        count
    }

    /// What the next sign allows.
    fn step(&self, reading: &Reading, tokens: &[Token], next: &mut Vec<Reading>) {
        let Some(token) = tokens.get(reading.at) else {
            return;
        };
        let after = tokens.get(reading.at + 1);
        // The run ends before the next piece, with half a character.
        if let (Pending::Byte(lead), true, Kind::Char(c)) = (reading.pending, self.old, &token.kind)
            && CUT.contains(c)
        {
            for c in (0x40..=0xFE).filter_map(|trail| character(lead, trail)) {
                let mut new = reading.clone();
                new.pending = Pending::None;
                new.lost = true;
                new.out.push(c);
                next.push(new);
            }
        }
        let mut go = |trail: u8, pending: Pending, extra: Option<char>| {
            for c in leads(reading.pending).filter_map(|lead| character(lead, trail)) {
                let mut new = reading.clone();
                new.at += 1;
                new.pending = pending;
                new.lost |= pending == Pending::Lost;
                new.out.push(c);
                new.out.extend(extra);
                if let (Pending::None, Some(Kind::Note(p))) = (pending, after.map(|t| &t.kind)) {
                    new.bonus += self.agrees(c, p);
                }
                next.push(new);
            }
        };
        match &token.kind {
            // The decoder was in step there, the site's table was not.
            Kind::Note(_) => next.push(Reading {
                at: reading.at + 1,
                ..reading.clone()
            }),
            Kind::Broken(p) => {
                for c in leads(reading.pending).flat_map(|lead| self.read_as(p, lead)) {
                    let mut new = reading.clone();
                    new.at += 1;
                    new.pending = Pending::None;
                    new.out.push(c);
                    next.push(new);
                }
            }
            Kind::Lost => {
                let cut = after.is_none_or(|t| matches!(t.kind, Kind::Char(c) if CUT.contains(&c)));
                // Or it is a wide question mark that a data set folded.
                go(0xA3, Pending::Byte(0xBF), None);
                let Pending::Byte(lead) = reading.pending else {
                    return;
                };
                for c in (0x40..=0xFE).filter_map(|trail| character(lead, trail)) {
                    let mut new = reading.clone();
                    new.at += 1;
                    new.pending = Pending::None;
                    new.lost = true;
                    new.out.push(c);
                    if !cut {
                        new.eaten = true;
                        new.out.push('\u{fffd}');
                    }
                    next.push(new);
                }
            }
            Kind::Dropped => {}
            Kind::Char(c) => match (*c, bytes(*c)) {
                ('€', _) => go(0x80, Pending::None, None),
                // One decoder takes 80 and the byte behind it for its first private-use character.
                ('\u{e000}', _) => go(0x80, Pending::Lost, None),
                (_, Some([a, b])) if b < 0x80 => go(a, Pending::None, Some(char::from(b))),
                (_, Some([a, b])) => go(a, Pending::Byte(b), None),
                (c, None) if c.is_ascii() => {
                    let byte = c as u8;
                    if (0x40..0x7F).contains(&byte) {
                        go(byte, Pending::None, None);
                    }
                    // A data set folded a wide sign of row 3 to ASCII.
                    if byte > 0x20 && byte < 0x7F {
                        go(0xA3, Pending::Byte(byte | 0x80), None);
                    }
                }
                _ => {}
            },
        }
    }

    /// Bits for what a run says beside its neighbors.
    pub fn fits(&self, before: &[char], reading: &Reading, tokens: &[Token]) -> f64 {
        let mut bits = 0.0;
        // 三。”: no sentence ends right after a quote was opened.
        let near = &before[before.len().saturating_sub(4)..];
        if reading.out.first() == Some(&'。') && near.contains(&'“') {
            bits -= 12.0;
        }
        // An indent goes on; elsewhere an ideographic space is rare.
        if reading.out.first() == Some(&'\u{3000}') && before.iter().all(|&c| c == '\u{3000}') {
            bits += 10.0;
        }
        // A line ends in a full stop more often than in a comma.
        if reading.at == tokens.len() {
            bits += match reading.out.last() {
                Some('。') => 4.0,
                Some('，' | '、') => -8.0,
                _ => 0.0,
            };
        }
        // What Big5 lacks is simplified, and the site wrote none of it.
        let simplified = |c: &&char| {
            super::signs::is_hanzi(**c) && encoding_rs::BIG5.encode(c.encode_utf8(&mut [0; 4])).2
        };
        if self.annotated {
            bits -= 15.0 * reading.out.iter().filter(simplified).count() as f64;
        }
        bits
    }

    /// Bits that an annotation behind a character adds to it.
    fn agrees(&self, c: char, syllable: &str) -> f64 {
        let known = self.readings.values().any(|chars| chars.contains(c));
        let reads = self
            .readings
            .get(syllable)
            .is_some_and(|chars| chars.contains(c));
        match (known, reads) {
            (_, true) => 11.0,
            (true, false) => -11.0,
            (false, false) => -4.0,
        }
    }
}

/// The bytes that can stand first.
fn leads(pending: Pending) -> std::ops::RangeInclusive<u8> {
    match pending {
        Pending::Byte(lead) => lead..=lead,
        Pending::Lost | Pending::None => 0x81..=0xFE,
    }
}
