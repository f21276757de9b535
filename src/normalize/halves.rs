//! Characters of which a copying site's blind work cut off both halves.
//!
//! In: `學(xué)??、醫(yī)院`. Out: `學(xué)校、醫(yī)院`. The site cuts the bytes before what looks like a mark. The second byte of 校 and the first
//! of 、 look like ！, so it cut there, and before the 、 itself: each half stood alone and became a `?`. The mark says what the
//! second byte was; of the characters that end in it the likeliest is taken, where no other is nearly as likely.

use super::model::Model;
use super::pinyin;
use super::reading::CONTEXT;
use super::shifted::confidence;
use super::signs::is_hanzi;
use super::token::{as_is, before, character, tokens};
use super::{Findings, Repair};
use crate::error::Code;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};

/// What both halves became.
const HALVES: &str = "??";
/// Bits by which the best must be likelier than the next best to be written where only what is certain is.
const CERTAIN: f64 = 5.0;
/// Characters weighed in one document; a crafted text must not take minutes.
const BUDGET: usize = 20_000;

/// Restores what was cut in two before marks.
pub(super) fn restore(text: &str, rules: &RuleSet, level: Repair) -> Findings {
    let mut findings = Findings::default();
    if !text.contains(HALVES) || !pinyin::is_copy(text) {
        return findings;
    }
    let mut model = Model::new(rules);
    model.learn(text);
    let mut budget = BUDGET;
    for (at, _) in text.match_indices(HALVES) {
        let span = Span::new(at, at + HALVES.len());
        let Some(trail) = text[span.end..].chars().next().and_then(trail) else {
            continue;
        };
        let before = before(text, at, CONTEXT);
        if !before.last().is_some_and(|&c| is_hanzi(c)) || budget == 0 {
            continue;
        }
        let after: Vec<char> = tokens(text, span.end, CONTEXT)
            .iter()
            .flat_map(as_is)
            .collect();
        let mut scored: Vec<(f64, char)> = (0x81..=0xFE)
            .filter_map(|lead| character(lead, trail).filter(|&c| is_hanzi(c)))
            .map(|c| {
                let line: Vec<char> = before
                    .iter()
                    .copied()
                    .chain([c])
                    .chain(after.iter().copied())
                    .collect();
                (model.score(&line), c)
            })
            .collect();
        budget = budget.saturating_sub(scored.len());
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let [(best, c), (next, other), ..] = scored[..] else {
            continue;
        };
        let certain = best - next >= CERTAIN;
        if !certain {
            let code = if level == Repair::Full {
                Code::DamageGuessed
            } else {
                Code::DamageLeft
            };
            let message = format!(
                "“{HALVES}”可能是“{c}”或“{other}”，前者可信度{:.2}",
                confidence(best - next)
            );
            findings.doubts.push((code, message, span));
        }
        if certain || level == Repair::Full {
            findings
                .edits
                .push(Edit::new(span, c.to_string(), Reason::ShiftedBytes));
        }
    }
    findings
}

/// The byte that looks like the first half of a mark before this one, in GBK: A3 before 、 (A1A2) is ！ (A3A1), A1 before ， (A3AC) is
/// 。 (A1A3).
fn trail(mark: char) -> Option<u8> {
    match mark {
        '、' | '。' => Some(0xA3),
        '，' | '；' | '：' | '！' | '？' | ',' | ';' | ':' | '!' => Some(0xA1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;
    use crate::text::Text;

    /// What makes a page a copying site's.
    const COPY: &str = "請(qǐng)各學(xué)會(huì)按時(shí)報(bào)送發(fā)展情況。\n";

    fn run(text: &str) -> (String, usize) {
        let mut result = Text::from_utf8(format!("{COPY}{text}"));
        let findings = restore(result.as_str(), rules(), Repair::Safe);
        result.rewrite(findings.edits);
        (
            result.as_str()[COPY.len()..].to_owned(),
            findings.doubts.len(),
        )
    }

    #[test]
    fn what_was_cut_in_two_is_one_again() {
        for (damaged, sound) in [
            (
                "各縣(xiàn)區(qū)學(xué)??、醫(yī)院",
                "各縣(xiàn)區(qū)學(xué)校、醫(yī)院",
            ),
            (
                "項(xiàng)目的投資規(guī)??、建設(shè)內(nèi)容",
                "項(xiàng)目的投資規(guī)模、建設(shè)內(nèi)容",
            ),
        ] {
            assert_eq!(run(damaged), (sound.to_owned(), 0));
        }
    }

    #[test]
    fn other_question_marks_stay() {
        for text in ["這(zhè)是什么??大家", "What??,", "怎么辦??\n", "甲乙丙丁"] {
            assert_eq!(run(text), (text.to_owned(), 0));
        }
    }
}
