//! A document in the terms of GB/T 9704-2012.
//!
//! In: repaired text. Out: its elements, and the tree of its numbered clauses. Every line of the text has
//! one [`Role`]: it belongs to an element, to a clause, or to the furniture around the notice.

mod aligned;
mod clause;
mod closing;
mod contact;
mod element;
mod head;
mod heading;
pub mod label;
mod line;
mod run_on;
mod table;

use crate::error::Warning;
use crate::record::ClauseKind;
use crate::rule::RuleSet;
use crate::text::{Span, Text};
pub use element::{Dated, Elements};
pub use label::{Label, Style};
pub use line::{Line, Role};
pub use table::{Cell, Column, Row};

/// One notice; all spans count bytes of `text`.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The words.
    pub text: Text,
    /// Masthead, title, recipients, closing block.
    pub elements: Elements,
    /// What stands between them: clauses below, and the paragraphs outside of any clause.
    pub body: Clause,
    /// Rows of tables of tasks.
    pub rows: Vec<Row>,
    /// The lines, each with what it is.
    pub lines: Vec<Line>,
    /// Doubts, with spans in the source.
    pub warnings: Vec<Warning>,
}

/// A numbered clause: its own words, then its sub-clauses. The body itself is one, at level 0.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Depth in the tree; 0 for the body.
    pub level: usize,
    /// Its printed number; none for the body.
    pub label: Option<Label>,
    /// Title line or first sentence, without label and final mark.
    pub heading: Span,
    /// Its own words, a paragraph each, without the label.
    pub paragraphs: Vec<Span>,
    /// All of it, with label and sub-clauses.
    pub span: Span,
    /// What it is for.
    pub kind: ClauseKind,
    /// Sub-clauses.
    pub children: Vec<Clause>,
}

impl Clause {
    /// Calls `visit` for every clause below this one, in order, with its path and the clauses above it.
    pub fn walk<'a, V: FnMut(&'a Self, &[usize], &[&'a Self])>(&'a self, visit: &mut V) {
        fn descend<'a, V: FnMut(&'a Clause, &[usize], &[&'a Clause])>(
            clause: &'a Clause,
            path: &mut Vec<usize>,
            above: &mut Vec<&'a Clause>,
            visit: &mut V,
        ) {
            for (index, child) in clause.children.iter().enumerate() {
                path.push(index + 1);
                visit(child, path, above);
                above.push(child);
                descend(child, path, above, visit);
                above.pop();
                path.pop();
            }
        }
        descend(self, &mut Vec::new(), &mut Vec::new(), visit);
    }

    /// The words after the heading in its own paragraph, then the other paragraphs.
    pub fn after_heading(&self) -> impl Iterator<Item = Span> + '_ {
        let first = self
            .paragraphs
            .first()
            .map(|first| Span::new(self.heading.end.max(first.start), first.end));
        first
            .into_iter()
            .chain(self.paragraphs.iter().skip(1).copied())
            .filter(|span| !span.is_empty())
    }
}

/// Reads the structure of `text`.
pub fn segment(mut text: Text, rules: &RuleSet) -> Notice {
    let mut lines = line::split(text.as_str(), rules);
    let cut = aligned::rows(text.as_str(), &lines, rules);
    if !cut.is_empty() {
        text.rewrite(cut);
        lines = line::split(text.as_str(), rules);
    }
    let mut rows = table::read(text.as_str(), &mut lines, rules);
    line::mark_furniture(text.as_str(), &mut lines, rules);
    let elements = element::read(text.as_str(), &mut lines, rules);
    let mut warnings = Vec::new();
    let body = clause::read(&text, &lines, &mut rows, rules, &mut warnings);
    Notice {
        text,
        elements,
        body,
        rows,
        lines,
        warnings,
    }
}
