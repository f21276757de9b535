//! `duban text`: what a file says, before and after repair.

use super::{Done, Stop, load};
use crate::decode;
use crate::normalize;
use crate::source::{Input, Limits};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

/// Show the text of one file, decoded and repaired
#[derive(Debug, Args)]
pub(super) struct ShowText {
    /// File; - for standard input
    file: PathBuf,
    /// Show the text as decoded, before any repair
    #[arg(long)]
    source: bool,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

impl ShowText {
    pub(super) fn run(&self) -> Result<Done, Stop> {
        let input = if self.file.as_os_str() == "-" {
            Input::Standard
        } else {
            Input::File(self.file.clone())
        };
        let mut text = decode::decode(&input.read(&Limits::default())?)?.text;
        if !self.source {
            normalize::normalize(&mut text, &load(self.rules.as_deref())?);
        }
        let mut out = io::stdout().lock();
        out.write_all(text.as_str().as_bytes())
            .and_then(|()| out.flush())
            .map_err(Stop::output)?;
        Ok(Done::Well)
    }
}
