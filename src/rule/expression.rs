//! Expressions that are compiled when they are first asked.
//!
//! In: `牵头单位[：:](?<value>[^；]+)`. Out: the same, read and found to be right; the search itself is built for the first
//! text that needs it. Few of the ways of saying something that rules know stand in any one notice, and what no text calls
//! for costs its reading and no more.

use super::Demands;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};
use std::sync::{Arc, OnceLock};

/// Largest compiled expression in bytes: a user's rule must not take the memory.
const LARGEST: usize = 16 << 20;

/// An expression; copies share what was compiled.
#[derive(Debug, Clone)]
pub(crate) struct Expression(Arc<Lazy>);

#[derive(Debug)]
struct Lazy {
    source: String,
    /// The names of its groups by their numbers.
    groups: Vec<Option<Box<str>>>,
    regex: OnceLock<Regex>,
    /// Stands in for one that is too large, which [`Expression::check`] tells of.
    nothing: Regex,
}

impl Expression {
    /// Reads an expression; beside it what it is made of.
    pub(super) fn read(source: String, nothing: &Regex) -> Result<(Self, Hir), String> {
        let hir = regex_syntax::parse(&source).map_err(|e| e.to_string())?;
        let mut groups = vec![None];
        name_groups(&hir, &mut groups);
        let lazy = Lazy {
            source,
            groups,
            regex: OnceLock::new(),
            nothing: nothing.clone(),
        };
        Ok((Self(Arc::new(lazy)), hir))
    }

    /// As it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0.source
    }

    /// The names of its groups by their numbers.
    pub(crate) fn groups(&self) -> &[Option<Box<str>>] {
        &self.0.groups
    }

    /// Ready to search with.
    pub(crate) fn regex(&self) -> &Regex {
        let lazy = &self.0;
        lazy.regex
            .get_or_init(|| lazy.build().unwrap_or_else(|_| lazy.nothing.clone()))
    }

    /// What every match of it holds.
    pub(crate) fn demands(&self) -> Demands {
        self.hir().as_ref().map(Demands::of).unwrap_or_default()
    }

    /// What it is made of.
    pub(super) fn hir(&self) -> Option<Hir> {
        regex_syntax::parse(self.as_str()).ok()
    }

    /// Compiles it now, to learn that it is not too large.
    pub(super) fn check(&self) -> Result<(), String> {
        let regex = self.0.build()?;
        self.0.regex.get_or_init(|| regex);
        Ok(())
    }
}

impl Lazy {
    fn build(&self) -> Result<Regex, String> {
        RegexBuilder::new(&self.source)
            .size_limit(LARGEST)
            .build()
            .map_err(|e| e.to_string())
    }
}

fn name_groups(hir: &Hir, names: &mut Vec<Option<Box<str>>>) {
    match hir.kind() {
        HirKind::Capture(group) => {
            let at = group.index as usize;
            names.resize(names.len().max(at + 1), None);
            names[at].clone_from(&group.name);
            name_groups(&group.sub, names);
        }
        HirKind::Repetition(repetition) => name_groups(&repetition.sub, names),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| name_groups(part, names));
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Expression {
        let nothing = Regex::new("[a&&b]").expect("compiles");
        Expression::read(source.to_owned(), &nothing)
            .expect("reads")
            .0
    }

    #[test]
    fn groups_have_the_names_of_the_compiled() {
        for source in [
            "(?<value>(?:(?<point>[0-9]+)月)?(底|末))(?<edge>前)",
            "月",
            "(?:(?<a>x)|(?<b>y)){2}",
        ] {
            let expression = read(source);
            let compiled: Vec<_> = expression
                .regex()
                .capture_names()
                .map(|name| name.map(Box::from))
                .collect();
            assert_eq!(expression.groups(), compiled, "{source}");
        }
    }

    #[test]
    fn what_is_too_large_is_told_and_finds_nothing() {
        let large = read("(?:\\p{Han}{1,900}){1,90}");
        assert!(large.check().is_err());
        assert!(!large.regex().is_match("汉字"));
    }
}
