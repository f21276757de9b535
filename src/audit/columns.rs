//! Records from the Parquet tables that `duban extract --records all --format parquet` wrote.
//!
//! In: `tasks.parquet` with `mentions.parquet` beside it, or `documents.parquet`. Out: the records, put together again as
//! `write/table.rs` took them apart; of warnings only the codes are known, and contacts and repairs are not read.

use crate::record::{DocumentRecord, SCHEMA, TaskRecord};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

/// One row by the names of its columns.
type Cells = Map<String, Value>;

/// Whether a file is one of this program's tables of tasks or documents.
pub(super) fn holds(path: &Path) -> bool {
    let schema = open(path).map(|file| file.metadata().file_metadata().schema().name().to_owned());
    schema.is_ok_and(|name| ["tasks", "documents"].contains(&name.as_str()))
}

/// Hands each task or document of a file to `task` or `document`.
pub(super) fn read(
    path: &Path,
    mut task: impl FnMut(TaskRecord),
    mut document: impl FnMut(DocumentRecord),
) -> io::Result<()> {
    let file = open(path)?;
    if file.metadata().file_metadata().schema().name() == "documents" {
        return rows(&file, |row| {
            document(record(of_document(row))?);
            Ok(())
        });
    }
    let beside = path.with_file_name("mentions.parquet");
    let mentions = open(&beside).map_err(|cause| {
        io::Error::other(format!("mentions.parquet belongs beside it: {cause}"))
    })?;
    let mut named: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    rows(&mentions, |mut row| {
        let id = words(&mut row, "task_id");
        let role = words(&mut row, "role");
        let lists = named.entry(id).or_default();
        let (role, what) = if role == "deadline" {
            ("deadlines", limit(row))
        } else {
            (role.as_str(), unit(row))
        };
        let list = lists.entry(role.to_owned()).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(what);
        }
        Ok(())
    })?;
    rows(&file, |row| {
        let id = row["id"].as_str().unwrap_or("").to_owned();
        task(record(of_task(row, named.remove(&id).unwrap_or_default()))?);
        Ok(())
    })
}

fn open(path: &Path) -> io::Result<SerializedFileReader<File>> {
    SerializedFileReader::new(File::open(path)?).map_err(io::Error::other)
}

fn record<R: DeserializeOwned>(value: Value) -> io::Result<R> {
    serde_json::from_value(value).map_err(io::Error::other)
}

fn rows(
    file: &SerializedFileReader<File>,
    mut each: impl FnMut(Cells) -> io::Result<()>,
) -> io::Result<()> {
    for row in file.get_row_iter(None).map_err(io::Error::other)? {
        each(cells(&row.map_err(io::Error::other)?))?;
    }
    Ok(())
}

fn cells(row: &Row) -> Cells {
    let columns = row.get_column_iter();
    columns
        .map(|(name, field)| (name.clone(), value(field)))
        .collect()
}

fn value(field: &Field) -> Value {
    match field {
        Field::Str(words) => words.as_str().into(),
        Field::Long(number) => (*number).into(),
        Field::Date(days) => {
            let epoch = jiff::civil::date(1970, 1, 1);
            let date = epoch.checked_add(jiff::Span::new().days(i64::from(*days)));
            date.map_or(Value::Null, |date| date.to_string().into())
        }
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        _ => Value::Null,
    }
}

fn take(row: &mut Cells, name: &str) -> Value {
    row.remove(name).unwrap_or(Value::Null)
}

fn words(row: &mut Cells, name: &str) -> String {
    take(row, name).as_str().unwrap_or("").to_owned()
}

/// `span_start` and `span_end` as a record has them.
fn span(row: &mut Cells) -> Value {
    json!([take(row, "span_start"), take(row, "span_end")])
}

fn unit(mut row: Cells) -> Value {
    let span = span(&mut row);
    row.insert("span".to_owned(), span);
    Value::Object(row)
}

fn limit(mut row: Cells) -> Value {
    for (end, time) in [("start", "start_time"), ("end", "end_time")] {
        if let (Some(day), Some(time)) = (row[end].as_str(), row[time].as_str()) {
            row[end] = format!("{day}T{time}").into();
        }
    }
    let name = take(&mut row, "name");
    row.insert("text".to_owned(), name);
    unit(row)
}

fn region(row: &mut Cells) -> Value {
    let (code, name) = (take(row, "region_code"), take(row, "region_name"));
    if code.is_null() {
        return Value::Null;
    }
    json!({"code": code, "name": name})
}

fn warnings(row: &mut Cells, span: &Value) -> Value {
    let codes = take(row, "warnings");
    let codes = codes.as_array().into_iter().flatten();
    let warning = |code: &Value| json!({"code": code, "message": code, "span": span});
    codes.map(warning).collect()
}

fn of_task(mut row: Cells, named: Map<String, Value>) -> Value {
    let region = region(&mut row);
    let span = span(&mut row);
    let warnings = warnings(&mut row, &span);
    let path = words(&mut row, "clause_path");
    let path: Option<Vec<usize>> = path.split('.').map(|n| n.parse().ok()).collect();
    let clause = path.map(|path| {
        json!({
            "path": path,
            "label": take(&mut row, "clause_label"),
            "level": take(&mut row, "clause_level"),
            "headings": take(&mut row, "headings"),
        })
    });
    let mut task = json!({
        "record": "task",
        "schema": SCHEMA,
        "id": take(&mut row, "id"),
        "document": {
            "id": take(&mut row, "document_id"),
            "source": take(&mut row, "source"),
            "title": take(&mut row, "document_title"),
            "document_number": take(&mut row, "document_number"),
            "issuer": take(&mut row, "issuer"),
            "region": region,
            "document_date": take(&mut row, "document_date"),
            "year": take(&mut row, "year"),
        },
        "clause": clause,
        "title": take(&mut row, "title"),
        "text": take(&mut row, "text"),
        "lead": [], "responsible": [], "support": [], "supervisor": [], "deadlines": [],
        "span": span,
        "warnings": warnings,
    });
    for (role, list) in named {
        task[role] = list;
    }
    task
}

fn of_document(mut row: Cells) -> Value {
    let region = region(&mut row);
    let warnings = warnings(&mut row, &json!([0, 0]));
    let counts = json!({"clauses": take(&mut row, "clauses"), "tasks": take(&mut row, "tasks")});
    let more = [
        ("record", json!("document")),
        ("schema", json!(SCHEMA)),
        ("region", region),
        ("counts", counts),
        ("contacts", json!([])),
        ("repairs", json!([])),
        ("warnings", warnings),
    ];
    row.extend(more.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(row)
}
