//! Where `duban extract` puts its rows: a terminal, a pipe, a file, a folder.

use super::message::{Language, Usage};
use super::{Stop, table};
use crate::batch::Outcome;
use crate::error::Error;
use crate::process::Records;
use crate::record::FailureRecord;
use crate::rule::RuleSet;
use crate::write::csv::Csv;
use crate::write::dataset::Dataset;
use crate::write::table::Table;
use crate::write::{self, Format, Output, Whole};
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

/// What is to be written, and where to.
#[derive(Debug, Args)]
#[group(id = "written")]
pub(super) struct Asked {
    /// File to write, whole or not at all: .jsonl, .csv, .xlsx, .parquet, .sqlite, .ics; with --records all a folder,
    /// or one .sqlite
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Form of the rows; by default what the name of the file ends in, else jsonl
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Folder for a dataset to publish: every format, schemas, a descriptor and a data card
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "format", "records"])]
    dataset: Option<PathBuf>,
    /// Which rows to write
    #[arg(long, value_enum, default_value = "task")]
    records: Kind,
}

impl Asked {
    /// The file or folder to write.
    pub(super) fn file(&self) -> Option<&Path> {
        self.dataset.as_deref().or(self.output.as_deref())
    }

    /// Whether it is a folder.
    pub(super) fn is_folder(&self) -> bool {
        let single = |path: &PathBuf| {
            self.format
                .or_else(|| Format::of(path))
                .is_some_and(|format| format.is_single())
        };
        self.dataset.is_some()
            || self.records == Kind::All && !self.output.as_ref().is_some_and(single)
    }
}

/// Which rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Task,
    Clause,
    Document,
    /// A row for each unit, person and time limit named; in csv and parquet
    Mention,
    /// Every kind, each in a file of its own in the folder -o
    All,
}

impl Kind {
    const fn table(self) -> Option<Table> {
        match self {
            Self::Task => Some(Table::Tasks),
            Self::Clause => Some(Table::Clauses),
            Self::Document => Some(Table::Documents),
            Self::Mention => Some(Table::Mentions),
            Self::All => None,
        }
    }
}

