//! Which rules can match in a sentence, by the literal strings that they need.
//!
//! In: `6月底前完成换届`. Out: the rules one of whose strings (`底前`, `月`) stands in it. One pass finds them all.

use crate::error::Error;
use crate::rule::Rule;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::BTreeMap;

/// Ends of sentences. A limit never reaches over one.
const ENDS: [&str; 7] = ["。", "；", "！", "？", "\n", ";", "!"];

/// Literal strings that rules need, and the ends of sentences.
#[derive(Debug)]
pub(super) struct Words {
    pub strings: AhoCorasick,
    /// For each string: which rules need it, a bit a rule; nothing for an end.
    pub needed_by: Vec<Option<u128>>,
    /// Rules that need no string.
    pub always: u128,
}

impl Words {
    /// From rules with their bits.
    pub(super) fn compile<'r>(
        rules: impl Iterator<Item = (u128, &'r Rule)>,
    ) -> Result<Self, Error> {
        let mut strings: BTreeMap<&str, Option<u128>> =
            ENDS.iter().map(|end| (*end, None)).collect();
        let mut always = 0;
        for (bit, rule) in rules {
            if rule.needs().is_empty() {
                always |= bit;
            }
            for need in rule.needs() {
                if let Some(bits) = strings.entry(need).or_insert(Some(0)) {
                    *bits |= bit;
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(strings.keys())
            .map_err(|e| Error::Rule {
                file: "deadline/".to_owned(),
                problem: e.to_string(),
            })?;
        Ok(Self {
            strings: automaton,
            needed_by: strings.into_values().collect(),
            always,
        })
    }

    /// The rules that may match in one sentence.
    pub(super) fn rules_for(&self, sentence: &str) -> u128 {
        self.strings
            .find_overlapping_iter(sentence)
            .filter_map(|hit| self.needed_by[hit.pattern().as_usize()])
            .fold(self.always, |rules, bits| rules | bits)
    }
}
