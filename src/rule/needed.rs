//! Which patterns can match in a sentence: those all of whose demands are met in it.
//!
//! In: `6月底前完成换届`. Out: not the pattern of `每月5日`, which demands a 每. One pass over the text notes which demands are met;
//! a sentence that meets too few of them costs nothing more.

use super::demand::{Demands, Pair, Single};
use regex::Regex;
use std::collections::BTreeMap;

/// Ends of sentences. A limit never reaches over one.
const ENDS: [char; 7] = ['。', '；', '！', '？', '\n', ';', '!'];

/// The demands that are met in some words, a bit each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Met(Vec<u64>);

/// The demands of one expression: places in a [`Met`] and the bits there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Needs(Vec<(usize, u64)>);

impl Needs {
    fn add(&mut self, number: usize) {
        let (at, bit) = (number / 64, 1 << (number % 64));
        match self.0.iter_mut().find(|(place, _)| *place == at) {
            Some((_, bits)) => *bits |= bit,
            None => self.0.push((at, bit)),
        }
    }

    /// Whether all of them are met.
    pub(crate) fn within(&self, met: &Met) -> bool {
        self.0.iter().all(|(at, bits)| met.0[*at] & bits == *bits)
    }
}

/// The demands that one character meets.
#[derive(Debug, Default)]
struct Meets {
    alone: Needs,
    /// Before one of those that have the same bit in `second`.
    first: Vec<u64>,
    second: Needs,
}

/// For each character that any pattern demands, which demands it meets.
#[derive(Debug)]
pub(crate) struct Needed {
    /// By character: 0 for none, 1 for an end, 2 for a blank, else the place in `meets`.
    slots: Vec<u16>,
    meets: Vec<Meets>,
    /// How long a [`Met`] is.
    len: usize,
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
    ) -> (Self, Vec<Needs>) {
        let mut numbers: BTreeMap<Demand, usize> = BTreeMap::new();
        let mut needs = Vec::new();
        for expression in expressions {
            let Ok(hir) = regex_syntax::parse(expression.as_str()) else {
                needs.push(Needs::default());
                continue;
            };
            let demands = Demands::of(&hir);
            let demands = demands
                .unsaid()
                .map(Demand::Single)
                .chain(demands.pairs.iter().cloned().map(Demand::Pair));
            let mut own = Needs::default();
            for demand in demands.filter(Demand::is_seen) {
                let next = numbers.len();
                own.add(*numbers.entry(demand).or_insert(next));
            }
            needs.push(own);
        }
        let mut needed = Self {
            slots: vec![NONE; PLANE],
            meets: Vec::new(),
            len: numbers.len().div_ceil(64),
        };
        (NONE..=BLANK).for_each(|_| needed.meets.push(needed.meets_nothing()));
        for end in ENDS {
            needed.slots[end as usize] = END;
        }
        for blank in [' ', '　', '\t'] {
            needed.slots[blank as usize] = BLANK;
        }
        for (demand, number) in numbers {
            match demand {
                Demand::Single(set) => needed.mark(&set, |meets| meets.alone.add(number)),
                Demand::Pair((first, second)) => {
                    needed.mark(&first, |meets| {
                        meets.first[number / 64] |= 1 << (number % 64)
                    });
                    needed.mark(&second, |meets| meets.second.add(number));
                }
            }
        }
        (needed, needs)
    }

    fn meets_nothing(&self) -> Meets {
        Meets {
            alone: Needs::default(),
            first: vec![0; self.len],
            second: Needs::default(),
        }
    }

    fn mark(&mut self, set: &[char], mark: impl Fn(&mut Meets)) {
        for c in set {
            let at = *c as usize;
            if self.slots[at] == NONE {
                self.slots[at] = u16::try_from(self.meets.len()).unwrap_or(NONE);
                self.meets.push(self.meets_nothing());
            }
            mark(&mut self.meets[usize::from(self.slots[at])]);
        }
    }

    /// What is met in `words`.
    pub(crate) fn met(&self, words: &str) -> Met {
        self.look(words, |_, _| {})
    }

    /// Goes through the sentences of `text`: where each starts and ends, and what is met in it.
    pub(crate) fn sentences(&self, text: &str, mut sentence: impl FnMut(usize, usize, &Met)) {
        let mut start = 0;
        let last = self.look(text, |end, met| {
            sentence(start, end, met);
            start = end;
            met.0.fill(0);
        });
        if start < text.len() {
            sentence(start, text.len(), &last);
        }
    }

    /// Goes through `text` once, stopping where a sentence ends.
    fn look(&self, text: &str, mut stop: impl FnMut(usize, &mut Met)) -> Met {
        let mut met = Met(vec![0; self.len]);
        let mut before = NONE;
        for (at, c) in text.char_indices() {
            match self.slots.get(c as usize).copied().unwrap_or(NONE) {
                NONE => before = NONE,
                BLANK => {}
                END => {
                    stop(at + c.len_utf8(), &mut met);
                    before = NONE;
                }
                slot => {
                    let own = &self.meets[usize::from(slot)];
                    for (place, bits) in &own.alone.0 {
                        met.0[*place] |= bits;
                    }
                    if before != NONE {
                        let last = &self.meets[usize::from(before)].first;
                        for (place, bits) in &own.second.0 {
                            met.0[*place] |= last[*place] & bits;
                        }
                    }
                    before = slot;
                }
            }
        }
        met
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Demand {
    Single(Single),
    Pair(Pair),
}

impl Demand {
    /// Ends of sentences are not looked at as characters, nor is what lies beyond the plane.
    fn is_seen(&self) -> bool {
        let seen = |set: &[char]| {
            set.iter()
                .all(|c| !ENDS.contains(c) && (*c as usize) < PLANE)
        };
        match self {
            Self::Single(set) => seen(set),
            Self::Pair((first, second)) => seen(first) && seen(second),
        }
    }
}
