//! What a notice demands: time limits, leads, tasks.

pub mod deadline;
