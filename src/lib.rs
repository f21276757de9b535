//! Turns archived Chinese government notices into data: tasks, lead departments and deadlines.

pub mod decode;
pub mod error;
pub mod normalize;
pub mod record;
pub mod rule;
pub mod source;
pub mod text;
pub mod unit;
