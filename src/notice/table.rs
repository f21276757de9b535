//! Tables of tasks (任务分解表) in plain text.
//!
//! In: lines. A header that names columns (`| 序号 | 工作任务 | 牵头单位 | 完成时限 |`, or the same words set apart by blanks) says what
//! each cell of the rows below is. What is no table of tasks is left alone.

use super::line::{Line, Role};
use crate::rule::{Field, RuleSet, Within};
use crate::text::Span;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Units or leaders in this role.
    Role(Field),
    /// What is to be done.
    Task,
    /// How, how much, with what result.
    Content,
    /// By when.
    Deadline,
    /// Numbers, remarks and all else.
    Other,
}

/// One cell that is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What its column holds.
    pub column: Column,
    /// The words at the head of the column.
    pub header: Span,
    /// Its words.
    pub span: Span,
}

/// One row under a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// All of it.
    pub span: Span,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Positions of the clause that the table stands in; none outside the clauses.
    pub path: Vec<usize>,
}

/// Finds the tables and takes their lines out of the body.
pub(super) fn read(text: &str, lines: &mut [Line], rules: &RuleSet) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(header) = header(text, lines[at], rules) else {
            at += 1;
            continue;
        };
        lines[at].role = Role::Table;
        at += 1;
        while at < lines.len() {
            let line = lines[at];
            let words = line.of(text);
            // | --- | --- | below the header, or the header again on the next page.
            if words.chars().all(|c| "|｜-—:：+ ".contains(c)) && words.contains(['|', '｜'])
                || self::header(text, line, rules).is_some()
            {
                lines[at].role = Role::Table;
                at += 1;
                continue;
            }
            let row = header.is_row(text, line);
            let apart = text[lines[at - 1].span.end..line.span.start]
                .matches('\n')
                .count()
                > 1;
            if row && (header.ruled || !apart) {
                lines[at].role = Role::Table;
                rows.push(Row {
                    span: line.span,
                    cells: header.assign(text, &cells(text, line.span)),
                    path: Vec::new(),
                });
            } else if !goes_on(text, &lines[at..], &header) {
                break;
            }
            at += 1;
        }
    }
    rows
}

/// How many lines that are no rows (一、规划编制, a page number) may stand inside a table.
const BETWEEN: usize = 2;

/// Whether a short line inside a table is followed by more rows.
fn goes_on(text: &str, lines: &[Line], header: &Header) -> bool {
    let short = |line: &&Line| line.span.len() <= HEADER / 3 && !line.of(text).ends_with('。');
    let between = lines
        .iter()
        .take(BETWEEN)
        .take_while(|line| short(line) && !header.is_row(text, **line))
        .count();
    between > 0
        && lines
            .get(between)
            .is_some_and(|line| header.is_row(text, *line))
}

struct Header {
    columns: Vec<(Column, Span)>,
    /// Whether | stands between the cells, not blanks.
    ruled: bool,
}

fn ruled(words: &str) -> bool {
    words.contains(['|', '｜'])
}

/// Longest header line in bytes.
const HEADER: usize = 300;

/// The columns, if the line is a header: two or more of its cells are known, one of them a role or a task.
fn header(text: &str, line: Line, rules: &RuleSet) -> Option<Header> {
    if line.role != Role::Body || line.span.len() > HEADER {
        return None;
    }
    let cells = cells(text, line.span);
    if cells.len() < 2 {
        return None;
    }
    let columns: Vec<_> = cells
        .into_iter()
        .map(|span| (column(span.of(text), rules), span))
        .collect();
    let known = columns
        .iter()
        .filter(|(column, span)| {
            *column != Column::Other || rules.word("column_other").is_match(&solid(span.of(text)))
        })
        .count();
    let role = columns
        .iter()
        .any(|(column, _)| matches!(column, Column::Role(_)));
    let task = columns
        .iter()
        .any(|(column, _)| matches!(column, Column::Task | Column::Content));
    (role && task && known * 2 > columns.len()).then(|| Header {
        columns,
        ruled: ruled(line.of(text)),
    })
}

