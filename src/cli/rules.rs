//! `duban rules`: the rules by which notices are read.

use super::message::Language;
use super::{Done, Stop, load};
use crate::rule::case;
use clap::Subcommand;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum Rules {
    /// Run the cases that stand beside each rule
    Test {
        /// Folder of rule files laid over the program's own
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
}

impl Rules {
    pub(super) fn run(&self, language: Language) -> Result<Done, Stop> {
        let Self::Test { rules } = self;
        let rules = load(rules.as_deref())?;
        let mut out = io::stdout().lock();
        let (mut held, mut failed) = (0, 0);
        for outcome in case::run(&rules) {
            match outcome.problem {
                None => held += 1,
                Some(problem) => {
                    failed += 1;
                    writeln!(out, "{}.toml: {problem}", outcome.rule.id).map_err(Stop::output)?;
                }
            }
        }
        writeln!(out, "{}", language.cases(held, failed)).map_err(Stop::output)?;
        Ok(if failed == 0 {
            Done::Well
        } else {
            Done::Partly
        })
    }
}
