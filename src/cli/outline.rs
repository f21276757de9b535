//! `duban outline`: the tree of clauses of one file.

use super::message::Language;
use super::{Done, Stop, load};
use crate::process::process;
use crate::record::ClauseRecord;
use crate::source::{Input, Limits};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

/// Show the tree of clauses of one file: labels, headings, kinds and doubts about the numbering
#[derive(Debug, Args)]
pub(super) struct Outline {
    /// File; - for standard input
    file: PathBuf,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

impl Outline {
    pub(super) fn run(&self, language: Language) -> Result<Done, Stop> {
        let rules = load(self.rules.as_deref())?;
        let records = process(&Input::named(&self.file).read(&Limits::default())?, &rules)?;
        let mut out = io::stdout().lock();
        let mut show = || {
            if let Some(title) = &records.document.title {
                writeln!(out, "{title}")?;
            }
            for clause in &records.clauses {
                writeln!(out, "{}", line(clause, language))?;
            }
            for warning in &records.document.warnings {
                writeln!(
                    out,
                    "! {}  {}–{}",
                    warning.message, warning.span.start, warning.span.end
                )?;
            }
            out.flush()
        };
        show().map_err(Stop::output)?;
        Ok(Done::Well)
    }
}

fn line(clause: &ClauseRecord, language: Language) -> String {
    let indent = "  ".repeat(clause.level.saturating_sub(1));
    format!(
        "{indent}{}{}  〈{}〉",
        clause.label,
        clause.heading,
        language.kind(clause.kind)
    )
}
