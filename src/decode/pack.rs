//! Parts of an office file that is a zip archive: docx, xlsx, ofd.
//!
//! In: the bytes of the file and `word/document.xml`. Out: that part as a string, never longer than the limit, however
//! small it is packed: bytes are counted as they come out, not as the archive says.

use super::Problem;
use crate::error::Limit;
use encoding_rs::{UTF_16BE, UTF_16LE};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bytes of one part, unpacked; the words of the longest notices take 2 MiB.
const LARGEST_PART: u64 = 128 << 20;

/// Members of an office file; each picture is one.
const MOST_PARTS: usize = 100_000;

/// An office file.
pub(super) struct Pack<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Pack<'a> {
    /// Opens the archive.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Problem> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if archive.len() > MOST_PARTS {
            return Err(Problem::Limit(Limit::Entries, MOST_PARTS as u64));
        }
        Ok(Self { archive })
    }

    /// Unpacks all of it to nowhere, to see that a library may do so.
    pub(super) fn check(&mut self, most: u64) -> Result<(), Problem> {
        let mut all = 0;
        for index in 0..self.archive.len() {
            let file = self.archive.by_index(index).map_err(damaged)?;
            let xml = file.name_raw().to_ascii_lowercase();
            if !xml.ends_with(b".xml") && !xml.ends_with(b".rels") && !xml.ends_with(b".bin") {
                continue;
            }
            all +=
                std::io::copy(&mut file.take(most + 1), &mut std::io::sink()).map_err(|cause| {
                    Problem::from(format!("it is damaged ({cause}): get the file anew"))
                })?;
            if all > most {
                return Err(Problem::Limit(Limit::TextSize, most));
            }
        }
        Ok(())
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.archive
            .file_names_raw()
            .map(|name| String::from_utf8_lossy(name).replace('\\', "/"))
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index(name).is_some()
    }

    fn index(&self, name: &str) -> Option<usize> {
        let name = name.trim_start_matches('/');
        self.names()
            .position(|other| other.trim_start_matches('/').eq_ignore_ascii_case(name))
    }

    /// The part `name` as text, if there is one.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(index) = self.index(name) else {
            return Ok(None);
        };
        let file = self.archive.by_index(index).map_err(damaged)?;
        if file.encrypted() {
            return Err(Problem::from(
                "it is encrypted: save it without a password first",
            ));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST_PART + 1)
            .read_to_end(&mut bytes)
            .map_err(|cause| {
                Problem::from(format!(
                    "its part {name} is damaged ({cause}): get the file anew"
                ))
            })?;
        if bytes.len() as u64 > LARGEST_PART {
            return Err(Problem::Limit(Limit::TextSize, LARGEST_PART));
        }
        Ok(Some(string(bytes)))
    }
}

/// Office programs write UTF-8, few of them UTF-16 with a mark.
fn string(bytes: Vec<u8>) -> String {
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => UTF_16LE.decode_with_bom_removal(&bytes).0.into_owned(),
        [0xFE, 0xFF, ..] => UTF_16BE.decode_with_bom_removal(&bytes).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

fn damaged(error: zip::result::ZipError) -> Problem {
    let text = error.to_string();
    if text.to_ascii_lowercase().contains("password") {
        return Problem::from("it is encrypted: save it without a password first");
    }
    Problem::from(format!(
        "it is a damaged zip archive or Office document ({text}): get the file anew"
    ))
}
