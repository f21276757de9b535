//! Rows of a table in RTF.
//!
//! In: edges of cells (`\cellx1000`), their words, and where rows end. Out: lines of cells. No row says which columns it has; the edges of
//! all of them tell how many of these each cell takes.

use super::super::Problem;
use super::super::grid::{self, Cell, Layer};

/// How a cell goes on with others.
#[derive(Clone, Copy, Default)]
pub(super) struct Merge {
    pub below: bool,
    pub beside: bool,
}

/// Twentieths of a point; edges that are nearer to one another are one.
const HAIR: i32 = 60;

/// One row: the words of its cells, their right edges, how they go on with others.
type Row = (Vec<String>, Vec<i32>, Vec<Merge>);

/// The rows of a table that is being read.
#[derive(Default)]
pub(super) struct Rows {
    cells: Vec<String>,
    /// Right edges of the cells of the row being read.
    edges: Vec<i32>,
    merges: Vec<Merge>,
    /// What is said of the cell whose edge comes next.
    pub merge: Merge,
    rows: Vec<Row>,
}

impl Rows {
    /// The edges of a row come next; rows that say nothing of theirs have those of the row above.
    pub(super) fn begin(&mut self) {
        self.edges.clear();
        self.merges.clear();
        self.merge = Merge::default();
    }

    pub(super) fn edge(&mut self, edge: i32) {
        self.edges.push(edge);
        self.merges.push(std::mem::take(&mut self.merge));
    }

    pub(super) fn cell(&mut self, words: String) {
        self.cells.push(words);
    }

    /// A row is over.
    pub(super) fn end(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        // Edges of cells that are not there would be kept once more for each row.
        let edges = self.edges.iter().take(cells.len()).copied().collect();
        let merges = self.merges.iter().take(cells.len()).copied().collect();
        self.rows.push((cells, edges, merges));
    }

    /// Writes the rows read so far.
    pub(super) fn write(&mut self, layer: &mut Layer) -> Result<(), Problem> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut edges: Vec<i32> = self
            .rows
            .iter()
            .flat_map(|(_, edges, _)| edges.iter().copied())
            .collect();
        edges.sort_unstable();
        edges.dedup_by(|next, last| next.saturating_sub(*last) < HAIR);
        let column = |edge: i32| edges.partition_point(|other| other.saturating_add(HAIR) <= edge);
        let mut rows = Vec::new();
        for (cells, edges, merges) in std::mem::take(&mut self.rows) {
            let mut row: Vec<Cell> = Vec::new();
            let mut from = 0;
            for (nth, words) in cells.into_iter().enumerate() {
                let to = edges.get(nth).map_or(from + 1, |edge| column(*edge) + 1);
                let columns = to.saturating_sub(from).max(1);
                from = to.max(from + 1);
                let merge = merges.get(nth).copied().unwrap_or_default();
                if merge.beside
                    && let Some(last) = row.last_mut()
                {
                    last.columns += columns;
                    continue;
                }
                let mut cell = Cell {
                    columns,
                    below: merge.below,
                    ..Cell::default()
                };
                for line in words.trim_end().split('\n') {
                    cell.lines.push(line.to_owned())?;
                }
                row.push(cell);
            }
            rows.push(row);
        }
        grid::write(rows, layer)
    }
}
