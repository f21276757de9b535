//! `duban`: parse the command line, run, exit.

fn main() {}
