//! Patterns: regular expressions in which `{name}` stands for a word list of `rules/words/`.
//!
//! A list is a string (an expression) or an array (literal words, the longest first).
//! `{unit}牵头` with `unit = ["局", "委"]` becomes `(?:局|委)牵头`.

use super::expression::Expression;
use crate::error::Error;
use regex::Regex;
use regex_syntax::hir::Hir;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The name under which an expression that matches nothing is kept.
pub(super) const NOTHING: &str = "";

/// Words inside words inside words: deeper nesting is a circle.
const DEEPEST: usize = 16;

/// The word lists as they are written.
#[derive(Debug)]
pub(super) struct Words {
    lists: BTreeMap<String, String>,
    nothing: Regex,
}

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
        let nothing = Regex::new("[a&&b]").map_err(|e| Error::Rule {
            file: "words/".to_owned(),
            problem: e.to_string(),
        })?;
        Ok(Self {
            lists: words,
            nothing,
        })
    }

    /// Reads `pattern` with its word lists put in; beside it what it is made of.
    pub(super) fn read_pattern(&self, pattern: &str) -> Result<(Expression, Hir), String> {
        Expression::read(self.expand(pattern, 0)?, &self.nothing)
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
            let Some(words) = self.lists.get(name) else {
                let known = self
                    .lists
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

    /// The expression of each list, and of none.
    pub(super) fn expressions(&self) -> Result<BTreeMap<String, Expression>, Error> {
        let lists = self.lists.iter().map(|(n, w)| (n.as_str(), w.as_str()));
        lists
            .chain([(NOTHING, self.nothing.as_str())])
            .map(|(name, words)| {
                let (expression, _) = self
                    .read_pattern(words)
                    .map_err(|problem| in_list(name, problem))?;
                Ok((name.to_owned(), expression))
            })
            .collect()
    }
}

/// What is wrong with a word list.
pub(super) fn in_list(name: &str, problem: String) -> Error {
    Error::Rule {
        file: format!("words/ ({name})"),
        problem,
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
        let (expression, _) = words.read_pattern("^{list}牵头{1,2}$").expect("compiles");
        assert!(expression.regex().is_match("公安局、局牵头"));
        assert!(
            words
                .read_pattern("{unknown}")
                .expect_err("no such list")
                .contains("there are: list, unit")
        );
    }

    #[test]
    fn a_circle_is_an_error() {
        let file = ("words/a.toml".to_owned(), "a = '{b}'\nb = '{a}'".to_owned());
        let words = Words::read(&[file].into(), []).expect("reads");
        assert!(
            words
                .read_pattern("{a}")
                .expect_err("a circle")
                .contains("circle")
        );
    }
}
