//! `duban extract`: notices in, records out.

use super::input;
use super::message::{Language, Usage};
use super::progress::Progress;
use super::sink::{self, Sink};
use super::{Done, Stop, load};
use crate::batch::{self, Outcome};
use crate::dedupe::{Match, Seen};
use crate::error::Error;
use crate::journal::{self, Journal};
use crate::manifest::{Manifest, Rows};
use crate::source::{Skipped, Take};
use clap::Args;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

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
#[derive(Default)]
pub(super) struct Summary {
    pub documents: usize,
    pub tasks: usize,
    pub failures: usize,
    pub duplicates: usize,
    pub near_duplicates: usize,
    pub skipped: usize,
    pub seconds: f64,
}

impl Extract {
    pub(super) fn run(&self, language: Language) -> Result<Done, Stop> {
        quiet();
        let interrupt = input::interrupt();
        let rules = load(self.rules.as_deref())?;
        let header = self.input.header(&rules);
        let run = header.run(&format!("{:?}", self.output));
        if let Some(done) = self.done_before(&run, &interrupt, language) {
            return Ok(done);
        }
        let mut state = State {
            sink: Sink::open(&self.output, &rules, language)?,
            journal: None,
            manifest: None,
            seen: self.input.dedupe.then(Seen::default),
            summary: Summary::default(),
            progress: Progress::new(self.input.log_format, language),
            language,
        };
        let mut done = VecDeque::new();
        if let Some(output) = self.output.file() {
            let manifest = self.folder(output).join(MANIFEST);
            let (journal, before) = Journal::open(
                &Journal::beside(output),
                &header,
                self.input.resume,
                |outcome| {
                    let manifest = match &mut state.manifest {
                        Some(manifest) => manifest,
                        none => none.insert(Manifest::create(&manifest, run.clone())?),
                    };
                    let copy = State::settle(&mut state.summary, &mut state.seen, &outcome);
                    manifest.push(&outcome, copy)?;
                    match state.sink.take(&outcome, is_same(copy), language) {
                        Err(Stop::Error(error)) => Err(error),
                        _ => Ok(()),
                    }
                },
            )?;
            state.journal = Some(journal);
            if state.manifest.is_none() {
                state.manifest = Some(Manifest::create(&manifest, run)?);
            }
            done = before;
        } else if self.input.resume {
            return Err(Stop::Usage(Usage::ResumeNeedsOutput));
        }
        let mut skipped = Skipped::default();
        let (mut stop, mut changed) = (None, None);
        let way = state.progress.way();
        let tell_passed = state.manifest.is_some();
        let reading = self.input.reading(self.own(), tell_passed, way.read);
        if state.progress.is_shown() {
            self.input.count(&reading, way.all);
        }
        let job = self.input.job(rules);
        let feed = |take: &mut Take<'_>| {
            self.input.feed(&reading, &mut skipped, &mut |input| {
                if interrupt.load(Ordering::Relaxed) != 0 {
                    return ControlFlow::Break(());
                }
                let name = match &input {
                    Ok(input) => input.name(),
                    Err(error) => error.subject(),
                };
                if !self.input.is_of_shard(&name) {
                    return ControlFlow::Continue(());
                }
                match done.pop_front() {
                    None => take(input),
                    Some(before) if before == journal::mark(&name) => ControlFlow::Continue(()),
                    Some(_) => {
                        changed = Some(name);
                        ControlFlow::Break(())
                    }
                }
            })
        };
        let ran = batch::run_fed(feed, &job, |outcome| match state.done(&outcome) {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                stop = Some(why);
                ControlFlow::Break(())
            }
        });
        ran.map_err(|cause| Error::Read {
            name: "threads".to_owned(),
            cause,
        })?;
        if let (Some(name), Some(output)) = (changed, self.output.file()) {
            return Err(Stop::Error(Error::Journal {
                path: Journal::beside(output),
                problem: format!("{name} was not there before: run without --resume"),
            }));
        }
        match stop {
            Some(why) => Err(why),
            None => {
                state.summary.skipped = skipped.files + skipped.others;
                state.finish(interrupt.load(Ordering::Relaxed))
            }
        }
    }

    /// Where a run with --resume came to its end before: what it did, if all sources are as they were. Nothing is written again.
    fn done_before(&self, run: &str, interrupt: &AtomicUsize, language: Language) -> Option<Done> {
        let output = self.output.file().filter(|_| self.input.resume)?;
        if !output.exists() || Journal::beside(output).exists() || self.input.is_gone_once_read() {
            return None;
        }
        let progress = Progress::new(self.input.log_format, language);
        let mut rows = Rows::open(&self.folder(output).join(MANIFEST), run.to_owned())?;
        let reading = self.input.reading(self.own(), true, progress.way().read);
        let same = self
            .input
            .feed(&reading, &mut Skipped::default(), &mut |input| {
                let name = match &input {
                    Ok(input) => input.name(),
                    Err(error) => error.subject(),
                };
                if interrupt.load(Ordering::Relaxed) != 0 {
                    ControlFlow::Break(())
                } else if !self.input.is_of_shard(&name) || rows.is_next(&input) {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
        if let code @ 1.. = interrupt.load(Ordering::Relaxed) {
            return Some(Done::Interrupted(u8::try_from(code).unwrap_or(1)));
        }
        let before = rows.end().filter(|_| same.is_continue())?;
        let summary = Summary {
            documents: before.documents,
            tasks: before.tasks,
            failures: before.failures,
            duplicates: before.duplicates,
            near_duplicates: before.near_duplicates,
            skipped: before.passed_by,
            seconds: progress.seconds(),
        };
        progress.end(&summary, false);
        Some(Done::of(summary.failures))
    }

    /// The folder that the output and its companions stand in.
    fn folder<'a>(&self, output: &'a Path) -> &'a Path {
        if self.output.is_folder() {
            output
        } else {
            output.parent().unwrap_or(Path::new(""))
        }
    }

    /// The files that this run writes, which are no input of it.
    fn own(&self) -> Vec<PathBuf> {
        let Some(output) = self.output.file() else {
            return Vec::new();
        };
        let folder = match self.folder(output) {
            folder if folder.as_os_str().is_empty() => Path::new("."),
            folder => folder,
        };
        let Ok(folder) = folder.canonicalize() else {
            return Vec::new();
        };
        const NAMES: [&str; 7] = [
            "documents",
            "clauses",
            "tasks",
            "mentions",
            "failures",
            "manifest",
            "duban",
        ];
        let mut own: Vec<_> = NAMES.iter().map(|name| folder.join(name)).collect();
        own.extend(output.file_name().map(|name| folder.join(name)));
        own
    }
}

