//! Parquet for researchers and engines.
//!
//! In: rows. Out: one file a table, with `DATE` for days and `LIST` of strings for lists, compressed by Snappy.
//! Rows are gathered by columns up to a row group, so that memory holds one row group and no more. The crate is used
//! without Arrow: lists of strings are the only nesting, and Arrow would treble the time of a build.

use super::table::{Cell, Head, Kind, Table};
use super::whole::Whole;
use crate::error::Error;
use crate::process::Records;
use jiff::civil::{Date, date};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::io;
use std::sync::Arc;

/// Rows of a row group: some 10 MB of tasks.
const GROUP: usize = 8192;

/// The day that Parquet counts days from.
const EPOCH: Date = date(1970, 1, 1);

/// Rows of one table.
pub struct Parquet {
    table: Table,
    file: SerializedFileWriter<Whole>,
    columns: Vec<Values>,
    rows: usize,
}

/// The cells of one column in the row group, as Parquet wants them: values, and for each cell whether it has one
/// (`defined`); in a list also whether it goes on (`repeated`).
struct Values {
    kind: Kind,
    texts: Vec<ByteArray>,
    numbers: Vec<i64>,
    days: Vec<i32>,
    defined: Vec<i16>,
    repeated: Vec<i16>,
}

impl Parquet {
    /// Begins a file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn new(file: Whole, table: Table) -> Result<Self, Error> {
        let path = file.path().to_owned();
        let failed = |cause| failure(&path, cause);
        let heads = table.columns();
        let schema = schema(table, &heads).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("duban ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
            .map_err(failed)?;
        let columns = heads.iter().map(|(_, kind)| Values::new(*kind)).collect();
        Ok(Self {
            table,
            file,
            columns,
            rows: 0,
        })
    }

    /// Adds the rows of one document.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn push(&mut self, records: &Records) -> Result<(), Error> {
        self.table.rows(records, |row| {
            for (column, cell) in self.columns.iter_mut().zip(row) {
                column.push(cell);
            }
            self.rows += 1;
            if self.rows < GROUP {
                return Ok(());
            }
            self.rows = 0;
            group(&mut self.file, &mut self.columns)
                .map_err(|cause| failure(self.file.inner().path(), cause))
        })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(mut self) -> Result<(), Error> {
        let path = self.file.inner().path().to_owned();
        let failed = |cause| failure(&path, cause);
        if self.rows > 0 {
            group(&mut self.file, &mut self.columns).map_err(failed)?;
        }
        self.file.into_inner().map_err(failed)?.finish()
    }
}

fn failure(path: &std::path::Path, cause: ParquetError) -> Error {
    Error::Write {
        path: path.to_owned(),
        cause: io::Error::other(cause),
    }
}

impl Values {
    const fn new(kind: Kind) -> Self {
        Self {
            kind,
            texts: Vec::new(),
            numbers: Vec::new(),
            days: Vec::new(),
            defined: Vec::new(),
            repeated: Vec::new(),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) {
        match cell {
            Cell::List(list) => {
                if list.is_empty() {
                    self.defined.push(0);
                    self.repeated.push(0);
                }
                for (at, item) in list.iter().enumerate() {
                    self.texts.push(item.as_bytes().to_vec().into());
                    self.defined.push(1);
                    self.repeated.push(i16::from(at > 0));
                }
                return;
            }
            Cell::Text(text) => self.texts.push(text.as_bytes().to_vec().into()),
            Cell::Integer(number) => self.numbers.push(*number),
            Cell::Date(date) => self.days.push((*date - EPOCH).get_days()),
            Cell::Null => {
                self.defined.push(0);
                return;
            }
        }
        self.defined.push(1);
    }

    fn clear(&mut self) {
        *self = Self::new(self.kind);
    }
}

/// Writes what was gathered as one row group.
fn group(
    file: &mut SerializedFileWriter<Whole>,
    columns: &mut [Values],
) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    for column in columns {
        let Some(mut out) = group.next_column()? else {
            break;
        };
        let defined = Some(column.defined.as_slice());
        let repeated = (column.kind == Kind::List).then_some(column.repeated.as_slice());
        match column.kind {
            Kind::Text | Kind::List => {
                let out = out.typed::<ByteArrayType>();
                out.write_batch(&column.texts, defined, repeated)?;
            }
            Kind::Integer => {
                let out = out.typed::<Int64Type>();
                out.write_batch(&column.numbers, defined, None)?;
            }
            Kind::Date => {
                let out = out.typed::<Int32Type>();
                out.write_batch(&column.days, defined, None)?;
            }
        }
        out.close()?;
        column.clear();
    }
    group.close()?;
    Ok(())
}

fn schema(table: Table, heads: &[Head]) -> Result<Type, ParquetError> {
    let leaf = |name: &str, physical, logical, repetition| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let fields = heads.iter().map(|(name, kind)| match kind {
        Kind::Text => leaf(
            name,
            Physical::BYTE_ARRAY,
            Some(LogicalType::String),
            Repetition::OPTIONAL,
        ),
        Kind::Integer => leaf(name, Physical::INT64, None, Repetition::OPTIONAL),
        Kind::Date => leaf(
            name,
            Physical::INT32,
            Some(LogicalType::Date),
            Repetition::OPTIONAL,
        ),
        Kind::List => {
            // The three levels that the format asks for: list, its items, the words of one.
            let element = leaf(
                "element",
                Physical::BYTE_ARRAY,
                Some(LogicalType::String),
                Repetition::REQUIRED,
            )?;
            let items = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![element])
                .build()?;
            Type::group_type_builder(name)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(items)])
                .build()
                .map(Arc::new)
        }
    });
    Type::group_type_builder(table.name())
        .with_fields(fields.collect::<Result<_, _>>()?)
        .build()
}
