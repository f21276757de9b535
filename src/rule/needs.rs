//! Which expressions can match where, by the literal strings without which they cannot.
//!
//! In: `(?:^|[，,])由(?<value>[^，。]+?)(?:负责|承办)`. Out: every match holds 由, and 负责 or 承办. One pass over a
//! paragraph finds the strings of all expressions, so that a sentence without them costs nothing more.

use crate::error::Error;
use crate::text::Span;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeMap;

/// Most strings of one set: a longer one is too common to keep anything out.
const MOST: usize = 64;

/// Most sets: the bits of a [`Seen`]. An expression that needs one beyond them is tried without it.
const SETS: usize = 128;

/// The sets of strings whose strings stand in some words, or that an expression needs; a bit a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen(u128);

impl Seen {
    /// Whether an expression that needs these sets may match where `seen` was seen.
    pub fn met_by(self, seen: Seen) -> bool {
        self.0 & !seen.0 == 0
    }
}

/// The strings that some expressions need, ready to be looked for all at once.
#[derive(Debug)]
pub struct Needs {
    strings: AhoCorasick,
    sets: Vec<u128>,
}

impl Needs {
    /// From expressions; gives what each of them needs, in their order.
    ///
    /// # Errors
    /// The strings are too many to be looked for.
    pub fn compile<'e>(
        expressions: impl IntoIterator<Item = &'e Regex>,
    ) -> Result<(Self, Vec<Seen>), Error> {
        let mut sets: BTreeMap<Vec<String>, u128> = BTreeMap::new();
        let mut needed = Vec::new();
        for expression in expressions {
            let mut all = Seen::default();
            for set in required(expression.as_str()) {
                let next = sets.len();
                if next < SETS || sets.contains_key(&set) {
                    all.0 |= *sets.entry(set).or_insert(1 << next.min(SETS - 1));
                }
            }
            needed.push(all);
        }
        let mut strings: BTreeMap<&str, u128> = BTreeMap::new();
        for (set, bit) in &sets {
            for string in set {
                *strings.entry(string).or_insert(0) |= bit;
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(strings.keys())
            .map_err(|e| Error::Rule {
                file: "words/".to_owned(),
                problem: e.to_string(),
            })?;
        let needs = Self {
            strings: automaton,
            sets: strings.values().copied().collect(),
        };
        Ok((needs, needed))
    }

    /// Looks through `words` once.
    pub fn look(&self, words: &str) -> Sights {
        let mut hits: Vec<(usize, u128)> = Vec::new();
        for hit in self.strings.find_overlapping_iter(words) {
            let bits = self.sets[hit.pattern().as_usize()];
            match hits.last_mut() {
                Some((end, seen)) if *end == hit.end() => *seen |= bits,
                _ => hits.push((hit.end(), bits)),
            }
        }
        Sights(hits)
    }
}

/// Where in a text which strings end.
#[derive(Debug)]
pub struct Sights(Vec<(usize, u128)>);

impl Sights {
    /// What ends in a part of the text that was looked through.
    pub fn within(&self, part: Span) -> Seen {
        let first = self.0.partition_point(|(end, _)| *end <= part.start);
        Seen(
            self.0[first..]
                .iter()
                .take_while(|(end, _)| *end <= part.end)
                .fold(0, |seen, (_, bits)| seen | bits),
        )
    }
}

/// Sets of strings of which every match of `expression` holds one each.
fn required(expression: &str) -> Vec<Vec<String>> {
    regex_syntax::parse(expression).map_or_else(|_| Vec::new(), |hir| sets(&hir))
}

fn sets(hir: &Hir) -> Vec<Vec<String>> {
    if let Some(words) = exact(hir) {
        return useful(words).into_iter().collect();
    }
    match hir.kind() {
        HirKind::Capture(group) => sets(&group.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => sets(&repeated.sub),
        HirKind::Concat(parts) => in_a_row(parts),
        HirKind::Alternation(branches) => {
            let mut union = Vec::new();
            for branch in branches {
                // Of what a branch needs, the rarest: the set whose shortest string is the longest.
                let rarest = sets(branch).into_iter().max_by_key(|set| {
                    let shortest = set.iter().map(String::len).min();
                    (shortest, std::cmp::Reverse(set.len()))
                });
                let Some(rarest) = rarest else {
                    return Vec::new();
                };
                union.extend(rarest);
            }
            useful(union).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Sets of parts that follow each other; neighbors that are words are read as one: 牵头(?:单位|部门).
fn in_a_row(parts: &[Hir]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut row: Vec<String> = Vec::new();
    for part in parts {
        let words = exact(part);
        let joined = words.as_ref().and_then(|words| joined(&row, words));
        if let Some(joined) = joined {
            row = joined;
            continue;
        }
        all.extend(useful(std::mem::take(&mut row)));
        match words {
            Some(words) => row = words,
            None => all.extend(sets(part)),
        }
    }
    all.extend(useful(row));
    all
}

/// All words of a finite expression; nothing where they are too many.
fn exact(hir: &Hir) -> Option<Vec<String>> {
    let words = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![std::str::from_utf8(&literal.0).ok()?.to_owned()],
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            let size = |range: &regex_syntax::hir::ClassUnicodeRange| {
                range.end() as usize - range.start() as usize + 1
            };
            if ranges.iter().map(size).sum::<usize>() > MOST {
                return None;
            }
            let chars = ranges.iter().flat_map(|range| range.start()..=range.end());
            chars.map(String::from).collect()
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Capture(group) => exact(&group.sub)?,
        HirKind::Repetition(repeated) => match (repeated.min, repeated.max) {
            (0, Some(1)) => [vec![String::new()], exact(&repeated.sub)?].concat(),
            (1, Some(1)) => exact(&repeated.sub)?,
            _ => return None,
        },
        HirKind::Concat(parts) => {
            let mut words = vec![String::new()];
            for part in parts {
                words = joined(&words, &exact(part)?)?;
            }
            words
        }
        HirKind::Alternation(branches) => {
            let mut words = Vec::new();
            for branch in branches {
                words.extend(exact(branch)?);
            }
            words
        }
    };
    (words.len() <= MOST).then_some(words)
}

/// Each of `first` with each of `then`; nothing where there are too many, or where `first` is no row yet.
fn joined(first: &[String], then: &[String]) -> Option<Vec<String>> {
    (!first.is_empty() && first.len() * then.len() <= MOST).then(|| {
        first
            .iter()
            .flat_map(|start| then.iter().map(move |end| format!("{start}{end}")))
            .collect()
    })
}

/// A set without strings that hold another of it; none where it would be met everywhere.
fn useful(mut set: Vec<String>) -> Option<Vec<String>> {
    set.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut kept: Vec<String> = Vec::new();
    for string in set {
        if !kept.iter().any(|short| string.contains(short.as_str())) {
            kept.push(string);
        }
    }
    kept.sort_unstable();
    let sound = !kept.is_empty() && kept.len() <= MOST && !kept.iter().any(String::is_empty);
    sound.then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(expression: &str) -> Vec<Vec<String>> {
        required(expression)
    }

    #[test]
    fn an_expression_needs_what_every_match_holds() {
        assert_eq!(
            needed("(?:^|[，,])由(?<value>[^，。]+?)(?:负责|承办)"),
            [vec!["由"], vec!["承办", "负责"]]
        );
        assert_eq!(needed("牵头(?:负责)?(?:单位|部门)"), [vec!["牵头单位", "牵头负责单位", "牵头负责部门", "牵头部门"]]);
        assert_eq!(needed("(?:市|县)?教育局"), [vec!["教育局"]]);
        assert_eq!(needed("[0-9]+月?底前"), [
            (0..10).map(|n| n.to_string()).collect::<Vec<_>>(),
            vec!["底前".to_owned()],
        ]);
    }

    #[test]
    fn what_may_be_left_out_is_not_needed() {
        assert!(needed("(?:牵头)?").is_empty());
        assert!(needed("牵头|.*").is_empty());
        assert!(needed("(?:牵头)*[^，]").is_empty());
        assert!(needed("^$").is_empty());
    }

    #[test]
    fn only_expressions_whose_strings_are_there_may_match() {
        let expressions = ["牵头[：:]", "由.+负责", ".*"].map(|e| Regex::new(e).expect("compiles"));
        let (needs, needed) = Needs::compile(&expressions).expect("few strings");
        let words = "由市教育局负责。牵头：市财政局";
        let sights = needs.look(words);
        let stop = words.find('。').expect("there");
        let may = |part: Span| needed.iter().map(|n| n.met_by(sights.within(part))).collect::<Vec<_>>();
        assert_eq!(may(Span::new(0, stop)), [false, true, true]);
        assert_eq!(may(Span::new(stop, words.len())), [true, false, true]);
        assert_eq!(may(Span::new(0, 3)), [false, false, true]);
    }
}
