//! Tables in which commas or tabs stand between the cells, every word with its way back to the file.
//!
//! In: `完善制度,"市教育局,市财政局",6月底前`. Out: `| 完善制度 | 市教育局,市财政局 | 6月底前 |`.
//! A row with one cell is a line, as spreadsheets save a title over the table.

use super::Problem;
use crate::error::Limit;
use crate::text::{Edit, Reason, Span, Text};

/// Cells of one file.
const MOST_CELLS: usize = 4_000_000;

/// Puts `|` between the cells of `text`.
pub(super) fn read(text: &mut Text) -> Result<(), Problem> {
    let rows = rows(text.as_str())?;
    let edits = edits(text.as_str(), &rows);
    text.rewrite(edits);
    Ok(())
}

/// A cell: all of it, and its words without quotation marks.
struct Cell {
    all: Span,
    words: Span,
    quoted: bool,
}

/// The sign between cells: what stands most often in the first line that has any.
fn separator(text: &str) -> u8 {
    let counts = |line: &str| {
        [b'\t', b',', b';'].map(|sign| (line.bytes().filter(|byte| *byte == sign).count(), sign))
    };
    text.lines()
        .take(50)
        .filter_map(|line| counts(line).into_iter().max_by_key(|(count, _)| *count))
        .find(|(count, _)| *count > 0)
        .map_or(b',', |(_, sign)| sign)
}

fn rows(text: &str) -> Result<Vec<Vec<Cell>>, Problem> {
    let bytes = text.as_bytes();
    let separator = separator(text);
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let (mut at, mut cells) = (0, 0);
    loop {
        let start = at;
        let quoted = bytes.get(at) == Some(&b'"');
        let mut words = Span::new(at, at);
        if quoted {
            at += 1;
            words.start = at;
            // Two of them are one; a single one ends the cell.
            while let Some(mark) = memchr::memchr(b'"', &bytes[at..]) {
                at += mark;
                if bytes.get(at + 1) != Some(&b'"') {
                    break;
                }
                at += 2;
            }
            if bytes.get(at) != Some(&b'"') {
                at = bytes.len();
            }
            words.end = at;
        }
        at += memchr::memchr3(separator, b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at);
        if !quoted {
            words.end = at;
        }
        row.push(Cell {
            all: Span::new(start, at),
            words,
            quoted,
        });
        cells += 1;
        if cells > MOST_CELLS {
            return Err(Problem::Limit(Limit::Entries, MOST_CELLS as u64));
        }
        match bytes.get(at) {
            Some(sign) if *sign == separator => at += 1,
            Some(_) => {
                rows.push(std::mem::take(&mut row));
                at += if bytes[at..].starts_with(b"\r\n") {
                    2
                } else {
                    1
                };
                if at == bytes.len() {
                    return Ok(rows);
                }
            }
            None => {
                rows.push(row);
                return Ok(rows);
            }
        }
    }
}

fn edits(text: &str, rows: &[Vec<Cell>]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut change = |span: Span, to: &str| {
        if span.of(text) != to {
            edits.push(Edit::new(span, to, Reason::Markup));
        }
    };
    let mut last = 0;
    let mut between = String::new();
    for row in rows {
        let filled = row
            .iter()
            .filter(|cell| !cell.words.of(text).trim().is_empty())
            .count();
        let ruled = filled > 1;
        if filled == 0 {
            continue;
        }
        if ruled {
            between.push('|');
        }
        for cell in row {
            let empty = cell.words.of(text).trim().is_empty();
            if !ruled && empty {
                continue;
            }
            if ruled {
                between.push(' ');
            }
            if !empty {
                change(Span::new(last, cell.words.start), &between);
                between.clear();
                inside(text, cell, &mut change);
                last = cell.words.end;
            }
            if ruled {
                between.push_str(" |");
            }
        }
        between.push('\n');
    }
    change(Span::new(last, text.len()), &between);
    edits
}

/// Line ends, doubled quotation marks and rules in a cell.
fn inside(text: &str, cell: &Cell, change: &mut impl FnMut(Span, &str)) {
    let mut skip = cell.words.start;
    for (at, c) in cell.words.of(text).char_indices() {
        let at = at + cell.words.start;
        if at < skip {
            continue;
        }
        let rest = &text[at..cell.words.end];
        let (len, to) = match c {
            '"' if cell.quoted && rest.starts_with("\"\"") => (2, "\""),
            '\r' if rest.starts_with("\r\n") => (2, " "),
            '\r' | '\n' => (1, " "),
            '|' => (1, "/"),
            _ => continue,
        };
        debug_assert!(cell.all.contains(cell.words), "a cell holds its words");
        change(Span::new(at, at + len), to);
        skip = at + len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(source: &str) -> String {
        let mut text = Text::from_utf8(source);
        read(&mut text).unwrap_or_else(|_| panic!("{source} is small"));
        text.as_str().to_owned()
    }

    #[test]
    fn cells_stand_between_rules() {
        assert_eq!(
            read_text(
                "任务分解表,,\r\n工作任务,牵头单位,时限\r\n\"完善\n制度\",\"市\"\"教育\"\"局,市科协\",\r\n"
            ),
            "任务分解表\n| 工作任务 | 牵头单位 | 时限 |\n| 完善 制度 | 市\"教育\"局,市科协 |  |\n"
        );
        assert_eq!(read_text("a\tb\n\n\"c\td"), "| a | b |\nc\td\n");
    }

    #[test]
    fn words_point_at_the_file() {
        let source = "甲,\"市教育局\",6月\n";
        let mut text = Text::from_utf8(source);
        read(&mut text).unwrap_or_else(|_| panic!("is small"));
        let start = text.as_str().find("市教育局").unwrap_or_default();
        assert_eq!(
            text.source(Span::new(start, start + 12)).of(source),
            "市教育局"
        );
    }

    #[test]
    fn torn_files_do_no_harm() {
        for source in ["", "\"", ",", "\"\"\"", "\n", "a,\"b"] {
            read_text(source);
        }
    }
}
