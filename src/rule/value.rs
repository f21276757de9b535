//! A pattern and the place of its value.
//!
//! In: `牵头单位：(?<value>[^；。]+?)(?:[；。]|$)` and `牵头单位：市教育局；配合单位：…`. Out: the span of `市教育局`.
//! Groups are dear to find. Where the value is a run of characters up to the first words that may follow it, its
//! beginning and its end are two plain searches.

use crate::text::Span;
use regex::Regex;
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

/// The name of the group that holds what a rule finds.
pub(super) const VALUE: &str = "value";

/// One way of saying something.
#[derive(Debug, Clone)]
pub struct Pattern {
    expression: Regex,
    /// The number of the group `value`.
    group: usize,
    ends: Option<Ends>,
}

/// What stands around a value that may hold anything but some marks.
#[derive(Debug, Clone)]
struct Ends {
    before: Regex,
    inside: ClassUnicode,
    after: Regex,
}

impl Pattern {
    /// From an expression; nothing where it has no group `value`.
    pub(super) fn new(expression: Regex) -> Option<Self> {
        let group = expression
            .capture_names()
            .position(|name| name == Some(VALUE))?;
        Some(Self {
            ends: Ends::of(&expression),
            expression,
            group,
        })
    }

    /// The expression.
    pub fn expression(&self) -> &Regex {
        &self.expression
    }

    /// Where the next value after `at` stands; it may be empty.
    pub fn value_at(&self, words: &str, at: usize) -> Option<Span> {
        let Some(ends) = &self.ends else {
            return self.grouped(words, at);
        };
        let all = Span::from(self.expression.find_at(words, at)?.range());
        ends.value(words, all).or_else(|| self.grouped(words, at))
    }

    fn grouped(&self, words: &str, at: usize) -> Option<Span> {
        let value = self.expression.captures_at(words, at)?.get(self.group)?;
        Some(Span::from(value.range()))
    }
}

impl Ends {
    fn of(expression: &Regex) -> Option<Self> {
        let hir = regex_syntax::parse(expression.as_str()).ok()?;
        let HirKind::Concat(parts) = hir.kind() else {
            return None;
        };
        let (at, inside) = parts
            .iter()
            .enumerate()
            .find_map(|(at, part)| Some((at, run(part)?)))?;
        let row = |parts: &[Hir]| Regex::new(&Hir::concat(parts.to_vec()).to_string()).ok();
        Some(Self {
            before: row(&parts[..at])?,
            inside,
            after: row(&parts[at + 1..])?,
        })
    }

    /// The value of the match `all`; nothing where what comes before it can be read in two ways.
    fn value(&self, words: &str, all: Span) -> Option<Span> {
        let before = self.before.find_at(words, all.start)?;
        let start = before.end();
        let first = words[start..all.end].chars().next()?;
        let end = self.after.find_at(words, start + first.len_utf8())?.start();
        let value = Span::new(start, end);
        let sound = before.start() == all.start
            && end <= all.end
            && value.of(words).chars().all(|c| self.may_hold(c));
        sound.then_some(value)
    }

    fn may_hold(&self, c: char) -> bool {
        let ranges = self.inside.ranges();
        let at = ranges.partition_point(|range| range.end() < c);
        ranges.get(at).is_some_and(|range| range.start() <= c)
    }
}

/// The characters of `(?<value>[…]+?)`.
fn run(part: &Hir) -> Option<ClassUnicode> {
    let HirKind::Capture(group) = part.kind() else {
        return None;
    };
    let HirKind::Repetition(run) = group.sub.kind() else {
        return None;
    };
    match run.sub.kind() {
        HirKind::Class(Class::Unicode(class))
            if group.name.as_deref() == Some(VALUE)
                && (run.min, run.max, run.greedy) == (1, None, false) =>
        {
            Some(class.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(expression: &str, words: &str) -> Vec<(Span, Span)> {
        let pattern = Pattern::new(Regex::new(expression).expect("compiles")).expect("a value");
        assert!(pattern.ends.is_some(), "{expression}");
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
}
