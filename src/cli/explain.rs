//! `duban explain`: where each value of a notice's tasks came from.
//!
//! In: a file. Out, for each task, the words that gave each value with their line in the source, the rule that found
//! them, the full name of each unit with the table that knows it, the doubts, and what nearly was a value.

use super::message::Language;
use super::table::day;
use super::{Done, Stop, load};
use crate::decode;
use crate::error::{Error, Warning};
use crate::extract::near::{self, Why};
use crate::extract::task::{self, Task};
use crate::normalize;
use crate::notice::{self, Notice};
use crate::process::process;
use crate::record::{Scope, TaskRecord, UnitRecord};
use crate::rule::{Field, RuleSet};
use crate::source::{Input, Limits, Source};
use crate::text::{Span, Text};
use crate::write;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Show where each value of each task came from: clause, words and their line, rule, full name, doubts, and what nearly was one
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// File; - for standard input
    file: PathBuf,
    /// How it is shown
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Folder of rule files laid over the program's own
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A JSON object a task
    Json,
}

/// One task with the reasons for what is said of it.
#[derive(Serialize)]
struct Explained<'a> {
    id: &'a str,
    /// Label of its clause.
    clause: Option<&'a str>,
    headings: &'a [String],
    title: &'a str,
    values: Vec<Value<'a>>,
    warnings: &'a [Warning],
    near: Vec<NearValue<'a>>,
}

/// Words that a rule nearly took.
#[derive(Serialize)]
struct NearValue<'a> {
    field: Field,
    rule: &'a str,
    /// The rule that refuses them, if one does.
    refused_by: Option<&'a str>,
    why: String,
    line: usize,
    around: String,
}

/// One value: a unit in a role, or a time limit.
#[derive(Serialize)]
struct Value<'a> {
    field: &'static str,
    value: String,
    scope: Option<Scope>,
    canonical: Option<&'a str>,
    /// The table below `rules/` that knows the full name.
    table: Option<&'static str>,
    rule: &'a str,
    summary: &'a str,
    quote: &'a str,
    span: Span,
    /// From 1; of a format that is no plain text, the line of its text.
    line: usize,
    /// The words around, with the quote in 〖〗.
    around: String,
}

impl Explain {
    pub(super) fn run(&self, language: Language) -> Result<Done, Stop> {
        let rules = load(self.rules.as_deref())?;
        let source = Input::named(&self.file).read(&Limits::default())?;
        let records = process(&source, &rules)?;
        let lines = Lines::new(decode::decode(&source)?.text);
        let notice = read(&source, &rules)?;
        let tasks = task::find(&notice, &rules);
        let mut out = BufWriter::new(io::stdout().lock());
        let mut show = || {
            if self.format == Format::Text && records.tasks.is_empty() {
                writeln!(out, "{}", language.no_tasks())?;
            }
            for (task, found) in records.tasks.iter().zip(&tasks) {
                let mut explained = explained(task, &lines, &rules);
                explained.near = near(found, &notice, &lines, &rules, language);
                match self.format {
                    Format::Text => text(&mut out, &explained, &lines, language)?,
                    Format::Json => write::line(&mut out, &explained)?,
                }
            }
            out.flush()
        };
        show().map_err(Stop::output)?;
        Ok(Done::Well)
    }
}

/// The notice of a source.
fn read(source: &Source, rules: &RuleSet) -> Result<Notice, Error> {
    let mut text = decode::decode(source)?.text;
    normalize::normalize(&mut text, rules);
    Ok(notice::segment(text, rules))
}

/// What nearly was a value of a task.
fn near<'r>(
    task: &Task<'_, '_>,
    notice: &Notice,
    lines: &Lines,
    rules: &'r RuleSet,
    language: Language,
) -> Vec<NearValue<'r>> {
    let units = task.assignments.mentions.iter().map(|unit| unit.span);
    let limits = task.deadlines.iter().map(|due| due.span);
    let taken: Vec<_> = units.chain(limits).collect();
    let own = [task.span];
    let paragraphs = task
        .clause
        .as_ref()
        .map_or(&own[..], |place| &place.clause.paragraphs);
    near::near(notice.text.as_str(), paragraphs, &taken, rules)
        .into_iter()
        .map(|near| {
            let (line, around) = lines.around(notice.text.source(near.span));
            NearValue {
                field: near.rule.field,
                rule: &near.rule.id,
                refused_by: match near.why {
                    Why::Refused(rule) => Some(&rule.id),
                    _ => None,
                },
                why: language.why(near.why),
                line,
                around,
            }
        })
        .collect()
}

