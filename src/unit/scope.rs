//! What kind of name a name is.
//!
//! In: `市教育局`, `各部室`, `分管副市长`, `工作`. Out: a unit, a collective, a person, nothing.
//! Whether three characters are the name of a person is not told here: 张建国 and 普及部 look alike.

use crate::record::Scope;
use aho_corasick::AhoCorasick;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// `scope.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    units: Vec<String>,
    not_units: Vec<String>,
    not_names: Vec<String>,
    collective_names: Vec<String>,
    collective_starts: Vec<String>,
    collective_ends: Vec<String>,
    collective_contains: Vec<String>,
    titles: Vec<String>,
    #[serde(rename = "case")]
    _cases: Vec<toml::Value>,
}

/// What an ending says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unit,
    Collective,
    Person,
    Nothing,
}

/// Endings and beginnings of names.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    /// By their last character, the longest first.
    endings: BTreeMap<char, Vec<(String, Kind)>>,
    starts: BTreeMap<char, Vec<String>>,
    contains: Option<AhoCorasick>,
    several: BTreeSet<String>,
    nothing: BTreeSet<String>,
}

impl Scopes {
    pub(super) fn new(file: File) -> Self {
        let mut scopes = Self {
            contains: AhoCorasick::new(&file.collective_contains).ok(),
            several: file.collective_names.into_iter().collect(),
            nothing: file.not_names.into_iter().collect(),
            ..Self::default()
        };
        // Of endings of one length, what is no unit counts first.
        let kinds = [
            (file.not_units, Kind::Nothing),
            (file.titles, Kind::Person),
            (file.collective_ends, Kind::Collective),
            (file.units, Kind::Unit),
        ];
        for (endings, kind) in kinds {
            for ending in endings {
                if let Some(last) = ending.chars().last() {
                    let list = scopes.endings.entry(last).or_default();
                    list.push((ending, kind));
                }
            }
        }
        for list in scopes.endings.values_mut() {
            list.sort_by_key(|(ending, _)| std::cmp::Reverse(ending.len()));
        }
        for start in file.collective_starts {
            if let Some(first) = start.chars().next() {
                scopes.starts.entry(first).or_default().push(start);
            }
        }
        scopes
    }

    /// What kind of name `name` is.
    pub(super) fn of(&self, name: &str) -> Option<Scope> {
        let name = name.trim();
        if self.nothing.contains(name) || name.contains(['，', '。', '；', '：', '！', '？', '\n'])
        {
            return None;
        }
        // 高校, and 各高校, though 高校 ends in no unit's ending.
        let kind = |name: &str| self.several.contains(name);
        if kind(name) || name.strip_prefix('各').is_some_and(kind) {
            return Some(Scope::Collective);
        }
        let whole = self.ending(name);
        // 各市级学会（协会、研究会）: what is in the parentheses only says it again.
        let outside = name
            .rsplit_once(['（', '(', '〔'])
            .filter(|_| name.ends_with(['）', ')', '〕']));
        let outside = outside.map(|(outside, _)| outside);
        let kind = whole.or_else(|| outside.and_then(|outside| self.ending(outside)))?;
        let several = || {
            let contains = self.contains.as_ref();
            self.begins_several(name) || contains.is_some_and(|parts| parts.is_match(name))
        };
        match kind {
            Kind::Nothing => None,
            Kind::Collective => Some(Scope::Collective),
            Kind::Unit | Kind::Person if several() => Some(Scope::Collective),
            Kind::Unit => Some(Scope::Unit),
            Kind::Person => Some(Scope::Person),
        }
    }

    /// Whether `name` begins as names of several do: 各….
    pub(super) fn begins_several(&self, name: &str) -> bool {
        let first = name.chars().next();
        let starts = first.and_then(|first| self.starts.get(&first));
        let mut starts = starts.into_iter().flatten();
        starts.any(|start| name.starts_with(start.as_str()))
    }

    /// Whether the whole of `name` is an ending of units.
    pub(super) fn is_ending(&self, name: &str) -> bool {
        let list = name.chars().last().and_then(|last| self.endings.get(&last));
        let mut list = list.into_iter().flatten();
        list.any(|(ending, kind)| *kind == Kind::Unit && ending == name)
    }

    /// All endings of units.
    pub(super) fn unit_endings(&self) -> Vec<String> {
        let all = self.endings.values().flatten();
        all.filter(|(_, kind)| *kind == Kind::Unit)
            .map(|(ending, _)| ending.clone())
            .collect()
    }

    /// What the longest known ending of `name` says.
    fn ending(&self, name: &str) -> Option<Kind> {
        let list = self.endings.get(&name.chars().last()?)?;
        let known = list.iter().find(|(e, _)| name.ends_with(e.as_str()));
        known.map(|(_, kind)| *kind)
    }
}
