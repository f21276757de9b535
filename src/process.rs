//! One source from bytes to records: decode, normalize, segment, extract.

use crate::decode::{self, Decoded};
use crate::error::{Code, Error, Warning};
use crate::extract::assignment::Mention;
use crate::extract::deadline::{Deadline, Inferred};
use crate::extract::task::{self, Task};
use crate::normalize::{self, Repair};
use crate::notice::{self, Clause, Notice};
use crate::record::{
    ClauseHead, ClauseRecord, Counts, DeadlineRecord, DocumentHead, DocumentRecord, DocumentRef,
    RepairCount, SCHEMA, TaskRecord, UnitRecord, hex,
};
use crate::rule::{Field, RuleSet};
use crate::source::Source;
use crate::text::{Span, Text};
use crate::unit::{Clues, members};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All records of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// The notice.
    pub document: DocumentRecord,
    /// Its clauses in order.
    pub clauses: Vec<ClauseRecord>,
    /// Its tasks in order.
    pub tasks: Vec<TaskRecord>,
}

/// Reads one source.
///
/// # Errors
/// Its bytes are no text.
pub fn process(source: &Source, rules: &RuleSet) -> Result<Records, Error> {
    process_at(source, rules, Repair::default())
}

/// Reads one source, repaired as far as `level` allows.
///
/// # Errors
/// Its bytes are no text.
pub fn process_at(source: &Source, rules: &RuleSet, level: Repair) -> Result<Records, Error> {
    let Decoded {
        mut text,
        encoding,
        media_type,
        mut warnings,
        ..
    } = decode::decode(source)?;
    let decoded = text.clone();
    let script = normalize::script(text.as_str());
    warnings.extend(normalize::normalize_at(&mut text, rules, level));
    let mut notice = notice::segment(text, rules);
    warnings.append(&mut notice.warnings);
    let sha256 = Sha256::digest(&source.bytes);
    let writer = Writer {
        source,
        decoded: &decoded,
        notice: &notice,
        rules,
        known: RefCell::default(),
    };
    let head = Arc::new(writer.head(hex(&sha256, 16)));
    let clauses = writer.clauses(&head);
    let tasks = writer.tasks(&head);
    let elements = &notice.elements;
    let document = DocumentRecord {
        record: "document".into(),
        schema: SCHEMA,
        id: head.id.clone(),
        source: head.source.clone(),
        sha256: hex(&sha256, 64),
        bytes: source.bytes.len(),
        media_type: media_type.into(),
        encoding: encoding.name().into(),
        script,
        title: head.title.clone(),
        document_number: head.document_number.clone(),
        issuer: head.issuer.clone(),
        region: head.region.clone(),
        signatory: elements.signatory.clone(),
        document_date: head.document_date.clone(),
        year: head.year,
        main_recipients: elements.main_recipients.clone(),
        copy_recipients: elements.copy_recipients.clone(),
        attachment_list: elements.attachment_list.clone(),
        contacts: elements.contacts.clone(),
        counts: Counts {
            clauses: clauses.len(),
            tasks: tasks.len(),
        },
        repairs: repairs(&notice.text),
        rules_digest: rules.digest().to_owned(),
        warnings,
    };
    Ok(Records {
        document,
        clauses,
        tasks,
    })
}

fn repairs(text: &Text) -> Vec<RepairCount> {
    let mut counts = BTreeMap::new();
    for edit in text.edits() {
        *counts.entry(edit.reason).or_insert(0) += 1;
    }
    counts
        .into_iter()
        .map(|(reason, count)| RepairCount { reason, count })
        .collect()
}

/// Fewest characters of a name that is no short form: 韶关市国有资产监督管理委员会 leaves out 人民政府, and calls itself so.
const WRITTEN_OUT: usize = 12;

/// Whether an office wrote out its own name: 平谷区科学技术协会 without the city above it, 中共某县委组织部.
fn is_whole(written: &str, full: &str) -> bool {
    let ranked = written.starts_with(['省', '市', '县', '区', '州', '旗', '盟', '镇', '乡', '街']);
    let long = written.chars().count() >= WRITTEN_OUT
        && written
            .chars()
            .zip(full.chars())
            .take(3)
            .all(|(a, b)| a == b);
    written.starts_with("中共") || !ranked && full.ends_with(written) || long
}

struct Writer<'a> {
    source: &'a Source,
    decoded: &'a Text,
    notice: &'a Notice,
    rules: &'a RuleSet,
    /// Full names found so far, by the names as written.
    known: RefCell<BTreeMap<String, Option<String>>>,
}

