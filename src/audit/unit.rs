//! Who is named, how often, as what.
//!
//! In: tasks. Out: `枣庄市科学技术协会组织部`, met as 组织部 and 市科协组织部: 7 times lead, twice support, in 3 documents of
//! one region, from 2018-03-01 to 2020-02-17.

use crate::record::{Scope, TaskRecord, UnitRecord};
use crate::unit::Units;
use crate::write::table::roles;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the rows of a report stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Units, by their full names where these are known
    Unit,
    /// What units are for: education, finance
    Function,
    /// Regions of the notices
    Region,
    /// Notices
    Document,
}

/// One unit, function, region or document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Row {
    /// Its full name where this is known, else as it is written.
    pub name: String,
    /// Whether its full name is known; of functions, regions and documents, whether there is one.
    pub resolved: bool,
    /// Of units: unit, collective or person.
    pub scope: Option<Scope>,
    /// Of units: what it is for.
    pub function: Option<String>,
    /// Tasks that name it.
    pub tasks: usize,
    /// Tasks that it leads.
    pub lead: usize,
    /// Tasks that it answers for.
    pub responsible: usize,
    /// Tasks that it supports.
    pub support: usize,
    /// Tasks that it supervises.
    pub supervisor: usize,
    /// Documents that name it.
    pub documents: usize,
    /// Regions of these documents.
    pub regions: Vec<String>,
    /// Date of the first of them.
    pub first: Option<String>,
    /// Date of the last.
    pub last: Option<String>,
    /// Names under which it was met.
    pub aliases: Vec<String>,
}

/// Rows in the making.
#[derive(Debug)]
pub(super) struct Rows {
    by: By,
    rows: BTreeMap<(String, bool), Gathered>,
}

#[derive(Debug, Default)]
struct Gathered {
    row: Row,
    documents: BTreeSet<String>,
    regions: BTreeSet<String>,
    aliases: BTreeSet<String>,
    last_task: String,
}

impl Rows {
    pub(super) const fn new(by: By) -> Self {
        Self {
            by,
            rows: BTreeMap::new(),
        }
    }

    pub(super) const fn by(&self) -> By {
        self.by
    }

    /// Counts a task once for each row and role, however often a row is named in it.
    pub(super) fn add(&mut self, task: &TaskRecord, units: &Units) {
        for (role, named) in roles(task) {
            let mut seen = BTreeSet::new();
            for unit in named {
                let key = self.key(task, unit, units);
                let first = seen.insert(key.clone());
                let gathered = self.rows.entry(key).or_default();
                if gathered.row.scope.is_none() && self.by == By::Unit {
                    gathered.row.scope = Some(unit.scope);
                    let full = unit.canonical.as_deref().unwrap_or(&unit.name);
                    gathered.row.function = units.function(full).map(str::to_owned);
                }
                if first {
                    match role {
                        "lead" => gathered.row.lead += 1,
                        "responsible" => gathered.row.responsible += 1,
                        "support" => gathered.row.support += 1,
                        _ => gathered.row.supervisor += 1,
                    }
                    gathered.note(task);
                }
                if self.by != By::Document {
                    gathered.aliases.insert(unit.name.clone());
                }
            }
        }
        // A region or document also has the tasks that name nobody.
        if matches!(self.by, By::Region | By::Document) {
            let key = self.place(task);
            self.rows.entry(key).or_default().note(task);
        }
    }

    fn key(&self, task: &TaskRecord, unit: &UnitRecord, units: &Units) -> (String, bool) {
        match self.by {
            By::Unit => match &unit.canonical {
                Some(canonical) => (canonical.clone(), true),
                None => (unit.name.clone(), unit.scope != Scope::Unit),
            },
            By::Function => {
                let full = unit.canonical.as_deref().unwrap_or(&unit.name);
                match units.function(full) {
                    Some(function) => (function.to_owned(), true),
                    None => ("—".to_owned(), false),
                }
            }
            By::Region | By::Document => self.place(task),
        }
    }

    fn place(&self, task: &TaskRecord) -> (String, bool) {
        let document = &task.document;
        if self.by == By::Region {
            let name = document.region.as_ref().map(|region| region.name.clone());
            return name.map_or(("—".to_owned(), false), |name| (name, true));
        }
        let title = document.title.clone();
        let named = title.is_some();
        let title = title.unwrap_or_else(|| document.source.clone());
        (format!("{title} [{}]", document.id), named)
    }

    /// Unresolved names first, then those most often named; collectives and persons last.
    pub(super) fn finish(self) -> Vec<Row> {
        let rows = self
            .rows
            .into_iter()
            .map(|((name, resolved), gathered)| Row {
                name,
                resolved,
                documents: gathered.documents.len(),
                regions: gathered.regions.into_iter().collect(),
                aliases: gathered.aliases.into_iter().collect(),
                ..gathered.row
            });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|a, b| {
            let order = |row: &Row| {
                let whom = row.scope.is_some_and(|scope| scope != Scope::Unit);
                (whom, row.resolved, std::cmp::Reverse(row.tasks))
            };
            order(a).cmp(&order(b)).then_with(|| a.name.cmp(&b.name))
        });
        rows
    }
}

impl Gathered {
    fn note(&mut self, task: &TaskRecord) {
        let document = &task.document;
        if self.last_task != task.id {
            self.last_task.clone_from(&task.id);
            self.row.tasks += 1;
        }
        self.documents.insert(document.id.clone());
        if let Some(region) = &document.region {
            self.regions.insert(region.name.clone());
        }
        if let Some(date) = &document.document_date {
            let earlier = self.row.first.as_ref().is_none_or(|first| date < first);
            let later = self.row.last.as_ref().is_none_or(|last| date > last);
            if earlier {
                self.row.first = Some(date.clone());
            }
            if later {
                self.row.last = Some(date.clone());
            }
        }
    }
}
