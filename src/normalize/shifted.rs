//! Bytes of GBK out of step: what a copying site's blind work on bytes leaves between annotations.
//!
//! In: `確??茀f(xié)工作`, `擔(dān)當(dāng)?shù)母咚刭|(zhì)`. Out: `確保科協(xié)工作`, `擔(dān)當(dāng)的高素質(zhì)`. The site searches bytes for the
//! two bytes of a character, finds them also where they are the end of one and the begin of the next, and puts the pinyin
//! there; or it cuts the bytes before what looks like a mark. From there to the next ASCII byte every character is read
//! half a character late. Each step back is forced by the bytes, except where a byte was lost: there the likeliest of the
//! characters that the other byte allows is taken, and a doubt is kept where two are about as likely.

use super::model::Model;
use super::reading::{CONTEXT, Reading, Search, readings};
use super::signs::{is_hanzi, is_wide_mark};
use super::token::{self, CUT, Kind, Token, as_is};
use super::{Findings, Repair};
use crate::error::Code;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};

/// Longest run of shifted characters that is followed.
const LONGEST: usize = 90;
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
        commas: annotated && super::pinyin::commas(text).len() >= super::pinyin::FEWEST_COMMAS,
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

/// How sure a choice is that is `lead` bits likelier than the next: 0.5 where both are as likely.
pub(super) fn confidence(lead: f64) -> f64 {
    1.0 / (1.0 + (-lead).exp2())
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
        let mut before = token::before(self.text, start, CONTEXT);
        // A site that puts commas before marks put this one there.
        if self.commas && before.last() == Some(&',') {
            before.pop();
        }
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
        // Where nothing stands before, the words say less; so they do of a mark before a word, which stands behind anything: 由。化科
        // was 由危化科.
        let needed = match reading.out[..] {
            ['\u{3000}', ..] => CERTAIN,
            _ if before.len() < 2 => 3.0 * CERTAIN,
            [mark, word, ..] if is_wide_mark(mark) && is_hanzi(word) => 3.0 * CERTAIN,
            _ => CERTAIN,
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
                format!(
                    "“{}”可能是“{out}”或“{other}”，前者可信度{:.2}",
                    span.of(self.text),
                    confidence(lead)
                ),
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
