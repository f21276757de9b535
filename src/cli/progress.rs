//! How far a run has come, for people at a terminal and for programs that read logs.

use super::extract::Summary;
use super::message::Language;
use clap::ValueEnum;
use serde_json::json;
use std::io::{self, IsTerminal};
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
        }
    }

    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// One more document of so many bytes.
    pub(super) fn step(&mut self, bytes: usize, summary: &Summary) {
        self.bytes += bytes as u64;
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
                    .progress(summary.documents, summary.failures, speed);
                eprint!("\r\x1b[2K{line}");
            }
            LogFormat::Json => eprintln!(
                "{}",
                json!({"event": "progress", "documents": summary.documents, "failures": summary.failures, "mb_per_second": speed})
            ),
        }
    }

    /// The last word of a run.
    pub(super) fn end(&self, summary: &Summary, interrupted: bool) {
        if self.format == LogFormat::Json {
            eprintln!(
                "{}",
                json!({
                    "event": if interrupted { "interrupted" } else { "done" },
                    "documents": summary.documents, "tasks": summary.tasks, "failures": summary.failures,
                    "duplicates": summary.duplicates, "skipped": summary.skipped, "seconds": summary.seconds,
                })
            );
            return;
        }
        if self.terminal {
            eprint!("\r\x1b[2K");
        }
        eprintln!("{}", self.language.summary(summary));
        if interrupted {
            eprintln!("{}", self.language.interrupted());
        }
    }
}
