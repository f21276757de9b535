//! A pattern and the place of its value.
//!
//! In: `牵头单位：(?<value>[^；。]+?)(?:[；。]|$)` and `牵头单位：市教育局；配合单位：…`. Out: the span of `市教育局`.
//! Groups are dear to find. Where the value is a run of characters up to the first words that may follow it, its
//! beginning and its end are two plain searches.

use super::{Demands, Expression};
use crate::text::Span;
use regex::Regex;
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};
use std::sync::OnceLock;

/// The name of the group that holds what a rule finds.
pub(super) const VALUE: &str = "value";

/// One way of saying something.
#[derive(Debug, Clone)]
pub struct Pattern {
    expression: Expression,
    demands: Demands,
    /// The number of the group `value`.
    group: usize,
    /// Whether the value is all of every match.
    whole: bool,
    /// Found out when it is first needed.
    place: OnceLock<Place>,
}

/// How the value is found in a match.
#[derive(Debug, Clone)]
enum Place {
    /// It is a run between two plain searches.
    Between(Box<Ends>),
    /// Only the group tells.
    Group,
}

/// What stands around a value that may hold anything but some marks.
#[derive(Debug, Clone)]
struct Ends {
    before: Regex,
    inside: Inside,
    after: Regex,
}

/// What the value is a run of: `《…》`, 自由, any character but some.
#[derive(Debug, Clone)]
struct Inside {
    /// Several characters at once, by their first.
    wholes: Vec<(char, Regex)>,
    one: ClassUnicode,
}

impl Pattern {
    /// From an expression and what it is made of; nothing where it has no group `value`.
    pub(super) fn new(expression: Expression, hir: &Hir) -> Option<Self> {
        let mut groups = expression.groups().iter();
        let group = groups.position(|name| name.as_deref() == Some(VALUE))?;
        Some(Self {
            demands: Demands::of(hir),
            whole: is_whole(hir),
            expression,
            group,
            place: OnceLock::new(),
        })
    }

    /// The expression.
    pub fn expression(&self) -> &Regex {
        self.expression.regex()
    }

    /// The expression, which nothing may have asked yet.
    pub(crate) fn uncompiled(&self) -> &Expression {
        &self.expression
    }

    /// What every match of it holds.
    pub(crate) fn demands(&self) -> &Demands {
        &self.demands
    }

    /// Whether the value is all of every match.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Compiles it now, to learn that it is not too large.
    pub(super) fn check(&self) -> Result<(), String> {
        self.expression.check()
    }

    /// Where the next value after `at` stands; it may be empty.
    pub fn value_at(&self, words: &str, at: usize) -> Option<Span> {
        if self.whole {
            return Some(Span::from(self.expression().find_at(words, at)?.range()));
        }
        match self.place.get_or_init(|| Place::of(&self.expression)) {
            Place::Between(ends) => match ends.next(words, at) {
                Next::Value(value) => Some(value),
                Next::None => None,
                Next::Unsure => self.grouped(words, at),
            },
            Place::Group => self.grouped(words, at),
        }
    }

    fn grouped(&self, words: &str, at: usize) -> Option<Span> {
        let value = self.expression().captures_at(words, at)?.get(self.group)?;
        Some(Span::from(value.range()))
    }
}

impl Place {
    fn of(expression: &Expression) -> Self {
        let Some(hir) = expression.hir() else {
            return Self::Group;
        };
        let parts = parts(&hir);
        let Some(at) = parts.iter().position(|part| value(part).is_some()) else {
            return Self::Group;
        };
        let (before, after) = (&parts[..at], &parts[at + 1..]);
        let row = |parts: &[Hir]| Regex::new(&Hir::concat(parts.to_vec()).to_string()).ok();
        let ends = || {
            Some(Ends {
                inside: Inside::of(value(&parts[at])?)?,
                before: row(before)?,
                after: row(after)?,
            })
        };
        ends().map_or(Self::Group, |ends| Self::Between(Box::new(ends)))
    }
}

/// What plain searches say of the next value.
enum Next {
    Value(Span),
    None,
    /// It takes more than going on from the first words that may stand before one.
    Unsure,
}

impl Ends {
    /// The next value after `at`. No match begins before the first words that may stand before a value; and if one begins
    /// there, with the first way to read these words and the first end of the run, no other reading comes before it.
    fn next(&self, words: &str, at: usize) -> Next {
        let Some(before) = self.before.find_at(words, at) else {
            return Next::None;
        };
        let Some(after) = self.after.find_at(words, before.start()) else {
            return Next::None;
        };
        match self.run(words, before.end(), after.start()) {
            Some(value) => Next::Value(value),
            None => Next::Unsure,
        }
    }

    /// The run from `start` to the first place where what follows it does; `end` is the first to try.
    fn run(&self, words: &str, start: usize, mut end: usize) -> Option<Span> {
        let mut at = self.inside.step(words, start)?;
        loop {
            if end < at {
                end = self.after.find_at(words, at)?.start();
            }
            while at < end {
                at = self.inside.step(words, at)?;
            }
            if at == end {
                return Some(Span::new(start, end));
            }
        }
    }
}

