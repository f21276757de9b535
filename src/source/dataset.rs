//! Rows of a dataset in JSON Lines, as text corpora are passed on.
//!
//! In: `{"id":"gov-17","text":"各县区科协：……"}`, one a line. Out: one notice a row, named `corpus.jsonl!/gov-17`. Only the row in hand
//! is in memory, however long the file is. Spans count bytes of the text, in UTF-8.

use super::feed::Feed;
use super::{Input, Source};
use crate::error::{Error, Limit};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;
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
pub(super) fn hand_on(
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
