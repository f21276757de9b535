//! The command line: the only place that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

/// Says something on standard error. Where that cannot be written to, nobody is told, and the run goes on.
macro_rules! tell {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = write!(std::io::stderr().lock(), $($words)*);
    }};
}

mod audit;
mod deadlines;
mod diff;
mod explain;
mod extract;
mod input;
mod message;
mod notices;
mod outline;
mod progress;
mod rules;
mod schema;
mod sink;
mod table;
mod text;

use crate::error::Error;
use crate::rule::RuleSet;
use clap::{Parser, Subcommand};
use message::Language;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Turns archived Chinese government notices into data: tasks, lead departments and deadlines.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Language of messages; by default that of the locale
    #[arg(long, global = true, value_enum)]
    lang: Option<Language>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read notices and write their tasks, clauses and documents
    Extract(extract::Extract),
    /// Show who is named as what, and what is wrong
    Audit(audit::Audit),
    /// Show which tasks were gained, lost and changed
    Diff(diff::Diff),
    /// Print the JSON Schema of a kind of records
    Schema(schema::Schema),
    /// Show the text of one file, decoded and repaired
    Text(text::ShowText),
    /// Show where each value of each task came from
    Explain(explain::Explain),
    /// Show the tree of clauses of one file
    Outline(outline::Outline),
    /// Find time limits in single sentences
    Deadlines(deadlines::Deadlines),
    /// The rules by which notices are read
    #[command(subcommand)]
    Rules(rules::Rules),
}

/// How a command ends.
enum Done {
    /// All done.
    Well,
    /// Some documents failed, some cases did not hold.
    Partly,
    /// Someone asked to stop; the code says how.
    Interrupted(u8),
}

impl Done {
    /// How a run ends in which so many sources failed.
    const fn of(failures: usize) -> Self {
        match failures {
            0 => Self::Well,
            _ => Self::Partly,
        }
    }
}

/// Why a command could not run.
enum Stop {
    /// Something could not be read or written.
    Error(Error),
    /// The command line asks for what cannot be.
    Usage(message::Usage),
    /// Standard output was closed: whoever reads it has enough.
    Closed,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Stop {
    /// An error of standard output.
    fn output(cause: io::Error) -> Self {
        if cause.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Error(Error::Write {
                path: PathBuf::from("-"),
                cause,
            })
        }
    }
}

/// Runs what the command line asks for: 0 all done, 1 some documents failed, 2 could not run.
pub fn run(arguments: &Arguments) -> ExitCode {
    let language = arguments.lang.unwrap_or_else(Language::of_locale);
    let done = match &arguments.command {
        Command::Extract(extract) => extract.run(language),
        Command::Audit(audit) => audit.run(language),
        Command::Diff(diff) => diff.run(language),
        Command::Schema(schema) => schema.run(),
        Command::Text(text) => text.run(),
        Command::Explain(explain) => explain.run(language),
        Command::Outline(outline) => outline.run(language),
        Command::Deadlines(deadlines) => deadlines.run(),
        Command::Rules(rules) => rules.run(language),
    };
    match done {
        Ok(Done::Well) | Err(Stop::Closed) => ExitCode::SUCCESS,
        Ok(Done::Partly) => ExitCode::from(1),
        Ok(Done::Interrupted(code)) => ExitCode::from(code),
        Err(Stop::Error(error)) => {
            tell!("duban: {}\n", language.error(&error));
            ExitCode::from(2)
        }
        Err(Stop::Usage(usage)) => {
            tell!("duban: {}\n", language.usage(usage));
            ExitCode::from(2)
        }
    }
}

fn load(rules: Option<&Path>) -> Result<RuleSet, Error> {
    rules.map_or_else(RuleSet::embedded, RuleSet::overlaid)
}
