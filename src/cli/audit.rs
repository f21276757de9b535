//! `duban audit`: who is named, and what is wrong.

use super::message::{Language, Usage};
use super::{Done, Stop, load, notices};
use crate::audit::html::Html;
use crate::audit::read::{self, Stored};
use crate::audit::{Audit as Look, By, Report, render};
use crate::error::Error;
use crate::rule::RuleSet;
use crate::source::{Input, Limits};
use crate::write::Whole;
use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use jiff::civil::Date;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Show who is named as what, and what is wrong, in notices or in records of them
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// Notices, folders of them, or what extract wrote: tasks.jsonl, tasks.parquet, or their folder
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// What a row stands for
    #[arg(long, value_enum, default_value = "unit")]
    by: By,
    /// Form of the report; by default what the name of the file ends in, else a table
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// File to write, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// In CSV, the findings instead of the units
    #[arg(long)]
    findings: bool,
    /// Day by which tasks are called overdue; without it, none is
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Number of threads; by default one for each processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Tables on a terminal
    Table,
    /// One JSON object
    Json,
    /// Comma-separated values
    Csv,
    /// Markdown
    Md,
    /// One page that needs no network, with the notices beside their records
    Html,
}

impl Audit {
    pub(super) fn run(&self, language: Language) -> Result<Done, Stop> {
        let rules = Arc::new(load(self.rules.as_deref())?);
        let form = self.form();
        let mut audit = Look::new(rules.units(), self.by, self.today);
        let mut page = (form == Form::Html).then(Html::default);
        let (mut documents, mut failures) = (0, 0);
        for path in &self.paths {
            let files = read::files(path);
            if files.is_empty() {
                let count = notices::process(path, &rules, self.threads, language, |records| {
                    audit.add(Some(&records.document), &records.tasks);
                    if let Some(page) = &mut page {
                        page.add(Some(&records.document), &records.tasks);
                    }
                })?;
                documents += count.documents;
                failures += count.failures;
                if let Some(page) = &mut page {
                    notices::inputs(path, |input| place(page, input, &rules));
                }
                continue;
            }
            let mut stored = Stored::default();
            files.iter().try_for_each(|file| stored.read(file))?;
            for (document, tasks) in stored.by_document() {
                documents += 1;
                audit.add(document.as_ref(), &tasks);
                if let Some(page) = &mut page {
                    page.add(document.as_ref(), &tasks);
                }
            }
            if let Some(page) = &mut page {
                // The notices may still be where the records say.
                let files = page.sources().into_iter().map(PathBuf::from);
                let there = files.filter(|file| file.is_file());
                there.for_each(|file| place(page, Input::File(file), &rules));
            }
        }
        if documents == 0 {
            return Err(Stop::Usage(Usage::NoInput));
        }
        self.write(&audit.finish(), page.as_ref(), form, language)?;
        Ok(if failures == 0 {
            Done::Well
        } else {
            Done::Partly
        })
    }

    fn form(&self) -> Form {
        let ending = self.output.as_deref().and_then(|path| path.extension());
        let named = match ending.and_then(|ending| ending.to_str()) {
            Some("json") => Some(Form::Json),
            Some("csv") => Some(Form::Csv),
            Some("md") => Some(Form::Md),
            Some("html" | "htm") => Some(Form::Html),
            _ => None,
        };
        self.format.or(named).unwrap_or(Form::Table)
    }

    fn write(
        &self,
        report: &Report,
        page: Option<&Html>,
        form: Form,
        language: Language,
    ) -> Result<(), Stop> {
        let Some(path) = &self.output else {
            let mut out = BufWriter::new(io::stdout().lock());
            return self
                .put(report, page, form, language, &mut out)
                .and_then(|()| out.flush())
                .map_err(Stop::output);
        };
        let mut file = Whole::create(path)?;
        let mark = if form == Form::Csv { "\u{feff}" } else { "" };
        file.write_all(mark.as_bytes())
            .and_then(|()| self.put(report, page, form, language, &mut file))
            .map_err(|cause| Error::Write {
                path: path.clone(),
                cause,
            })?;
        Ok(file.finish()?)
    }

    fn put(
        &self,
        report: &Report,
        page: Option<&Html>,
        form: Form,
        language: Language,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match (form, page) {
            (Form::Html, Some(page)) => page.write(report, out),
            (Form::Json, _) => {
                serde_json::to_writer_pretty(&mut *out, report)?;
                writeln!(out)
            }
            (Form::Csv, _) => render::csv(report, self.findings, out),
            (Form::Md, _) => render::markdown(report, out),
            (Form::Table | Form::Html, _) => tables(report, language, out),
        }
    }
}

/// Puts the text of one notice on the page; what cannot be read was told before.
fn place(page: &mut Html, input: Input, rules: &RuleSet) {
    if let Ok(source) = input.read(&Limits::default()) {
        let _ = page.place(&source, rules);
    }
}

/// Width of a table that goes into a pipe.
const PIPE: u16 = 160;
/// Most rows on a terminal.
const ROWS: usize = 60;
/// Most findings of one kind, and most names of one unit, on a terminal.
const SHOWN: usize = 5;

fn tables(report: &Report, language: Language, out: &mut impl Write) -> io::Result<()> {
    let table = |head: &[&str]| {
        let mut table = Table::new();
        if !table.is_tty() {
            table.set_width(PIPE);
        }
        table
            .load_style(presets::UTF8_HORIZONTAL_ONLY)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(head.to_vec());
        table
    };
    writeln!(
        out,
        "{}\n",
        language.audited(report.documents, report.tasks)
    )?;
    let mut rows = table(&language.audit_columns(report.by));
    for row in report.rows.iter().take(ROWS) {
        let mark = if row.resolved { "" } else { " ?" };
        let span = [&row.first, &row.last];
        let [first, last] = span.map(|date| date.as_deref().unwrap_or(""));
        rows.add_row([
            format!("{}{mark}", row.name),
            row.lead.to_string(),
            row.responsible.to_string(),
            row.support.to_string(),
            row.documents.to_string(),
            row.regions.len().to_string(),
            if first == last {
                first.to_owned()
            } else {
                format!("{first} – {last}")
            },
            row.aliases[..row.aliases.len().min(SHOWN)].join("、"),
        ]);
    }
    writeln!(out, "{rows}")?;
    if report.rows.len() > ROWS {
        writeln!(out, "{}", language.more_rows(report.rows.len() - ROWS))?;
    }
    writeln!(out)?;
    let mut findings = table(&language.finding_columns());
    for (kind, count) in &report.counts {
        let of_kind = report.findings.iter().filter(|f| f.kind == *kind);
        for (at, finding) in of_kind.take(SHOWN).enumerate() {
            let (name, count) = if at == 0 {
                (kind.label(), count.to_string())
            } else {
                ("", String::new())
            };
            findings.add_row([name, &count, &finding.message, &finding.title]);
        }
    }
    writeln!(out, "{findings}")
}
