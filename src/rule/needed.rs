//! Which patterns can match in a sentence: those all of whose demands are met in it.
//!
//! In: `6月底前完成换届`. Out: not the pattern of `每月5日`, which demands a 每. One pass over the text notes which demands are met;
//! a sentence that meets too few of them costs nothing more.

use super::demand::{Demands, Pair, Single};
use regex::Regex;
use std::collections::BTreeMap;

/// Ends of sentences. A limit never reaches over one.
const ENDS: [char; 7] = ['。', '；', '！', '？', '\n', ';', '!'];

const WORDS: usize = 16;

/// Demands, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Met([u64; WORDS]);

impl Met {
    const MOST: usize = WORDS * 64;

    fn set(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether all of these are met in `sentence`.
    pub(crate) fn within(&self, sentence: &Self) -> bool {
        self.0
            .iter()
            .zip(sentence.0)
            .fold(0, |missing, (own, met)| missing | (own & !met))
            == 0
    }
}

/// The demands that one character meets.
#[derive(Debug, Default)]
struct Meets {
    alone: Met,
    /// Before one of those that have the same bit in `second`.
    first: Met,
    second: Met,
}

/// For each character that any pattern demands, which demands it meets.
#[derive(Debug)]
pub(crate) struct Needed {
    /// By character: 0 for none, 1 for an end, 2 for a blank, else the place in `meets`.
    slots: Vec<u16>,
    meets: Vec<Meets>,
}

/// Characters beyond the first plane are in no pattern.
const PLANE: usize = 0x1_0000;

const NONE: u16 = 0;
const END: u16 = 1;
const BLANK: u16 = 2;

impl Needed {
    /// From expressions; with what each of them needs, in their order.
    pub(crate) fn compile<'e>(
        expressions: impl IntoIterator<Item = &'e Regex>,
    ) -> (Self, Vec<Met>) {
        let mut numbers: BTreeMap<Demand, usize> = BTreeMap::new();
        let mut needs = Vec::new();
        for expression in expressions {
            let Ok(hir) = regex_syntax::parse(expression.as_str()) else {
                needs.push(Met::default());
                continue;
            };
            let demands = Demands::of(&hir);
            let demands = demands
                .unsaid()
                .map(Demand::Single)
                .chain(demands.pairs.iter().cloned().map(Demand::Pair));
            let mut need = Met::default();
            for demand in demands.filter(|demand| !demand.at_an_end()) {
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
            slots: vec![NONE; PLANE],
            meets: (NONE..=BLANK).map(|_| Meets::default()).collect(),
        };
        for end in ENDS {
            needed.slots[end as usize] = END;
        }
        for blank in [' ', '　', '\t'] {
            needed.slots[blank as usize] = BLANK;
        }
        for (demand, number) in numbers {
            if number >= Met::MOST {
                continue;
            }
            match demand {
                Demand::Single(set) => needed.mark(&set, |meets| meets.alone.set(number)),
                Demand::Pair((first, second)) => {
                    needed.mark(&first, |meets| meets.first.set(number));
                    needed.mark(&second, |meets| meets.second.set(number));
                }
            }
        }
        (needed, needs)
    }

    fn mark(&mut self, set: &[char], mark: impl Fn(&mut Meets)) {
        for c in set {
            let Some(slot) = self.slots.get_mut(*c as usize) else {
                continue;
            };
            if *slot == NONE {
                *slot = u16::try_from(self.meets.len()).unwrap_or(NONE);
                self.meets.push(Meets::default());
            }
            if let Some(meets) = self.meets.get_mut(usize::from(*slot)) {
                mark(meets);
            }
        }
    }

    /// What is met in `words`.
    pub(crate) fn met(&self, words: &str) -> Met {
        let mut all = Met::default();
        self.sentences(words, |_, _, met| {
            for (own, met) in all.0.iter_mut().zip(met.0) {
                *own |= met;
            }
        });
        all
    }

    /// Goes through the sentences of `text`: where each starts and ends, and what is met in it.
    pub(crate) fn sentences(&self, text: &str, mut sentence: impl FnMut(usize, usize, &Met)) {
        let mut start = 0;
        let mut met = Met::default();
        let mut before = NONE;
        for (at, c) in text.char_indices() {
            match self.slots.get(c as usize).copied().unwrap_or(NONE) {
                NONE => before = NONE,
                BLANK => {}
                END => {
                    let end = at + c.len_utf8();
                    sentence(start, end, &met);
                    start = end;
                    met = Met::default();
                    before = NONE;
                }
                slot => {
                    let own = &self.meets[usize::from(slot)];
                    let last = &self.meets[usize::from(before)];
                    for (i, word) in met.0.iter_mut().enumerate() {
                        *word |= own.alone.0[i] | (last.first.0[i] & own.second.0[i]);
                    }
                    before = slot;
                }
            }
        }
        if start < text.len() {
            sentence(start, text.len(), &met);
        }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Demand {
    Single(Single),
    Pair(Pair),
}

impl Demand {
    /// Ends of sentences are not looked at as characters.
    fn at_an_end(&self) -> bool {
        let end = |set: &[char]| set.iter().any(|c| ENDS.contains(c));
        match self {
            Self::Single(set) => end(set),
            Self::Pair((first, second)) => end(first) || end(second),
        }
    }
}
