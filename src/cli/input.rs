//! What `duban extract` reads, and what it allows.

use super::progress::LogFormat;
use crate::batch::Job;
use crate::error::Error;
use crate::journal::{self, Header};
use crate::normalize::Repair;
use crate::rule::RuleSet;
use crate::source::{self, Fields, Limits, Reading, Skipped, Take};
use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::fs::File;
use std::io::{self, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// What is to be read.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Files, folders and archives; - for standard input
    #[arg(required_unless_present = "files_from")]
    paths: Vec<PathBuf>,
    /// File that names what to read, one path a line; - for standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// Field of a dataset (.jsonl, .parquet) that holds the text; also makes folders be searched for datasets
    #[arg(long, value_name = "FIELD")]
    text_field: Option<String>,
    /// Field of a dataset that names the row; by default id, else the number of the row
    #[arg(long, value_name = "FIELD", default_value = "id")]
    id_field: String,
    /// How much is repaired before a notice is read
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "safe")]
    repair: Repair,
    /// Number of threads; by default one for each processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Largest document, in bytes or with KiB, MiB, GiB
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size)]
    max_document_size: u64,
    /// How many times its size an archive may unpack to
    #[arg(long, value_name = "N", default_value_t = Limits::default().expansion)]
    max_expansion: u64,
    /// How deep archives may lie in archives
    #[arg(long, value_name = "N", default_value_t = Limits::default().nesting)]
    max_nesting: usize,
    /// Members of one archive
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries)]
    max_entries: u64,
    /// Seconds after which a document is given up; by default none
    #[arg(long, value_name = "SECONDS")]
    timeout_per_document: Option<u64>,
    /// Go on with a run that was broken off; needs -o and the same inputs
    #[arg(long)]
    pub(super) resume: bool,
    /// Read only the part of the sources that belongs to job I of N, as in 1/8
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(u64, u64)>,
    /// Write a notice once, however many copies of it there are, in whatever format; the manifest marks those, and what is nearly one
    #[arg(long)]
    pub(super) dedupe: bool,
    /// Form of messages on standard error
    #[arg(long, value_enum, default_value = "text")]
    pub(super) log_format: LogFormat,
}

impl Asked {
    /// How inputs are to be read; bytes of files are counted in `read`.
    pub(super) fn reading(
        &self,
        own: Vec<PathBuf>,
        tell_passed: bool,
        read: Arc<AtomicU64>,
    ) -> Reading {
        let fields = Fields {
            text: self.text_field.clone().unwrap_or(Fields::default().text),
            id: self.id_field.clone(),
            asked: self.text_field.is_some(),
        };
        Reading {
            limits: self.limits(),
            fields,
            own,
            tell_passed,
            read,
        }
    }

    /// Counts the bytes of all files in `all`, beside the run that reads them; of standard input nobody knows.
    pub(super) fn count(&self, reading: &Reading, all: Arc<AtomicU64>) {
        if self.is_gone_once_read() {
            return;
        }
        let (list, paths) = (self.files_from.clone(), self.paths.clone());
        let reading = reading.clone();
        std::thread::spawn(move || {
            let listed = list
                .and_then(|list| File::open(list).ok())
                .map_or(0, |list| {
                    source::bytes_of_list(&mut BufReader::new(list), &reading)
                });
            let bytes: u64 = paths.iter().map(|path| source::bytes(path, &reading)).sum();
            all.store(listed + bytes, Ordering::Relaxed);
        });
    }

    /// Whether any of it can be read only once: standard input.
    pub(super) fn is_gone_once_read(&self) -> bool {
        let mut paths = self.paths.iter().chain(&self.files_from);
        paths.any(|path| path == Path::new("-"))
    }

    fn limits(&self) -> Limits {
        Limits {
            // Places in a text are kept in 32 bits.
            document: self.max_document_size.min(u64::from(u32::MAX)),
            expansion: self.max_expansion,
            nesting: self.max_nesting,
            entries: self.max_entries,
        }
    }

