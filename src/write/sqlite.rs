//! SQLite for auditors: four tables, joined by keys, searched by words, looked at through views.
//!
//! In: the records of a document. Out: rows of `documents`, `clauses`, `tasks`, `mentions`; `tasks_text`, a full-text
//! index of titles and texts; and the views
//!
//! | view | a row for each |
//! |---|---|
//! | `unit_load` | unit: tasks that it leads, answers for, supports |
//! | `tasks_without_lead` | task that names units and none that leads |
//! | `due_by_month` | month: tasks due in it |
//!
//! The index is of three characters at a time: `tasks_text MATCH '质量管理'` for three characters and more,
//! `tasks_text.text LIKE '%质量%'` for fewer.

use super::table::{Cell, Kind, Table};
use super::whole::Whole;
use crate::error::Error;
use crate::process::Records;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, ToSql, params_from_iter};
use std::fmt::Write as _;
use std::io;

/// A database in the making.
pub struct Sqlite {
    file: Whole,
    connection: Connection,
    /// One `INSERT` for each of [`Table::ALL`].
    inserts: [String; 4],
    documents: usize,
}

/// Documents in one transaction.
const BATCH: usize = 256;

const SETUP: &str = "
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA encoding = 'UTF-8';
";

const VIEWS: &str = "
CREATE INDEX tasks_document ON tasks(document_id);
CREATE INDEX tasks_due ON tasks(due);
CREATE INDEX tasks_region ON tasks(region_code);
CREATE INDEX clauses_document ON clauses(document_id);
CREATE INDEX mentions_task ON mentions(task_id);
CREATE INDEX mentions_name ON mentions(coalesce(canonical, name), role);
CREATE VIRTUAL TABLE tasks_text USING fts5(title, text, content='tasks', content_rowid='rowid', tokenize='trigram');
INSERT INTO tasks_text(tasks_text) VALUES ('rebuild');
CREATE VIEW unit_load AS
  SELECT coalesce(canonical, name) AS unit,
         count(DISTINCT CASE role WHEN 'lead' THEN task_id END) AS lead,
         count(DISTINCT CASE role WHEN 'responsible' THEN task_id END) AS responsible,
         count(DISTINCT CASE role WHEN 'support' THEN task_id END) AS support,
         count(DISTINCT document_id) AS documents
  FROM mentions WHERE scope = 'unit' AND role <> 'supervisor'
  GROUP BY 1 ORDER BY lead + responsible + support DESC, unit;
CREATE VIEW tasks_without_lead AS
  SELECT * FROM tasks WHERE lead = '[]' AND (support <> '[]' OR responsible <> '[]');
CREATE VIEW due_by_month AS
  SELECT substr(due, 1, 7) AS month, count(*) AS tasks
  FROM tasks WHERE due IS NOT NULL GROUP BY 1 ORDER BY 1;
";

impl Sqlite {
    /// Begins a database with empty tables.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn new(file: Whole) -> Result<Self, Error> {
        let begin = || {
            let connection = Connection::open(file.partial())?;
            connection.execute_batch(SETUP)?;
            for table in Table::ALL {
                connection.execute_batch(&create(table))?;
            }
            connection.execute_batch("BEGIN")?;
            Ok(connection)
        };
        let connection = begin().map_err(|cause| failure(&file, cause))?;
        Ok(Self {
            file,
            connection,
            inserts: Table::ALL.map(insert),
            documents: 0,
        })
    }

    /// Adds the rows of one document. A document that is there already (the same bytes under another name) is left out:
    /// its keys are the same.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn push(&mut self, records: &Records) -> Result<(), Error> {
        self.add(records)
            .map_err(|cause| failure(&self.file, cause))
    }

    fn add(&mut self, records: &Records) -> rusqlite::Result<()> {
        let known = self
            .connection
            .prepare_cached("SELECT 1 FROM documents WHERE id = ?")?
            .exists([&records.document.id])?;
        if known {
            return Ok(());
        }
        for (table, insert) in Table::ALL.into_iter().zip(&self.inserts) {
            let mut insert = self.connection.prepare_cached(insert)?;
            table.rows(records, |row| {
                insert.execute(params_from_iter(row)).map(drop)
            })?;
        }
        self.documents += 1;
        if self.documents.is_multiple_of(BATCH) {
            self.connection.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    /// Builds the indexes and gives the file its name.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        let Self {
            file, connection, ..
        } = self;
        let end = || {
            connection.execute_batch("COMMIT; BEGIN")?;
            connection.execute_batch(VIEWS)?;
            connection.execute_batch("COMMIT; PRAGMA optimize")?;
            connection.close().map_err(|(_, error)| error)
        };
        end().map_err(|cause| failure(&file, cause))?;
        file.finish()
    }
}

fn failure(file: &Whole, cause: rusqlite::Error) -> Error {
    Error::Write {
        path: file.path().to_owned(),
        cause: io::Error::other(cause),
    }
}

/// What a column refers to, beside its type.
const fn key(table: Table, column: &str) -> &'static str {
    match (table, column.as_bytes()) {
        (Table::Mentions, b"task_id") => " NOT NULL REFERENCES tasks(id)",
        (Table::Documents | Table::Clauses | Table::Tasks, b"id") => " PRIMARY KEY",
        (_, b"document_id") => " NOT NULL REFERENCES documents(id)",
        _ => "",
    }
}

fn create(table: Table) -> String {
    let mut sql = format!("CREATE TABLE {} (", table.name());
    for (at, (name, kind)) in table.columns().into_iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let kind = match kind {
            Kind::Integer => "INTEGER",
            Kind::Text | Kind::Date | Kind::List => "TEXT",
        };
        // Writing to a string cannot fail.
        let _ = write!(sql, "{comma}\"{name}\" {kind}{}", key(table, name));
    }
    if table == Table::Mentions {
        sql.push_str(", PRIMARY KEY (task_id, role, position)");
    }
    sql.push_str(");");
    sql
}

fn insert(table: Table) -> String {
    let places = vec!["?"; table.columns().len()].join(", ");
    format!("INSERT INTO {} VALUES ({places})", table.name())
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Text(text) => ToSqlOutput::from(text.as_ref()),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Date(date) => ToSqlOutput::Owned(Value::Text(date.to_string())),
            Self::List(list) => {
                let list = serde_json::to_string(list)
                    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
                ToSqlOutput::Owned(Value::Text(list))
            }
        })
    }
}
