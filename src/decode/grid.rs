//! Tables of office files as lines.
//!
//! In: rows of cells, some of them merged over rows or columns. Out: `| 完善制度 | 市教育局 | 6月底前 |`, the form in which
//! [`crate::notice`] reads tables. What is merged over several rows stands in each of them, since each is a task of its own.

use super::Problem;
use crate::error::Limit;
use std::rc::Rc;

/// Bytes of all words of one document. Merged cells are repeated, so a small file can ask for a lot.
pub(super) const MOST_TEXT: usize = 64 << 20;

/// The words of a document, line by line.
#[derive(Debug, Default)]
pub(super) struct Layer {
    lines: Vec<String>,
    bytes: usize,
}

impl Layer {
    /// Adds a line, or several.
    pub(super) fn push(&mut self, line: String) -> Result<(), Problem> {
        self.bytes += line.len() + 1;
        if self.bytes > MOST_TEXT {
            return Err(Problem::Limit(Limit::TextSize, MOST_TEXT as u64));
        }
        self.lines.push(line);
        Ok(())
    }

    /// Adds all lines of another one.
    pub(super) fn append(&mut self, other: Self) -> Result<(), Problem> {
        other.lines.into_iter().try_for_each(|line| self.push(line))
    }

    /// The last line, to be gone on with.
    pub(super) fn last_mut(&mut self) -> Option<&mut String> {
        self.lines.last_mut()
    }

    /// All of it.
    pub(super) fn finish(self) -> String {
        let mut text = String::with_capacity(self.bytes);
        for line in self.lines {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// One cell of a table.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// Its paragraphs.
    pub lines: Layer,
    /// How many columns it takes.
    pub columns: usize,
    /// Whether it goes on with the cell above.
    pub below: bool,
}

impl Cell {
    /// A cell of one column.
    pub(super) fn new(words: impl Into<String>) -> Self {
        let mut cell = Self {
            columns: 1,
            ..Self::default()
        };
        cell.lines.lines.push(words.into());
        cell
    }

    /// Adds the rest of its last line.
    pub(super) fn go_on(&mut self, words: &str) {
        if let Some(last) = self.lines.last_mut() {
            last.push_str(words);
        }
    }

    /// Its words, in one line.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        for piece in self
            .lines
            .lines
            .iter()
            .flat_map(|line| line.split(['\n', '\t']))
        {
            let piece = piece.trim();
            if !piece.is_empty() {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(piece);
            }
        }
        words.replace(['|', '｜'], "/")
    }
}

/// A cell of more words than this, in paragraphs, is a frame around a text and no cell of a table.
const FRAME: usize = 6000;

/// Columns of a table; sheets have 16,384 at most.
const MOST_COLUMNS: usize = 20_000;

/// Longest words at the head of a column, in bytes.
const HEADING: usize = 60;

/// Writes the rows of a table to `layer`.
pub(super) fn write(rows: Vec<Vec<Cell>>, layer: &mut Layer) -> Result<(), Problem> {
    let mut above: Vec<Rc<str>> = Vec::new();
    let mut header: Option<String> = None;
    let mut first = true;
    let mut parted = false;
    for row in rows {
        let framed = row
            .iter()
            .any(|cell| cell.lines.bytes > FRAME && cell.lines.lines.len() > 10);
        if row.len() < 2 || framed {
            // A title row over all columns, or a frame: its paragraphs are lines like any other.
            parted = true;
            for cell in row {
                if !cell.below {
                    layer.append(cell.lines)?;
                }
            }
            continue;
        }
        let mut line = String::from("|");
        let mut column = 0;
        let mut heading = true;
        let mut filled = 0;
        for cell in &row {
            let words = if cell.below {
                above.get(column).cloned().unwrap_or_default()
            } else {
                cell.words().into()
            };
            heading &= words.len() <= HEADING;
            filled += usize::from(!words.is_empty());
            for nth in 0..cell.columns.clamp(1, MOST_COLUMNS) {
                // The words of a cell over several columns stand at its first; a heading holds for all of them.
                let repeated = nth == 0 || first;
                line.push(' ');
                line.push_str(if repeated { &words } else { "" });
                line.push_str(" |");
                if above.len() <= column && column < MOST_COLUMNS {
                    above.resize(column + 1, Rc::from(""));
                }
                if let Some(place) = above.get_mut(column) {
                    *place = Rc::clone(&words);
                }
                column += 1;
                if line.len() > MOST_TEXT {
                    return Err(Problem::Limit(Limit::TextSize, MOST_TEXT as u64));
                }
            }
        }
        if filled == 0 {
            continue;
        }
        if parted && let Some(header) = &header {
            // Below 一、重点工作 in the middle of a table the columns are those from its head.
            layer.push(header.clone())?;
        }
        parted = false;
        if first && heading {
            header = Some(line.clone());
        }
        first = false;
        layer.push(line)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: Vec<Vec<Cell>>) -> String {
        let mut layer = Layer::default();
        write(rows, &mut layer).expect("is small");
        layer.finish()
    }

    fn row(words: &[&str]) -> Vec<Cell> {
        words.iter().map(|words| Cell::new(*words)).collect()
    }

    #[test]
    fn what_is_merged_stands_in_every_row() {
        let mut second = row(&["", "市财政局"]);
        second[0].below = true;
        assert_eq!(
            table(vec![
                row(&["工作任务", "牵头单位"]),
                row(&["完善制度", "市教育局\n市科协"]),
                second
            ]),
            "| 工作任务 | 牵头单位 |\n| 完善制度 | 市教育局 市科协 |\n| 完善制度 | 市财政局 |\n"
        );
    }

    #[test]
    fn columns_go_on_below_a_title_row() {
        assert_eq!(
            table(vec![
                row(&["工作任务", "牵头单位"]),
                row(&["一、重点工作"]),
                row(&["完善制度", "市教育局"]),
            ]),
            "| 工作任务 | 牵头单位 |\n一、重点工作\n| 工作任务 | 牵头单位 |\n| 完善制度 | 市教育局 |\n"
        );
    }

    #[test]
    fn a_frame_is_no_table() {
        assert_eq!(
            table(vec![row(&["各单位：\n现将通知印发。"])]),
            "各单位：\n现将通知印发。\n"
        );
    }
}
