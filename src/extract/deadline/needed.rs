//! Which patterns can match in a sentence, by the characters that they cannot do without.
//!
//! In: `6月底前完成换届`. Out: the patterns all of whose demands are met in it. `{month}[底末]前` demands a 月, and one of 底 and
//! 末, and a 前; that is read off the expression itself, so nothing can be forgotten when a rule is changed. One pass over the
//! text notes which demands are met; a sentence that meets too few of them costs nothing more.

use crate::error::Error;
use crate::rule::Rule;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeMap;

/// Ends of sentences. A limit never reaches over one.
const ENDS: [char; 7] = ['。', '；', '！', '？', '\n', ';', '!'];

/// A set of characters, in order; a match holds one of them.
type Demand = Vec<char>;

/// Demands of one part of an expression that are kept, the smallest first.
const KEPT: usize = 4;

/// A demand for one of more characters than this says too little.
const WIDEST: usize = 64;

const WORDS: usize = 6;

/// Demands, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Met([u64; WORDS]);

impl Met {
    const MOST: usize = WORDS * 64;

    fn set(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    /// Whether all of these are met in `sentence`.
    pub(super) fn within(&self, sentence: &Self) -> bool {
        self.0
            .iter()
            .zip(sentence.0)
            .fold(0, |missing, (own, met)| missing | (own & !met))
            == 0
    }
}

/// What a character does to a sentence.
pub(super) enum Sign<'a> {
    /// It ends it.
    End,
    /// It meets these demands.
    Meets(&'a Met),
}

/// For each character that any pattern demands, which demands it meets.
#[derive(Debug)]
pub(super) struct Needed {
    /// By character: 0 for none, 1 for an end, else two more than the place in `meets`.
    slots: Vec<u16>,
    meets: Vec<Met>,
}

/// Characters beyond the first plane are in no pattern.
const PLANE: usize = 0x1_0000;

impl Needed {
    /// From the expressions of patterns; with what each of them needs, in their order.
    pub(super) fn compile<'r>(
        expressions: impl Iterator<Item = (&'r Rule, &'r str)>,
    ) -> Result<(Self, Vec<Met>), Error> {
        let mut numbers: BTreeMap<Demand, usize> = BTreeMap::new();
        let mut needs = Vec::new();
        for (rule, expression) in expressions {
            let hir = regex_syntax::parse(expression).map_err(|e| Error::Rule {
                file: format!("{}.toml", rule.id),
                problem: e.to_string(),
            })?;
            let mut need = Met::default();
            for demand in demands(&hir) {
                let next = numbers.len();
                let number = *numbers.entry(demand).or_insert(next);
                // What has no bit is not asked for.
                if number < Met::MOST {
                    need.set(number);
                }
            }
            needs.push(need);
        }
        let mut needed = Self {
            slots: vec![0; PLANE],
            meets: Vec::new(),
        };
        for end in ENDS {
            needed.slots[end as usize] = 1;
        }
        for (demand, number) in numbers {
            if number >= Met::MOST {
                continue;
            }
            for c in demand {
                needed.meets(c, number);
            }
        }
        Ok((needed, needs))
    }

    fn meets(&mut self, c: char, number: usize) {
        let Some(slot) = self.slots.get_mut(c as usize) else {
            return;
        };
        if *slot == 0 {
            self.meets.push(Met::default());
            *slot = u16::try_from(self.meets.len() + 1).unwrap_or(0);
        }
        if let Some(met) = usize::from(*slot)
            .checked_sub(2)
            .and_then(|at| self.meets.get_mut(at))
        {
            met.set(number);
        }
    }

    /// What `c` does, if anything.
    pub(super) fn sign(&self, c: char) -> Option<Sign<'_>> {
        match self.slots.get(c as usize).copied().unwrap_or(0) {
            0 => None,
            1 => Some(Sign::End),
            slot => self.meets.get(usize::from(slot) - 2).map(Sign::Meets),
        }
    }
}

impl std::ops::AddAssign<&Met> for Met {
    fn add_assign(&mut self, other: &Self) {
        self.add(other);
    }
}

/// What every match of `hir` holds.
fn demands(hir: &Hir) -> Vec<Demand> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => {
            let words = String::from_utf8_lossy(&literal.0);
            smallest(words.chars().map(|c| vec![c]).collect())
        }
        HirKind::Class(class) => one_of(class).into_iter().collect(),
        HirKind::Repetition(repetition) if repetition.min == 0 => Vec::new(),
        HirKind::Repetition(repetition) => demands(&repetition.sub),
        HirKind::Capture(capture) => demands(&capture.sub),
        HirKind::Concat(parts) => smallest(parts.iter().flat_map(demands).collect()),
        HirKind::Alternation(branches) => {
            let mut branches = branches.iter().map(demands);
            let first = branches.next().unwrap_or_default();
            branches.fold(first, |either, or| {
                smallest(
                    either
                        .iter()
                        .flat_map(|a| or.iter().map(|b| union(a, b)))
                        .collect(),
                )
            })
        }
    }
}

fn one_of(class: &Class) -> Option<Demand> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let mut demand = Demand::new();
    for range in class.iter() {
        if demand.len() + range.len() > WIDEST {
            return None;
        }
        demand.extend(range.start()..=range.end());
    }
    (!demand.is_empty()).then_some(demand)
}

/// The smallest of `demands`, each once.
fn smallest(mut demands: Vec<Demand>) -> Vec<Demand> {
    demands.retain(|demand| demand.len() <= WIDEST);
    demands.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    demands.dedup();
    let mut kept: Vec<Demand> = Vec::with_capacity(KEPT);
    for demand in demands {
        if kept.len() == KEPT {
            break;
        }
        // Who has a 前 has one of 前 and 内.
        let said = kept
            .iter()
            .any(|smaller| smaller.iter().all(|c| demand.binary_search(c).is_ok()));
        if !said {
            kept.push(demand);
        }
    }
    kept
}

fn union(a: &[char], b: &[char]) -> Demand {
    let mut both = [a, b].concat();
    both.sort_unstable();
    both.dedup();
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expression: &str) -> Vec<String> {
        let hir = regex_syntax::parse(expression).expect("an expression");
        demands(&hir)
            .into_iter()
            .map(|demand| demand.into_iter().collect())
            .collect()
    }

    #[test]
    fn what_an_expression_cannot_do_without() {
        assert_eq!(of("月[底末]前"), ["前", "月", "底末"]);
        assert_eq!(of("(?:之前|以前|前|内)"), ["内前"]);
        assert_eq!(of("月(?:[0-9]日)?"), ["月"]);
        assert_eq!(of("(?:[0-9]{1,2}月|年底)"), ["年月", "年0123456789"]);
        assert_eq!(of("[^，]*"), [""; 0]);
    }
}
