//! Records as rows of plain tables: the one place where nested records are flattened.
//!
//! In: a record. Out: its cells, in the order of the columns that CSV, Parquet and SQLite share.
//! `"lead":[{"name":"市教育局",…},{"name":"市财政局",…}]` is the cell `lead` = [市教育局, 市财政局] of `tasks`, and two
//! rows of `mentions` with everything else that is known about them.
//!
//! | in the record | in the tables |
//! |---|---|
//! | `document` of a task | `document_id`, `source`, `document_title`, `document_number`, `issuer`, `document_date`, `year` |
//! | `region` | `region_code`, `region_name` |
//! | `clause` | `clause_path` (`3.2`), `clause_label`, `clause_level`, `headings`; empty outside the clauses |
//! | `lead`, `responsible`, `support`, `supervisor` | lists of the names as written |
//! | `deadlines` | list of their words; `due` = the last day that the task has, over all limits that have one |
//! | one unit or deadline | a row of `mentions`, with its `role` and, from 1, its `position` there |
//! | `start`, `end` | a date, and `start_time`, `end_time` where a time of day is given |
//! | `span` | `span_start`, `span_end` |
//! | `warnings`, `repairs` | lists of codes; of `reason:count` |
//! | `contacts` | list of `name phone email`, as far as given |
//!
//! A list stays a list in Parquet, is a JSON array in SQLite, and is joined by `；` in CSV.

use crate::error::Warning;
use crate::process::Records;
use crate::record::{ClauseRecord, DeadlineRecord, DocumentRecord, Region, TaskRecord, UnitRecord};
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// Words, none or several.
    List,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Not known, or not there.
    Null,
    /// Words.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A day.
    Date(Date),
    /// Words, none or several.
    List(Vec<Cow<'a, str>>),
}

/// A column of the rows that records `R` make.
pub struct Column<R: 'static> {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The cell of one record.
    pub cell: for<'a> fn(&'a R) -> Cell<'a>,
}

/// One of the four tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// A row for each task.
    Tasks,
    /// A row for each clause.
    Clauses,
    /// A row for each document.
    Documents,
    /// A row for each unit, person or time limit named by a task.
    Mentions,
}

/// Name and kind of a column.
pub type Head = (&'static str, Kind);

impl Table {
    /// All, as they are written.
    pub const ALL: [Self; 4] = [Self::Documents, Self::Clauses, Self::Tasks, Self::Mentions];

    /// `tasks`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Clauses => "clauses",
            Self::Documents => "documents",
            Self::Mentions => "mentions",
        }
    }

    /// Its columns.
    pub fn columns(self) -> Vec<Head> {
        fn heads<R>(columns: &[Column<R>]) -> Vec<Head> {
            columns.iter().map(|c| (c.name, c.kind)).collect()
        }
        match self {
            Self::Tasks => heads(TASKS),
            Self::Clauses => heads(CLAUSES),
            Self::Documents => heads(DOCUMENTS),
            Self::Mentions => heads(MENTIONS),
        }
    }

    /// Hands its rows of one document to `push`.
    ///
    /// # Errors
    /// Those of `push`.
    pub fn rows<E>(
        self,
        records: &Records,
        mut push: impl FnMut(&[Cell<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        fn row<'a, R>(columns: &[Column<R>], record: &'a R) -> Vec<Cell<'a>> {
            columns.iter().map(|c| (c.cell)(record)).collect()
        }
        match self {
            Self::Tasks => records.tasks.iter().try_for_each(|r| push(&row(TASKS, r))),
            Self::Clauses => records
                .clauses
                .iter()
                .try_for_each(|r| push(&row(CLAUSES, r))),
            Self::Documents => push(&row(DOCUMENTS, &records.document)),
            Self::Mentions => records
                .tasks
                .iter()
                .flat_map(mentions)
                .try_for_each(|r| push(&row(MENTIONS, &r))),
        }
    }
}

/// One unit, person or time limit of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    task: String,
    document: String,
    role: &'static str,
    position: usize,
    what: Named,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Unit(UnitRecord),
    Deadline(DeadlineRecord),
}

impl Mention {
    fn unit(&self) -> Option<&UnitRecord> {
        match &self.what {
            Named::Unit(unit) => Some(unit),
            Named::Deadline(_) => None,
        }
    }

    fn deadline(&self) -> Option<&DeadlineRecord> {
        match &self.what {
            Named::Unit(_) => None,
            Named::Deadline(deadline) => Some(deadline),
        }
    }
}

fn mentions(task: &TaskRecord) -> Vec<Mention> {
    let mention = |role, position: usize, what| Mention {
        task: task.id.clone(),
        document: task.document.id.clone(),
        role,
        position: position + 1,
        what,
    };
    let mut found = Vec::new();
    for (role, units) in roles(task) {
        let units = units.iter().enumerate();
        found.extend(units.map(|(at, unit)| mention(role, at, Named::Unit(unit.clone()))));
    }
    let deadlines = task.deadlines.iter().enumerate();
    found.extend(deadlines.map(|(at, limit)| {
        let what = Named::Deadline(limit.clone());
        mention("deadline", at, what)
    }));
    found
}

