//! What people work with: rows in files.
//!
//! In: the records of one document after the other. Out: a file that stands there whole or not at all, in the format
//! that its name ends in: `tasks.csv` for a spreadsheet, `tasks.parquet` for an engine, `ledger.xlsx` for an office.
//!
//! | ending | holds | made by |
//! |---|---|---|
//! | `.jsonl` | one kind of records, as they are | `serde_json` |
//! | `.csv`, `.parquet` | one table, flattened as `table.rs` says | `csv`, `parquet` without Arrow |
//! | `.sqlite`, `.db` | all four tables, keys, indexes, views | `rusqlite` |
//! | `.xlsx` | 任务分解表, 督办台账, 来源 | `rust_xlsxwriter`, in constant memory |
//! | `.ics` | a to-do for each deadline that has a day | by hand: it is a page |
//!
//! `dataset.rs` writes all of them into a folder, with a description. Nothing here holds more than the document in hand, and a Parquet row group.

pub mod csv;
pub mod dataset;
pub mod ics;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod schema;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod table;
mod whole;
#[cfg(feature = "xlsx")]
pub mod xlsx;

use crate::error::Error;
use crate::process::Records;
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use table::Table;
pub use whole::Whole;

/// In what form rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    /// JSON Lines: the records as they are
    Jsonl,
    /// Comma-separated values, for Excel
    Csv,
    /// Workbook with task table, ledger and sources
    Xlsx,
    /// Apache Parquet
    Parquet,
    /// SQLite database with all tables
    Sqlite,
    /// iCalendar with a to-do for each deadline
    Ics,
}

impl Format {
    /// The format that the name of a file asks for.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "jsonl" | "ndjson" => Self::Jsonl,
            "csv" => Self::Csv,
            "xlsx" => Self::Xlsx,
            "parquet" => Self::Parquet,
            "sqlite" | "sqlite3" | "db" => Self::Sqlite,
            "ics" => Self::Ics,
            _ => return None,
        })
    }

    /// How its files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Sqlite => "sqlite",
            Self::Ics => "ics",
        }
    }

    /// Whether this build of the program can write it.
    pub const fn is_built(self) -> bool {
        match self {
            Self::Jsonl | Self::Csv | Self::Ics => true,
            Self::Xlsx => cfg!(feature = "xlsx"),
            Self::Parquet => cfg!(feature = "parquet"),
            Self::Sqlite => cfg!(feature = "sqlite"),
        }
    }

    /// Whether a file holds one table, so that several tables need several files.
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv | Self::Parquet)
    }

    /// Whether it may be asked for all kinds of records, or for this one.
    pub fn holds(self, table: Table) -> bool {
        match self {
            Self::Jsonl => table != Table::Mentions,
            Self::Csv | Self::Parquet | Self::Sqlite => true,
            Self::Xlsx | Self::Ics => table == Table::Tasks,
        }
    }
}

/// A file in the making, of any format.
pub struct Output {
    path: PathBuf,
    rows: Rows,
}

enum Rows {
    Jsonl(Whole, Table),
    Csv(Box<csv::Csv<Whole>>),
    Ics(ics::Calendar<Whole>),
    #[cfg(feature = "xlsx")]
    Xlsx(Box<xlsx::Xlsx>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Parquet>),
    #[cfg(feature = "sqlite")]
    Sqlite(Box<sqlite::Sqlite>),
}

impl Output {
    /// Begins the file `path`; formats that hold several tables pass `table` over.
    ///
    /// # Errors
    /// It cannot be written, or the program was built without this format.
    pub fn create(path: &Path, format: Format, table: Table) -> Result<Self, Error> {
        let file = Whole::create(path)?;
        let rows = match format {
            Format::Jsonl => Rows::Jsonl(file, table),
            Format::Csv => {
                let rows = csv::Csv::new(file, table, true).map_err(|e| failure(path, e))?;
                Rows::Csv(Box::new(rows))
            }
            Format::Ics => Rows::Ics(ics::Calendar::new(file).map_err(|e| failure(path, e))?),
            #[cfg(feature = "xlsx")]
            Format::Xlsx => Rows::Xlsx(Box::new(xlsx::Xlsx::new(file)?)),
            #[cfg(feature = "parquet")]
            Format::Parquet => Rows::Parquet(Box::new(parquet::Parquet::new(file, table)?)),
            #[cfg(feature = "sqlite")]
            Format::Sqlite => Rows::Sqlite(Box::new(sqlite::Sqlite::new(file)?)),
            #[cfg(not(all(feature = "xlsx", feature = "parquet", feature = "sqlite")))]
            format => {
                let name = format.ending();
                let problem = format!(
                    "this duban was built without .{name}; build it with --features {name}"
                );
                return Err(failure(path, io::Error::other(problem)));
            }
        };
        Ok(Self {
            path: path.to_owned(),
            rows,
        })
    }

    /// Adds one document.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn push(&mut self, records: &Records) -> Result<(), Error> {
        let written = match &mut self.rows {
            Rows::Jsonl(file, table) => lines(file, *table, records),
            Rows::Csv(rows) => rows.push(records),
            Rows::Ics(calendar) => calendar.push(records),
            #[cfg(feature = "xlsx")]
            Rows::Xlsx(workbook) => return workbook.push(records),
            #[cfg(feature = "parquet")]
            Rows::Parquet(columns) => return columns.push(records),
            #[cfg(feature = "sqlite")]
            Rows::Sqlite(database) => return database.push(records),
        };
        written.map_err(|cause| failure(&self.path, cause))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// The disk is full, or the name is taken by a folder.
    pub fn finish(self) -> Result<(), Error> {
        let file = match self.rows {
            Rows::Jsonl(file, _) => Ok(file),
            Rows::Csv(rows) => rows.into_inner(),
            Rows::Ics(calendar) => calendar.into_inner(),
            #[cfg(feature = "xlsx")]
            Rows::Xlsx(workbook) => return workbook.finish(),
            #[cfg(feature = "parquet")]
            Rows::Parquet(columns) => return columns.finish(),
            #[cfg(feature = "sqlite")]
            Rows::Sqlite(database) => return database.finish(),
        };
        file.map_err(|cause| failure(&self.path, cause))?.finish()
    }
}

fn failure(path: &Path, cause: io::Error) -> Error {
    Error::Write {
        path: path.to_owned(),
        cause,
    }
}

/// Writes the records of one kind, a line each.
///
/// # Errors
/// The writer's own.
pub fn lines(out: &mut impl Write, table: Table, records: &Records) -> io::Result<()> {
    match table {
        Table::Tasks => records.tasks.iter().try_for_each(|task| line(out, task)),
        Table::Clauses => records
            .clauses
            .iter()
            .try_for_each(|clause| line(out, clause)),
        Table::Documents => line(out, &records.document),
        Table::Mentions => Ok(()),
    }
}

/// Writes one row and the end of its line.
///
/// # Errors
/// The writer's own.
pub fn line(out: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}
