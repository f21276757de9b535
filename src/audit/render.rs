//! A report as rows of CSV and as Markdown.
//!
//! In: a [`Report`]. Out: `| 市教育局 | 7 | 4 | 1 | 2 |`.

use super::{By, Report, Row};
use crate::write::csv::harmless;
use std::io::{self, Write};

/// Names of the columns, in Chinese as their readers are.
pub const COLUMNS: [&str; 13] = [
    "名称",
    "已识别",
    "职能",
    "任务数",
    "牵头",
    "责任",
    "配合",
    "责任领导",
    "文件数",
    "地区",
    "最早",
    "最晚",
    "出现的名称",
];

/// The cells of a row.
pub fn cells(row: &Row) -> [String; 13] {
    let some = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        row.name.clone(),
        if row.resolved { "是" } else { "否" }.to_owned(),
        some(&row.function),
        row.tasks.to_string(),
        row.lead.to_string(),
        row.responsible.to_string(),
        row.support.to_string(),
        row.supervisor.to_string(),
        row.documents.to_string(),
        row.regions.join("；"),
        some(&row.first),
        some(&row.last),
        row.aliases.join("；"),
    ]
}

/// Writes the rows as CSV, or with `findings` those.
///
/// # Errors
/// The writer's own.
pub fn csv(report: &Report, findings: bool, out: impl Write) -> io::Result<()> {
    let mut rows = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let mut write = |cells: &[String]| {
        let cells = cells
            .iter()
            .map(|c| harmless(c.as_str().into()).into_owned());
        rows.write_record(cells)
    };
    if findings {
        let heads = ["问题", "文件", "文件编号", "任务", "说明", "起", "止"];
        write(&heads.map(str::to_owned))?;
        for finding in &report.findings {
            let span = finding
                .span
                .map(|s| [s.start, s.end].map(|n| n.to_string()));
            let [start, end] = span.unwrap_or_default();
            write(&[
                finding.kind.label().to_owned(),
                finding.title.clone(),
                finding.document.clone(),
                finding.task.clone().unwrap_or_default(),
                finding.message.clone(),
                start,
                end,
            ])?;
        }
    } else {
        write(&COLUMNS.map(str::to_owned))?;
        report.rows.iter().try_for_each(|row| write(&cells(row)))?;
    }
    rows.flush()
}

/// What the rows are, in Chinese.
pub const fn subject(by: By) -> &'static str {
    match by {
        By::Unit => "单位",
        By::Function => "职能",
        By::Region => "地区",
        By::Document => "文件",
    }
}

/// Writes rows and findings as Markdown.
///
/// # Errors
/// The writer's own.
pub fn markdown(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let cell = |words: &str| words.replace('|', "\\|").replace('\n', " ");
    writeln!(out, "# 督办审计\n")?;
    writeln!(
        out,
        "文件 {} 件，任务 {} 项\n",
        report.documents, report.tasks
    )?;
    writeln!(out, "## {}\n", subject(report.by))?;
    writeln!(out, "| {} |", COLUMNS.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(COLUMNS.len()))?;
    for row in &report.rows {
        writeln!(out, "| {} |", cells(row).map(|c| cell(&c)).join(" | "))?;
    }
    writeln!(out, "\n## 问题\n\n| 问题 | 文件 | 说明 |\n|---|---|---|")?;
    for finding in &report.findings {
        let row = [finding.kind.label(), &finding.title, &finding.message].map(cell);
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    Ok(())
}
