//! The tree of numbered clauses.
//!
//! In: the lines that no element took. `二、重点任务`, `（一）强化引领`, `1.开展活动。` become three levels.
//! Levels come from how this document uses its labels: a style met for the first time goes one deeper, a style
//! that is open goes back to its level. Numbers may run on from section to section (1 to 18 under 一 to 六).

use super::Clause;
use super::label::{self, Label, Style};
use super::line::{Line, Role};
use super::table::Row;
use crate::error::{Code, Warning};
use crate::record::ClauseKind;
use crate::rule::{Field, RuleSet};
use crate::text::{Span, Text};

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
    let starts = label_starts(value, lines);
    let mut next_start = 0;
    // Where the last label of each part of the document (notice, attachment) stands.
    let mut last_label_of_part = last_labels(lines, &starts);
    for (index, line) in lines.iter().enumerate() {
        while next_start < starts.len() && starts[next_start].0 < index {
            next_start += 1;
        }
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
            Role::Body => {
                let mut from = line.span.start;
                let mut labels = starts[next_start..]
                    .iter()
                    .take_while(|(at, _)| *at == index)
                    .map(|(_, l)| *l)
                    .peekable();
                if labels.peek().is_none_or(|first| first.span.start > from) {
                    let end = labels
                        .peek()
                        .map_or(line.span.end, |first| first.span.start);
                    let words = trimmed(value, Span::new(from, end));
                    let after_last = last_label_of_part.peek_after(index);
                    tree.paragraph(words, after_last && closes(words.of(value), rules));
                }
                while let Some(label) = labels.next() {
                    let end = labels.peek().map_or(line.span.end, |next| next.span.start);
                    from = label.span.end;
                    tree.label(label, trimmed(value, Span::new(from, end)));
                }
            }
            _ => {}
        }
    }
    let mut body = tree.finish();
    classify(&mut body, value, rules, None);
    body
}

/// For each line the labels in it: at its beginning, and after a full stop inside it where the number goes on.
fn label_starts(text: &str, lines: &[Line]) -> Vec<(usize, Label)> {
    let mut starts: Vec<(usize, Label)> = Vec::new();
    let mut last: [(u32, bool); 3] = [(0, false); 3];
    let decimals = lines.iter().any(|line| {
        line.role == Role::Body
            && label::read(line.of(text))
                .is_some_and(|label| matches!(label.style, Style::Decimal(_)))
    });
    let slot = |style| match style {
        Style::Hanzi => Some(0),
        Style::HanziParentheses => Some(1),
        Style::ArabicDot | Style::ArabicComma => Some(2),
        _ => None,
    };
    for (index, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.role == Role::Body)
    {
        let words = line.of(text);
        let first = label::read(words).filter(|label| plausible(*label, &starts, decimals));
        let mut from = 0;
        if let Some(label) = first {
            starts.push((
                index,
                Label {
                    span: label.span.shift(line.span.start),
                    ..label
                },
            ));
            from = label.span.end;
            if let Some(slot) = slot(label.style) {
                last[slot] = (label.number, true);
            }
        }
        // …统一思想。（二）加强宣传。… on one line: only where the number goes on from the one before.
        for (at, mark) in words[from..].match_indices(['。', '；']) {
            let at = from + at + mark.len();
            let rest = words[at..].trim_start();
            let Some(label) = label::read(rest) else {
                continue;
            };
            let Some(slot) = slot(label.style) else {
                continue;
            };
            let goes_on = last[slot].1 && label.number == last[slot].0 + 1;
            let deeper = label.number == 1 && mark == "。" && slot > 0;
            if mark == "。" && (goes_on || deeper && followed_by_two(rest, label)) {
                let start = line.span.start + words.len() - rest.len();
                starts.push((
                    index,
                    Label {
                        span: label.span.shift(start),
                        ..label
                    },
                ));
                last[slot] = (label.number, true);
            }
        }
    }
    starts
}

/// Whether the label after `first` in the same line is its second: 1.… 。2.…
fn followed_by_two(rest: &str, first: Label) -> bool {
    rest.match_indices('。').any(|(at, mark)| {
        label::read(rest[at + mark.len()..].trim_start())
            .is_some_and(|l| l.style == first.style && l.number == first.number + 1)
    })
}

