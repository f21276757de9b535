//! Rows of a dataset in Parquet, page by page.
//!
//! In: a file with a column of texts. Out: one notice a row, named `corpus.parquet!/gov-17`. What the file says of itself is
//! looked through before the library believes it: see [`thrift`](super::thrift).

use super::dataset::hand_on;
use super::feed::{Feed, size};
use super::limit::Share;
use super::thrift;
use crate::error::Error;
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Hands on the rows of a Parquet file, page by page.
pub(super) fn rows(
    feed: &mut Feed<'_, '_>,
    name: &str,
    file: File,
    depth: usize,
) -> ControlFlow<()> {
    let wrong = |problem: String| {
        Err(Error::Decode {
            name: name.to_owned(),
            problem,
        })
    };
    let fields = feed.reading.fields.clone();
    let share = if depth == 1 { size(&file) } else { 0 };
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let checked = Checked::new(file).map_err(|error| error.to_string())?;
        let reader = SerializedFileReader::new(checked).map_err(|error| error.to_string())?;
        let schema = reader.metadata().file_metadata().schema().clone();
        let count = reader.metadata().file_metadata().num_rows();
        let kept: Vec<_> = schema
            .get_fields()
            .iter()
            .filter(|field| field.name() == fields.text || field.name() == fields.id)
            .map(Arc::clone)
            .collect();
        if !kept.iter().any(|field| field.name() == fields.text) {
            return Ok(None);
        }
        let unknown = reader
            .metadata()
            .row_groups()
            .iter()
            .flat_map(|group| group.columns())
            .map(|column| column.compression())
            .find(|codec| matches!(codec, Compression::BROTLI(_) | Compression::LZO));
        if let Some(codec) = unknown {
            return Err(format!(
                "{codec} is a compression that is not read here: write it with snappy or zstd"
            ));
        }
        let projection = Type::group_type_builder(schema.name())
            .with_fields(kept)
            .build()
            .map_err(|error| error.to_string())?;
        parquet::record::reader::RowIter::from_file_into(Box::new(reader))
            .project(Some(projection))
            .map(|rows| Some((rows, count)))
            .map_err(|error| error.to_string())
    }));
    let (mut rows, count) = match opened.unwrap_or_else(|_| Err("its pages are torn".to_owned())) {
        Ok(Some(opened)) => opened,
        Ok(None) => {
            return (feed.take)(wrong(format!(
                "it has no column `{}`: name the column with --text-field",
                fields.text
            )));
        }
        Err(error) => {
            return (feed.take)(wrong(format!(
                "it is a Parquet file that cannot be read ({error}): get it anew"
            )));
        }
    };
    let mut counted = Share::new(share, u64::try_from(count).unwrap_or(0));
    let mut number = 0u64;
    loop {
        number += 1;
        feed.reading.count(counted.next());
        let row = match catch_unwind(AssertUnwindSafe(|| rows.next())) {
            Ok(None) => return ControlFlow::Continue(()),
            Ok(Some(Ok(row))) => row,
            Ok(Some(Err(_))) | Err(_) => {
                return (feed.take)(wrong(format!(
                    "it is damaged from row {number} on: get the file anew"
                )));
            }
        };
        let (mut text, mut id) = (None, None);
        for (column, value) in row.get_column_iter() {
            let words = match value {
                Field::Str(words) => Some(words.as_bytes().to_vec()),
                Field::Bytes(bytes) => Some(bytes.data().to_vec()),
                Field::Null => None,
                other => Some(other.to_string().into_bytes()),
            };
            if *column == fields.text {
                text = words;
            } else if *column == fields.id {
                id = words.map(|words| String::from_utf8_lossy(&words).into_owned());
            }
        }
        hand_on(feed, name, number, id, text)?;
    }
}

/// Bytes after the description of a file: its length, and `PAR1`.
const FOOT: u64 = 8;

/// Bytes of the longest header of a page: its statistics hold two values of the column.
const HEADER: u64 = 32 << 20;

/// A file whose headers hold what they say.
struct Checked(File);

impl Checked {
    /// Looks through the description of the whole file, which stands at its end.
    fn new(mut file: File) -> Result<Self> {
        let len = size(&file);
        if len > FOOT {
            let mut foot = [0; 4];
            file.seek(SeekFrom::End(-(FOOT as i64)))?;
            file.read_exact(&mut foot)?;
            let own = u64::from(u32::from_le_bytes(foot));
            file.seek(SeekFrom::Start(len.saturating_sub(FOOT + own)))?;
            check(BufReader::new(&file), own)?;
        }
        Ok(Self(file))
    }

    fn at(&self, start: u64) -> Result<BufReader<File>> {
        let mut file = self.0.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(file))
    }
}

fn check(from: impl Read, bytes: u64) -> Result<()> {
    if thrift::holds(from, bytes) {
        Ok(())
    } else {
        Err(ParquetError::General("a header is torn".to_owned()))
    }
}

impl Length for Checked {
    fn len(&self) -> u64 {
        size(&self.0)
    }
}

impl ChunkReader for Checked {
    type T = BufReader<File>;

    /// What is read piece by piece is the header of a page; pages themselves come by [`get_bytes`](Self::get_bytes).
    fn get_read(&self, start: u64) -> Result<Self::T> {
        if start < self.len().saturating_sub(FOOT) {
            check(self.at(start)?, HEADER)?;
        }
        self.at(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        self.0.get_bytes(start, length)
    }
}
