//! Which patterns can match in a sentence: those all of whose demands are met in it.
//!
//! In: `6月底前完成换届`. Out: not the pattern of `每月5日`, which demands a 每. One pass over the text notes which demands are met;
//! a sentence that meets too few of them costs nothing more.

use super::demand::{Demands, Pair, Single};
use std::collections::BTreeMap;

/// Ends of sentences. A limit never reaches over one.
const ENDS: [char; 7] = ['。', '；', '！', '？', '\n', ';', '!'];

/// The demands that are met in some words, a bit each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Met(Vec<u64>);

/// Places in a [`Met`] and the bits there.
type Bits = Vec<(usize, u64)>;

/// The demands of one expression.
#[derive(Debug, Clone, Default)]
pub(crate) struct Needs {
    bits: Bits,
    /// The number of the one that says most.
    key: Option<usize>,
}

fn add(bits: &mut Bits, number: usize) {
    let (at, bit) = (number / 64, 1 << (number % 64));
    match bits.iter_mut().find(|(place, _)| *place == at) {
        Some((_, bits)) => *bits |= bit,
        None => bits.push((at, bit)),
    }
}

impl Needs {
    /// Whether all of them are met.
    pub(crate) fn within(&self, met: &Met) -> bool {
        self.bits
            .iter()
            .all(|(at, bits)| met.0[*at] & bits == *bits)
    }
}

/// Expressions by the demand of each that says most, so that those with a chance are found without asking all.
#[derive(Debug, Default)]
pub(crate) struct Keyed {
    keyless: Vec<usize>,
    by_key: Vec<Vec<usize>>,
    /// Which demands are keys: in prose many are met that are none.
    keys: Vec<u64>,
}

impl Keyed {
    /// From what each expression needs.
    pub(crate) fn new<'n>(needs: impl IntoIterator<Item = &'n Needs>) -> Self {
        let mut keyed = Self::default();
        for (at, needs) in needs.into_iter().enumerate() {
            match needs.key {
                None => keyed.keyless.push(at),
                Some(key) => {
                    if keyed.by_key.len() <= key {
                        keyed.by_key.resize(key + 1, Vec::new());
                        keyed.keys.resize(key / 64 + 1, 0);
                    }
                    keyed.keys[key / 64] |= 1 << (key % 64);
                    keyed.by_key[key].push(at);
                }
            }
        }
        keyed
    }

    /// Fills `found` with the places of those whose key is met, in order.
    pub(crate) fn with_key(&self, met: &Met, found: &mut Vec<usize>) {
        found.clone_from(&self.keyless);
        for (at, (met, keys)) in met.0.iter().zip(&self.keys).enumerate() {
            let mut bits = met & keys;
            while bits != 0 {
                found.extend(&self.by_key[at * 64 + bits.trailing_zeros() as usize]);
                bits &= bits - 1;
            }
        }
        found.sort_unstable();
    }
}

/// The demands that one character meets.
#[derive(Debug, Default)]
struct Meets {
    alone: Bits,
    /// Before one of those that have the same bit in `second`.
    first: Vec<u64>,
    second: Bits,
}

/// For each character that any pattern demands, which demands it meets.
#[derive(Debug)]
pub(crate) struct Needed {
    /// By character: 0 for none, 1 for an end, 2 for a blank, 3 for a tab, else the place in `places`.
    slots: Vec<u16>,
    places: Vec<Place>,
    /// [`Meets::alone`] and [`Meets::second`] of all characters in one row: they are looked at for each character of each text.
    bits: Bits,
    /// [`Meets::first`] of all characters in one row.
    firsts: Vec<u64>,
    /// How long a [`Met`] is.
    len: usize,
}

/// Where the demands that one character meets stand in [`Needed::bits`].
#[derive(Debug, Clone, Copy)]
struct Place {
    alone: usize,
    second: usize,
    end: usize,
    /// The pairs that it is the first of, and those that it is the second of, 64 numbers in one: most characters that follow
    /// one another have none in common.
    leads: u64,
    follows: u64,
}

/// Characters beyond the first plane are in no pattern.
const PLANE: usize = 0x1_0000;

/// How many pairs say as little as one character.
const PAIRS: usize = 64;

