//! The cases that stand beside each rule, and their run.
//!
//! `⟦ ⟧` marks what the rule must find; a case without marks must find nothing.

use super::{Field, Rule, RuleSet, Within};
use crate::extract::assignment;
use crate::text::Span;
use serde::Deserialize;

/// One text with what a rule must find in it.
#[derive(Debug, Clone)]
pub struct Case {
    /// Why the case is there.
    pub about: Option<String>,
    /// The text without marks.
    pub text: String,
    /// The marked places.
    pub marks: Vec<Span>,
    /// Date of the notice that the text stands in, for time limits: `2021-05-24`.
    pub issued: Option<jiff::civil::Date>,
    /// Fields of the records that the marks give, as `records.md` names them, in the order of the marks.
    pub expect: Vec<Fields>,
    /// Known not to work yet: the build breaks once it does, so that the note goes.
    pub known_failure: bool,
}

/// Some fields of one record.
pub type Fields = serde_json::Map<String, serde_json::Value>;

/// `expect = {…}` for the first mark, `expect = [{…}, {…}]` for several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expect {
    First(Fields),
    Each(Vec<Fields>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    about: Option<String>,
    text: String,
    #[serde(default)]
    issued: Option<String>,
    #[serde(default)]
    expect: Option<Expect>,
    #[serde(default)]
    known_failure: bool,
}

impl TryFrom<File> for Case {
    type Error = String;

    fn try_from(file: File) -> Result<Self, String> {
        let (text, marks) = unmark(&file.text)?;
        let issued = file
            .issued
            .map(|date| date.parse().map_err(|e| format!("issued = {date:?}: {e}")))
            .transpose()?;
        Ok(Self {
            about: file.about,
            text,
            marks,
            issued,
            expect: match file.expect {
                None => Vec::new(),
                Some(Expect::First(fields)) => vec![fields],
                Some(Expect::Each(each)) => each,
            },
            known_failure: file.known_failure,
        })
    }
}

/// Takes the marks out of a text.
fn unmark(marked: &str) -> Result<(String, Vec<Span>), String> {
    let mut text = String::with_capacity(marked.len());
    let mut marks = Vec::new();
    let mut open = None;
    for c in marked.chars() {
        match (c, open) {
            ('⟦', None) => open = Some(text.len()),
            ('⟧', Some(start)) => {
                marks.push(Span::new(start, text.len()));
                open = None;
            }
            ('⟦' | '⟧', _) => return Err(format!("the marks ⟦ ⟧ do not match in {marked:?}")),
            _ => text.push(c),
        }
    }
    if open.is_some() {
        return Err(format!("a ⟦ is not closed in {marked:?}"));
    }
    Ok((text, marks))
}

/// What came of one case.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The rule that the case stands beside.
    pub rule: &'a Rule,
    /// The case.
    pub case: &'a Case,
    /// What went wrong, or nothing.
    pub problem: Option<String>,
}

/// Runs every case of every rule.
pub fn run(rules: &RuleSet) -> impl Iterator<Item = Outcome<'_>> {
    rules.all().iter().flat_map(move |rule| {
        rule.cases.iter().map(move |case| Outcome {
            rule,
            case,
            problem: judge(rules, rule, case),
        })
    })
}

fn judge(rules: &RuleSet, rule: &Rule, case: &Case) -> Option<String> {
    let found = find(rules, rule, case);
    let problem = compare(case, &found);
    match (case.known_failure, problem) {
        (true, None) => {
            Some("marked as a known failure, and passes: take the mark away".to_owned())
        }
        (true, Some(_)) => None,
        (false, problem) => problem,
    }
}

/// A place that the rule found, with its record where the field has one.
struct Found {
    span: Span,
    record: serde_json::Value,
}

fn find(rules: &RuleSet, rule: &Rule, case: &Case) -> Vec<Found> {
    let text = case.text.as_str();
    let found = |span| Found {
        span,
        record: serde_json::Value::Null,
    };
    match rule.field {
        _ if rule.id.starts_with("deadline/") => find_deadlines(rules, case),
        _ if rule.within == Within::Column => assignment::places(&rule.patterns, text, |_| true)
            .into_iter()
            .map(found)
            .collect(),
        Field::Lead | Field::Responsible | Field::Support | Field::Supervisor => {
            let paragraph = [Span::new(0, text.len())];
            let assignments = assignment::find(text, &paragraph, rules);
            assignments
                .mentions
                .iter()
                .filter(|m| m.rule.id == rule.id)
                .map(|m| found(m.span))
                .collect()
        }
        Field::Undirected
        | Field::Furniture
        | Field::Background
        | Field::Requirement
        | Field::Closing
        | Field::Refused
        | Field::Deadline => assignment::places(&rule.patterns, text, |_| true)
            .into_iter()
            .map(found)
            .collect(),
    }
}

/// Every time limit in the case, whichever rule finds it: which one wins is part of what a case says.
fn find_deadlines(rules: &RuleSet, case: &Case) -> Vec<Found> {
    let reference = crate::deadline::Reference {
        issued: case.issued,
        ..Default::default()
    };
    crate::deadline::find(&case.text, &reference, rules)
        .iter()
        .map(|deadline| Found {
            span: deadline.span,
            record: serde_json::to_value(deadline.record(&case.text)).unwrap_or_default(),
        })
        .collect()
}

fn compare(case: &Case, found: &[Found]) -> Option<String> {
    let show = |spans: &mut dyn Iterator<Item = Span>| {
        let words: Vec<_> = spans.map(|span| span.of(&case.text)).collect();
        if words.is_empty() {
            "nothing".to_owned()
        } else {
            words.join(" | ")
        }
    };
    if !found.iter().map(|f| f.span).eq(case.marks.iter().copied()) {
        let want = show(&mut case.marks.iter().copied());
        let got = show(&mut found.iter().map(|f| f.span));
        return Some(format!("in {:?}: want {want}, found {got}", case.text));
    }
    case.expect.iter().enumerate().find_map(|(i, fields)| {
        let record = found.get(i).map(|f| &f.record);
        fields.iter().find_map(|(key, want)| {
            let got = record
                .and_then(|r| r.get(key))
                .unwrap_or(&serde_json::Value::Null);
            (got != want).then(|| format!("in {:?}: {key} is {got}, want {want}", case.text))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_out_and_are_remembered() {
        let (text, marks) = unmark("（牵头单位：⟦市教育局⟧）").expect("well marked");
        assert_eq!(text, "（牵头单位：市教育局）");
        assert_eq!(marks[0].of(&text), "市教育局");
        assert!(unmark("⟦市").is_err());
        assert!(unmark("市⟧").is_err());
    }
}
