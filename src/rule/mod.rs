//! What the pipeline knows about notices, read from `rules/`.
//!
//! In: TOML files compiled into the program, and a user's folder laid over them. Out: a [`RuleSet`].
//! `（?:牵头)(?:单位|部门)：(?<value>{units})` in a file finds `市教育局` in `（牵头单位：市教育局）`.
//! What a value is (units, a date, a line) is closed, in code; which words lead to it is open, in data.

pub mod case;
mod demand;
mod expression;
mod file;
mod needed;
mod pattern;
mod value;

use crate::error::Error;
use crate::extract::{assignment, deadline};
use crate::normalize::Traditional;
use crate::unit::Units;
use crate::unit::shape::{Look, Shapes};
pub(crate) use demand::Demands;
pub(crate) use expression::Expression;
pub use file::{Field, Value, Within};
use include_dir::{Dir, include_dir};
pub(crate) use needed::{Keyed, Met, Needed, Needs};
use regex::Regex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
pub use value::Pattern;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// One declarative rule: how a class of offices says one thing.
#[derive(Debug)]
pub struct Rule {
    /// Its path below `rules/` without the ending: `assignment/lead_paren`.
    pub id: Arc<str>,
    /// What it finds.
    pub field: Field,
    /// How the words found are read.
    pub value: Value,
    /// Where it is looked for.
    pub within: Within,
    /// One line in Chinese for people who read the results.
    pub summary: String,
    /// Each finds the words in its group `value`.
    pub patterns: Vec<Pattern>,
    /// Texts in which it must find the marked words, or nothing.
    pub cases: Vec<case::Case>,
    needs: Option<aho_corasick::AhoCorasick>,
    needed: Vec<String>,
    despite: Vec<String>,
}

impl Rule {
    /// Whether one of its patterns matches `text`.
    pub fn matches(&self, text: &str) -> bool {
        self.may_match(text) && self.expressions().any(|pattern| pattern.is_match(text))
    }

    /// Whether one of the literal strings without which the rule cannot match stands in `text`.
    pub fn may_match(&self, text: &str) -> bool {
        self.needs.as_ref().is_none_or(|needs| needs.is_match(text))
    }

    /// Whether it finds nothing in words that `refusal` finds.
    pub fn heeds(&self, refusal: &Self) -> bool {
        !self.despite.iter().any(|id| **id == *refusal.id)
    }

    /// The expressions of its patterns.
    pub fn expressions(&self) -> impl Iterator<Item = &Regex> {
        self.patterns.iter().map(Pattern::expression)
    }

    /// Literal strings, one of which every match holds; none where the rule names none.
    pub fn needs(&self) -> &[String] {
        &self.needed
    }
}

/// All of `rules/`, compiled.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    words: HashMap<String, Expression, foldhash::fast::FixedState>,
    data: BTreeMap<String, String>,
    units: Units,
    shapes: Shapes,
    digest: String,
    assignments: assignment::Finder,
    deadlines: deadline::Finder,
    traditional: Traditional,
}

impl RuleSet {
    /// The rules that the program carries.
    ///
    /// # Errors
    /// A rule file is wrong; `tests/rules.rs` keeps that from being released.
    pub fn embedded() -> Result<Self, Error> {
        Self::compile(embedded_files(&EMBEDDED))
    }

    /// The program's rules with the files of `dir` laid over them: a file of the same path replaces
    /// the program's, any other is added.
    ///
    /// # Errors
    /// The folder cannot be read, or one of its files is wrong.
    pub fn overlaid(dir: &Path) -> Result<Self, Error> {
        let mut files = embedded_files(&EMBEDDED);
        for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
            let read_error = |cause| Error::Read {
                name: dir.display().to_string(),
                cause,
            };
            let entry = entry.map_err(|e| read_error(e.into()))?;
            if !entry.file_type().is_file() {
                continue;
            }
            let name = entry.path().strip_prefix(dir).unwrap_or(entry.path());
            let name = name
                .components()
                .map(|c| c.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            if !name.ends_with(".toml") && !files.contains_key(&name) {
                continue;
            }
            files.insert(
                name,
                std::fs::read_to_string(entry.path()).map_err(read_error)?,
            );
        }
        let rules = Self::compile(files)?;
        rules.check()?;
        Ok(rules)
    }

