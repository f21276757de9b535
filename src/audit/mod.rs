//! Who is named, where, as what, and what is wrong.
//!
//! In: the records of one document after the other. Out: a [`Report`]: a row for each unit (or function, region,
//! document), unresolved names first, and findings. `（配合单位：市财政局）` with no lead gives 市财政局 a count under
//! support, and the task the finding `support-without-lead`.
//!
//! | file | question |
//! |---|---|
//! | `unit.rs` | Who is named, how often, as what? |
//! | `finding.rs` | What is wrong with a task, a document, all of them together? |
//! | `diff.rs` | What changed from one set of tasks to another? |
//! | `read.rs` | Which records stand in files that `duban extract` wrote? |
//! | `columns.rs` | Which stand in Parquet tables? |
//! | `render.rs` | How does a report look as CSV and Markdown? |
//! | `html.rs` | How does it look as a page, with the notices beside it? |

#[cfg(feature = "parquet")]
mod columns;
pub mod diff;
pub mod finding;
pub mod html;
pub mod read;
pub mod render;
mod review;
pub mod unit;

use crate::record::{DocumentRecord, TaskRecord};
use crate::unit::Units;
use finding::{Finding, Leads};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
pub use unit::{By, Row};

/// An audit under way.
#[derive(Debug)]
pub struct Audit<'a> {
    units: &'a Units,
    today: Option<Date>,
    rows: unit::Rows,
    findings: Vec<Finding>,
    leads: Leads,
    documents: usize,
    tasks: usize,
}

/// What came of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Documents looked at.
    pub documents: usize,
    /// Tasks in them.
    pub tasks: usize,
    /// What the rows stand for.
    pub by: By,
    /// Units, functions, regions or documents.
    pub rows: Vec<Row>,
    /// How many findings there are of each kind.
    pub counts: BTreeMap<finding::Kind, usize>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl<'a> Audit<'a> {
    /// Begins an audit; `today` is the day by which tasks are called overdue.
    pub fn new(units: &'a Units, by: By, today: Option<Date>) -> Self {
        Self {
            units,
            today,
            rows: unit::Rows::new(by),
            findings: Vec::new(),
            leads: Leads::default(),
            documents: 0,
            tasks: 0,
        }
    }

    /// Adds a document. Without its own record, what only that tells (recipients, numbering) is not judged.
    pub fn add(&mut self, document: Option<&DocumentRecord>, tasks: &[TaskRecord]) {
        self.documents += 1;
        self.tasks += tasks.len();
        for task in tasks {
            self.rows.add(task, self.units);
            self.leads.add(task);
            finding::task(task, self.today, &mut self.findings);
        }
        if let Some(document) = document {
            finding::document(document, tasks, self.units, &mut self.findings);
        }
    }

    /// Ends it.
    pub fn finish(mut self) -> Report {
        self.leads.finish(&mut self.findings);
        self.findings.sort_by_key(|finding| finding.kind);
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts.entry(finding.kind).or_insert(0) += 1;
        }
        Report {
            documents: self.documents,
            tasks: self.tasks,
            by: self.rows.by(),
            rows: self.rows.finish(),
            counts,
            findings: self.findings,
        }
    }
}
