//! What a run has done, so that it can be broken off at any moment and gone on with.
//!
//! In: what came of each source, in order. Out: a journal beside the output while the run lasts.
//!
//! Each entry of the journal is packed, and carries its length and a sum of its bytes: the journal of a run takes about the room of its
//! input, not six times that. After a kill the last entry may be torn: it is cut off, its source is read anew. The
//! rows of all others are written from the journal, so the output is the same, byte for byte, as if nothing had happened.

use crate::batch::Outcome;
use crate::error::Error;
use crate::process::Records;
use crate::record::{FailureRecord, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The first entry: a run can only be gone on with by one that would do the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of this program.
    pub version: String,
    /// The rules it reads by.
    pub rules: String,
    /// What it was asked to read, and how.
    pub inputs: String,
}

impl Header {
    /// What stands for it, and for what is written, in the manifest of a run.
    pub fn run(&self, output: &str) -> String {
        let Self {
            version,
            rules,
            inputs,
        } = self;
        sum(format!("{version}\n{rules}\n{inputs}\n{output}").as_bytes())
    }
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
    /// When it was last written to the disk itself.
    kept: Instant,
}

/// How much of a run a loss of power may cost: what is told in this time counts as in flight.
const KEPT_EVERY: Duration = Duration::from_secs(1);

/// Hex digits of the length of an entry.
const LEN: usize = 8;

/// Hex digits of its sum.
const SUM: usize = 16;

/// Bytes of an entry, unpacked: what comes of the largest of documents.
const MOST: u64 = 4 << 30;

/// How hard entries are packed: the next level takes three times as long for a tenth less.
const LEVEL: i32 = 1;

fn sum(entry: &[u8]) -> String {
    hex(&Sha256::digest(entry), SUM)
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
            let mut first = true;
            while let Some((json, read)) = next(&mut reader).map_err(failed)? {
                if first {
                    let found: Option<Header> = serde_json::from_slice(&json).ok();
                    if found.as_ref() != Some(header) {
                        return Err(other(
                            "it is of a run with other inputs, rules or another version: run without --resume",
                        ));
                    }
                    first = false;
                } else {
                    let Ok(entry) = serde_json::from_slice::<Entry>(&json) else {
                        break;
                    };
                    done.push_back(mark(&entry.name));
                    replay(entry.outcome())?;
                }
                sound += read;
            }
        }
        file.set_len(sound).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut journal = Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            kept: Instant::now(),
        };
        if sound == 0 {
            journal.entry(header)?;
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
        self.entry(&Borrowed {
            name: &outcome.name,
            bytes: outcome.bytes,
            milliseconds: outcome.milliseconds,
            records: outcome.result.as_ref().ok(),
            failure: outcome
                .result
                .as_ref()
                .err()
                .map(|error| FailureRecord::new(error, outcome.sha256.as_deref())),
        })
    }

    fn entry(&mut self, row: &impl Serialize) -> Result<(), Error> {
        let written = serde_json::to_vec(row)
            .map_err(io::Error::from)
            .and_then(|json| {
                let packed = zstd::encode_all(json.as_slice(), LEVEL)?;
                write!(self.file, "{:0LEN$x}{}", packed.len(), sum(&packed))?;
                self.file.write_all(&packed)?;
                // Killed, the program loses what it holds itself, not what the system has. Without power, that is lost, too.
                self.file.flush()?;
                if self.kept.elapsed() > KEPT_EVERY {
                    self.file.get_ref().sync_data()?;
                    self.kept = Instant::now();
                }
                Ok(())
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

/// The words of the next entry and the bytes that it takes, if it is whole.
fn next(reader: &mut impl Read) -> io::Result<Option<(Vec<u8>, u64)>> {
    let mut head = Vec::new();
    reader.take((LEN + SUM) as u64).read_to_end(&mut head)?;
    let len = head
        .get(..LEN)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let Some(len) = len else { return Ok(None) };
    let mut packed = Vec::new();
    reader.take(len).read_to_end(&mut packed)?;
    if packed.len() as u64 != len || head[LEN..] != *sum(&packed).as_bytes() {
        return Ok(None);
    }
    let mut json = Vec::new();
    let unpacked = zstd::Decoder::new(packed.as_slice())
        .and_then(|unpacked| unpacked.take(MOST).read_to_end(&mut json));
    Ok(unpacked.ok().map(|_| (json, (LEN + SUM) as u64 + len)))
}

impl Entry {
    fn outcome(self) -> Outcome {
        let sha256 = self
            .failure
            .as_ref()
            .and_then(|failure| failure.sha256.clone());
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
            sha256,
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
            sha256: None,
            result: Err(Error::Defect {
                name: name.to_owned(),
            }),
        }
    }

    #[test]
    fn a_torn_entry_is_cut_off() {
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