/// Whom a task names, by role.
pub fn roles(task: &TaskRecord) -> [(&'static str, &[UnitRecord]); 4] {
    [
        ("lead", &task.lead),
        ("responsible", &task.responsible),
        ("support", &task.support),
        ("supervisor", &task.supervisor),
    ]
}

/// The last day that a task has: the latest end of its time limits. A limit that comes round again has none.
pub fn due(task: &TaskRecord) -> Option<Date> {
    let ends = task.deadlines.iter().filter_map(|d| d.end.as_deref());
    ends.filter_map(day).max()
}

/// The day of `2021-06-18` and of `2021-06-18T17:00`.
pub fn day(date: &str) -> Option<Date> {
    date.get(..10)?.parse().ok()
}

fn text(value: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(value))
}

fn some(value: Option<&String>) -> Cell<'_> {
    value.map_or(Cell::Null, |value| text(value))
}

fn number(value: usize) -> Cell<'static> {
    i64::try_from(value).map_or(Cell::Null, Cell::Integer)
}

fn date(value: Option<&String>) -> Cell<'_> {
    value.and_then(|v| day(v)).map_or(Cell::Null, Cell::Date)
}

fn time(value: Option<&String>) -> Cell<'_> {
    let time = value.and_then(|value| value.split_once('T'));
    time.map_or(Cell::Null, |(_, time)| text(time))
}

fn year(value: Option<i16>) -> Cell<'static> {
    value.map_or(Cell::Null, |year| Cell::Integer(year.into()))
}

fn words(values: &[String]) -> Cell<'_> {
    Cell::List(values.iter().map(|v| Cow::Borrowed(v.as_str())).collect())
}

fn names(units: &[UnitRecord]) -> Cell<'_> {
    let names = units.iter().map(|unit| Cow::Borrowed(unit.name.as_str()));
    Cell::List(names.collect())
}

/// A value of a closed set, by the name that it has in JSON.
fn named(value: &impl Serialize) -> Cow<'static, str> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Cow::Owned(name),
        _ => Cow::Borrowed(""),
    }
}

fn codes(warnings: &[Warning]) -> Cell<'_> {
    Cell::List(warnings.iter().map(|w| named(&w.code)).collect())
}

fn path(path: &[usize]) -> Cell<'static> {
    let path: Vec<_> = path.iter().map(usize::to_string).collect();
    Cell::Text(Cow::Owned(path.join(".")))
}

fn region_code(region: Option<&Region>) -> Cell<'_> {
    region.map_or(Cell::Null, |region| text(&region.code))
}

fn region_name(region: Option<&Region>) -> Cell<'_> {
    region.map_or(Cell::Null, |region| text(&region.name))
}

macro_rules! columns {
    ($record:ty; $($name:literal $kind:ident $cell:expr;)*) => {
        &[$(Column::<$record> { name: $name, kind: Kind::$kind, cell: $cell }),*]
    };
}

const TASKS: &[Column<TaskRecord>] = columns! { TaskRecord;
    "id" Text |t| text(&t.id);
    "document_id" Text |t| text(&t.document.id);
    "source" Text |t| text(&t.document.source);
    "document_title" Text |t| some(t.document.title.as_ref());
    "document_number" Text |t| some(t.document.document_number.as_ref());
    "issuer" Text |t| some(t.document.issuer.as_ref());
    "region_code" Text |t| region_code(t.document.region.as_ref());
    "region_name" Text |t| region_name(t.document.region.as_ref());
    "document_date" Date |t| date(t.document.document_date.as_ref());
    "year" Integer |t| year(t.document.year);
    "clause_path" Text |t| t.clause.as_ref().map_or(Cell::Null, |c| path(&c.path));
    "clause_label" Text |t| t.clause.as_ref().map_or(Cell::Null, |c| text(&c.label));
    "clause_level" Integer |t| t.clause.as_ref().map_or(Cell::Null, |c| number(c.level));
    "headings" List |t| t.clause.as_ref().map_or(Cell::List(Vec::new()), |c| words(&c.headings));
    "title" Text |t| text(&t.title);
    "text" Text |t| text(&t.text);
    "lead" List |t| names(&t.lead);
    "responsible" List |t| names(&t.responsible);
    "support" List |t| names(&t.support);
    "supervisor" List |t| names(&t.supervisor);
    "deadlines" List |t| Cell::List(t.deadlines.iter().map(|d| Cow::Borrowed(d.text.as_str())).collect());
    "due" Date |t| due(t).map_or(Cell::Null, Cell::Date);
    "span_start" Integer |t| number(t.span.start);
    "span_end" Integer |t| number(t.span.end);
    "warnings" List |t| codes(&t.warnings);
};

