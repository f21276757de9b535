//! Tables of tasks (任务分解表) in plain text.
//!
//! In: lines. A header that names columns (`| 序号 | 工作任务 | 牵头单位 | 完成时限 |`, or the same words set apart by blanks) says what
//! each cell of the rows below is; a row `| 一、健全制度体系 | | |` is a clause over the rows after it. What is no table of tasks is left alone.

use super::label;
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
        let Some(header) = Header::read(text, lines[at], rules) else {
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
                || Header::read(text, line, rules).is_some()
            {
                lines[at].role = Role::Table;
                at += 1;
                continue;
            }
            let cells = header.parted.cells(text, line.span);
            // | 一、健全制度体系 | | | |: a section of the table heads the rows below it.
            if let Some(heading) = section(text, &cells, words.starts_with(['|', '｜'])) {
                lines[at].span = heading;
                at += 1;
                continue;
            }
            let row = header.is_row(text, line);
            let apart = text[lines[at - 1].span.end..line.span.start]
                .matches('\n')
                .count()
                > 1;
            if row && (header.parted != Parted::Blank || !apart) {
                lines[at].role = Role::Table;
                rows.push(Row {
                    span: line.span,
                    cells: header.assign(text, &cells),
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

/// The only cell with words of a row that has others or stands between bars, if a clause begins in it.
fn section(text: &str, cells: &[Span], barred: bool) -> Option<Span> {
    let mut filled = cells.iter().filter(|cell| !cell.is_empty());
    let heading = *filled.next()?;
    let alone = (cells.len() > 1 || barred) && filled.next().is_none();
    (alone
        && label::read(heading.of(text)).is_some_and(|label| label.style != label::Style::Bullet))
    .then_some(heading)
}

/// What stands between the cells of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parted {
    /// `|`
    Bar,
    /// One tab, also where a cell is empty.
    Tab,
    /// Blanks, as many as a column needs.
    Blank,
}

pub(super) struct Header {
    columns: Vec<(Column, Span)>,
    pub(super) parted: Parted,
}

/// Longest header line in bytes.
const HEADER: usize = 300;

impl Header {
    /// The columns, if the line is a header: two or more of its cells are known, one of them a role, one a task.
    pub(super) fn read(text: &str, line: Line, rules: &RuleSet) -> Option<Self> {
        if line.role != Role::Body || line.span.len() > HEADER {
            return None;
        }
        let parted = Parted::of(line.of(text));
        let cells = parted.cells(text, line.span);
        if cells.len() < 2 {
            return None;
        }
        let mut columns: Vec<_> = cells
            .into_iter()
            .map(|span| (column(span.of(text), rules), span))
            .collect();
        let other = |span: &Span| rules.word("column_other").is_match(&solid(span.of(text)));
        let known = columns
            .iter()
            .filter(|(column, span)| *column != Column::Other || other(span))
            .count();
        let role = columns
            .iter()
            .any(|(column, _)| matches!(column, Column::Role(_)));
        let is_task = |column: &Column| matches!(column, Column::Task | Column::Content);
        let mut task = columns.iter().any(|(column, _)| is_task(column));
        // 序号 | 清雪路段 | 牵头单位 | 完成时限: what is to be done goes by its own name.
        if !task
            && known > 2
            && let Some((column, _)) = columns
                .iter_mut()
                .find(|(column, span)| *column == Column::Other && !other(span))
        {
            *column = Column::Task;
            task = true;
        }
        (role && task && known * 2 > columns.len()).then_some(Self { columns, parted })
    }

    /// The words at the heads of the columns.
    pub(super) fn columns(&self) -> impl ExactSizeIterator<Item = Span> + '_ {
        self.columns.iter().map(|(_, span)| *span)
    }
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

impl Parted {
    fn of(words: &str) -> Self {
        if words.contains(['|', '｜']) {
            Self::Bar
        } else if memchr::memchr_iter(b'\t', words.as_bytes())
            .nth(1)
            .is_some()
        {
            Self::Tab
        } else {
            Self::Blank
        }
    }

    /// The cells of a line. Between | and tabs empty cells count; blanks part cells where they are two or more.
    pub(super) fn cells(self, text: &str, line: Span) -> Vec<Span> {
        let words = line.of(text);
        match self {
            Self::Bar => {
                let inner = words.trim_start_matches(['|', '｜']);
                let from = line.start + (words.len() - inner.len());
                let inner = inner.trim_end_matches(['|', '｜']);
                between(text, Span::new(from, from + inner.len()), &['|', '｜'])
            }
            Self::Tab => {
                // Empty cells at the beginning of a line look like blanks before it.
                let start = text[..line.start].rfind('\n').map_or(0, |end| end + 1);
                between(text, Span::new(start, line.end), &['\t'])
            }
            Self::Blank => blank_cells(line, words),
        }
    }
}

fn between(text: &str, span: Span, marks: &[char]) -> Vec<Span> {
    let mut at = span.start;
    span.of(text)
        .split(marks)
        .map(|cell| {
            let span = trimmed(text, Span::new(at, at + cell.len()));
            let mark = text[at + cell.len()..].chars().next();
            at += cell.len() + mark.map_or(0, char::len_utf8);
            span
        })
        .collect()
}

fn blank_cells(line: Span, words: &str) -> Vec<Span> {
    let mut cells = Vec::new();
    let (mut start, mut blank, mut blanks_from) = (0, 0, 0);
    for (at, c) in words.char_indices() {
        match c {
            '\t' | '\u{3000}' => blank += 2,
            ' ' => blank += 1,
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
        let words = line.of(text);
        let cells = self.parted.cells(text, line.span).len();
        let alike = match self.parted {
            Parted::Bar => words.contains(['|', '｜']),
            Parted::Tab => words.contains('\t') && !words.contains(['|', '｜']),
            Parted::Blank => !words.contains(['|', '｜']) && cells <= self.columns.len() + EXTRA,
        };
        alike && cells >= 2 && cells * 2 >= self.columns.len()
    }

    /// The column that a cell stands under, where blanks part them.
    pub(super) fn under(&self, text: &str, cell: Span) -> usize {
        let begins = offset(text, cell) + SLACK;
        self.columns
            .iter()
            .rposition(|(_, header)| offset(text, *header) <= begins)
            .unwrap_or(0)
    }

    /// Which cell belongs under which column: by order where none is missing, else by where it begins.
    fn assign(&self, text: &str, cells: &[Span]) -> Vec<Cell> {
        let by_order = self.parted != Parted::Blank || cells.len() == self.columns.len();
        let mut row: Vec<Cell> = Vec::new();
        for (nth, &span) in cells.iter().enumerate() {
            let under = if by_order {
                self.columns.get(nth)
            } else {
                self.columns.get(self.under(text, span))
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