    /// What must be the same in a run that goes on with another.
    pub(super) fn header(&self, rules: &RuleSet) -> Header {
        let (limits, shard) = (self.limits(), self.shard);
        let (list, text, id) = (&self.files_from, &self.text_field, &self.id_field);
        let (paths, repair) = (&self.paths, self.repair);
        Header {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: rules.digest().to_owned(),
            inputs: format!(
                "{paths:?} {list:?} {text:?} {id:?} {limits:?} {shard:?} {repair:?} {}",
                self.dedupe
            ),
        }
    }

    /// Whether the source of this name belongs to this job.
    pub(super) fn is_of_shard(&self, name: &str) -> bool {
        self.shard
            .is_none_or(|(nth, of)| journal::mark(name) % of == nth - 1)
    }

    /// How they are to be processed.
    pub(super) fn job(&self, rules: RuleSet) -> Job {
        Job {
            rules: Arc::new(rules),
            repair: self.repair,
            limits: self.limits(),
            timeout: self.timeout_per_document.map(Duration::from_secs),
            threads: self.threads,
        }
    }

    /// Hands all inputs to `take`.
    pub(super) fn feed(
        &self,
        reading: &Reading,
        skipped: &mut Skipped,
        take: &mut Take<'_>,
    ) -> ControlFlow<()> {
        if let Some(list) = &self.files_from {
            if list == Path::new("-") {
                source::feed_list(&mut io::stdin().lock(), reading, skipped, take)?;
            } else {
                match File::open(list) {
                    Ok(file) => {
                        source::feed_list(&mut BufReader::new(file), reading, skipped, take)?
                    }
                    Err(cause) => take(Err(Error::Read {
                        name: list.display().to_string(),
                        cause,
                    }))?,
                }
            }
        }
        self.paths
            .iter()
            .try_for_each(|path| source::feed(path, reading, skipped, take))
    }
}

/// From when on someone asked the program to stop, the code that it then exits with; until then none (0). Ctrl-C, or the system on its way
/// down. Asked twice, it stops at once. A closed terminal ends it, unless it was started with `nohup`; what is done is in the journal.
pub(super) fn interrupt() -> Arc<AtomicUsize> {
    let asked = Arc::new(AtomicUsize::new(0));
    let twice = Arc::new(AtomicBool::new(false));
    for (signal, code) in [(SIGINT, 130), (SIGTERM, 143)] {
        // Where the system knows no signals, the program just ends.
        let _ = flag::register_conditional_shutdown(signal, code, Arc::clone(&twice));
        let _ = flag::register(signal, Arc::clone(&twice));
        let code = usize::try_from(code).unwrap_or_default();
        let _ = flag::register_usize(signal, Arc::clone(&asked), code);
    }
    // A file longer than the system allows is an error of writing like a full disk, and not the end.
    #[cfg(unix)]
    let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    asked
}

/// `3/8`.
fn shard(text: &str) -> Result<(u64, u64), String> {
    let wrong = || "write it as 1/8, from 1/8 to 8/8".to_owned();
    let (nth, of) = text.split_once('/').ok_or_else(wrong)?;
    let nth: u64 = nth.parse().map_err(|_| wrong())?;
    let of: u64 = of.parse().map_err(|_| wrong())?;
    if nth == 0 || nth > of {
        Err(wrong())
    } else {
        Ok((nth, of))
    }
}

/// `64MiB`, `512K`, `1000`.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("write it as 64MiB".to_owned()),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| "write it as 64MiB".to_owned())?;
    number
        .checked_shl(shift)
        .filter(|bytes| bytes >> shift == number)
        .ok_or_else(|| "it is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("1000"), Ok(1000));
        assert_eq!(size("2k"), Ok(2048));
        assert!(size("many").is_err());
        assert!(size("99999999999GiB").is_err());
    }
}
