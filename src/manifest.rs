//! The list of all sources of a run, beside its output.
//!
//! In: what came of each source, in order. Out: `manifest.jsonl`, a row for each:
//! `{"record":"manifest","source":"a.docx","id":"5f0c2a9d81b3e764","status":"done","tasks":12,"milliseconds":3,…}`. A notice whose words
//! another one had already is a `duplicate` and names that one's id; one that differs from another in a few words is `done`, and names it
//! in `near_duplicate_of`.

use crate::batch::Outcome;
use crate::dedupe::Match;
use crate::error::Error;
use crate::record::SCHEMA;
use serde::Serialize;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// One row of the manifest.
#[derive(Debug, Serialize)]
struct Row<'a> {
    record: &'static str,
    schema: u32,
    source: &'a str,
    id: Option<&'a str>,
    sha256: Option<&'a str>,
    status: &'static str,
    duplicate_of: Option<String>,
    near_duplicate_of: Option<String>,
    bytes: usize,
    clauses: usize,
    tasks: usize,
    milliseconds: u64,
    error: Option<String>,
}

/// The list of all sources of a run, whole or not at all.
#[derive(Debug)]
pub struct Manifest {
    path: PathBuf,
    file: BufWriter<tempfile::NamedTempFile>,
}

impl Manifest {
    /// Begins a manifest.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(".duban-")
            .suffix(".partial")
            .tempfile_in(folder.unwrap_or(Path::new(".")));
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file.map_err(|cause| Error::Write {
                path: path.to_owned(),
                cause,
            })?),
        })
    }

    /// Adds a source, perhaps one whose words another one had already; that is named by its id.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn push(&mut self, outcome: &Outcome, copy: Option<Match>) -> Result<(), Error> {
        let document = outcome
            .result
            .as_ref()
            .ok()
            .map(|records| &records.document);
        let row = Row {
            record: "manifest",
            schema: SCHEMA,
            source: &outcome.name,
            id: document.map(|document| document.id.as_str()),
            sha256: document.map(|document| document.sha256.as_str()),
            status: match (&outcome.result, copy) {
                (Err(_), _) => "failed",
                (Ok(_), Some(Match::Same(_))) => "duplicate",
                (Ok(_), _) => "done",
            },
            duplicate_of: match copy {
                Some(Match::Same(id)) => Some(format!("{id:016x}")),
                _ => None,
            },
            near_duplicate_of: match copy {
                Some(Match::Near(id)) => Some(format!("{id:016x}")),
                _ => None,
            },
            bytes: outcome.bytes,
            clauses: document.map_or(0, |document| document.counts.clauses),
            tasks: document.map_or(0, |document| document.counts.tasks),
            milliseconds: outcome.milliseconds,
            error: outcome.result.as_ref().err().map(Error::to_string),
        };
        serde_json::to_writer(&mut self.file, &row)
            .map_err(io::Error::from)
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: io::Error) -> Error {
        Error::Write {
            path: self.path.clone(),
            cause,
        }
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// The disk is full, or the name is taken by a folder.
    pub fn finish(self) -> Result<(), Error> {
        let Self { path, file } = self;
        let finish = || {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            open_to_all(file.as_file())?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        finish().map_err(|cause| Error::Write {
            path: path.clone(),
            cause,
        })
    }
}

/// Temporary files are for their owner alone; an output is as open as any new file.
#[cfg(unix)]
fn open_to_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_all(_: &File) -> io::Result<()> {
    Ok(())
}
