//! The tree of numbered clauses.
//!
//! In: the lines that no element took. `二、重点任务`, `（一）强化引领`, `1.开展活动。` become three levels.
//! Levels come from how this document uses its labels: a style met for the first time goes one deeper, a style
//! that is open goes back to its level. Numbers may run on from section to section (1 to 18 under 一 to 六).

use super::label::{self, Label, Style};
use super::line::{Line, Role};
use super::table::Row;
use super::{Clause, heading};
use crate::error::{Code, Warning};
use crate::record::ClauseKind;
use crate::rule::{Field, RuleSet};
use crate::text::{Span, Text};
use std::collections::BTreeSet;

/// A clause that is still open, without its children.
struct Open {
    clause: Clause,
    style: Option<Style>,
    number: u32,
}

/// Builds the tree of clauses from the lines with [`Role::Body`].
pub(super) fn read(
    text: &Text,
    lines: &[Line],
    rows: &mut [Row],
    rules: &RuleSet,
    warnings: &mut Vec<Warning>,
) -> Clause {
    let value = text.as_str();
    let mut rows = rows.iter_mut().peekable();
    let mut tree = Tree::new(text, rules, warnings);
    let labels = labels(value, lines);
    // Where the last label of each part of the document (notice, attachment) stands.
    let mut last_label_of_part = last_labels(lines, &labels);
    for (index, (line, label)) in lines.iter().zip(&labels).enumerate() {
        match line.role {
            Role::AttachmentMark => {
                tree.restart();
                last_label_of_part.next();
            }
            Role::Title if tree.has_clauses() => tree.restart(),
            Role::Table => {
                if let Some(row) = rows.next_if(|row| row.span == line.span) {
                    row.path = tree.path();
                }
            }
            Role::Body => match label {
                Some(label) => {
                    let words = Span::new(label.span.end, line.span.end);
                    tree.label(*label, trimmed(value, words));
                }
                None => {
                    let after_last = last_label_of_part.peek_after(index);
                    let closing = after_last && closes(line.of(value), rules);
                    tree.paragraph(line.span, closing);
                }
            },
            _ => {}
        }
    }
    let mut body = tree.finish();
    heading::settle(&mut body, value, rules);
    classify(&mut body, value, rules, None);
    body
}

/// The label at the beginning of each line.
fn labels(text: &str, lines: &[Line]) -> Vec<Option<Label>> {
    let read = |line: &Line| {
        (line.role == Role::Body)
            .then(|| label::read(line.of(text)))
            .flatten()
    };
    let decimals = lines
        .iter()
        .any(|line| read(line).is_some_and(|label| matches!(label.style, Style::Decimal(_))));
    let mut seen = Seen::default();
    lines
        .iter()
        .map(|line| {
            let label = read(line)?;
            let words = &line.of(text)[label.span.end..];
            if !seen.plausible(label, decimals) || counted_inside(label, words) {
                return None;
            }
            seen.add(label);
            Some(Label {
                span: label.span.shift(line.span.start),
                ..label
            })
        })
        .collect()
}

/// 一要讲方法，…；二要保安全，…: a sentence that counts inside of itself is a paragraph.
fn counted_inside(label: Label, words: &str) -> bool {
    label.style == Style::Ordinal
        && words.match_indices(['；', '。', '，']).any(|(at, mark)| {
            label::read(&words[at + mark.len()..])
                .is_some_and(|next| next.style == Style::Ordinal && next.number == label.number + 1)
        })
}

/// The numbers of the styles that need one to go on from.
#[derive(Default)]
struct Seen {
    decimal: BTreeSet<u32>,
    bare: BTreeSet<u32>,
}

impl Seen {
    fn add(&mut self, label: Label) {
        match label.style {
            Style::Decimal(_) => self.decimal.insert(label.number),
            Style::ArabicBare => self.bare.insert(label.number),
            _ => false,
        };
    }

    /// 1.1 is a label where 1.1, 1.2 … go on from one another, else a measure; a bare 1 only where it heads 1.1.
    fn plausible(&self, label: Label, decimals: bool) -> bool {
        let goes_on =
            |seen: &BTreeSet<u32>| label.number == 1 || seen.contains(&(label.number - 1));
        match label.style {
            Style::Decimal(_) => goes_on(&self.decimal),
            Style::ArabicBare => decimals && goes_on(&self.bare),
            _ => true,
        }
    }
}