const NONE: u16 = 0;
const END: u16 = 1;
const BLANK: u16 = 2;
/// A blank that parts the cells of a table.
const TAB: u16 = 3;

impl Needed {
    /// From what expressions demand; with what each of them needs, in their order.
    pub(crate) fn compile<'e>(
        expressions: impl IntoIterator<Item = &'e Demands>,
    ) -> (Self, Vec<Needs>) {
        let mut numbers: BTreeMap<Demand, usize> = BTreeMap::new();
        let mut needs = Vec::new();
        for demands in expressions {
            let demands = demands
                .unsaid()
                .map(Demand::Single)
                .chain(demands.pairs.iter().cloned().map(Demand::Pair));
            let mut own = Needs::default();
            let mut least = usize::MAX;
            for demand in demands.filter(Demand::is_seen) {
                let (next, width) = (numbers.len(), demand.width());
                let number = *numbers.entry(demand).or_insert(next);
                add(&mut own.bits, number);
                if width < least {
                    (own.key, least) = (Some(number), width);
                }
            }
            needs.push(own);
        }
        (Self::of(numbers), needs)
    }

    /// From demands and their numbers.
    fn of(numbers: BTreeMap<Demand, usize>) -> Self {
        let len = numbers.len().div_ceil(64);
        let nothing = || Meets {
            first: vec![0; len],
            ..Meets::default()
        };
        let mut slots = vec![NONE; PLANE];
        let mut meets: Vec<Meets> = (NONE..=TAB).map(|_| nothing()).collect();
        for end in ENDS {
            slots[end as usize] = END;
        }
        for blank in [' ', '　'] {
            slots[blank as usize] = BLANK;
        }
        slots['\t' as usize] = TAB;
        let mut mark = |set: &[char], mark: &dyn Fn(&mut Meets)| {
            for c in set {
                let slot = &mut slots[*c as usize];
                if *slot == NONE {
                    *slot = u16::try_from(meets.len()).unwrap_or(NONE);
                    meets.push(nothing());
                }
                mark(&mut meets[usize::from(*slot)]);
            }
        };
        for (demand, number) in numbers {
            match demand {
                Demand::Single(set) => mark(&set, &|meets| add(&mut meets.alone, number)),
                Demand::Pair((first, second)) => {
                    mark(&first, &|meets| {
                        meets.first[number / 64] |= 1 << (number % 64)
                    });
                    mark(&second, &|meets| add(&mut meets.second, number));
                }
            }
        }
        let mut needed = Self {
            slots,
            places: Vec::with_capacity(meets.len()),
            bits: Vec::new(),
            firsts: Vec::with_capacity(meets.len() * len),
            len,
        };
        for meets in meets {
            let alone = needed.bits.len();
            let second = alone + meets.alone.len();
            needed.bits.extend(meets.alone);
            let follows = meets.second.iter().fold(0, |all, (_, bits)| all | bits);
            let leads = meets.first.iter().fold(0, |all, bits| all | bits);
            needed.bits.extend(meets.second);
            needed.firsts.extend(meets.first);
            needed.places.push(Place {
                alone,
                second,
                end: needed.bits.len(),
                leads,
                follows,
            });
        }
        needed
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
        let (mut before, mut leads) = (NONE, 0);
        for (at, c) in text.char_indices() {
            match self.slots.get(c as usize).copied().unwrap_or(NONE) {
                NONE => leads = 0,
                BLANK => {}
                END => {
                    stop(at + c.len_utf8(), &mut met);
                    leads = 0;
                }
                slot => {
                    let own = self.places[usize::from(slot)];
                    for (place, bits) in &self.bits[own.alone..own.second] {
                        met.0[*place] |= bits;
                    }
                    if slot == TAB {
                        continue;
                    }
                    if leads & own.follows != 0 {
                        let last = &self.firsts[usize::from(before) * self.len..][..self.len];
                        for (place, bits) in &self.bits[own.second..own.end] {
                            met.0[*place] |= last[*place] & bits;
                        }
                    }
                    (before, leads) = (slot, own.leads);
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
    /// How many ways there are to meet it; one of two characters says more than one of one.
    fn width(&self) -> usize {
        match self {
            Self::Single(set) => set.len() * PAIRS,
            Self::Pair((first, second)) => first.len() * second.len(),
        }
    }

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
