//! What a run has done, so that it can be broken off at any moment and gone on with.
//!
//! In: what came of each source, in order. Out: a journal beside the output while the run lasts.
//!
//! Each line of the journal carries a sum of its bytes. After a kill the last one may be torn: it is cut off, its source is read anew. The
//! rows of all others are written from the journal, so the output is the same, byte for byte, as if nothing had happened.

use crate::batch::Outcome;
use crate::error::Error;
use crate::process::Records;
use crate::record::{FailureRecord, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The first line: a run can only be gone on with by one that would do the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of this program.
    pub version: String,
    /// The rules it reads by.
    pub rules: String,
    /// What it was asked to read, and how.
    pub inputs: String,
}

/// What came of one source.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    name: String,
    bytes: usize,
    milliseconds: u64,
    records: Option<Box<Records>>,
    failure: Option<FailureRecord>,
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: BufWriter<File>,
}

/// Hex digits of the sum of a line.
const SUM: usize = 16;

fn sum(line: &[u8]) -> String {
    hex(&Sha256::digest(line), SUM)
}

/// A short stand-in for a name.
pub fn mark(name: &str) -> u64 {
    let digest = Sha256::digest(name.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |mark, byte| mark << 8 | u64::from(*byte))
}

impl Journal {
    /// Where the journal of an output lies: `tasks.jsonl` has `.tasks.jsonl.journal`.
    pub fn beside(output: &Path) -> PathBuf {
        let name = output.file_name().unwrap_or_default().to_string_lossy();
        output.with_file_name(format!(".{name}.journal"))
    }

    /// Begins a journal. To go on with one, hands what it holds to `replay` first, and gives back the marks of the sources that it names.
    ///
    /// # Errors
    /// Another run writes there; the disk cannot be written to; the journal is of another run.
    pub fn open(
        path: &Path,
        header: &Header,
        resume: bool,
        mut replay: impl FnMut(Outcome) -> Result<(), Error>,
    ) -> Result<(Self, VecDeque<u64>), Error> {
        let failed = |cause| Error::Write {
            path: path.to_owned(),
            cause,
        };
        let other = |problem: &str| Error::Journal {
            path: path.to_owned(),
            problem: problem.to_owned(),
        };
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        if file.try_lock().is_err() {
            return Err(other(
                "another run writes there: wait for it, or give another -o",
            ));
        }
        let mut done = VecDeque::new();
        let mut sound = 0;
        if resume {
            let mut reader = BufReader::new(&file);
            let mut line = Vec::new();
            let mut first = true;
            loop {
                line.clear();
                let read = reader.read_until(b'\n', &mut line).map_err(failed)?;
                let Some(json) = checked(&line) else { break };
                if first {
                    let found: Option<Header> = serde_json::from_slice(json).ok();
                    if found.as_ref() != Some(header) {
                        return Err(other(
                            "it is of a run with other inputs, rules or another version: run without --resume",
                        ));
                    }
                    first = false;
                } else {
                    let Ok(entry) = serde_json::from_slice::<Entry>(json) else {
                        break;
                    };
                    done.push_back(mark(&entry.name));
                    replay(entry.outcome())?;
                }
                sound += read as u64;
            }
        }
        file.set_len(sound).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut journal = Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
        };
        if sound == 0 {
            journal.line(header)?;
        }
        Ok((journal, done))
    }

    /// Adds what came of a source.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn push(&mut self, outcome: &Outcome) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Borrowed<'a> {
            name: &'a str,
            bytes: usize,
            milliseconds: u64,
            records: Option<&'a Records>,
            failure: Option<FailureRecord>,
        }
        self.line(&Borrowed {
            name: &outcome.name,
            bytes: outcome.bytes,
            milliseconds: outcome.milliseconds,
            records: outcome.result.as_ref().ok(),
            failure: outcome.result.as_ref().err().map(FailureRecord::new),
        })
    }

    fn line(&mut self, row: &impl Serialize) -> Result<(), Error> {
        let written = serde_json::to_vec(row)
            .map_err(io::Error::from)
            .and_then(|json| {
                self.file.write_all(sum(&json).as_bytes())?;
                self.file.write_all(b" ")?;
                self.file.write_all(&json)?;
                self.file.write_all(b"\n")?;
                // Killed, the program loses what it holds itself, not what the system has.
                self.file.flush()
            });
        written.map_err(|cause| Error::Write {
            path: self.path.clone(),
            cause,
        })
    }

    /// Makes sure that the journal outlives a loss of power.
    ///
    /// # Errors
    /// The disk is gone.
    pub fn keep(self) -> Result<(), Error> {
        self.file
            .get_ref()
            .sync_all()
            .map_err(|cause| Error::Write {
                path: self.path,
                cause,
            })
    }

    /// Takes the journal away: all is written.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn finish(self) -> Result<(), Error> {
        std::fs::remove_file(&self.path).map_err(|cause| Error::Write {
            path: self.path,
            cause,
        })
    }
}

/// The words of a line, if it is whole.
fn checked(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_suffix(b"\n")?;
    let json = line.get(SUM + 1..)?;
    (&line[..SUM] == sum(json).as_bytes()).then_some(json)
}

impl Entry {
    fn outcome(self) -> Outcome {
        let result = match (self.records, self.failure) {
            (Some(records), _) => Ok(*records),
            (None, failure) => Err(Error::Recorded {
                name: self.name.clone(),
                stage: failure
                    .as_ref()
                    .map_or("process".into(), |failure| failure.stage.clone()),
                problem: failure.map_or_else(String::new, |failure| failure.error),
            }),
        };
        Outcome {
            name: self.name,
            milliseconds: self.milliseconds,
            bytes: self.bytes,
            result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            version: "1".to_owned(),
            rules: "r".to_owned(),
            inputs: "a".to_owned(),
        }
    }

    fn failed(name: &str) -> Outcome {
        Outcome {
            name: name.to_owned(),
            milliseconds: 1,
            bytes: 2,
            result: Err(Error::Defect {
                name: name.to_owned(),
            }),
        }
    }

    #[test]
    fn a_torn_line_is_cut_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Journal::beside(&folder.path().join("tasks.jsonl"));
        let (mut journal, done) =
            Journal::open(&path, &header(), false, |_| Ok(())).expect("opens");
        assert!(done.is_empty());
        for name in ["a", "b"] {
            journal.push(&failed(name)).expect("writes");
        }
        drop(journal);
        let whole = std::fs::read(&path).expect("reads");
        std::fs::write(&path, &whole[..whole.len() - 5]).expect("writes");
        let mut names = Vec::new();
        let (journal, done) = Journal::open(&path, &header(), true, |outcome| {
            names.push(outcome.name);
            Ok(())
        })
        .expect("opens");
        assert_eq!(names, ["a"]);
        assert_eq!(done, [mark("a")]);
        assert!(
            Journal::open(&path, &header(), true, |_| Ok(())).is_err(),
            "it is locked"
        );
        drop(journal);
        let other = Header {
            rules: "s".to_owned(),
            ..header()
        };
        assert!(
            Journal::open(&path, &other, true, |_| Ok(())).is_err(),
            "it is of another run"
        );
    }
}
