//! `duban text`: what a file says, before and after repair.

use super::{Done, Stop, load};
use crate::decode;
use crate::normalize::{self, Repair};
use crate::source::{Input, Limits};
use crate::write;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Show the text of one file, decoded and repaired
#[derive(Debug, Args)]
pub(super) struct ShowText {
    /// File; - for standard input
    file: PathBuf,
    /// Show the text as decoded, before any repair
    #[arg(long)]
    source: bool,
    /// Show each repair instead, as a JSON object a line: reason, place in the source, before, after
    #[arg(long, conflicts_with = "source")]
    explain: bool,
    /// How much is repaired
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "safe")]
    repair: Repair,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

impl ShowText {
    pub(super) fn run(&self) -> Result<Done, Stop> {
        let decoded = decode::decode(&Input::named(&self.file).read(&Limits::default())?)?.text;
        let mut out = BufWriter::new(io::stdout().lock());
        let mut text = decoded.clone();
        if !self.source {
            normalize::normalize_at(&mut text, &load(self.rules.as_deref())?, self.repair);
        }
        let written = if self.explain {
            normalize::explain(&decoded, &text)
                .iter()
                .try_for_each(|repair| write::line(&mut out, repair))
        } else {
            out.write_all(text.as_str().as_bytes())
        };
        written.and_then(|()| out.flush()).map_err(Stop::output)?;
        Ok(Done::Well)
    }
}
