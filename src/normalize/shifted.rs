//! Bytes of GBK out of step: what a copying site's blind work on bytes leaves between annotations.
//!
//! In: `確??茀f(xié)工作`, `擔(dān)當(dāng)?shù)母咚刭|(zhì)`. Out: `確保科協(xié)工作`, `擔(dān)當(dāng)的高素質(zhì)`. The site searches bytes for the
//! two bytes of a character, finds them also where they are the end of one and the begin of the next, and puts the pinyin
//! there; or it cuts the bytes before what looks like a mark. From there to the next ASCII byte every character is read
//! half a character late. Each step back is forced by the bytes, except where a byte was lost: there the likeliest of the
//! characters that the other byte allows is taken, and a doubt is kept where two are about as likely.

use super::model::Model;
use super::token::{self, CUT, Kind, Token, as_is, bytes, character};
use super::{Findings, Repair};
use crate::error::Code;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};
use std::collections::BTreeMap;

/// Longest run of shifted characters that is followed.
const LONGEST: usize = 90;
/// Readings of a run that are followed at once.
const BEAM: usize = 130;
/// Readings that are followed across a lost byte, where each has two hundred ways to go on.
const NARROW: usize = 24;
/// Whole readings that are weighed with all that stands around them.
const FINAL: usize = 160;
/// Readings weighed in one document; a crafted text must not take minutes.
const BUDGET: usize = 300_000;
/// Bits by which a reading must be likelier than the text as it stands: in a document that carries annotations, in another.
const MARGINS: (f64, f64) = (8.0, 36.0);
/// The same in a document with annotations where nothing but the words shows that a byte is gone.
const DROPPED: f64 = 24.0;
/// Bits by which the best must be likelier than the next best to be written where only what is certain is.
const CERTAIN: f64 = 3.0;
/// Bits a character from which on a restored run is no Chinese.
const NONSENSE: f64 = 17.0;
/// Characters before and after a run by which its readings are judged.
const CONTEXT: usize = 7;

/// The byte that waits for its second half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Byte(u8),
    Lost,
    /// In step again.
    None,
}

/// One way to read a run.
#[derive(Debug, Clone)]
struct Reading {
    at: usize,
    pending: Pending,
    out: Vec<char>,
    lost: bool,
    eaten: bool,
    bonus: f64,
}

/// Restores the runs of `text` that are out of step.
pub(super) fn restore(text: &str, rules: &RuleSet, level: Repair) -> Findings {
    let mut findings = Findings::default();
    // Where a run may begin, and whether an old decoder dropped the byte before it without a sign.
    let mut starts: Vec<(usize, bool)> = memchr::memchr_iter(b'?', text.as_bytes())
        .filter(|&at| token::is_start(text, at))
        .map(|at| (at, false))
        .collect();
    let annotated = super::pinyin::is_copy(text);
    let old = annotated
        && !starts
            .iter()
            .any(|&(at, _)| text[at + 1..].starts_with(CUT));
    if old {
        let marks = text
            .char_indices()
            .filter(|(_, c)| token::MARKS.contains(c));
        let dropped = marks
            .map(|(at, _)| at)
            .filter(|&at| token::is_dropped(text, at));
        starts.extend(dropped.map(|at| (at, true)));
        starts.sort_unstable();
    }
    if starts.is_empty() {
        return findings;
    }
    let mut model = Model::new(rules);
    model.learn(text);
    let mut search = Search {
        text,
        model,
        readings: readings(rules),
        annotated,
        old,
        budget: BUDGET,
    };
    let mut done = 0;
    for (start, dropped) in starts {
        if start < done {
            continue;
        }
        if search.budget == 0 {
            let message = "修复预算已用尽，其余未检查";
            findings.doubts.push((
                Code::DamageLeft,
                message.to_owned(),
                Span::new(
                    start,
                    start + text[start..].chars().next().map_or(0, char::len_utf8),
                ),
            ));
            break;
        }
        if let Some(end) = search.run(start, dropped, level, &mut findings) {
            done = end;
        }
    }
    findings
}

/// Characters by their readings.
fn readings(rules: &RuleSet) -> BTreeMap<&str, &str> {
    rules
        .data("normalize/readings.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect()
}

struct Search<'a> {
    text: &'a str,
    model: Model<'a>,
    readings: BTreeMap<&'a str, &'a str>,
    /// Whether the document carries annotations.
    annotated: bool,
    /// Whether its decoder left nothing where bytes fit nothing at the end of a piece.
    old: bool,
    budget: usize,
}

