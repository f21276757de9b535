//! Patterns: regular expressions in which `{name}` stands for a word list of `rules/words/`.
//!
//! A list is a string (an expression) or an array (literal words, the longest first).
//! `{unit}牵头` with `unit = ["局", "委"]` becomes `(?:局|委)牵头`.

use crate::error::Error;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The name under which an expression that matches nothing is kept.
pub(super) const NOTHING: &str = "";

/// Words inside words inside words: deeper nesting is a circle.
const DEEPEST: usize = 16;

/// Largest compiled expression in bytes: a user's rule must not take the memory.
const LARGEST: usize = 16 << 20;

/// The word lists, not yet compiled.
#[derive(Debug, Default)]
pub(super) struct Words(BTreeMap<String, String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Expression(String),
    List(Vec<String>),
}

impl Words {
    /// From the files of `rules/words/`, beside lists that stand elsewhere.
    pub(super) fn read<'n>(
        files: &BTreeMap<String, String>,
        lists: impl IntoIterator<Item = (&'n str, Vec<String>)>,
    ) -> Result<Self, Error> {
        let lists = lists.into_iter();
        let mut words: BTreeMap<_, _> = lists
            .map(|(name, list)| (name.to_owned(), any_of(list)))
            .collect();
        for (file, content) in files {
            let wrong = |problem| Error::Rule {
                file: file.clone(),
                problem,
            };
            let entries: BTreeMap<String, Entry> =
                toml::from_str(content).map_err(|e| wrong(e.to_string()))?;
            for (name, entry) in entries {
                let expression = match entry {
                    Entry::Expression(expression) => expression,
                    Entry::List(list) => any_of(list),
                };
                if words.insert(name.clone(), expression).is_some() {
                    return Err(wrong(format!("the word list {name:?} is defined twice")));
                }
            }
        }
        Ok(Self(words))
    }

    /// Compiles `pattern` with its word lists put in.
    pub(super) fn regex(&self, pattern: &str) -> Result<Regex, String> {
        let expanded = self.expand(pattern, 0)?;
        RegexBuilder::new(&expanded)
            .size_limit(LARGEST)
            .build()
            .map_err(|e| e.to_string())
    }

    fn expand(&self, pattern: &str, depth: usize) -> Result<String, String> {
        if depth > DEEPEST {
            return Err(format!(
                "word lists hold one another in a circle near {pattern:?}"
            ));
        }
        let mut out = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            let name_len = rest[open + 1..]
                .find(|c: char| !(c.is_ascii_lowercase() || c == '_'))
                .unwrap_or(0);
            let close = open + 1 + name_len;
            // `{2,30}` is a repetition and stays.
            if name_len == 0 || !rest[close..].starts_with('}') {
                out.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
                continue;
            }
            let name = &rest[open + 1..close];
            let Some(words) = self.0.get(name) else {
                let known = self
                    .0
                    .keys()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(format!(
                    "no word list {name:?} in rules/words; there are: {known}"
                ));
            };
            out.push_str(&rest[..open]);
            out.push_str("(?:");
            out.push_str(&self.expand(words, depth + 1)?);
            out.push(')');
            rest = &rest[close + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }

    pub(super) fn compile(&self) -> Result<BTreeMap<String, Regex>, Error> {
        let mut compiled = BTreeMap::new();
        let nothing = (NOTHING.to_owned(), "[a&&b]".to_owned());
        for (name, words) in self
            .0
            .iter()
            .map(|(n, w)| (n.clone(), w.clone()))
            .chain([nothing])
        {
            let wrong = |problem| Error::Rule {
                file: format!("words/ ({name})"),
                problem,
            };
            let regex = self.regex(&words).map_err(wrong)?;
            compiled.insert(name, regex);
        }
        Ok(compiled)
    }
}

/// Any of some literal words, the longest first.
fn any_of(mut words: Vec<String>) -> String {
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words
        .iter()
        .map(|word| regex::escape(word))
        .collect::<Vec<_>>()
        .join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_and_repetitions_stay() {
        let file = "unit = [\"局\", \"公安局\"]\nlist = '{unit}(?:、{unit})*'\n";
        let words =
            Words::read(&[("words/a.toml".to_owned(), file.to_owned())].into(), []).expect("reads");
        let regex = words.regex("^{list}牵头{1,2}$").expect("compiles");
        assert!(regex.is_match("公安局、局牵头"));
        assert!(
            words
                .regex("{unknown}")
                .expect_err("no such list")
                .contains("there are: list, unit")
        );
    }

    #[test]
    fn a_circle_is_an_error() {
        let file = ("words/a.toml".to_owned(), "a = '{b}'\nb = '{a}'".to_owned());
        let words = Words::read(&[file].into(), []).expect("reads");
        assert!(words.regex("{a}").expect_err("a circle").contains("circle"));
    }
}