/// Where rows go.
pub(super) enum Sink {
    /// A table for people.
    Terminal {
        out: StdoutLock<'static>,
        language: Language,
    },
    /// JSON Lines for programs; failures on standard error.
    Pipe {
        out: BufWriter<StdoutLock<'static>>,
        table: Table,
    },
    /// CSV for programs, without a byte-order mark.
    PipeCsv(Box<Csv<BufWriter<StdoutLock<'static>>>>),
    /// One file or several, with `failures.jsonl` beside them.
    Files {
        outputs: Vec<Output>,
        failures: Whole,
    },
    /// A folder to publish; its failures stand in it too.
    Dataset {
        dataset: Box<Dataset>,
        failures: Whole,
    },
}

/// The file for sources that could not be processed.
const FAILURES: &str = "failures.jsonl";

impl Sink {
    pub(super) fn open(asked: &Asked, rules: &RuleSet, language: Language) -> Result<Self, Stop> {
        if let Some(folder) = &asked.dataset {
            return Ok(Self::Dataset {
                dataset: Box::new(Dataset::create(folder, rules)?),
                failures: Whole::create(&folder.join(FAILURES))?,
            });
        }
        let Some(path) = &asked.output else {
            return Self::standard(asked, language);
        };
        let named = asked.format.or_else(|| Format::of(path));
        let format = named.unwrap_or(Format::Jsonl);
        let (outputs, folder) = match asked.records.table() {
            Some(table) if !format.holds(table) => {
                return Err(Stop::Usage(Usage::FormatHoldsOthers));
            }
            Some(table) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                (vec![Output::create(path, format, table)?], folder)
            }
            None if named.is_some_and(|format| !format.is_single()) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                (vec![Output::create(path, format, Table::Tasks)?], folder)
            }
            None => {
                let file = |table: Table| {
                    let name = format!("{}.{}", table.name(), format.ending());
                    Output::create(&path.join(name), format, table)
                };
                let tables = Table::ALL.into_iter().filter(|table| format.holds(*table));
                (tables.map(file).collect::<Result<_, _>>()?, path.as_path())
            }
        };
        Ok(Self::Files {
            outputs,
            failures: Whole::create(&folder.join(FAILURES))?,
        })
    }

    /// Takes what came of one source; a duplicate is counted and not written.
    pub(super) fn take(
        &mut self,
        outcome: &Outcome,
        duplicate: bool,
        language: Language,
    ) -> Result<(), Stop> {
        match &outcome.result {
            Ok(_) if duplicate => Ok(()),
            Ok(records) => self.records(records),
            Err(error) if error.is_passed_by() => Ok(()),
            Err(error) => self.failure(error, outcome.sha256.as_deref(), language),
        }
    }

    fn standard(asked: &Asked, language: Language) -> Result<Self, Stop> {
        let Some(table) = asked.records.table() else {
            return Err(Stop::Usage(Usage::AllNeedsFolder));
        };
        let out = io::stdout();
        match asked.format {
            None if table == Table::Tasks && out.is_terminal() => Ok(Self::Terminal {
                out: out.lock(),
                language,
            }),
            None | Some(Format::Jsonl) if table == Table::Mentions => {
                Err(Stop::Usage(Usage::FormatHoldsOthers))
            }
            None | Some(Format::Jsonl) => Ok(Self::Pipe {
                out: BufWriter::new(out.lock()),
                table,
            }),
            Some(Format::Csv) => {
                let rows = Csv::new(BufWriter::new(out.lock()), table, false);
                rows.map(|rows| Self::PipeCsv(Box::new(rows)))
                    .map_err(Stop::output)
            }
            Some(_) => Err(Stop::Usage(Usage::FormatNeedsFile)),
        }
    }

    pub(super) fn records(&mut self, records: &Records) -> Result<(), Stop> {
        match self {
            Self::Terminal { out, language } => {
                table::tasks(out, records, *language).map_err(Stop::output)
            }
            Self::Pipe { out, table } => write::lines(out, *table, records).map_err(Stop::output),
            Self::PipeCsv(rows) => rows.push(records).map_err(Stop::output),
            Self::Files { outputs, .. } => {
                Ok(outputs.iter_mut().try_for_each(|file| file.push(records))?)
            }
            Self::Dataset { dataset, .. } => Ok(dataset.push(records)?),
        }
    }

    fn failure(
        &mut self,
        error: &Error,
        sha256: Option<&str>,
        language: Language,
    ) -> Result<(), Stop> {
        let row = FailureRecord::new(error, sha256);
        match self {
            Self::Files { failures, .. } | Self::Dataset { failures, .. } => {
                write::line(failures, &row).map_err(|cause| Error::Write {
                    path: failures.path().to_owned(),
                    cause,
                })?;
            }
            Self::Terminal { .. } => tell!("duban: {}\n", language.error(error)),
            Self::Pipe { .. } | Self::PipeCsv(_) => {
                write::line(&mut io::stderr().lock(), &row).map_err(Stop::output)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), Stop> {
        match self {
            Self::Terminal { .. } => Ok(()),
            Self::Pipe { mut out, .. } => out.flush().map_err(Stop::output),
            Self::PipeCsv(rows) => {
                let out = rows.into_inner();
                out.and_then(|mut out| out.flush()).map_err(Stop::output)
            }
            Self::Files {
                outputs, failures, ..
            } => {
                failures.finish()?;
                Ok(outputs.into_iter().try_for_each(Output::finish)?)
            }
            Self::Dataset { dataset, failures } => {
                failures.finish()?;
                Ok(dataset.finish()?)
            }
        }
    }
}