fn explained<'a>(task: &'a TaskRecord, lines: &Lines, rules: &'a RuleSet) -> Explained<'a> {
    let value = |field, value, rule: &'a str, quote: &'a str, span| {
        let summary = rules.all().iter().find(|known| *known.id == *rule);
        let (line, around) = lines.around(span);
        Value {
            field,
            value,
            scope: None,
            canonical: None,
            table: None,
            rule,
            summary: summary.map_or("", |rule| &rule.summary),
            quote,
            span,
            line,
            around,
        }
    };
    let head = &task.document;
    let date = head.document_date.as_deref().and_then(|d| d.parse().ok());
    let table = |unit: &UnitRecord| {
        let (issuer, region) = (head.issuer.as_deref(), head.region.as_ref());
        let known = rules.units().known(&unit.name, issuer, region, date);
        known.map(|known| known.table)
    };
    let roles = [
        ("lead", &task.lead),
        ("responsible", &task.responsible),
        ("support", &task.support),
        ("supervisor", &task.supervisor),
    ];
    let units = roles
        .into_iter()
        .flat_map(|(field, units)| units.iter().map(move |unit| (field, unit)))
        .map(|(field, unit)| Value {
            scope: Some(unit.scope),
            canonical: unit.canonical.as_deref(),
            table: unit.canonical.as_ref().and_then(|_| table(unit)),
            ..value(field, unit.name.clone(), &unit.rule, &unit.quote, unit.span)
        });
    let deadlines = task
        .deadlines
        .iter()
        .map(|due| value("deadline", day(due), &due.rule, &due.quote, due.span));
    Explained {
        id: &task.id,
        clause: task.clause.as_ref().map(|clause| clause.label.as_str()),
        headings: task.clause.as_ref().map_or(&[], |clause| &clause.headings),
        title: &task.title,
        values: units.chain(deadlines).collect(),
        warnings: &task.warnings,
        near: Vec::new(),
    }
}

fn text(
    out: &mut impl Write,
    task: &Explained<'_>,
    lines: &Lines,
    language: Language,
) -> io::Result<()> {
    let above = task.headings.iter().map(String::as_str);
    let title = format!("{}{}", task.clause.unwrap_or_default(), task.title);
    let path: Vec<_> = above.chain([title.as_str()]).collect();
    writeln!(out, "{}", path.join(" › "))?;
    if task.values.is_empty() {
        writeln!(out, "  {}", language.names_nobody())?;
    }
    for value in &task.values {
        let name = match (value.canonical, value.scope) {
            (Some(full), _) if full == value.value => full.to_owned(),
            (Some(full), _) => format!("{} = {full}", value.value),
            (None, Some(Scope::Unit)) => format!("{}  ({})", value.value, language.unresolved()),
            (None, _) => value.value.clone(),
        };
        writeln!(out, "  {}  {name}", language.field(value.field))?;
        writeln!(out, "    {}  {}", language.line(value.line), value.around)?;
        writeln!(out, "    {}  {}", value.rule, value.summary)?;
        if let Some(table) = value.table {
            writeln!(out, "    {table}  {}", language.full_name())?;
        }
    }
    for warning in task.warnings {
        let (line, around) = lines.around(warning.span);
        writeln!(out, "  ! {}", warning.message)?;
        writeln!(out, "    {}  {around}", language.line(line))?;
    }
    for near in &task.near {
        writeln!(out, "  ~ {}  {}", language.nearly(), near.rule)?;
        writeln!(out, "    {}  {}", language.line(near.line), near.around)?;
        writeln!(out, "    {}", near.why)?;
    }
    writeln!(out)
}

/// The lines of a source, found by its bytes.
struct Lines {
    text: Text,
    /// Each line in the text, and the byte of the source that it begins with.
    lines: Vec<(Span, usize)>,
}

/// How many characters are shown on each side of a quote.
const AROUND: usize = 20;

impl Lines {
    fn new(text: Text) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.as_str().split_inclusive('\n') {
            let span = Span::new(start, start + line.len());
            lines.push((span, text.source(span).start));
            start = span.end;
        }
        Self { text, lines }
    }

    /// The line of a quote, and the words around it.
    fn around(&self, quote: Span) -> (usize, String) {
        let number = self
            .lines
            .partition_point(|(_, start)| *start <= quote.start);
        let Some((line, _)) = number.checked_sub(1).map(|at| self.lines[at]) else {
            return (1, String::new());
        };
        let text = self.text.as_str();
        let at = |source: usize| {
            let mut chars = line.of(text).char_indices();
            let found = chars.find(|(at, c)| {
                let start = line.start + at;
                self.text.source(Span::new(start, start + c.len_utf8())).end > source
            });
            found.map_or(line.end, |(at, _)| line.start + at)
        };
        let (start, end) = (at(quote.start), at(quote.end));
        let before: Vec<_> = text[line.start..start].chars().rev().take(AROUND).collect();
        let before: String = before.into_iter().rev().collect();
        let after: String = text[end..line.end].chars().take(AROUND).collect();
        let quote: Vec<_> = text[start..end].chars().collect();
        // A doubt about a whole clause is shown by its first words.
        let quote: String = if quote.len() > 3 * AROUND {
            quote[..2 * AROUND].iter().chain(&['…']).collect()
        } else {
            quote.into_iter().collect()
        };
        let said = format!("{before}〖{quote}〗{after}");
        (
            number,
            said.split_whitespace().collect::<Vec<_>>().join(" "),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_shown_with_its_line_in_any_encoding() {
        let notice = "关于防汛的通知\r\n一、排查隐患。（牵头单位：县水利局）\r\n";
        let (gbk, _, _) = encoding_rs::GB18030.encode(notice);
        for bytes in [notice.as_bytes().to_vec(), gbk.into_owned()] {
            let source = Source::plain("a.txt", bytes);
            let rules = RuleSet::embedded().expect("the rules compile");
            let records = process(&source, &rules).expect("is text");
            let lines = Lines::new(decode::decode(&source).expect("is text").text);
            let explained = explained(&records.tasks[0], &lines, &rules);
            let lead = &explained.values[0];
            assert_eq!((lead.field, lead.line), ("lead", 2));
            assert!(
                lead.around.contains("牵头单位：〖县水利局〗）"),
                "{}",
                lead.around
            );
            assert!(!lead.summary.is_empty());
        }
    }
}