    /// Compiles every expression now: a user's rule is told at once that it is too large.
    fn check(&self) -> Result<(), Error> {
        for rule in &self.rules {
            for pattern in &rule.patterns {
                pattern.check().map_err(|problem| Error::Rule {
                    file: format!("{}.toml", rule.id),
                    problem,
                })?;
            }
        }
        let words: BTreeMap<_, _> = self.words.iter().collect();
        for (name, words) in words {
            words
                .check()
                .map_err(|problem| pattern::in_list(name, problem))?;
        }
        Ok(())
    }

    fn compile(files: BTreeMap<String, String>) -> Result<Self, Error> {
        let mut hash = Sha256::new();
        for (name, content) in &files {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            hash.update((content.len() as u64).to_le_bytes());
            hash.update(content);
        }
        let (words, data): (BTreeMap<_, _>, BTreeMap<_, _>) = files
            .into_iter()
            .partition(|(name, _)| name.starts_with("words/"));
        let is_rule = |name: &str, content: &str| name.ends_with(".toml") && file::is_rule(content);
        let (sources, rest): (BTreeMap<_, _>, BTreeMap<_, _>) = data
            .into_iter()
            .partition(|(name, content)| is_rule(name, content));
        let units = Units::read(&rest)?;
        let words = pattern::Words::read(&words, [("unit_ending", units.endings())])?;
        let mut rules = sources
            .iter()
            .map(|(name, content)| file::read(name.trim_end_matches(".toml"), content, &words))
            .collect::<Result<Vec<_>, _>>()?;
        rules.sort_by(|a, b| (a.field, &a.id).cmp(&(b.field, &b.id)));
        let digest = crate::record::hex(&hash.finalize(), 16);
        let words = words.expressions()?;
        let deadlines = deadline::Finder::compile(&rules, &words, &rest)?;
        let shapes = Shapes::compile(|name| word(&words, name).as_str())?;
        let assignments = assignment::Finder::compile(&rules, word(&words, "statement"));
        Ok(Self {
            assignments,
            shapes,
            rules,
            words: words.into_iter().collect(),
            units,
            data: rest,
            digest,
            deadlines,
            traditional: Traditional::default(),
        })
    }

    /// The rules that find `field`, in the order of their names.
    pub fn of(&self, field: Field) -> &[Rule] {
        let start = self.rules.partition_point(|rule| rule.field < field);
        let end = self.rules.partition_point(|rule| rule.field <= field);
        &self.rules[start..end]
    }

    /// All rules, by field, then by name.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The expression of a word list in `rules/words/`; one that matches nothing where the list is absent.
    pub fn word(&self, name: &str) -> &Regex {
        let nothing = || &self.words[pattern::NOTHING];
        self.words.get(name).unwrap_or_else(nothing).regex()
    }

    /// The search for units in their roles, compiled from the rules of `rules/assignment`.
    pub(crate) fn assignments(&self) -> &assignment::Finder {
        &self.assignments
    }

    /// The search for time limits, compiled from the rules of `rules/deadline`.
    pub(crate) fn deadlines(&self) -> &deadline::Finder {
        &self.deadlines
    }

    /// What the program knows about traditional characters, once it was needed.
    pub(crate) fn traditional(&self) -> &Traditional {
        &self.traditional
    }

    /// A table of `rules/` that is no rule: `unit/regions.tsv`.
    pub fn data(&self, name: &str) -> &str {
        self.data.get(name).map_or("", String::as_str)
    }

    /// Who names stand for, read from `rules/unit/`.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// What a name looks like, by the lists of `rules/words/` and of `rules/unit/scope.toml`.
    pub fn look(&self, name: &str) -> Look {
        self.shapes.of(name, &self.units)
    }

    /// 16 hex digits that change with any change to any rule: two data sets with the same digest were made by the same rules.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// The expression of a word list; one that matches nothing where the list is absent.
pub(crate) fn word<'a>(words: &'a BTreeMap<String, Expression>, name: &str) -> &'a Expression {
    words.get(name).unwrap_or(&words[pattern::NOTHING])
}

fn embedded_files(dir: &Dir<'_>) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![dir];
    while let Some(dir) = dirs.pop() {
        dirs.extend(dir.dirs());
        for file in dir.files() {
            if let (Some(name), Some(content)) = (file.path().to_str(), file.contents_utf8()) {
                files.insert(name.replace('\\', "/"), content.to_owned());
            }
        }
    }
    files
}