impl Search<'_> {
    /// Reads the run that begins at byte `start`; gives back where it ended, if it was changed.
    fn run(
        &mut self,
        start: usize,
        dropped: bool,
        level: Repair,
        findings: &mut Findings,
    ) -> Option<usize> {
        let mut tokens = token::tokens(self.text, start, LONGEST);
        if dropped {
            let kind = Kind::Dropped;
            let span = Span::new(start, start);
            tokens.insert(0, Token { kind, span });
        }
        let before = token::before(self.text, start, CONTEXT);
        let (found, at) = self.follow(self.first(start, &tokens), &before, &tokens);
        self.budget = self.budget.saturating_sub(at);
        let horizon = found.iter().map(|r| r.at).max()? + CONTEXT;
        let tail = |at: usize| {
            tokens[at.min(tokens.len())..horizon.min(tokens.len())]
                .iter()
                .flat_map(as_is)
        };
        let judge = |out: &[char], at: usize| {
            let line: Vec<char> = before
                .iter()
                .copied()
                .chain(out.iter().copied())
                .chain(tail(at))
                .collect();
            self.model.score(&line)
        };
        let stands = judge(&[], 0);
        let mut scored: Vec<(f64, Reading)> = found
            .into_iter()
            .map(|r| {
                (
                    judge(&r.out, r.at) + r.bonus + self.fits(&before, &r, &tokens),
                    r,
                )
            })
            .collect();
        self.budget = self.budget.saturating_sub(scored.len());
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.out.cmp(&b.1.out)));
        let (best, reading) = scored.first()?;
        let broken = matches!(tokens.first()?.kind, Kind::Broken(_));
        let margin = match (dropped, self.annotated || broken) {
            (true, _) => DROPPED,
            (_, true) => MARGINS.0,
            (_, false) => MARGINS.1,
        };
        // What the bytes allow can be nonsense all the same; then something else happened there.
        let bits = -self.model.score(&reading.out) / reading.out.len().max(1) as f64;
        if best - stands < margin || bits > NONSENSE {
            return None;
        }
        let rival = scored.iter().find(|(_, other)| other.out != reading.out);
        let lead = rival.map_or(f64::INFINITY, |(score, _)| best - score);
        let span = Span::new(start, tokens[reading.at - 1].span.end);
        let out: String = reading.out.iter().collect();
        // Where nothing stands before, the words say less.
        let needed = if before.len() < 2 && reading.out.first() != Some(&'\u{3000}') {
            3.0 * CERTAIN
        } else {
            CERTAIN
        };
        let certain = !reading.lost || lead >= needed;
        if !certain {
            let other: String = rival
                .map(|(_, r)| r.out.iter().collect())
                .unwrap_or_default();
            let code = if level == Repair::Full {
                Code::DamageGuessed
            } else {
                Code::DamageLeft
            };
            findings.doubts.push((
                code,
                format!("“{}”可能是“{out}”或“{other}”", span.of(self.text)),
                span,
            ));
        }
        if reading.eaten {
            let message = format!("“{}”中丢失了一个字符", span.of(self.text));
            findings.doubts.push((Code::DamageLeft, message, span));
        }
        if certain || level == Repair::Full {
            findings
                .edits
                .push(Edit::new(span, out, Reason::ShiftedBytes));
        }
        Some(span.end)
    }

    /// What the byte before the run can be.
    fn first(&self, start: usize, tokens: &[Token]) -> Vec<Reading> {
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
    fn follow(
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
    fn fits(&self, before: &[char], reading: &Reading, tokens: &[Token]) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;
    use crate::text::Text;

    fn run(text: &str, level: Repair) -> String {
        let mut result = Text::from_utf8(text);
        let findings = restore(text, rules(), level);
        result.rewrite(findings.edits);
        result.as_str().to_owned()
    }

    #[test]
    fn runs_out_of_step_are_restored() {
        for (damaged, sound) in [
            (
                "認(rèn)真落實(shí)保密工作責(zé)任,確??茀f(xié)工作“十四五”開好局",
                "認(rèn)真落實(shí)保密工作責(zé)任,確保科協(xié)工作“十四五”開好局",
            ),
            (
                "打造一批忠誠(chéng)干凈擔(dān)當(dāng)?shù)母咚刭|(zhì)科協(xié)干部隊(duì)伍",
                "打造一批忠誠(chéng)干凈擔(dān)當(dāng)的高素質(zhì)科協(xié)干部隊(duì)伍",
            ),
            (
                "科協(xié)機(jī)關(guān)建設(shè)水平。發(fā)揚(yáng)“三?!本\u{e086}?,在科協(xié)機(jī)關(guān)和直屬事業(yè)單位",
                "科協(xié)機(jī)關(guān)建設(shè)水平。發(fā)揚(yáng)“三牛”精神,在科協(xié)機(jī)關(guān)和直屬事業(yè)單位",
            ),
        ] {
            assert_eq!(run(damaged, Repair::Safe), sound);
        }
    }

    #[test]
    fn questions_stay() {
        for text in [
            "这是什么?！大家都不知道?？",
            "怎么办？?，請問學(xué)會(huì)的關(guān)系機(jī)構(gòu)在哪里?",
            "弘揚(yáng)科學(xué)家精神??加強(qiáng)作風(fēng)和學(xué)風(fēng)建設(shè)",
            "Really?, he said. What?! f(x)?",
            "是否(shì fǒu)?(de)",
            "?",
            "??",
            "",
        ] {
            assert_eq!(run(text, Repair::Full), text);
        }
    }

    #[test]
    fn a_crafted_text_ends_soon() {
        let text = "好?!笆".repeat(3000);
        let findings = restore(&text, rules(), Repair::Full);
        assert!(findings.doubts.len() < 20_000);
        let text = "好?，\n".repeat(30_000);
        let findings = restore(&text, rules(), Repair::Full);
        assert_eq!(
            findings.doubts.last().map(|doubt| doubt.0),
            Some(Code::DamageLeft)
        );
    }
}
