//! Rows of a dataset: JSON Lines and Parquet, as text corpora are passed on.
//!
//! In: `{"id":"gov-17","text":"各县区科协：……"}`, one a line. Out: one notice a row, named `corpus.jsonl!/gov-17`. Only the row in hand
//! is in memory, however long the file is. Spans count bytes of the text, in UTF-8.

use super::feed::Feed;
use super::{Input, Source};
use crate::error::{Error, Limit};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, Read};
use std::ops::ControlFlow;

/// A hanzi takes six bytes as `\u5404`, and a row has other fields beside the text.
const ROOM: u64 = 4;

/// What else stands in the shortest of rows.
const FRAME: u64 = 1 << 20;

/// Hands on the rows of a file of JSON Lines.
pub(super) fn json_lines(
    feed: &mut Feed<'_, '_>,
    name: &str,
    stream: &mut dyn BufRead,
) -> ControlFlow<()> {
    let limit = feed.reading.limits.document;
    let longest = limit.saturating_mul(ROOM).saturating_add(FRAME);
    let mut line = Vec::new();
    let mut number = 0u64;
    loop {
        line.clear();
        number += 1;
        let read = (&mut *stream).take(longest).read_until(b'\n', &mut line);
        match read {
            Ok(0) => return ControlFlow::Continue(()),
            Err(cause) => return feed.failed(name, cause),
            Ok(_) => {}
        }
        let whole = line.ends_with(b"\n") || (line.len() as u64) < longest;
        if !whole {
            if let Err(cause) = skip_line(stream) {
                return feed.failed(name, cause);
            }
            feed.limit(&format!("{name}!/{number}"), Limit::DocumentSize, limit)?;
            continue;
        }
        let row = line
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&line)
            .trim_ascii();
        if row.is_empty() {
            continue;
        }
        let fields = &feed.reading.fields;
        let mut reader = serde_json::Deserializer::from_slice(row);
        let found = reader
            .deserialize_map(Pick {
                text: &fields.text,
                id: &fields.id,
            })
            .and_then(|found| reader.end().map(|()| found));
        match found {
            Ok(found) => hand_on(feed, name, number, found.id, found.text)?,
            Err(error) => (feed.take)(Err(Error::Decode {
                name: format!("{name}!/{number}"),
                problem: format!("the line is no JSON object ({error}): get the file anew"),
            }))?,
        }
        // One long row must not keep its room for all that follow.
        if line.capacity() > 16 << 20 {
            line = Vec::new();
        }
    }
}

fn skip_line(stream: &mut dyn BufRead) -> std::io::Result<()> {
    loop {
        let buffer = stream.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        if let Some(end) = memchr::memchr(b'\n', buffer) {
            stream.consume(end + 1);
            return Ok(());
        }
        let len = buffer.len();
        stream.consume(len);
    }
}

/// One row becomes one input.
fn hand_on(
    feed: &mut Feed<'_, '_>,
    name: &str,
    number: u64,
    id: Option<String>,
    text: Option<Vec<u8>>,
) -> ControlFlow<()> {
    let id = id.unwrap_or_else(|| number.to_string());
    let id = id.replace(['\n', '\r'], " ");
    let name = format!("{name}!/{id}");
    let limit = feed.reading.limits.document;
    match text {
        Some(bytes) if bytes.len() as u64 > limit => feed.limit(&name, Limit::DocumentSize, limit),
        Some(bytes) => (feed.take)(Ok(Input::Loaded(Source {
            name,
            bytes,
            media_type: "text/plain",
        }))),
        None => {
            let field = &feed.reading.fields.text;
            let problem = format!(
                "row {number} has no text in the field `{field}`: name the field with --text-field"
            );
            (feed.take)(Err(Error::Decode { name, problem }))
        }
    }
}

/// The two fields of a row that matter.
struct Pick<'a> {
    text: &'a str,
    id: &'a str,
}

#[derive(Default)]
struct Picked {
    text: Option<Vec<u8>>,
    id: Option<String>,
}

impl<'de> Visitor<'de> for Pick<'_> {
    type Value = Picked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Picked, A::Error> {
        let mut picked = Picked::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == self.text {
                let value: serde_json::Value = map.next_value()?;
                picked.text = value.as_str().map(|text| text.as_bytes().to_vec());
            } else if key == self.id {
                let value: serde_json::Value = map.next_value()?;
                picked.id = match value {
                    serde_json::Value::String(id) => Some(id),
                    serde_json::Value::Number(id) => Some(id.to_string()),
                    _ => None,
                };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(picked)
    }
}

/// Hands on the rows of a Parquet file, page by page.
#[cfg(feature = "parquet")]
pub(super) fn parquet(
    feed: &mut Feed<'_, '_>,
    name: &str,
    file: File,
    depth: usize,
) -> ControlFlow<()> {
    use super::feed::size;
    use super::limit::Share;
    use parquet::basic::Compression;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use parquet::schema::types::Type;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;

    let wrong = |problem: String| {
        Err(Error::Decode {
            name: name.to_owned(),
            problem,
        })
    };
    let fields = feed.reading.fields.clone();
    let share = if depth == 1 { size(&file) } else { 0 };
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
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

/// Says that this program was built without Parquet.
#[cfg(not(feature = "parquet"))]
pub(super) fn parquet(feed: &mut Feed<'_, '_>, name: &str, _: File, _: usize) -> ControlFlow<()> {
    (feed.take)(Err(Error::Decode {
        name: name.to_owned(),
        problem: "this program was built without Parquet: build it with the feature `parquet`"
            .to_owned(),
    }))
}
