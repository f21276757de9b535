//! Leads, deadlines and tasks.

pub mod assignment;
pub mod deadline;
pub mod near;
pub mod task;
