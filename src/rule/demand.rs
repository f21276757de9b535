//! What every match of an expression holds: characters, and characters that follow one another.
//!
//! In: `[0-9]{1,2}月[底末]前`. Out: a 月, a 前, one of 底 and 末; a figure before 月, 月 before 底 or 末, these before 前. It is read
//! off the expression, so that nothing can be forgotten when a rule is changed. Blanks do not count: `6 月` is `6月`.

use regex_syntax::hir::{Class, Hir, HirKind, Literal};

/// A set of characters, in order.
pub(crate) type Set = Vec<char>;

/// A match holds one of these characters.
pub(crate) type Single = Set;

/// A match holds one of the first, and next one of the second.
pub(crate) type Pair = (Set, Set);

/// Demands of one kind that are kept of one part of an expression, the smallest first.
const KEPT: usize = 4;

/// One of more characters than this says too little.
const WIDEST: usize = 72;

/// What is known of one part of an expression.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demands {
    pub singles: Vec<Single>,
    pub pairs: Vec<Pair>,
    /// What it can begin and end with; nothing if that is too much to say.
    first: Option<Set>,
    last: Option<Set>,
    /// It matches nothing, too.
    empty: bool,
}

impl Demands {
    pub(super) fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::nothing(),
            HirKind::Literal(literal) => Self::literal(literal),
            HirKind::Class(class) => {
                let set = members(class);
                // A blank between two others is as if it were not there.
                Self {
                    singles: set.iter().cloned().collect(),
                    first: set.clone().filter(|set| !blank(set)),
                    last: set.filter(|set| !blank(set)),
                    ..Self::default()
                }
            }
            HirKind::Repetition(repetition) => {
                let all = Self::of(&repetition.sub);
                if repetition.min > 0 {
                    return all;
                }
                let gap = matches!(repetition.sub.kind(), HirKind::Class(class)
                    if members(class).is_some_and(|set| set.iter().all(|c| c.is_whitespace() && *c != '\n')));
                if gap {
                    return Self::nothing();
                }
                Self {
                    singles: Vec::new(),
                    pairs: Vec::new(),
                    empty: true,
                    ..all
                }
            }
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Concat(parts) => Self::in_turn(parts),
            HirKind::Alternation(branches) => {
                let mut branches = branches.iter().map(Self::of);
                let first = branches.next().unwrap_or_default();
                branches.fold(first, Self::or)
            }
        }
    }

    /// The single characters that do not follow from pairs.
    pub(super) fn unsaid(&self) -> impl Iterator<Item = Single> {
        self.singles
            .iter()
            .filter(|set| {
                !self
                    .pairs
                    .iter()
                    .any(|(a, b)| within(a, set) || within(b, set))
            })
            .cloned()
    }

    fn nothing() -> Self {
        Self {
            first: Some(Set::new()),
            last: Some(Set::new()),
            empty: true,
            ..Self::default()
        }
    }

    fn literal(literal: &Literal) -> Self {
        let words = String::from_utf8_lossy(&literal.0);
        let chars: Vec<char> = words.chars().collect();
        let end = |c: Option<&char>| c.map(|c| vec![*c]).filter(|set| !blank(set));
        Self {
            singles: smallest(chars.iter().map(|c| vec![*c]).collect()),
            pairs: tightest(
                chars
                    .windows(2)
                    .map(|two| (vec![two[0]], vec![two[1]]))
                    .filter(|(a, b)| !blank(a) && !blank(b))
                    .collect(),
            ),
            first: end(chars.first()),
            last: end(chars.last()),
            empty: false,
        }
    }

    fn in_turn(parts: &[Hir]) -> Self {
        let parts: Vec<Self> = parts.iter().map(Self::of).collect();
        let mut pairs = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            pairs.extend(part.pairs.iter().cloned());
            let rest = &parts[i + 1..];
            if part.empty || rest.iter().all(|next| next.empty) {
                continue;
            }
            if let (Some(last), Some(first)) =
                (&part.last, reach(rest.iter().map(|p| (&p.first, p.empty))))
            {
                pairs.push((last.clone(), first));
            }
        }
        Self {
            first: reach(parts.iter().map(|part| (&part.first, part.empty))),
            last: reach(parts.iter().rev().map(|part| (&part.last, part.empty))),
            empty: parts.iter().all(|part| part.empty),
            pairs: tightest(pairs),
            singles: smallest(parts.into_iter().flat_map(|part| part.singles).collect()),
        }
    }

    fn or(self, other: Self) -> Self {
        let either = |a: &Vec<Set>, b: &Vec<Set>| {
            a.iter()
                .flat_map(|a| b.iter().map(move |b| union(a, b)))
                .collect()
        };
        let pairs = self.pairs.iter().flat_map(|(a, b)| {
            other
                .pairs
                .iter()
                .map(move |(c, d)| (union(a, c), union(b, d)))
        });
        Self {
            singles: smallest(either(&self.singles, &other.singles)),
            pairs: tightest(pairs.collect()),
            first: narrow(self.first.zip(other.first).map(|(a, b)| union(&a, &b))),
            last: narrow(self.last.zip(other.last).map(|(a, b)| union(&a, &b))),
            empty: self.empty || other.empty,
        }
    }
}