/// The last line with a label in each part of the document.
fn last_labels(lines: &[Line], labels: &[Option<Label>]) -> LastLabels {
    let mut parts = vec![None];
    for (index, (line, label)) in lines.iter().zip(labels).enumerate() {
        if line.role == Role::AttachmentMark {
            parts.push(None);
        }
        if let Some(last) = parts.last_mut().filter(|_| label.is_some()) {
            *last = Some(index);
        }
    }
    LastLabels { parts, at: 0 }
}

struct LastLabels {
    parts: Vec<Option<usize>>,
    at: usize,
}

impl LastLabels {
    fn next(&mut self) {
        self.at += 1;
    }

    /// Whether line `index` comes after all labels of its part.
    fn peek_after(&self, index: usize) -> bool {
        self.parts
            .get(self.at)
            .copied()
            .flatten()
            .is_none_or(|last| index > last)
    }
}

/// Whether a paragraph after the last clause belongs to none: 请各单位于6月15日前报送, 特此通知。
fn closes(words: &str, rules: &RuleSet) -> bool {
    rules
        .of(Field::Closing)
        .iter()
        .any(|rule| rule.matches(words))
}

fn trimmed(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let start = span.start + (words.len() - words.trim_start().len());
    Span::new(start, start + words.trim().len())
}

struct Tree<'a> {
    text: &'a Text,
    rules: &'a RuleSet,
    open: Vec<Open>,
    /// Highest number of each style so far, to tell a number that runs on from one that was skipped.
    highest: Vec<(Style, u32)>,
    /// Whether paragraphs now stand outside all clauses: after a closing demand, before an attachment's first label.
    outside: bool,
    warnings: &'a mut Vec<Warning>,
}

impl<'a> Tree<'a> {
    fn new(text: &'a Text, rules: &'a RuleSet, warnings: &'a mut Vec<Warning>) -> Self {
        let body = Clause {
            level: 0,
            label: None,
            heading: Span::default(),
            paragraphs: Vec::new(),
            span: Span::new(0, text.as_str().len()),
            kind: ClauseKind::Other,
            children: Vec::new(),
        };
        Self {
            text,
            rules,
            open: vec![Open {
                clause: body,
                style: None,
                number: 0,
            }],
            highest: Vec::new(),
            outside: true,
            warnings,
        }
    }

    fn has_clauses(&self) -> bool {
        self.open.len() > 1 || !self.open[0].clause.children.is_empty()
    }

    /// Positions of the clause that is open now.
    fn path(&self) -> Vec<usize> {
        let above = &self.open[..self.open.len() - 1];
        if self.outside {
            Vec::new()
        } else {
            above
                .iter()
                .map(|open| open.clause.children.len() + 1)
                .collect()
        }
    }

    /// An attachment begins: its numbers are its own.
    fn restart(&mut self) {
        self.close_to(1);
        self.highest.clear();
        self.open[0].number = 0;
        self.open[0].style = None;
        self.outside = true;
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth.max(1) {
            if let (Some(done), Some(above)) = (self.open.pop(), self.open.last_mut()) {
                above.clause.span.end = above.clause.span.end.max(done.clause.span.end);
                above.clause.children.push(done.clause);
            }
        }
    }

    fn paragraph(&mut self, words: Span, closing: bool) {
        if words.is_empty() {
            return;
        }
        let text = self.text.as_str();
        // 四、做好信息报送 over 请各单位…报送: the demand is the clause's own; so is what goes on after a semicolon.
        let said = self.open.last().is_some_and(|open| {
            let clause = &open.clause;
            let first = clause.paragraphs.first();
            let ended = clause
                .paragraphs
                .last()
                .is_some_and(|last| !last.of(text).ends_with(['；', '，', ';', ',']));
            ended
                && (clause.paragraphs.len() > 1
                    || first.is_some_and(|first| first.end > clause.heading.end))
        });
        if closing && said {
            self.close_to(1);
            self.outside = true;
        }
        let depth = if self.outside { 0 } else { self.open.len() - 1 };
        let clause = &mut self.open[depth].clause;
        if clause.level > 0 {
            clause.span.end = clause.span.end.max(words.end);
            if clause.paragraphs.is_empty() {
                clause.heading = heading::read(self.text.as_str(), words, self.rules);
            }
        }
        clause.paragraphs.push(words);
    }

