//! `duban diff`: what changed between two notices, or two runs.

use super::message::{Language, Usage};
use super::{Done, Stop, load, notices};
use crate::audit::diff::{Change, diff};
use crate::audit::read::{self, Stored};
use crate::record::TaskRecord;
use crate::rule::RuleSet;
use crate::write;
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Show which tasks were gained, lost and changed between two notices, two archives or two runs
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// Notices, or what extract wrote of them: tasks.jsonl, or its folder
    old: PathBuf,
    /// The same, later
    new: PathBuf,
    /// Form of the differences
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Number of threads; by default one for each processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines that begin with + - ~
    Text,
    /// A JSON object for each difference
    Jsonl,
}

impl Diff {
    pub(super) fn run(&self, language: Language) -> Result<Done, Stop> {
        let rules = Arc::new(load(self.rules.as_deref())?);
        let mut failures = 0;
        let mut side = |path: &Path| self.tasks(path, &rules, &mut failures, language);
        let (old, new) = (side(&self.old)?, side(&self.new)?);
        let changes = diff(&old, &new);
        let mut out = BufWriter::new(io::stdout().lock());
        changes
            .iter()
            .try_for_each(|change| match self.format {
                Form::Text => show(change, &mut out),
                Form::Jsonl => write::line(&mut out, change),
            })
            .and_then(|()| out.flush())
            .map_err(Stop::output)?;
        let count = |is: fn(&Change<'_>) -> bool| changes.iter().filter(|c| is(c)).count();
        let gained = count(|c| matches!(c, Change::Gained { .. }));
        let lost = count(|c| matches!(c, Change::Lost { .. }));
        let changed = changes.len() - gained - lost;
        let same = new.len() - gained - changed;
        tell!("{}\n", language.changes(gained, lost, changed, same));
        Ok(if failures == 0 {
            Done::Well
        } else {
            Done::Partly
        })
    }

    fn tasks(
        &self,
        path: &Path,
        rules: &Arc<RuleSet>,
        failures: &mut usize,
        language: Language,
    ) -> Result<Vec<TaskRecord>, Stop> {
        let files = read::files(path);
        if !files.is_empty() {
            let mut stored = Stored::default();
            files.iter().try_for_each(|file| stored.read(file))?;
            return Ok(stored.tasks);
        }
        let mut tasks = Vec::new();
        let count = notices::process(path, rules, self.threads, language, |mut records| {
            tasks.append(&mut records.tasks);
        })?;
        *failures += count.failures;
        if count.documents == 0 {
            return Err(Stop::Usage(Usage::NoInput));
        }
        Ok(tasks)
    }
}

fn show(change: &Change<'_>, out: &mut impl Write) -> io::Result<()> {
    match change {
        Change::Gained { task } => writeln!(out, "+ {}", head(task)),
        Change::Lost { task } => writeln!(out, "- {}", head(task)),
        Change::Changed { new, fields, .. } => {
            writeln!(out, "~ {}", head(new))?;
            fields.iter().try_for_each(|field| {
                let or_none = |value: &str| {
                    if value.is_empty() {
                        "∅".to_owned()
                    } else {
                        value.replace('\n', " ")
                    }
                };
                let (old, new) = (or_none(&field.old), or_none(&field.new));
                writeln!(out, "    {}: {old} → {new}", field.name)
            })
        }
    }
}

/// `3.2 建立工作台账 [市教育局]  (notice.txt)`.
fn head(task: &TaskRecord) -> String {
    let label = task.clause.as_ref().map_or("", |c| c.label.as_str());
    let who: Vec<_> = [&task.lead, &task.responsible]
        .into_iter()
        .flatten()
        .map(|unit| unit.name.as_str())
        .collect();
    let who = if who.is_empty() {
        String::new()
    } else {
        format!(" [{}]", who.join("、"))
    };
    let title = &task.title;
    format!("{label} {title}{who}  ({})", task.document.source)
}
