//! `duban deadlines`: time limits of single sentences.

use super::{Done, Stop, load};
use crate::deadline::{self, Reference};
use crate::error::Error;
use clap::Args;
use jiff::civil::Date;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

/// Find the time limits in lines of text, or of {"text":…,"issued":…} objects: a JSON array a line
#[derive(Debug, Args)]
pub(super) struct Deadlines {
    /// Date of the notice that the lines stand in
    #[arg(long, value_name = "YYYY-MM-DD")]
    issued: Option<Date>,
    /// File; - for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

impl Deadlines {
    pub(super) fn run(&self) -> Result<Done, Stop> {
        let rules = load(self.rules.as_deref())?;
        let reference = self
            .issued
            .map_or_else(Reference::default, Reference::issued);
        let mut out = BufWriter::new(io::stdout().lock());
        let input: Box<dyn BufRead> = if self.file.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            let name = self.file.display().to_string();
            Box::new(BufReader::new(
                File::open(&self.file).map_err(|cause| Error::Read { name, cause })?,
            ))
        };
        let failed = deadline::lines(input, &mut out, &reference, &rules).map_err(Stop::output)?;
        out.flush().map_err(Stop::output)?;
        Ok(if failed == 0 {
            Done::Well
        } else {
            Done::Partly
        })
    }
}