impl<'a> Writer<'a> {
    fn words(&self, span: Span) -> &'a str {
        span.of(self.notice.text.as_str())
    }

    fn head(&self, id: String) -> DocumentHead {
        let elements = &self.notice.elements;
        let written = elements.issuer();
        let clue = [&elements.title, &elements.address]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n");
        let units = self.rules.units();
        let region = units.region(&Clues {
            issuer: written.as_deref(),
            document_number: elements.document_number.as_deref(),
            recipients: &elements.main_recipients,
            text: (!clue.is_empty()).then_some(clue.as_str()),
        });
        let region = region.or_else(|| {
            units.region(&Clues {
                issuer: Some(elements.territory?),
                ..Clues::default()
            })
        });
        let issuer = written.map(|issuer| {
            let full = units.full_name(&issuer, None, region.as_ref(), elements.issued());
            full.filter(|full| !is_whole(&issuer, full))
                .unwrap_or(issuer)
        });
        DocumentHead {
            id,
            source: self.source.name.clone(),
            title: elements.title.clone(),
            document_number: elements.document_number.clone(),
            issuer,
            region,
            document_date: elements.issued().map(|date| date.to_string()),
            year: elements.year(),
        }
    }

    fn clauses(&self, head: &DocumentHead) -> Vec<ClauseRecord> {
        let mut records = Vec::new();
        let document = Arc::new(DocumentRef {
            id: head.id.clone(),
            source: head.source.clone(),
        });
        self.notice.body.walk(&mut |clause, path, _| {
            let text: Vec<_> = clause
                .after_heading()
                .map(|span| {
                    self.words(span)
                        .trim_start_matches(['。', '：', '；', '！', '？'])
                        .trim()
                })
                .filter(|w| !w.is_empty())
                .collect();
            records.push(ClauseRecord {
                record: "clause".into(),
                schema: SCHEMA,
                id: format!("{}:{}", head.id, dotted(path)),
                document: Arc::clone(&document),
                path: path.to_vec(),
                label: self.label(clause),
                level: clause.level,
                heading: self.words(clause.heading).to_owned(),
                text: text.join("\n"),
                kind: clause.kind,
                span: self.notice.text.source(clause.span),
            });
        });
        records
    }

    fn label(&self, clause: &Clause) -> String {
        clause.label.map_or_else(String::new, |label| {
            self.words(label.span).trim().to_owned()
        })
    }

    fn tasks(&self, head: &Arc<DocumentHead>) -> Vec<TaskRecord> {
        let mut seen = BTreeMap::new();
        let mut tasks: Vec<_> = task::find(self.notice, self.rules)
            .into_iter()
            .map(|task| self.task(head, &task, &mut seen))
            .collect();
        members::fill(
            &mut tasks,
            &self.notice.elements.main_recipients,
            self.rules,
        );
        tasks
    }

    fn task(
        &self,
        head: &Arc<DocumentHead>,
        task: &Task<'_, '_>,
        seen: &mut BTreeMap<String, usize>,
    ) -> TaskRecord {
        let path = task
            .clause
            .as_ref()
            .map_or_else(|| "0".to_owned(), |place| dotted(&place.path));
        let count = seen
            .entry(path.clone())
            .and_modify(|n| *n += 1)
            .or_insert(1);
        let nth = if *count > 1 {
            format!("#{count}")
        } else {
            String::new()
        };
        let units = |field| {
            task.units(field)
                .map(|mention| self.unit(mention, head))
                .collect::<Vec<_>>()
        };
        let mut warnings: Vec<_> = task
            .assignments
            .warnings
            .iter()
            .map(|warning| Warning {
                span: self.notice.text.source(warning.span),
                ..warning.clone()
            })
            .collect();
        for deadline in &task.deadlines {
            let doubt = |code, message: &str| {
                Warning::new(code, message, self.notice.text.source(deadline.span))
            };
            if deadline.inferred.contains(&Inferred::YearUnknown) {
                warnings.push(doubt(Code::YearUnknown, "期限没有年份，文件也没有日期"));
            }
            if deadline.inferred.contains(&Inferred::Clamped) {
                warnings.push(doubt(Code::DateClamped, "没有这一天，按当月最后一天"));
            }
        }
        if task.inherited {
            let span = self.notice.text.source(task.span);
            warnings.push(Warning::new(
                Code::AssignmentInherited,
                "单位写在上级标题",
                span,
            ));
        }
        TaskRecord {
            record: "task".into(),
            schema: SCHEMA,
            id: format!("{}:{path}{nth}", head.id),
            document: Arc::clone(head),
            clause: task.clause.as_ref().map(|place| ClauseHead {
                path: place.path.clone(),
                label: self.label(place.clause),
                level: place.clause.level,
                headings: place
                    .above
                    .iter()
                    .map(|above| self.words(above.heading).to_owned())
                    .collect(),
            }),
            title: self.words(task.title).to_owned(),
            text: task
                .words
                .iter()
                .map(|span| self.words(*span))
                .collect::<Vec<_>>()
                .join("\n"),
            lead: units(Field::Lead),
            responsible: units(Field::Responsible),
            support: units(Field::Support),
            supervisor: units(Field::Supervisor),
            deadlines: task
                .deadlines
                .iter()
                .map(|deadline| self.deadline(deadline))
                .collect(),
            span: self.notice.text.source(task.span),
            warnings,
        }
    }

    fn unit(&self, mention: &Mention<'_>, head: &DocumentHead) -> UnitRecord {
        let span = self.notice.text.source(mention.span);
        UnitRecord {
            name: mention.name.clone(),
            canonical: self.canonical(&mention.name, head),
            scope: mention.scope,
            members: None,
            rule: Arc::clone(&mention.rule.id),
            quote: self.quote(span),
            span,
        }
    }

    /// The full name of a unit; a notice names the same ones again and again.
    fn canonical(&self, name: &str, head: &DocumentHead) -> Option<String> {
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let (issuer, date) = (head.issuer.as_deref(), self.notice.elements.issued());
        let full = self
            .rules
            .units()
            .full_name(name, issuer, head.region.as_ref(), date);
        self.known
            .borrow_mut()
            .insert(name.to_owned(), full.clone());
        full
    }

    fn deadline(&self, deadline: &Deadline) -> DeadlineRecord {
        let span = self.notice.text.source(deadline.span);
        DeadlineRecord {
            quote: self.quote(span),
            span,
            ..deadline.record(self.notice.text.as_str())
        }
    }

    /// The source's own words.
    fn quote(&self, span: Span) -> String {
        self.decoded.said_in(span).to_owned()
    }
}

fn dotted(path: &[usize]) -> String {
    path.iter()
        .map(usize::to_string)
        .collect::<Vec<_>>()
        .join(".")
}