const CLAUSES: &[Column<ClauseRecord>] = columns! { ClauseRecord;
    "id" Text |c| text(&c.id);
    "document_id" Text |c| text(&c.document.id);
    "source" Text |c| text(&c.document.source);
    "path" Text |c| path(&c.path);
    "label" Text |c| text(&c.label);
    "level" Integer |c| number(c.level);
    "heading" Text |c| text(&c.heading);
    "text" Text |c| text(&c.text);
    "kind" Text |c| Cell::Text(named(&c.kind));
    "span_start" Integer |c| number(c.span.start);
    "span_end" Integer |c| number(c.span.end);
};

const DOCUMENTS: &[Column<DocumentRecord>] = columns! { DocumentRecord;
    "id" Text |d| text(&d.id);
    "source" Text |d| text(&d.source);
    "sha256" Text |d| text(&d.sha256);
    "bytes" Integer |d| number(d.bytes);
    "media_type" Text |d| text(d.media_type.as_ref());
    "encoding" Text |d| text(d.encoding.as_ref());
    "script" Text |d| Cell::Text(named(&d.script));
    "title" Text |d| some(d.title.as_ref());
    "document_number" Text |d| some(d.document_number.as_ref());
    "issuer" Text |d| some(d.issuer.as_ref());
    "region_code" Text |d| region_code(d.region.as_ref());
    "region_name" Text |d| region_name(d.region.as_ref());
    "signatory" Text |d| some(d.signatory.as_ref());
    "document_date" Date |d| date(d.document_date.as_ref());
    "year" Integer |d| year(d.year);
    "main_recipients" List |d| words(&d.main_recipients);
    "copy_recipients" List |d| words(&d.copy_recipients);
    "attachment_list" List |d| words(&d.attachment_list);
    "contacts" List |d| Cell::List(d.contacts.iter().map(|contact| {
        let parts = [&contact.name, &contact.phone, &contact.email].into_iter().flatten();
        Cow::Owned(parts.map(String::as_str).collect::<Vec<_>>().join(" "))
    }).collect());
    "clauses" Integer |d| number(d.counts.clauses);
    "tasks" Integer |d| number(d.counts.tasks);
    "repairs" List |d| Cell::List(d.repairs.iter().map(|repair| {
        Cow::Owned(format!("{}:{}", named(&repair.reason), repair.count))
    }).collect());
    "rules_digest" Text |d| text(&d.rules_digest);
    "warnings" List |d| codes(&d.warnings);
};

const MENTIONS: &[Column<Mention>] = columns! { Mention;
    "task_id" Text |m| text(&m.task);
    "document_id" Text |m| text(&m.document);
    "role" Text |m| text(m.role);
    "position" Integer |m| number(m.position);
    "name" Text |m| match &m.what { Named::Unit(u) => text(&u.name), Named::Deadline(d) => text(&d.text) };
    "canonical" Text |m| some(m.unit().and_then(|u| u.canonical.as_ref()));
    "scope" Text |m| m.unit().map_or(Cell::Null, |u| Cell::Text(named(&u.scope)));
    "kind" Text |m| m.deadline().map_or(Cell::Null, |d| Cell::Text(named(&d.kind)));
    "start" Date |m| date(m.deadline().and_then(|d| d.start.as_ref()));
    "start_time" Text |m| time(m.deadline().and_then(|d| d.start.as_ref()));
    "end" Date |m| date(m.deadline().and_then(|d| d.end.as_ref()));
    "end_time" Text |m| time(m.deadline().and_then(|d| d.end.as_ref()));
    "recurrence" Text |m| some(m.deadline().and_then(|d| d.recurrence.as_ref()));
    "offset" Text |m| some(m.deadline().and_then(|d| d.offset.as_ref()));
    "anchor" Text |m| some(m.deadline().and_then(|d| d.anchor.as_ref()));
    "bound" Text |m| m.deadline().and_then(|d| d.bound).map_or(Cell::Null, |b| Cell::Text(named(&b)));
    "about" Text |m| some(m.deadline().and_then(|d| d.about.as_ref()));
    "inferred" List |m| Cell::List(m.deadline().map_or(Vec::new(), |d| d.inferred.iter().map(|i| Cow::Borrowed(i.as_ref())).collect()));
    "rule" Text |m| match &m.what { Named::Unit(u) => text(&u.rule), Named::Deadline(d) => text(&d.rule) };
    "quote" Text |m| match &m.what { Named::Unit(u) => text(&u.quote), Named::Deadline(d) => text(&d.quote) };
    "span_start" Integer |m| number(match &m.what { Named::Unit(u) => u.span.start, Named::Deadline(d) => d.span.start });
    "span_end" Integer |m| number(match &m.what { Named::Unit(u) => u.span.end, Named::Deadline(d) => d.span.end });
};