/// A panic is caught and becomes a row; what it has to say beyond that is for those who ask for it.
fn quiet() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|asked| asked == "0") {
        std::panic::set_hook(Box::new(|_| {}));
    }
}

/// Whether a notice is not written again; one that is only nearly the same as another is.
fn is_same(copy: Option<Match>) -> bool {
    matches!(copy, Some(Match::Same(_)))
}

/// A run in progress.
struct State {
    sink: Sink,
    journal: Option<Journal>,
    manifest: Option<Manifest>,
    seen: Option<Seen>,
    summary: Summary,
    progress: Progress,
    language: Language,
}

impl State {
    /// Counts what came of a source; gives back the notice that it is a copy of.
    fn settle(summary: &mut Summary, seen: &mut Option<Seen>, outcome: &Outcome) -> Option<Match> {
        match &outcome.result {
            Ok(records) => {
                let copy = seen.as_mut().and_then(|seen| seen.before(records));
                summary.documents += 1;
                match copy {
                    Some(Match::Same(_)) => summary.duplicates += 1,
                    _ => summary.tasks += records.tasks.len(),
                }
                summary.near_duplicates += usize::from(matches!(copy, Some(Match::Near(_))));
                copy
            }
            Err(error) => {
                summary.failures += usize::from(!error.is_passed_by());
                None
            }
        }
    }

    fn done(&mut self, outcome: &Outcome) -> Result<(), Stop> {
        if let Some(journal) = &mut self.journal {
            journal.push(outcome)?;
        }
        let copy = Self::settle(&mut self.summary, &mut self.seen, outcome);
        if let Some(manifest) = &mut self.manifest {
            manifest.push(outcome, copy)?;
        }
        self.sink.take(outcome, is_same(copy), self.language)?;
        self.progress.step(outcome.bytes, &self.summary);
        Ok(())
    }

    /// Gives the outputs their names; if the run was broken off, only the journal and the manifest stay.
    fn finish(mut self, asked: usize) -> Result<Done, Stop> {
        let interrupted = asked != 0;
        self.summary.seconds = self.progress.seconds();
        if self.summary.documents + self.summary.failures == 0 && !interrupted {
            if let Some(journal) = self.journal {
                journal.finish()?;
            }
            return Err(Stop::Usage(Usage::NoInput));
        }
        if let Some(manifest) = self.manifest {
            manifest.finish()?;
        }
        match self.journal {
            Some(journal) if interrupted => journal.keep()?,
            Some(journal) => {
                self.sink.finish()?;
                journal.finish()?;
            }
            None => self.sink.finish()?,
        }
        self.progress.end(&self.summary, interrupted);
        Ok(match u8::try_from(asked) {
            Ok(code) if interrupted => Done::Interrupted(code),
            _ => Done::of(self.summary.failures),
        })
    }
}

/// The list of all sources.
const MANIFEST: &str = "manifest.jsonl";