/// What the first of `parts` that must match, or one that may before it, begins with.
fn reach<'a>(parts: impl Iterator<Item = (&'a Option<Set>, bool)>) -> Option<Set> {
    let mut all = Set::new();
    for (set, empty) in parts {
        all = union(&all, set.as_ref()?);
        if !empty {
            break;
        }
    }
    narrow(Some(all))
}

fn narrow(set: Option<Set>) -> Option<Set> {
    set.filter(|set| set.len() <= WIDEST)
}

fn blank(set: &[char]) -> bool {
    set.iter().any(|c| c.is_whitespace())
}

fn members(class: &Class) -> Option<Set> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let mut set = Set::new();
    for range in class.iter() {
        if set.len() + range.len() > WIDEST {
            return None;
        }
        set.extend(range.start()..=range.end());
    }
    (!set.is_empty()).then_some(set)
}

/// The smallest sets, each once, without those that follow from a smaller one: who has a 前 has one of 前 and 内.
fn smallest(mut sets: Vec<Set>) -> Vec<Set> {
    sets.retain(|set| set.len() <= WIDEST && !blank(set));
    sets.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    sets.dedup();
    let mut kept: Vec<Set> = Vec::with_capacity(KEPT);
    for set in sets {
        if kept.len() == KEPT {
            break;
        }
        if !kept.iter().any(|smaller| within(smaller, &set)) {
            kept.push(set);
        }
    }
    kept
}

fn tightest(mut pairs: Vec<Pair>) -> Vec<Pair> {
    let size = |(a, b): &Pair| a.len() * b.len();
    pairs.retain(|(a, b)| !a.is_empty() && !b.is_empty() && a.len().max(b.len()) <= WIDEST);
    pairs.sort_by(|a, b| size(a).cmp(&size(b)).then_with(|| a.cmp(b)));
    pairs.dedup();
    let mut kept: Vec<Pair> = Vec::with_capacity(KEPT);
    for pair in pairs {
        if kept.len() == KEPT {
            break;
        }
        if !kept
            .iter()
            .any(|(a, b)| within(a, &pair.0) && within(b, &pair.1))
        {
            kept.push(pair);
        }
    }
    kept
}

fn within(small: &[char], large: &[char]) -> bool {
    small.iter().all(|c| large.binary_search(c).is_ok())
}

fn union(a: &[char], b: &[char]) -> Set {
    let mut both = [a, b].concat();
    both.sort_unstable();
    both.dedup();
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expression: &str) -> (Vec<String>, Vec<String>) {
        let hir = regex_syntax::parse(expression).expect("an expression");
        let demands = Demands::of(&hir);
        let words = |set: Set| set.into_iter().collect::<String>();
        (
            demands.singles.into_iter().map(words).collect(),
            demands
                .pairs
                .into_iter()
                .map(|(a, b)| format!("{}>{}", words(a), words(b)))
                .collect(),
        )
    }

    #[test]
    fn what_an_expression_cannot_do_without() {
        for (expression, singles, pairs) in [
            (
                "月[底末]前",
                &["前", "月", "底末"][..],
                &["底末>前", "月>底末"][..],
            ),
            ("(?:之前|前|内)", &["内前"], &[]),
            ("[16][ 　]?月(?:[0-9]日)?", &["月", "16"], &["16>月"]),
            ("月(?:底|中旬)?前", &["前", "月"], &["月>中前底"]),
            (
                "(?:[12]月|年底)",
                &["年月", "底月", "12年", "12底"],
                &["12年>底月"],
            ),
            ("[^，]*", &[], &[]),
            ("日(?:[。]|$)", &["日"], &[]),
        ] {
            let (got_singles, got_pairs) = of(expression);
            assert_eq!(got_singles, singles, "{expression}");
            assert_eq!(got_pairs, pairs, "{expression}");
        }
    }
}
