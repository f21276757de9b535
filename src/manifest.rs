//! The list of all sources of a run, beside its output.
//!
//! In: what came of each source, in order. Out: `manifest.jsonl`, a row for each:
//! `{"record":"manifest","source":"a.docx","id":"5f0c2a9d81b3e764","status":"done","tasks":12,"milliseconds":3,…}`. A notice whose words
//! another one had already is a `duplicate` and names that one's id; one that differs from another in a few words is `done`, and names it
//! in `near_duplicate_of`. What is no notice (a picture, a link) is `passed-by`. Read again, it shows whether a run has anything left to do.

use crate::batch::Outcome;
use crate::dedupe::Match;
use crate::error::Error;
use crate::record::SCHEMA;
use crate::source::Input;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

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
    /// The same for all rows of runs that do the same.
    run: &'a str,
}

/// The list of all sources of a run, whole or not at all.
#[derive(Debug)]
pub struct Manifest {
    path: PathBuf,
    run: String,
    file: BufWriter<tempfile::NamedTempFile>,
}

impl Manifest {
    /// Begins a manifest of a [`run`](crate::journal::Header::run).
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn create(path: &Path, run: String) -> Result<Self, Error> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::Builder::new()
            .prefix(".duban-")
            .suffix(".partial")
            .tempfile_in(folder.unwrap_or(Path::new(".")));
        Ok(Self {
            path: path.to_owned(),
            run,
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
            sha256: document
                .map(|document| document.sha256.as_str())
                .or(outcome.sha256.as_deref()),
            status: match (&outcome.result, copy) {
                (Err(error), _) if error.is_passed_by() => "passed-by",
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
            run: &self.run,
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
        let Self { path, file, .. } = self;
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

/// What a manifest says of one source.
#[derive(Debug, Deserialize)]
struct Found<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    status: Cow<'a, str>,
    bytes: u64,
    tasks: usize,
    near_duplicate_of: Option<IgnoredAny>,
    #[serde(borrow)]
    run: Cow<'a, str>,
}

/// What a run did that came to its end, by its manifest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whole {
    /// Notices.
    pub documents: usize,
    /// Their tasks.
    pub tasks: usize,
    /// Sources that could not be processed.
    pub failures: usize,
    /// Notices that stand in another source, too.
    pub duplicates: usize,
    /// Those that nearly do.
    pub near_duplicates: usize,
    /// What is no notice.
    pub passed_by: usize,
}

/// A manifest, read row by row beside the sources that it should name.
pub struct Rows {
    lines: BufReader<File>,
    line: Vec<u8>,
    since: SystemTime,
    run: String,
    whole: Whole,
}

impl Rows {
    /// Opens the manifest of a run, if there is one.
    pub fn open(path: &Path, run: String) -> Option<Self> {
        let file = File::open(path).ok()?;
        Some(Self {
            since: file.metadata().and_then(|data| data.modified()).ok()?,
            lines: BufReader::new(file),
            line: Vec::new(),
            run,
            whole: Whole::default(),
        })
    }

    /// Whether the next row names this source, as it is still.
    pub fn is_next(&mut self, input: &Result<Input, Error>) -> bool {
        self.line.clear();
        if !matches!(self.lines.read_until(b'\n', &mut self.line), Ok(1..)) {
            return false;
        }
        let Ok(found) = serde_json::from_slice::<Found<'_>>(&self.line) else {
            return false;
        };
        let whole = &mut self.whole;
        match found.status.as_ref() {
            "failed" => whole.failures += 1,
            "passed-by" => whole.passed_by += 1,
            status => {
                whole.documents += 1;
                if status == "duplicate" {
                    whole.duplicates += 1;
                } else {
                    whole.tasks += found.tasks;
                }
                whole.near_duplicates += usize::from(found.near_duplicate_of.is_some());
            }
        }
        let (name, same) = match input {
            Ok(input @ Input::File(path)) => {
                let data = std::fs::metadata(path);
                let older = |data: std::fs::Metadata| {
                    data.modified().is_ok_and(|changed| changed < self.since)
                        && (found.bytes == 0 || data.len() == found.bytes)
                };
                (input.name(), data.is_ok_and(older))
            }
            Ok(input @ Input::Loaded(source)) => {
                (input.name(), source.bytes.len() as u64 == found.bytes)
            }
            Ok(input) => (input.name(), false),
            Err(error) => (error.subject(), found.bytes == 0),
        };
        same && found.source == name && found.run == self.run
    }

    /// What the run did, if all of its rows were asked for.
    pub fn end(mut self) -> Option<Whole> {
        self.line.clear();
        let rest = self.lines.read_until(b'\n', &mut self.line);
        matches!(rest, Ok(0)).then_some(self.whole)
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
