//! Tasks as a table on a terminal.

use super::message::Language;
use crate::process::Records;
use crate::record::{DeadlineRecord, TaskRecord, UnitRecord};
use comfy_table::{ContentArrangement, Table, presets};
use std::io::{self, Write};

/// Longest title in characters; the clause says where to read on.
const TITLE: usize = 40;

/// Writes the tasks of one notice.
pub(super) fn tasks(out: &mut impl Write, records: &Records, language: Language) -> io::Result<()> {
    let document = &records.document;
    let title = document.title.as_deref().unwrap_or(&document.source);
    let marks = [&document.document_number, &document.document_date]
        .into_iter()
        .flatten()
        .map(String::as_str);
    let head: Vec<_> = std::iter::once(title).chain(marks).collect();
    writeln!(out, "{}  ({})", head.join("  "), document.source)?;
    if records.tasks.is_empty() {
        return writeln!(out, "  {}\n", language.no_tasks());
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(language.columns());
    for task in &records.tasks {
        table.add_row(row(task));
    }
    writeln!(out, "{table}\n")
}

fn row(task: &TaskRecord) -> [String; 6] {
    let label = task
        .clause
        .as_ref()
        .map_or("", |clause| clause.label.as_str())
        .to_owned();
    let mut title: String = task.title.chars().take(TITLE).collect();
    if title.len() < task.title.len() {
        title.push('…');
    }
    [
        label,
        title,
        names(&task.lead),
        names(&task.responsible),
        names(&task.support),
        task.deadlines
            .iter()
            .map(day)
            .collect::<Vec<_>>()
            .join("\n"),
    ]
}

fn names(units: &[UnitRecord]) -> String {
    units
        .iter()
        .map(|unit| unit.name.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

pub(super) fn day(deadline: &DeadlineRecord) -> String {
    match (&deadline.start, &deadline.end) {
        (Some(start), Some(end)) => format!("{start}–{end}"),
        (None, Some(end)) => end.clone(),
        (Some(start), None) => format!("{start}–"),
        (None, None) => deadline.text.clone(),
    }
}
