//! `duban extract`: notices in, records out.

use super::input::Asked;
use super::message::{Language, Usage};
use super::{Done, Kind, Stop, load, table};
use crate::batch;
use crate::error::Error;
use crate::process::Records;
use crate::record::{ClauseRecord, DocumentRecord, FailureRecord, TaskRecord};
use crate::source::Skipped;
use crate::write::{self, JsonLines};
use clap::Args;
use serde::Serialize;
use std::io::{self, BufWriter, IsTerminal, StdoutLock};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Read notices and write their tasks, clauses and documents
#[derive(Debug, Args)]
pub(super) struct Extract {
    #[command(flatten)]
    input: Asked,
    /// File to write, whole or not at all; with --records all a folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Which rows to write
    #[arg(long, value_enum, default_value = "task")]
    records: Kind,
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
        let mut sink = Sink::open(self, language)?;
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

/// Where rows go.
enum Sink {
    /// A table for people.
    Terminal {
        out: StdoutLock<'static>,
        language: Language,
    },
    /// JSON Lines for programs; failures on standard error.
    Pipe {
        out: BufWriter<StdoutLock<'static>>,
        kind: Kind,
    },
    /// A file, with `failures.jsonl` beside it.
    File {
        rows: JsonLines,
        failures: JsonLines,
        kind: Kind,
    },
    /// A folder with a file for each kind.
    Folder(Box<Folder>),
}

struct Folder {
    documents: JsonLines,
    clauses: JsonLines,
    tasks: JsonLines,
    failures: JsonLines,
}

/// The file for sources that could not be processed.
const FAILURES: &str = "failures.jsonl";

impl Sink {
    fn open(asked: &Extract, language: Language) -> Result<Self, Stop> {
        let kind = asked.records;
        Ok(match (&asked.output, kind) {
            (None, Kind::All) => return Err(Stop::Usage(Usage::AllNeedsFolder)),
            (Some(folder), Kind::All) => Self::Folder(Box::new(Folder {
                documents: JsonLines::create(&folder.join("documents.jsonl"))?,
                clauses: JsonLines::create(&folder.join("clauses.jsonl"))?,
                tasks: JsonLines::create(&folder.join("tasks.jsonl"))?,
                failures: JsonLines::create(&folder.join(FAILURES))?,
            })),
            (Some(file), kind) => {
                let failures = file.parent().unwrap_or(Path::new("")).join(FAILURES);
                Self::File {
                    rows: JsonLines::create(file)?,
                    failures: JsonLines::create(&failures)?,
                    kind,
                }
            }
            (None, Kind::Task) if io::stdout().is_terminal() => Self::Terminal {
                out: io::stdout().lock(),
                language,
            },
            (None, kind) => Self::Pipe {
                out: BufWriter::new(io::stdout().lock()),
                kind,
            },
        })
    }

    fn records(&mut self, records: &Records) -> Result<(), Stop> {
        match self {
            Self::Terminal { out, language } => {
                table::tasks(out, records, *language).map_err(Stop::output)
            }
            Self::Pipe { out, kind } => {
                rows(records, *kind, |row| write::line(out, &row)).map_err(Stop::output)
            }
            Self::File {
                rows: file, kind, ..
            } => Ok(rows(records, *kind, |row| file.push(&row))?),
            Self::Folder(folder) => {
                folder.documents.push(&records.document)?;
                rows(records, Kind::Clause, |row| folder.clauses.push(&row))?;
                Ok(rows(records, Kind::Task, |row| folder.tasks.push(&row))?)
            }
        }
    }

    fn failure(&mut self, error: &Error, language: Language) -> Result<(), Stop> {
        let row = FailureRecord::new(error);
        match self {
            Self::File { failures, .. } => failures.push(&row)?,
            Self::Folder(folder) => folder.failures.push(&row)?,
            Self::Terminal { .. } => eprintln!("duban: {}", language.error(error)),
            Self::Pipe { .. } => {
                write::line(&mut io::stderr().lock(), &row).map_err(Stop::output)?
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Stop> {
        match self {
            Self::Terminal { .. } => {}
            Self::Pipe { mut out, .. } => io::Write::flush(&mut out).map_err(Stop::output)?,
            Self::File { rows, failures, .. } => {
                failures.finish()?;
                rows.finish()?;
            }
            Self::Folder(folder) => {
                for file in [
                    folder.failures,
                    folder.documents,
                    folder.clauses,
                    folder.tasks,
                ] {
                    file.finish()?;
                }
            }
        }
        Ok(())
    }
}

/// Hands the rows of one kind to `push`.
fn rows<E>(
    records: &Records,
    kind: Kind,
    mut push: impl FnMut(Row<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match kind {
        Kind::Task => records
            .tasks
            .iter()
            .try_for_each(|task| push(Row::Task(task))),
        Kind::Clause => records
            .clauses
            .iter()
            .try_for_each(|clause| push(Row::Clause(clause))),
        Kind::Document | Kind::All => push(Row::Document(&records.document)),
    }
}

/// One row of any kind.
#[derive(Serialize)]
#[serde(untagged)]
enum Row<'a> {
    Task(&'a TaskRecord),
    Clause(&'a ClauseRecord),
    Document(&'a DocumentRecord),
}
