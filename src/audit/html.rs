//! A report as one page: overview, list of tasks, and each notice with its records beside it.
//!
//! In: documents, their tasks, their texts, and a [`Report`]. Out: one HTML file that needs no network and no other file.
//! The page's own look and behavior are the files of `page/`; this file hands them the data:
//! `{"s":120,"e":124,"r":"lead","t":7}` is a mark on four characters, the lead of the eighth task.

use super::review::Page;
use super::{Report, finding};
use crate::error::Error;
use crate::record::{DocumentHead, DocumentRecord, TaskRecord};
use crate::rule::RuleSet;
use crate::source::Source;
use crate::write::table::{due, roles};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// One scope: what comes later is called only when all is there.
const SCRIPT: &str = concat!(
    "\"use strict\";\n",
    include_str!("page/charts.js"),
    include_str!("page/review.js"),
    include_str!("page/page.js")
);

/// What the page shows, in the making.
#[derive(Debug, Default)]
pub struct Html {
    documents: Vec<Document>,
    tasks: Vec<Task>,
    /// The document of an id.
    known: BTreeMap<String, usize>,
    /// The tasks of each document, until its text is there.
    spans: Vec<Vec<TaskRecord>>,
}

#[derive(Debug, Serialize)]
struct Document {
    id: String,
    source: String,
    title: Option<String>,
    number: Option<String>,
    issuer: Option<String>,
    region: Option<String>,
    date: Option<String>,
    text: Option<String>,
    marks: Vec<Mark>,
    /// First task and one past the last.
    tasks: (usize, usize),
}

/// A place in a text; of a task itself the role is `task`.
#[derive(Debug, Serialize)]
struct Mark {
    s: usize,
    e: usize,
    r: &'static str,
    t: usize,
    /// Which of its role in the task.
    n: usize,
}

#[derive(Debug, Serialize)]
struct Task {
    id: String,
    d: usize,
    label: Option<String>,
    headings: Vec<String>,
    title: String,
    text: String,
    units: BTreeMap<&'static str, Vec<Named>>,
    limits: Vec<Limit>,
    due: Option<String>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Named {
    name: String,
    full: String,
    rule: Arc<str>,
}

#[derive(Debug, Serialize)]
struct Limit {
    text: String,
    start: Option<String>,
    end: Option<String>,
    rule: Arc<str>,
}

#[derive(Serialize)]
struct Data<'a> {
    version: &'static str,
    documents: &'a [Document],
    tasks: &'a [Task],
    report: &'a Report,
    kinds: BTreeMap<finding::Kind, &'static str>,
}

impl Html {
    /// Adds a document; one that is there already is left out.
    pub fn add(&mut self, document: Option<&DocumentRecord>, tasks: &[TaskRecord]) {
        let head = match (document, tasks.first()) {
            (Some(document), _) => head(document),
            (None, Some(task)) => DocumentHead::clone(&task.document),
            (None, None) => return,
        };
        let at = self.documents.len();
        if self.known.contains_key(&head.id) {
            return;
        }
        self.known.insert(head.id.clone(), at);
        let first = self.tasks.len();
        self.tasks.extend(tasks.iter().map(|task| shown(task, at)));
        self.documents.push(Document {
            id: head.id,
            source: head.source,
            title: head.title,
            number: head.document_number,
            issuer: head.issuer,
            region: head.region.map(|region| region.name),
            date: head.document_date,
            text: None,
            marks: Vec::new(),
            tasks: (first, self.tasks.len()),
        });
        self.spans.push(tasks.to_vec());
    }

    /// The names of the sources whose texts are still wanted.
    pub fn sources(&self) -> Vec<String> {
        let without = self.documents.iter().filter(|d| d.text.is_none());
        without.map(|d| d.source.clone()).collect()
    }

    /// Puts the text of a source beside its records; a source without records is passed by.
    ///
    /// # Errors
    /// It is no text.
    pub fn place(&mut self, source: &Source, rules: &RuleSet) -> Result<(), Error> {
        let page = Page::read(source, rules)?;
        let Some(&at) = self.known.get(&page.id) else {
            return Ok(());
        };
        let document = &mut self.documents[at];
        if document.text.is_some() {
            return Ok(());
        }
        document.text = Some(page.text().to_owned());
        let tasks = std::mem::take(&mut self.spans[at]);
        for (task, t) in tasks.iter().zip(document.tasks.0..) {
            let mut mark = |r, n, span| {
                if let Some((s, e)) = page.find(span) {
                    document.marks.push(Mark { s, e, r, t, n });
                }
            };
            mark("task", 0, task.span);
            for (role, units) in roles(task) {
                for (n, unit) in units.iter().enumerate() {
                    mark(role, n, unit.span);
                }
            }
            for (n, limit) in task.deadlines.iter().enumerate() {
                mark("deadline", n, limit.span);
            }
        }
        Ok(())
    }

    /// Writes the page.
    ///
    /// # Errors
    /// The writer's own.
    pub fn write(&self, report: &Report, out: &mut impl Write) -> io::Result<()> {
        let data = serde_json::to_string(&Data {
            version: env!("CARGO_PKG_VERSION"),
            documents: &self.documents,
            tasks: &self.tasks,
            report,
            kinds: report.counts.keys().map(|k| (*k, k.label())).collect(),
        })?;
        // Inside a script element, nothing but its end tag and a comment's beginning means anything.
        let data = data.replace('<', "\\u003c");
        for (at, part) in PAGE.split("{{").enumerate() {
            let rest = if at == 0 {
                part
            } else {
                let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
                let filled = match name {
                    "style" => STYLE,
                    "script" => SCRIPT,
                    "data" => &data,
                    _ => "",
                };
                out.write_all(filled.as_bytes())?;
                rest
            };
            out.write_all(rest.as_bytes())?;
        }
        Ok(())
    }
}

fn head(document: &DocumentRecord) -> DocumentHead {
    DocumentHead {
        id: document.id.clone(),
        source: document.source.clone(),
        title: document.title.clone(),
        document_number: document.document_number.clone(),
        issuer: document.issuer.clone(),
        region: document.region.clone(),
        document_date: document.document_date.clone(),
        year: document.year,
    }
}

fn shown(task: &TaskRecord, d: usize) -> Task {
    let units = roles(task)
        .into_iter()
        .filter(|(_, units)| !units.is_empty());
    let named = units.map(|(role, units)| {
        let names = units.iter().map(|unit| Named {
            name: unit.name.clone(),
            full: finding::full(unit).to_owned(),
            rule: Arc::clone(&unit.rule),
        });
        (role, names.collect())
    });
    Task {
        id: task.id.clone(),
        d,
        label: task.clause.as_ref().map(|clause| clause.label.clone()),
        headings: task
            .clause
            .as_ref()
            .map_or(Vec::new(), |c| c.headings.clone()),
        title: task.title.clone(),
        text: task.text.clone(),
        units: named.collect(),
        limits: task
            .deadlines
            .iter()
            .map(|limit| Limit {
                text: limit.text.clone(),
                start: limit.start.clone(),
                end: limit.end.clone(),
                rule: Arc::clone(&limit.rule),
            })
            .collect(),
        due: due(task).map(|date| date.to_string()),
        warnings: task.warnings.iter().map(|w| w.message.clone()).collect(),
    }
}
