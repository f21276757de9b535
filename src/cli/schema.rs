//! `duban schema`: what a record looks like.

use super::{Done, Stop};
use crate::write::schema::schema;
use crate::write::table::Table;
use clap::{Args, ValueEnum};
use std::io::{self, Write};

/// Print the JSON Schema of a kind of records
#[derive(Debug, Args)]
pub(super) struct Schema {
    #[arg(value_enum)]
    record: Record,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Record {
    Task,
    Clause,
    Document,
}

impl Schema {
    pub(super) fn run(&self) -> Result<Done, Stop> {
        let table = match self.record {
            Record::Task => Table::Tasks,
            Record::Clause => Table::Clauses,
            Record::Document => Table::Documents,
        };
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &schema(table))
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
            .map_err(Stop::output)?;
        Ok(Done::Well)
    }
}
