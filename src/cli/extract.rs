//! `duban extract`: notices in, records out.

use super::input;
use super::message::{Language, Usage};
use super::sink::{self, Sink};
use super::{Done, Stop, load};
use crate::batch;
use crate::error::Error;
use crate::source::Skipped;
use clap::Args;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

/// Read notices and write their tasks, clauses and documents
#[derive(Debug, Args)]
pub(super) struct Extract {
    #[command(flatten)]
    input: input::Asked,
    #[command(flatten)]
    output: sink::Asked,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

/// What a run did.
pub(super) struct Summary {
    pub documents: usize,
    pub tasks: usize,
    pub failures: usize,
    pub skipped: usize,
    pub seconds: f64,
}

impl Extract {
    pub(super) fn run(&self, language: Language) -> Result<Done, Stop> {
        let begun = Instant::now();
        let rules = load(self.rules.as_deref())?;
        let mut sink = Sink::open(&self.output, &rules, language)?;
        let mut skipped = Skipped::default();
        let mut summary = Summary {
            documents: 0,
            tasks: 0,
            failures: 0,
            skipped: 0,
            seconds: 0.0,
        };
        let mut stop = None;
        let reading = self.input.reading();
        let job = self.input.job(rules);
        let ran = batch::run_fed(
            |take| self.input.feed(&reading, &mut skipped, take),
            &job,
            |outcome| {
                let written = match &outcome.result {
                    Ok(records) => {
                        summary.documents += 1;
                        summary.tasks += records.tasks.len();
                        sink.records(records)
                    }
                    Err(error) => {
                        summary.failures += 1;
                        sink.failure(error, language)
                    }
                };
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(why) => {
                        stop = Some(why);
                        ControlFlow::Break(())
                    }
                }
            },
        );
        ran.map_err(|cause| Error::Read {
            name: "threads".to_owned(),
            cause,
        })?;
        if let Some(why) = stop {
            return Err(why);
        }
        if summary.documents + summary.failures == 0 {
            return Err(Stop::Usage(Usage::NoInput));
        }
        sink.finish()?;
        summary.skipped = skipped.files + skipped.others;
        summary.seconds = begun.elapsed().as_secs_f64();
        eprintln!("{}", language.summary(&summary));
        Ok(if summary.failures == 0 {
            Done::Well
        } else {
            Done::Partly
        })
    }
}
