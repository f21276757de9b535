//! CSV that Excel opens right by a double click.
//!
//! In: rows. Out: `市教育局；市财政局` in one cell, lines ended by CR LF, and in a file a byte-order mark before all: without
//! it Excel takes UTF-8 for the system's own encoding. A cell that begins with `=`, `+`, `-`, `@`, a tab or a line's end,
//! half-width or full-width, gets an apostrophe before it, since a spreadsheet would run it as a formula:
//! `=cmd|'/c calc'!A1` becomes `'=cmd|'/c calc'!A1`.

use super::table::{Cell, Head, Table};
use crate::process::Records;
use std::borrow::Cow;
use std::io::{self, Write};

/// Rows of one table.
pub struct Csv<W: Write> {
    table: Table,
    rows: csv::Writer<W>,
}

impl<W: Write> Csv<W> {
    /// Begins with the names of the columns; `mark` for a byte-order mark, which only a file should have.
    ///
    /// # Errors
    /// The writer's own.
    pub fn new(mut out: W, table: Table, mark: bool) -> io::Result<Self> {
        if mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut rows = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        let heads: Vec<Head> = table.columns();
        rows.write_record(heads.iter().map(|(name, _)| *name))?;
        Ok(Self { table, rows })
    }

    /// Adds the rows of one document.
    ///
    /// # Errors
    /// The writer's own.
    pub fn push(&mut self, records: &Records) -> io::Result<()> {
        let Self { table, rows } = self;
        table.rows(records, |row| {
            for cell in row {
                rows.write_field(harmless(words(cell)).as_bytes())?;
            }
            rows.write_record(None::<&[u8]>)
        })?;
        Ok(())
    }

    /// The writer, with all rows in it.
    ///
    /// # Errors
    /// The writer's own.
    pub fn into_inner(self) -> io::Result<W> {
        self.rows
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

fn words<'a>(cell: &'a Cell<'_>) -> Cow<'a, str> {
    match cell {
        Cell::Null => Cow::Borrowed(""),
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Date(date) => Cow::Owned(date.to_string()),
        Cell::List(list) => Cow::Owned(list.join("；")),
    }
}

/// Signs that make a formula of a cell, also as a Chinese or Japanese Excel reads them.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The cell as words that no spreadsheet runs.
pub fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_words() {
        for cell in ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1+1"] {
            assert_eq!(harmless(cell.into()), format!("'{cell}"));
        }
        assert_eq!(harmless("市教育局".into()), "市教育局");
        assert_eq!(harmless("2021-06-30".into()), "2021-06-30");
    }
}
