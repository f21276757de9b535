//! Where notices come from.
//!
//! In: paths of files, folders, archives and datasets. Out: one [`Input`] for each notice in them, in an order that does not depend on the
//! disk: `2021.zip!/通知.docx`, `corpus.jsonl!/17`. Nothing is unpacked to disk under a name of an archive, and no more of a dataset is
//! in memory than the row in hand.
//!
//! | file | question |
//! |---|---|
//! | `walk.rs` | Which files lie below a folder? |
//! | `feed.rs` | Which notices lie in a file, a stream, an archive in an archive? |
//! | `archive.rs`, `sevenz.rs` | What are the members of a `.zip`, a `.tar`, a `.7z`? |
//! | `mime.rs` | What are the parts of a mail? |
//! | `dataset.rs`, `parquet.rs` | What are the rows of JSON Lines, of Parquet? |
//! | `warc.rs` | What are the pages of a web archive? |
//! | `container.rs` | What is a file that holds others? |
//! | `limit.rs`, `meter.rs`, `thrift.rs` | How much of all this is too much? |

mod archive;
mod container;
mod dataset;
mod feed;
mod limit;
mod meter;
pub(crate) mod mime;
#[cfg(feature = "parquet")]
mod parquet;
mod sevenz;
#[cfg(feature = "parquet")]
mod thrift;
mod walk;
mod warc;

use crate::error::{Error, Limit};
pub use feed::{Take, bytes, bytes_of_list, feed, feed_list};
pub use limit::{Fields, Limits, Reading};
use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};
pub use walk::{Skipped, walk};

/// One byte stream as archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as given, or below the folder given; `-` for standard input. A member of a zip is `a.zip!/b.docx`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it was said to be: `text/plain`.
    pub media_type: &'static str,
}

impl Source {
    /// A plain text by name.
    pub fn plain(name: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into().into_owned(),
            media_type: "text/plain",
        }
    }
}

/// Something to be read, perhaps not opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Standard,
    /// A member of an archive, a row of a dataset.
    Loaded(Source),
}

impl Input {
    /// What a path on the command line names: - is standard input.
    pub fn named(path: &Path) -> Self {
        if path == Path::new("-") {
            Self::Standard
        } else {
            Self::File(path.to_owned())
        }
    }

    /// The name that records carry.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => name(path),
            Self::Standard => "-".to_owned(),
            Self::Loaded(source) => source.name.clone(),
        }
    }

    /// The bytes that it holds in memory already.
    pub fn weight(&self) -> usize {
        match self {
            Self::Loaded(source) => source.bytes.len(),
            _ => 0,
        }
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// It cannot be opened or read, or is larger than a document may be.
    pub fn read(self, limits: &Limits) -> Result<Source, Error> {
        let name = self.name();
        let read_error = |cause| Error::Read {
            name: name.clone(),
            cause,
        };
        match self {
            Self::File(path) => {
                let file = open(&path).map_err(read_error)?;
                let size = file.metadata().map_err(read_error)?.len();
                read_limited(file, size, &name, limits)
            }
            Self::Standard => read_limited(std::io::stdin().lock(), 0, &name, limits),
            Self::Loaded(source) => Ok(source),
        }
    }
}

/// Opens a file for reading; a pipe or device is none, and opening one could wait forever.
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    let kind = std::fs::metadata(path)?;
    if !kind.is_file() {
        return Err(std::io::Error::other(
            "it is no file (a pipe, a device): leave it out",
        ));
    }
    std::fs::File::open(path)
}

/// Reads a stream to its end, unless that lies too far; `size` is what it says of itself.
fn read_limited(
    stream: impl Read,
    size: u64,
    name: &str,
    limits: &Limits,
) -> Result<Source, Error> {
    let too_large = || Error::Limit {
        name: name.to_owned(),
        limit: Limit::DocumentSize,
        allowed: limits.document,
    };
    if size > limits.document {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(1 << 20)).unwrap_or(0));
    stream
        .take(limits.document.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|cause| Error::Read {
            name: name.to_owned(),
            cause,
        })?;
    if bytes.len() as u64 > limits.document {
        return Err(too_large());
    }
    Ok(Source::plain(name, bytes))
}

/// A path as text. Bytes that are no UTF-8 (names from GBK systems) are written `\xb1`, so that no two names meet.
fn name(path: &Path) -> String {
    if let Some(name) = path.to_str() {
        return name.to_owned();
    }
    let mut name = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        name.push_str(chunk.valid());
        for byte in chunk.invalid() {
            name.push_str(&format!("\\x{byte:02x}"));
        }
    }
    name
}
