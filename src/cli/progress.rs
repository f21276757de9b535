//! How far a run has come, for people at a terminal and for programs that read logs.

use super::extract::Summary;
use super::message::Language;
use clap::ValueEnum;
use serde_json::json;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The form of what the program says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// One object a line
    Json,
}

/// Tells how far a run has come: on a terminal in one line that is written over, as JSON every ten seconds, else not at all.
pub(super) struct Progress {
    format: LogFormat,
    language: Language,
    terminal: bool,
    begun: Instant,
    told: Instant,
    bytes: u64,
    way: Way,
}

/// How many bytes of files there are and how many of them were read, as far as that is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    /// Zero until all files were counted.
    pub all: Arc<AtomicU64>,
    pub read: Arc<AtomicU64>,
    /// When the first document was done, and what was read by then: what a run before did takes no time.
    from: Option<(Instant, u64)>,
}

/// Seconds before which nobody knows how long it will take.
const EARLY: f64 = 3.0;

impl Way {
    /// Seconds that are left, if the rest goes on like this.
    fn left(&mut self) -> Option<f64> {
        let all = self.all.load(Ordering::Relaxed);
        let read = self.read.load(Ordering::Relaxed);
        let (begun, before) = *self.from.get_or_insert((Instant::now(), read));
        let seconds = begun.elapsed().as_secs_f64();
        if all == 0 || seconds < EARLY {
            return None;
        }
        left(all, read, before, seconds)
    }
}

/// Of `all` bytes, those between `before` and `read` took some seconds: what the rest takes.
fn left(all: u64, read: u64, before: u64, seconds: f64) -> Option<f64> {
    let done = read.checked_sub(before).filter(|done| *done > 0)?;
    Some(all.saturating_sub(read) as f64 * seconds / done as f64)
}

impl Progress {
    pub(super) fn new(format: LogFormat, language: Language) -> Self {
        let now = Instant::now();
        Self {
            format,
            language,
            terminal: io::stderr().is_terminal(),
            begun: now,
            told: now,
            bytes: 0,
            way: Way::default(),
        }
    }

    /// Whether anyone is told.
    pub(super) fn is_shown(&self) -> bool {
        self.terminal || self.format == LogFormat::Json
    }

    /// Where the bytes of files are counted.
    pub(super) fn way(&self) -> Way {
        self.way.clone()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// One more document of so many bytes.
    pub(super) fn step(&mut self, bytes: usize, summary: &Summary) {
        self.bytes += bytes as u64;
        let left = self.way.left();
        let pause = match self.format {
            LogFormat::Json => Duration::from_secs(10),
            LogFormat::Text if self.terminal => Duration::from_millis(200),
            LogFormat::Text => return,
        };
        if self.told.elapsed() < pause {
            return;
        }
        self.told = Instant::now();
        let speed = self.bytes as f64 / 1e6 / self.seconds().max(0.001);
        match self.format {
            LogFormat::Text => {
                let line = self
                    .language
                    .progress(summary.documents, summary.failures, speed, left);
                tell!("\r\x1b[2K{line}");
            }
            LogFormat::Json => tell!(
                "{}\n",
                json!({
                    "event": "progress", "documents": summary.documents, "failures": summary.failures,
                    "mb_per_second": speed, "seconds_left": left,
                })
            ),
        }
    }

    /// The last word of a run.
    pub(super) fn end(&self, summary: &Summary, interrupted: bool) {
        if self.format == LogFormat::Json {
            tell!(
                "{}\n",
                json!({
                    "event": if interrupted { "interrupted" } else { "done" },
                    "documents": summary.documents, "tasks": summary.tasks, "failures": summary.failures,
                    "duplicates": summary.duplicates, "near_duplicates": summary.near_duplicates, "skipped": summary.skipped, "seconds": summary.seconds,
                })
            );
            return;
        }
        if self.terminal {
            tell!("\r\x1b[2K");
        }
        tell!("{}\n", self.language.summary(summary));
        if interrupted {
            tell!("{}\n", self.language.interrupted());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn what_is_left_goes_by_what_was_done() {
        assert_eq!(left(100, 50, 0, 10.0), Some(10.0));
        // A run gone on with at 40 of 100: 10 more took ten seconds.
        assert_eq!(left(100, 50, 40, 10.0), Some(50.0));
        assert_eq!(left(100, 40, 40, 10.0), None);
        // A file that grew.
        assert_eq!(left(100, 120, 0, 10.0), Some(0.0));
    }
}
