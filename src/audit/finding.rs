//! What is wrong with a task, with a document, with all of them together.
//!
//! In: records. Out: `deadline-before-document` for `2019年3月底前` in a notice of 2020-03-02. A finding is a question to
//! a reader, not a verdict: a notice may well name units that it is not addressed to.

use crate::error::Code;
use crate::record::{DeadlineRecord, DocumentRecord, Scope, TaskRecord, UnitRecord};
use crate::text::Span;
use crate::unit::Units;
use crate::write::table::{day, due, roles};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A clause directs work and names nobody.
    NamesNobody,
    /// A task has units that support and none that leads.
    SupportWithoutLead,
    /// Several units lead one task.
    SeveralLeads,
    /// A unit has a task and is not among the recipients.
    NotARecipient,
    /// A recipient has no task.
    RecipientNotNamed,
    /// A deadline lies before the date of its document.
    DeadlineBeforeDocument,
    /// The last day of a task is past.
    Overdue,
    /// A deadline is on a day that does not exist.
    NoSuchDay,
    /// Numbers of clauses are missing, repeated or out of order.
    Numbering,
    /// One task has different leads in different notices.
    LeadsDiffer,
}

impl Kind {
    /// In Chinese.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NamesNobody => "无责任主体",
            Self::SupportWithoutLead => "有配合无牵头",
            Self::SeveralLeads => "多头牵头",
            Self::NotARecipient => "非主送抄送单位",
            Self::RecipientNotNamed => "收文单位无任务",
            Self::DeadlineBeforeDocument => "期限早于成文日期",
            Self::Overdue => "已过期限",
            Self::NoSuchDay => "日期不存在",
            Self::Numbering => "序号异常",
            Self::LeadsDiffer => "牵头不一致",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// Its document.
    pub document: String,
    /// The document's title, else the name of its source.
    pub title: String,
    /// Its task, if it is about one.
    pub task: Option<String>,
    /// For people.
    pub message: String,
    /// Where in the source.
    pub span: Option<Span>,
}

/// Looks at one task.
pub(super) fn task(task: &TaskRecord, today: Option<Date>, found: &mut Vec<Finding>) {
    let mut find = |kind, message: String, span| {
        found.push(Finding {
            kind,
            document: task.document.id.clone(),
            title: title(task).to_owned(),
            task: Some(task.id.clone()),
            message,
            span: Some(span),
        });
    };
    let named = roles(task).iter().any(|(_, units)| !units.is_empty());
    if !named {
        find(Kind::NamesNobody, brief(&task.title), task.span);
    }
    if task.lead.is_empty() && !task.support.is_empty() {
        let instead = if task.responsible.is_empty() {
            String::new()
        } else {
            format!("；责任：{}", names(&task.responsible))
        };
        let message = format!(
            "{}（配合：{}{instead}）",
            brief(&task.title),
            names(&task.support)
        );
        find(Kind::SupportWithoutLead, message, task.support[0].span);
    }
    let leads: BTreeSet<_> = task
        .lead
        .iter()
        .filter(|unit| unit.scope == Scope::Unit)
        .map(full)
        .collect();
    if leads.len() > 1 {
        let message = format!("{}（牵头：{}）", brief(&task.title), names(&task.lead));
        find(Kind::SeveralLeads, message, task.lead[0].span);
    }
    let issued = task.document.document_date.as_deref().and_then(day);
    for limit in &task.deadlines {
        if let (Some(issued), Some(end)) = (issued, end(limit))
            && end < issued
        {
            let message = format!("{}：{end}，成文日期 {issued}", limit.text);
            find(Kind::DeadlineBeforeDocument, message, limit.span);
        }
    }
    if let (Some(today), Some(due)) = (today, due(task))
        && due < today
    {
        let span = task.deadlines.first().map_or(task.span, |d| d.span);
        find(
            Kind::Overdue,
            format!("{}：{due}", brief(&task.title)),
            span,
        );
    }
    for warning in &task.warnings {
        if warning.code == Code::DateClamped {
            find(Kind::NoSuchDay, warning.message.clone(), warning.span);
        }
    }
}