impl Inside {
    /// Of `(?:《[^》]+》|[^；。])+?`.
    fn of(value: &Hir) -> Option<Self> {
        let HirKind::Repetition(run) = value.kind() else {
            return None;
        };
        if (run.min, run.max, run.greedy) != (1, None, false) {
            return None;
        }
        let branches = match run.sub.kind() {
            HirKind::Alternation(branches) => branches.as_slice(),
            _ => std::slice::from_ref(&*run.sub),
        };
        let (one, wholes) = branches.split_last()?;
        let HirKind::Class(Class::Unicode(one)) = one.kind() else {
            return None;
        };
        let whole = |hir: &Hir| {
            let head = match hir.kind() {
                HirKind::Concat(parts) => parts.first()?,
                _ => hir,
            };
            let HirKind::Literal(head) = head.kind() else {
                return None;
            };
            let first = std::str::from_utf8(&head.0).ok()?.chars().next()?;
            let plain = hir.properties().look_set().is_empty();
            let regex = plain.then(|| Regex::new(&format!("^(?:{hir})")).ok())??;
            Some((first, regex))
        };
        Some(Self {
            wholes: wholes.iter().map(whole).collect::<Option<_>>()?,
            one: one.clone(),
        })
    }

    /// Where the next piece of the run after `at` ends; nothing if there is none.
    fn step(&self, words: &str, at: usize) -> Option<usize> {
        let rest = &words[at..];
        let c = rest.chars().next()?;
        for (first, whole) in &self.wholes {
            if c == *first
                && let Some(found) = whole.find(rest)
            {
                return Some(at + found.end());
            }
        }
        let ranges = self.one.ranges();
        let place = ranges.partition_point(|range| range.end() < c);
        let held = ranges.get(place).is_some_and(|range| range.start() <= c);
        held.then_some(at + c.len_utf8())
    }
}

/// What an expression is a row of.
fn parts(hir: &Hir) -> &[Hir] {
    match hir.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(hir),
    }
}

/// Whether nothing but conditions stands around the value.
fn is_whole(hir: &Hir) -> bool {
    let around = |part: &&Hir| value(part).is_none();
    let is_condition = |part: &Hir| matches!(part.kind(), HirKind::Look(_));
    let parts = parts(hir);
    parts.iter().filter(around).all(is_condition) && parts.iter().any(|part| value(part).is_some())
}

/// What is in the group `value`, if `part` is that.
fn value(part: &Hir) -> Option<&Hir> {
    match part.kind() {
        HirKind::Capture(group) if group.name.as_deref() == Some(VALUE) => Some(&group.sub),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(expression: &str, words: &str) -> Vec<(Span, Span)> {
        let nothing = Regex::new("[a&&b]").expect("compiles");
        let (expression, hir) =
            Expression::read(expression.to_owned(), &nothing).expect("compiles");
        let pattern = Pattern::new(expression, &hir).expect("a value");
        assert!(
            pattern.whole || !matches!(Place::of(&pattern.expression), Place::Group),
            "{}",
            pattern.expression.as_str()
        );
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(value) = pattern.value_at(words, at) {
            found.push((value, pattern.grouped(words, at).expect("the same")));
            at = value.end.max(at + 1);
        }
        found
    }

    #[test]
    fn plain_searches_find_what_the_group_holds() {
        let label = "(?:^|[；，])(?:牵头|配合)单位[：:]\\s*(?<value>[^：；。]+?)(?:[；。]|，(?:牵头|配合)|$)";
        let words = "牵头单位：市教育局，配合单位： 市财政局、市审计局；配合单位：各镇";
        let found = values(label, words);
        let said: Vec<_> = found.iter().map(|(value, _)| value.of(words)).collect();
        assert_eq!(said, ["市教育局", "市财政局、市审计局", "各镇"]);
        assert!(found.iter().all(|(plain, group)| plain == group));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_left_to_the_group() {
        let verb = "(?:^|[，；])(?:由)?(?<value>[^，；。]+?)(?:牵头|负责)(?:[，；。]|$)";
        for words in [
            "由市教育局牵头",
            "会议，由市教育局负责；",
            "由牵头",
            "办公室牵头，市教育局牵头负责",
        ] {
            for (plain, group) in values(verb, words) {
                assert_eq!(plain, group, "{words}");
            }
        }
    }

    #[test]
    fn what_stands_in_marks_is_one_piece() {
        let verb = "(?:^|，)由?(?<value>(?:《[^《》]{1,16}》|自由|[^，。《》由])+?)(?:牵头|负责)";
        for (words, value) in [
            ("《牵头办法》起草组牵头", "《牵头办法》起草组"),
            ("由自由贸易区管委会负责", "自由贸易区管委会"),
            ("，由《办法》编写组负责", "《办法》编写组"),
            ("由自由职业者，市科协牵头", "市科协"),
        ] {
            let found = values(verb, words);
            assert!(
                found.iter().all(|(plain, group)| plain == group),
                "{words}: {found:?}"
            );
            assert_eq!(found.first().map(|(plain, _)| plain.of(words)), Some(value));
        }
        let whole = values("^(?<value>负责[^，]{2,})$", "负责统筹协调");
        assert!(whole.len() == 1 && whole.iter().all(|(plain, group)| plain == group));
    }
}
