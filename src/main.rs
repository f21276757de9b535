//! `duban`: parse the command line, run, exit.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    duban::cli::run(&duban::cli::Arguments::parse())
}