    fn label(&mut self, label: Label, words: Span) {
        self.outside = false;
        let depth = self.depth(label);
        let same = |open: &&Open| {
            open.style
                .is_some_and(|style| style == label.style || related(style, label.style))
        };
        let before = self.open.get(depth).filter(same).map(|open| open.number);
        self.check(label, before);
        self.close_to(depth);
        let clause = Clause {
            level: depth,
            label: Some(label),
            heading: heading::read(self.text.as_str(), words, self.rules),
            paragraphs: if words.is_empty() {
                Vec::new()
            } else {
                vec![words]
            },
            span: Span::new(label.span.start, words.end.max(label.span.end)),
            kind: ClauseKind::Other,
            children: Vec::new(),
        };
        self.open.push(Open {
            clause,
            style: Some(label.style),
            number: label.number,
        });
        match self
            .highest
            .iter_mut()
            .find(|(style, _)| *style == label.style)
        {
            Some((_, highest)) => *highest = label.number,
            None => self.highest.push((label.style, label.number)),
        }
    }

    /// A style that is open goes back to its level, a new one goes one deeper.
    fn depth(&self, label: Label) -> usize {
        if let Some(depth) = self
            .open
            .iter()
            .rposition(|open| open.style == Some(label.style))
        {
            return depth;
        }
        // 1、 and 2. in one list: typists mix the marks, the number goes on.
        let kin = |open: &Open| {
            open.style.is_some_and(|style| related(style, label.style))
                && open.number + 1 == label.number
        };
        // After a box the items of its section go on.
        let boxed = |open: &Open| {
            open.style == Some(Style::Box)
                && self
                    .highest
                    .iter()
                    .any(|(style, n)| *style == label.style && n + 1 == label.number)
        };
        let found = self.open.iter().rposition(kin);
        match found.or_else(|| self.open.iter().rposition(boxed)) {
            Some(depth) => depth,
            // A box stands beside the items of its section.
            None if label.style == Style::Box && self.open.len() > 2 => self.open.len() - 1,
            None => self.open.len(),
        }
    }

    /// Numbers count on among siblings, or run on through the whole document.
    fn check(&mut self, label: Label, before: Option<u32>) {
        if label.style == Style::Bullet {
            return;
        }
        let run_on = self
            .highest
            .iter()
            .find(|(style, _)| *style == label.style)
            .map(|(_, n)| *n);
        let words = label.span.of(self.text.as_str());
        let source = self.text.source(label.span);
        let mut doubt =
            |code, message: String| self.warnings.push(Warning::new(code, message, source));
        match before {
            Some(n) if label.number == n + 1 => {}
            Some(n) if label.number == n => doubt(Code::NumberRepeated, format!("{words}重复")),
            Some(n) if label.number > n => doubt(
                Code::NumberGap,
                format!("{words}之前缺{}", missing(n + 1, label.number - 1)),
            ),
            Some(_) if label.number == 1 => {}
            Some(n) => doubt(Code::NumberOrder, format!("{words}排在第{n}项之后")),
            None if label.number == 1 || run_on.is_some_and(|n| n + 1 == label.number) => {}
            None => match run_on {
                Some(n) if n >= label.number => {
                    doubt(Code::NumberOrder, format!("{words}排在第{n}项之后"))
                }
                _ => {
                    let first = run_on.map_or(1, |n| n + 1);
                    doubt(
                        Code::NumberGap,
                        format!("{words}之前缺{}", missing(first, label.number - 1)),
                    );
                }
            },
        }
    }

    fn finish(mut self) -> Clause {
        self.close_to(1);
        self.open.swap_remove(0).clause
    }
}

/// Whether two styles differ by a mark that is easily mistyped.
fn related(one: Style, other: Style) -> bool {
    let family = |style| match style {
        Style::ArabicDot | Style::ArabicComma => Some(0),
        Style::ArabicParentheses | Style::ArabicParenthesis => Some(1),
        Style::HanziParentheses | Style::HanziParenthesis => Some(2),
        _ => None,
    };
    family(one).is_some() && family(one) == family(other)
}

fn missing(first: u32, last: u32) -> String {
    if first >= last {
        format!("第{last}项")
    } else {
        format!("第{first}至{last}项")
    }
}

/// What each clause is for: by its heading, else as the clause above it; a leaf under none directs work.
fn classify(clause: &mut Clause, text: &str, rules: &RuleSet, above: Option<ClauseKind>) {
    for child in &mut clause.children {
        let words = child.heading.of(text);
        let own = [
            (Field::Background, ClauseKind::Background),
            (Field::Requirement, ClauseKind::Requirement),
        ]
        .into_iter()
        .find(|(field, _)| rules.of(*field).iter().any(|rule| rule.matches(words)))
        .map(|(_, kind)| kind);
        let kind = own.or(above);
        child.kind = kind.unwrap_or(if child.children.is_empty() {
            ClauseKind::Task
        } else {
            ClauseKind::Other
        });
        classify(child, text, rules, kind);
    }
}
