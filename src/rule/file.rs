//! What a rule file says.

use super::Rule;
use super::case::{self, Case};
use super::pattern::Words;
use super::value::Pattern;
use crate::error::Error;
use serde::{Deserialize, Serialize};

/// What a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 牵头: units that lead.
    Lead,
    /// 责任、负责、承办: units that answer for it.
    Responsible,
    /// 配合、参与: units that help.
    Support,
    /// 分管领导: a leader by name.
    Supervisor,
    /// A time limit.
    Deadline,
    /// Words that only look like one of the above, and keep it from being found where they stand.
    Refused,
    /// A line of a web page or a printer that is not part of the notice.
    Furniture,
    /// Heading of a clause that explains and directs nothing (指导思想).
    Background,
    /// Heading of a clause about how the work is to be done (工作要求).
    Requirement,
    /// Title of a notice whose clauses direct no work of themselves (管理办法, 招聘公告, 慰问信).
    Undirected,
    /// A paragraph after the last clause that belongs to none (特此通知。).
    Closing,
}

/// How the words that a rule finds are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A list of units, split into single ones.
    Units,
    /// Names of people.
    Persons,
    /// A date or period made up of the parts in the pattern's other groups.
    Date,
    /// The words themselves.
    Text,
}

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// All over the text.
    #[default]
    Text,
    /// In words that say nothing but who does it: （A牵头，B配合）, or a line `牵头单位：A；配合单位：B`.
    /// The pattern sees what is between the parentheses, or the line.
    Statement,
    /// In running words: 由市教育局牵头，会同市公安局….
    Sentence,
    /// In running words that ask somebody for something: 各单位要…, 请各单位于…前报送.
    Demand,
    /// In parentheses at the end of a paragraph that hold nothing but names: （市教育局、市财政局）.
    Names,
    /// At the head of a table's column; the cells below it are the lists.
    Column,
    /// In words that follow nothing but the names of units: 市公安局：负责…, or the heading 市公安局。 before 负责….
    Duty,
}

impl Within {
    /// Whether it is running words, where a name is told by itself alone.
    pub fn runs(self) -> bool {
        matches!(self, Self::Sentence | Self::Demand)
    }

    /// Whether nothing but the name itself tells that it is one.
    pub fn is_strict(self) -> bool {
        self.runs() || self == Self::Duty
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    field: Field,
    value: Value,
    #[serde(default)]
    within: Within,
    summary: String,
    /// For readers of the file: what the wording is, who writes so, what it is not.
    #[serde(default)]
    #[allow(dead_code)]
    about: Option<String>,
    /// Literal strings, one of which every match holds; texts without any are skipped.
    #[serde(default)]
    needs: Vec<String>,
    /// Files of refusals that do not hold for it: 各单位要…于6月底前报送 asks more than 各单位要高度重视.
    #[serde(default)]
    despite: Vec<String>,
    patterns: Vec<String>,
    #[serde(default, rename = "case")]
    cases: Vec<case::File>,
}

/// Whether a TOML file of `rules/` is a rule, not a table.
pub(super) fn is_rule(content: &str) -> bool {
    content.lines().any(|line| line.starts_with("field"))
}

/// Reads and compiles one rule.
pub(super) fn read(id: &str, content: &str, words: &Words) -> Result<Rule, Error> {
    let wrong = |problem: String| Error::Rule {
        file: format!("{id}.toml"),
        problem,
    };
    let file: RuleFile = toml::from_str(content).map_err(|e| wrong(e.to_string()))?;
    let patterns = file
        .patterns
        .iter()
        .map(|pattern| {
            let (expression, hir) = words.read_pattern(pattern).map_err(&wrong)?;
            Pattern::new(expression, &hir).ok_or_else(|| {
                wrong(format!(
                    "pattern {pattern:?} has no group (?<value>…) for the words to be found"
                ))
            })
        })
        .collect::<Result<_, _>>()?;
    let needs = if file.needs.is_empty() {
        None
    } else {
        Some(aho_corasick::AhoCorasick::new(&file.needs).map_err(|e| wrong(e.to_string()))?)
    };
    let cases = file
        .cases
        .into_iter()
        .map(Case::try_from)
        .collect::<Result<_, _>>()
        .map_err(&wrong)?;
    Ok(Rule {
        id: id.into(),
        field: file.field,
        value: file.value,
        within: file.within,
        summary: file.summary,
        patterns,
        cases,
        needs,
        needed: file.needs,
        despite: file.despite,
    })
}
