//! Characters of a `.doc` become lines: fields show what they stand for, cells are put together to tables.
//!
//! In: one character after the other, and what is known of each paragraph at its end. Out: the lines of the document.

use super::super::Problem;
use super::super::grid::{self, Cell, Layer};
use super::super::list::Lists;
use super::Paragraph;

/// Writes the lines of a document.
#[derive(Default)]
pub(super) struct Writer {
    layer: Layer,
    words: String,
    /// Fields in one another, and whether the instruction of each is being read.
    fields: Vec<bool>,
    /// How many of them are.
    instructions: usize,
    cell: Vec<String>,
    row: Vec<Vec<String>>,
    rows: Vec<(Vec<Vec<String>>, Paragraph)>,
}

impl Writer {
    pub(super) fn push(&mut self, c: char) {
        match c {
            '\x13' => {
                self.fields.push(true);
                self.instructions += 1;
            }
            '\x14' => {
                if let Some(instruction) = self.fields.last_mut() {
                    self.instructions -= usize::from(std::mem::take(instruction));
                }
            }
            '\x15' => self.instructions -= usize::from(self.fields.pop().unwrap_or(false)),
            _ if self.instructions > 0 => {}
            '\x0B' => self.words.push('\n'),
            '\x1E' => self.words.push('-'),
            '\t' | ' '.. => self.words.push(c),
            // Anchors of pictures and notes, optional hyphens.
            _ => {}
        }
    }

    /// A paragraph, a cell or a row is over.
    pub(super) fn end(
        &mut self,
        c: char,
        paragraph: &Paragraph,
        lists: &mut Lists,
    ) -> Result<(), Problem> {
        let mut words = std::mem::take(&mut self.words);
        if paragraph.row_end && c == '\x07' {
            let row = std::mem::take(&mut self.row);
            self.rows.push((row, paragraph.clone()));
            return Ok(());
        }
        if !words.trim().is_empty() {
            let label = lists.label(paragraph.style, paragraph.list, paragraph.level);
            let parted = label.ends_with(|c: char| c.is_ascii_punctuation())
                && words.starts_with(|c: char| c.is_ascii_alphanumeric());
            words = format!("{label}{}{words}", if parted { " " } else { "" });
        }
        if c == '\x07' {
            self.cell.push(words);
            self.row.push(std::mem::take(&mut self.cell));
        } else if paragraph.in_table {
            self.cell.push(words);
        } else {
            self.end_table()?;
            self.layer.push(words)?;
        }
        Ok(())
    }

    /// The document is over.
    pub(super) fn finish(mut self) -> Result<String, Problem> {
        self.end_table()?;
        Ok(self.layer.finish())
    }

    fn end_table(&mut self) -> Result<(), Problem> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let mut edges: Vec<i16> = rows
            .iter()
            .flat_map(|(_, row)| row.cells.iter().map(|cell| cell.0).chain([row.first_edge]))
            .collect();
        edges.sort_unstable();
        // Edges a hair apart are one.
        edges.dedup_by(|next, last| i32::from(*next) - i32::from(*last) < 60);
        let column =
            |edge: i16| edges.partition_point(|other| i32::from(*other) + 60 <= i32::from(edge));
        let mut table = Vec::new();
        for (cells, row) in rows {
            let mut line: Vec<Cell> = Vec::new();
            let mut from = column(row.first_edge);
            for (nth, lines) in cells.into_iter().enumerate() {
                let (edge, beside, below) = row.cells.get(nth).copied().unwrap_or_default();
                let to = if row.cells.len() > nth {
                    column(edge)
                } else {
                    from + 1
                };
                let columns = to.saturating_sub(from).max(1);
                from = to.max(from);
                if beside
                    && lines.iter().all(|line| line.trim().is_empty())
                    && let Some(last) = line.last_mut()
                {
                    last.columns += columns;
                    continue;
                }
                let mut cell = Cell {
                    columns,
                    below,
                    ..Cell::default()
                };
                lines
                    .into_iter()
                    .try_for_each(|line| cell.lines.push(line))?;
                line.push(cell);
            }
            table.push(line);
        }
        grid::write(table, &mut self.layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_show_their_result() {
        let mut writer = Writer::default();
        "第\x13 PAGE \x142\x15页\x01"
            .chars()
            .for_each(|c| writer.push(c));
        assert_eq!(writer.words, "第2页");
    }
}
