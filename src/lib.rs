//! Turns archived Chinese government notices into data: tasks, lead departments and deadlines.

pub mod batch;
pub mod cli;
pub mod decode;
pub mod error;
pub mod extract;
pub mod journal;
pub mod normalize;
pub mod notice;
pub mod process;
pub mod record;
pub mod rule;
pub mod source;
pub mod text;
pub mod unit;
pub mod write;

pub use extract::deadline;
pub use process::process;