fn solid(words: &str) -> String {
    words.split_whitespace().collect()
}

fn column(words: &str, rules: &RuleSet) -> Column {
    let words = solid(words);
    for field in crate::extract::assignment::ROLES {
        if rules
            .of(field)
            .iter()
            .any(|rule| rule.within == Within::Column && rule.matches(&words))
        {
            return Column::Role(field);
        }
    }
    let is = |name| rules.word(name).is_match(&words);
    if is("column_task") {
        Column::Task
    } else if is("column_content") {
        Column::Content
    } else if is("column_deadline") {
        Column::Deadline
    } else {
        Column::Other
    }
}

/// The cells of a line: between | where there are any, else between tabs and wide blanks. Empty cells between | count.
fn cells(text: &str, line: Span) -> Vec<Span> {
    let words = line.of(text);
    if ruled(words) {
        let inner = words.trim_start_matches(['|', '｜']);
        let from = line.start + (words.len() - inner.len());
        let inner = inner.trim_end_matches(['|', '｜']);
        let mut at = from;
        return inner
            .split(['|', '｜'])
            .map(|cell| {
                let span = trimmed(text, Span::new(at, at + cell.len()));
                at += cell.len()
                    + text[at + cell.len()..]
                        .chars()
                        .next()
                        .map_or(0, char::len_utf8);
                span
            })
            .collect();
    }
    let mut cells = Vec::new();
    let (mut start, mut blank) = (0, 0);
    let mut blanks_from = 0;
    for (at, c) in words.char_indices() {
        match c {
            '\t' => blank += 2,
            ' ' => blank += 1,
            '\u{3000}' => blank += 2,
            _ => {
                if blank >= 2 {
                    cells.push(Span::new(start, blanks_from).shift(line.start));
                    start = at;
                }
                blank = 0;
                blanks_from = at + c.len_utf8();
            }
        }
    }
    if start < words.len() {
        cells.push(Span::new(start, words.len()).shift(line.start));
    }
    cells
}

fn trimmed(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let start = span.start + (words.len() - words.trim_start().len());
    Span::new(start, start + words.trim().len())
}

impl Header {
    /// Whether a line has cells as this table has, in number about as many.
    fn is_row(&self, text: &str, line: Line) -> bool {
        let cells = cells(text, line.span).len();
        ruled(line.of(text)) == self.ruled
            && cells >= 2
            && cells * 2 >= self.columns.len()
            && (self.ruled || cells <= self.columns.len() + EXTRA)
    }

    /// Which cell belongs under which column: by order where none is missing, else by where it begins.
    fn assign(&self, text: &str, cells: &[Span]) -> Vec<Cell> {
        let by_order = self.ruled || cells.len() == self.columns.len();
        let mut row: Vec<Cell> = Vec::new();
        for (nth, &span) in cells.iter().enumerate() {
            let under = if by_order {
                self.columns.get(nth)
            } else {
                let begins = offset(text, span) + SLACK;
                self.columns
                    .iter()
                    .rev()
                    .find(|(_, header)| offset(text, *header) <= begins)
                    .or(self.columns.first())
            };
            let Some(&(column, header)) = under.filter(|_| !span.is_empty()) else {
                continue;
            };
            match row.last_mut().filter(|cell| cell.header == header) {
                Some(cell) => cell.span.end = span.end,
                None => row.push(Cell {
                    column,
                    header,
                    span,
                }),
            }
        }
        row
    }
}

/// How many cells more than columns a line set apart by blanks may have: 何  平 is one name.
const EXTRA: usize = 2;

/// How far a cell may begin left of its header, in columns of a terminal.
const SLACK: usize = 2;

/// The column of a terminal in which a cell begins; a hanzi takes two.
fn offset(text: &str, cell: Span) -> usize {
    let line = text[..cell.start].rfind('\n').map_or(0, |end| end + 1);
    text[line..cell.start]
        .chars()
        .map(|c| if c.is_ascii() { 1 } else { 2 })
        .sum()
}
