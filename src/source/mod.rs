//! Where notices come from.

mod walk;

use crate::error::Error;
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
    /// `text/plain`.
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

/// Something to be read, not opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Standard,
}

/// Largest source in bytes: the map of a text counts in 32 bits.
const LARGEST: u64 = u32::MAX as u64;

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
        }
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// It cannot be opened or read, or is larger than 4 GiB.
    pub fn read(&self) -> Result<Source, Error> {
        let name = self.name();
        let read_error = |cause| Error::Read {
            name: name.clone(),
            cause,
        };
        let mut bytes = Vec::new();
        match self {
            Self::File(path) => {
                let mut file = std::fs::File::open(path).map_err(read_error)?;
                let size = file.metadata().map_err(read_error)?.len();
                if size > LARGEST {
                    return Err(too_large(name));
                }
                bytes.reserve_exact(usize::try_from(size).unwrap_or(0));
                file.by_ref()
                    .take(LARGEST + 1)
                    .read_to_end(&mut bytes)
                    .map_err(read_error)?;
            }
            Self::Standard => {
                std::io::stdin()
                    .lock()
                    .take(LARGEST + 1)
                    .read_to_end(&mut bytes)
                    .map_err(read_error)?;
            }
        }
        if bytes.len() as u64 > LARGEST {
            return Err(too_large(name));
        }
        Ok(Source::plain(name, bytes))
    }
}

fn too_large(name: String) -> Error {
    Error::Decode {
        name,
        problem: "larger than 4 GiB; split it into single notices".to_owned(),
    }
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