/// Looks at one document: its recipients and its numbers.
pub(super) fn document(
    document: &DocumentRecord,
    tasks: &[TaskRecord],
    units: &Units,
    found: &mut Vec<Finding>,
) {
    let title = document.title.as_ref().unwrap_or(&document.source);
    let mut find = |kind, task: Option<&String>, message: String, span| {
        found.push(Finding {
            kind,
            document: document.id.clone(),
            title: title.clone(),
            task: task.cloned(),
            message,
            span,
        });
    };
    for warning in &document.warnings {
        if matches!(
            warning.code,
            Code::NumberGap | Code::NumberRepeated | Code::NumberOrder
        ) {
            find(
                Kind::Numbering,
                None,
                warning.message.clone(),
                Some(warning.span),
            );
        }
    }
    let issued = document.document_date.as_deref().and_then(day);
    let recipients: Vec<_> = document
        .main_recipients
        .iter()
        .chain(&document.copy_recipients)
        .map(|name| {
            let issuer = document.issuer.as_deref();
            let full = units.full_name(name, issuer, document.region.as_ref(), issued);
            (name, full, units.scope(name))
        })
        .collect();
    // 各有关单位 may be anybody: only where all recipients are single units can it be said who is not one.
    let single = |scope: &Option<Scope>| *scope == Some(Scope::Unit);
    if recipients.is_empty() || tasks.is_empty() {
        return;
    }
    let all_single = recipients.iter().all(|(_, _, scope)| single(scope));
    let issuer = document.issuer.as_deref().unwrap_or("");
    let mut named = BTreeSet::new();
    let mut strangers = BTreeSet::new();
    for task in tasks {
        for (_, units) in &roles(task)[..3] {
            for unit in units.iter().filter(|unit| unit.scope == Scope::Unit) {
                let at = recipients
                    .iter()
                    .position(|(name, full_name, _)| is_of(unit, name, full_name.as_deref()));
                match at {
                    Some(at) => drop(named.insert(at)),
                    // The issuer's own departments are no recipients.
                    None if !issuer.is_empty() && full(unit).starts_with(issuer) => {}
                    None if all_single && strangers.insert(full(unit).to_owned()) => {
                        let message = format!("{} 有任务，不在主送、抄送机关中", unit.name);
                        find(
                            Kind::NotARecipient,
                            Some(&task.id),
                            message,
                            Some(unit.span),
                        );
                    }
                    None => {}
                }
            }
        }
    }
    // Where no recipient has a task by name, the notice assigns in another way.
    if named.is_empty() {
        return;
    }
    for (at, (name, _, scope)) in recipients.iter().enumerate() {
        if single(scope) && !named.contains(&at) {
            let message = format!("{name} 在主送、抄送机关中，没有任务");
            find(Kind::RecipientNotNamed, None, message, None);
        }
    }
}

/// Whether a unit is a recipient or a department of it.
fn is_of(unit: &UnitRecord, name: &str, full_name: Option<&str>) -> bool {
    let full = full(unit);
    unit.name == name
        || full == name
        || full_name.is_some_and(|recipient| full.starts_with(recipient))
        || unit.name.starts_with(name)
}

/// Tasks by their words, with their leads: 植树造林 with 市林业局 in one notice and 市园林局 in another.
#[derive(Debug, Default)]
pub(super) struct Leads(BTreeMap<String, Vec<Given>>);

#[derive(Debug)]
struct Given {
    document: String,
    title: String,
    task: String,
    span: Span,
    region: Option<String>,
    leads: BTreeSet<String>,
}

/// Fewer characters of a title say too little: 加强领导.
const TELLING: usize = 8;

impl Leads {
    pub(super) fn add(&mut self, task: &TaskRecord) {
        if task.lead.is_empty() {
            return;
        }
        let words: String = task.title.chars().filter(|c| c.is_alphanumeric()).collect();
        if words.chars().count() < TELLING {
            return;
        }
        self.0.entry(words).or_default().push(Given {
            document: task.document.id.clone(),
            title: title(task).to_owned(),
            task: task.id.clone(),
            span: task.span,
            region: task.document.region.as_ref().map(|r| r.code.clone()),
            leads: task.lead.iter().map(|u| full(u).to_owned()).collect(),
        });
    }

    /// One task in two notices of one region, with other leads in the second.
    pub(super) fn finish(&self, found: &mut Vec<Finding>) {
        for (words, given) in &self.0 {
            let Some(first) = given.first() else { continue };
            for other in &given[1..] {
                if other.document != first.document
                    && other.region == first.region
                    && other.leads != first.leads
                {
                    let list = |given: &Given| {
                        let leads: Vec<_> = given.leads.iter().map(String::as_str).collect();
                        leads.join("、")
                    };
                    found.push(Finding {
                        kind: Kind::LeadsDiffer,
                        document: other.document.clone(),
                        title: other.title.clone(),
                        task: Some(other.task.clone()),
                        message: format!(
                            "{}：{}；《{}》中为 {}",
                            brief(words),
                            list(other),
                            first.title,
                            list(first)
                        ),
                        span: Some(other.span),
                    });
                }
            }
        }
    }
}

fn end(limit: &DeadlineRecord) -> Option<Date> {
    limit.end.as_deref().and_then(day)
}

/// The full name where it is known.
pub(super) fn full(unit: &UnitRecord) -> &str {
    unit.canonical.as_deref().unwrap_or(&unit.name)
}

fn title(task: &TaskRecord) -> &str {
    let document = &task.document;
    document.title.as_deref().unwrap_or(&document.source)
}

fn names(units: &[UnitRecord]) -> String {
    let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
    names.join("、")
}

/// The first words of a title.
fn brief(words: &str) -> String {
    let mut brief: String = words.chars().take(30).collect();
    if brief.len() < words.len() {
        brief.push('…');
    }
    brief
}