/// 1.1 is a label where 1.1, 1.2 … go on from one another, else a measure; a bare 1 only where it heads 1.1.
fn plausible(label: Label, before: &[(usize, Label)], decimals: bool) -> bool {
    let goes_on = |same: fn(Style) -> bool| {
        label.number == 1
            || before
                .iter()
                .rev()
                .any(|(_, b)| same(b.style) && b.number + 1 == label.number)
    };
    match label.style {
        Style::Decimal(_) => goes_on(|style| matches!(style, Style::Decimal(_))),
        Style::ArabicBare => decimals && goes_on(|style| style == Style::ArabicBare),
        _ => true,
    }
}

/// The last line with a label in each part of the document.
fn last_labels(lines: &[Line], starts: &[(usize, Label)]) -> LastLabels {
    let mut parts = vec![None];
    let mut starts = starts.iter().map(|(index, _)| *index).peekable();
    for (index, line) in lines.iter().enumerate() {
        if line.role == Role::AttachmentMark {
            parts.push(None);
        }
        while starts.next_if_eq(&index).is_some() {
            if let Some(last) = parts.last_mut() {
                *last = Some(index);
            }
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
        // 四、做好信息报送 over 请各单位…报送: the demand is the clause's own.
        let said = self.open.last().is_some_and(|open| {
            let clause = &open.clause;
            clause.paragraphs.len() > 1
                || clause
                    .paragraphs
                    .iter()
                    .any(|first| first.end > clause.heading.end + '。'.len_utf8())
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
                clause.heading = heading(self.text.as_str(), words, self.rules);
            }
        }
        clause.paragraphs.push(words);
    }

    fn label(&mut self, label: Label, words: Span) {
        self.outside = false;
        let depth = match self
            .open
            .iter()
            .rposition(|open| open.style == Some(label.style))
        {
            Some(depth) => depth,
            None => self.open.len(),
        };
        let before = (depth < self.open.len()).then(|| self.open[depth].number);
        self.check(label, before);
        self.close_to(depth);
        let clause = Clause {
            level: depth,
            label: Some(label),
            heading: heading(self.text.as_str(), words, self.rules),
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

fn missing(first: u32, last: u32) -> String {
    if first >= last {
        format!("第{last}项")
    } else {
        format!("第{first}至{last}项")
    }
}

/// Longest heading in front of a colon, in bytes: 20 hanzi.
const COLON_HEADING: usize = 60;

/// The title line or first sentence of a clause, without its final mark.
fn heading(text: &str, words: Span, rules: &RuleSet) -> Span {
    let line = words.of(text);
    let mut depth = 0usize;
    let mut end = line.len();
    for (at, c) in line.char_indices() {
        match c {
            '（' | '“' | '《' | '(' | '【' => depth += 1,
            '）' | '”' | '》' | ')' | '】' => depth = depth.saturating_sub(1),
            // A quotation mark that is never closed must not swallow the line.
            '。' | '！' | '？' if depth == 0 || depth > 0 && !closes_later(&line[at..]) => {
                end = at;
                break;
            }
            '：' if depth == 0 && at <= COLON_HEADING && at + c.len_utf8() < line.len() => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let trim = |words: &str| {
        words
            .trim_end()
            .trim_end_matches(['；', '，', '：', ':'])
            .len()
    };
    let mut kept = trim(&line[..end]);
    // 校园安全（市教育局牵头): who does it is no part of the heading.
    if let Some(found) = rules
        .word("assigned_heading")
        .find(&line[..kept])
        .filter(|found| found.start() > 0)
    {
        kept = trim(&line[..found.start()]);
    }
    Span::new(words.start, words.start + kept)
}

/// Whether the open quotation or parenthesis is closed within the next 100 hanzi.
fn closes_later(rest: &str) -> bool {
    let rest = &rest[..rest.floor_char_boundary(300)];
    rest.find(['）', '”', '》', ')']).is_some_and(|close| {
        rest.find(['（', '“', '《', '('])
            .is_none_or(|open| close < open)
    })
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
