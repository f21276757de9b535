//! Records from files that `duban extract` wrote.
//!
//! In: `tasks.jsonl` or `tasks.parquet`, alone or in a folder with `documents`. Out: the records. A file is one of records when its first
//! line says so, `{"record":"task",…}`: other JSON Lines may hold notices.

use crate::error::Error;
use crate::record::{DocumentRecord, TaskRecord};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Records of files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stored {
    /// Documents in the order of the files.
    pub documents: Vec<DocumentRecord>,
    /// Tasks in the order of the files.
    pub tasks: Vec<TaskRecord>,
}

#[derive(Deserialize)]
struct Kind {
    record: String,
}

/// The files of records at `path`: itself, or those of a folder; none if there are none.
pub fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        let of = |ending| {
            let names = ["documents", "tasks"].map(|name| format!("{name}.{ending}"));
            let files = names.map(|name| path.join(name)).into_iter();
            files.filter(|file| holds(file)).collect::<Vec<_>>()
        };
        let lines = of("jsonl");
        return if lines.is_empty() {
            of("parquet")
        } else {
            lines
        };
    }
    if holds(path) {
        vec![path.to_owned()]
    } else {
        Vec::new()
    }
}

/// Whether a file is a table of ours, or its first line is a record.
fn holds(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    #[cfg(feature = "parquet")]
    if ending == Some("parquet") {
        return super::columns::holds(path);
    }
    if !ending.is_some_and(|e| ["jsonl", "ndjson"].contains(&e)) {
        return false;
    }
    let Ok(file) = File::open(path) else {
        return false;
    };
    let mut line = Vec::new();
    let read = BufReader::new(file).read_until(b'\n', &mut line);
    read.is_ok() && serde_json::from_slice::<Kind>(&line).is_ok()
}

impl Stored {
    /// Adds the records of one file; clauses and failures are passed by.
    ///
    /// # Errors
    /// It cannot be read, or a line of it is no record.
    pub fn read(&mut self, path: &Path) -> Result<(), Error> {
        let wrong = |cause| Error::Read {
            name: path.display().to_string(),
            cause,
        };
        #[cfg(feature = "parquet")]
        if path.extension().is_some_and(|ending| ending == "parquet") {
            let Self { documents, tasks } = self;
            let document = |document| documents.push(document);
            return super::columns::read(path, |task| tasks.push(task), document).map_err(wrong);
        }
        let file = BufReader::new(File::open(path).map_err(wrong)?);
        for (at, line) in file.lines().enumerate() {
            let line = line.map_err(wrong)?;
            if !line.trim().is_empty() {
                self.line(&line).map_err(|error| {
                    wrong(io::Error::other(format!("line {}: {error}", at + 1)))
                })?;
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &str) -> serde_json::Result<()> {
        match serde_json::from_str::<Kind>(line)?.record.as_str() {
            "task" => self.tasks.push(serde_json::from_str(line)?),
            "document" => self.documents.push(serde_json::from_str(line)?),
            _ => {}
        }
        Ok(())
    }

    /// The documents in order, each with its tasks; those known from their tasks alone come last.
    pub fn by_document(self) -> Vec<(Option<DocumentRecord>, Vec<TaskRecord>)> {
        let mut places = BTreeMap::new();
        let mut found: Vec<(_, Vec<TaskRecord>)> = Vec::new();
        for document in self.documents {
            places.entry(document.id.clone()).or_insert(found.len());
            found.push((Some(document), Vec::new()));
        }
        for task in self.tasks {
            let at = *places
                .entry(task.document.id.clone())
                .or_insert(found.len());
            if at == found.len() {
                found.push((None, Vec::new()));
            }
            found[at].1.push(task);
        }
        found
    }
}
