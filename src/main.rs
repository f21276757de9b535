//! `duban`: parse the command line, run, exit.

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Reading a notice takes many small pieces of memory for a short time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    duban::cli::run(&duban::cli::Arguments::parse())
}
