//! Notices for `duban audit` and `duban diff`: all that stands at a path, also in archives and datasets.

use super::Stop;
use super::message::Language;
use crate::batch::{self, Job};
use crate::error::Error;
use crate::normalize::Repair;
use crate::process::Records;
use crate::rule::RuleSet;
use crate::source::{self, Input, Limits, Reading, Skipped};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// How many there were.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub documents: usize,
    pub failures: usize,
}

/// Processes all notices at `path` and hands their records to `done`; says which failed.
pub(super) fn process(
    path: &Path,
    rules: &Arc<RuleSet>,
    threads: usize,
    language: Language,
    mut done: impl FnMut(Records),
) -> Result<Count, Stop> {
    let job = Job {
        rules: Arc::clone(rules),
        repair: Repair::default(),
        limits: Limits::default(),
        timeout: None,
        threads,
    };
    let reading = Reading::default();
    let mut skipped = Skipped::default();
    let mut count = Count::default();
    let ran = batch::run_fed(
        |take| source::feed(path, &reading, &mut skipped, take),
        &job,
        |outcome| {
            count.documents += 1;
            match outcome.result {
                Ok(records) => done(records),
                Err(error) => {
                    count.failures += 1;
                    tell!("duban: {}\n", language.error(&error));
                }
            }
            ControlFlow::Continue(())
        },
    );
    ran.map_err(|cause| Error::Read {
        name: "threads".to_owned(),
        cause,
    })?;
    Ok(count)
}

/// Hands all inputs at `path` to `take`, unread.
pub(super) fn inputs(path: &Path, mut take: impl FnMut(Input)) {
    let mut skipped = Skipped::default();
    let _ = source::feed(path, &Reading::default(), &mut skipped, &mut |input| {
        if let Ok(input) = input {
            take(input);
        }
        ControlFlow::Continue(())
    });
}
