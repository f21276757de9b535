//! Tasks: which clauses direct work, and what each says of units and time.
//!
//! In: a notice. `10、延伸基层组织触角。…6月底之前完成换届…（牵头部门：办公室）` gives one task with a title, its
//! words, a lead and a deadline. A clause of background is none, unless it names a unit for a piece of work.

use super::assignment::{self, Assignments, Mention};
use super::deadline::{self, Deadline, Reference};
use crate::notice::{Clause, Column, Notice, Row};
use crate::record::ClauseKind;
use crate::rule::{Field, RuleSet, Within};
use crate::text::Span;

/// One piece of work that a notice directs; spans count bytes of the notice's text.
#[derive(Debug)]
pub struct Task<'n, 'r> {
    /// Its clause, with the clause's path and the clauses above; none outside the numbered clauses.
    pub clause: Option<Place<'n>>,
    /// The clause's heading or first sentence.
    pub title: Span,
    /// The remaining words, without assignments.
    pub words: Vec<Span>,
    /// All of it.
    pub span: Span,
    /// Units in their roles.
    pub assignments: Assignments<'r>,
    /// Whether they stand at a heading above.
    pub inherited: bool,
    /// Time limits.
    pub deadlines: Vec<Deadline>,
}

/// Where a clause stands in its tree.
#[derive(Debug, Clone)]
pub struct Place<'n> {
    /// The clause.
    pub clause: &'n Clause,
    /// Positions from 1.
    pub path: Vec<usize>,
    /// The clauses above, the outermost first.
    pub above: Vec<&'n Clause>,
}

impl Task<'_, '_> {
    /// The mentions in one role.
    pub fn units(&self, field: Field) -> impl Iterator<Item = &Mention<'_>> {
        self.assignments.of(field)
    }
}

/// All tasks of `notice`, in order of appearance.
pub fn find<'n, 'r>(notice: &'n Notice, rules: &'r RuleSet) -> Vec<Task<'n, 'r>> {
    let text = notice.text.as_str();
    let reader = Reader {
        text,
        rules,
        reference: Reference {
            issued: notice.elements.issued(),
            year: notice.elements.year(),
        },
        directs: !notice.elements.title.as_deref().is_some_and(|title| {
            rules
                .of(Field::Undirected)
                .iter()
                .any(|rule| rule.matches(title))
        }),
        first_leads: rules.word("first_leads").is_match(text),
    };
    let mut tasks = Vec::new();
    for &paragraph in &notice.body.paragraphs {
        tasks.extend(reader.demand(paragraph));
    }
    notice.body.walk(&mut |clause, path, above| {
        if clause.children.is_empty() {
            let place = Place {
                clause,
                path: path.to_vec(),
                above: above.to_vec(),
            };
            tasks.extend(reader.clause(place));
        }
    });
    for row in &notice.rows {
        tasks.extend(reader.row(row, place(&notice.body, &row.path)));
    }
    tasks.sort_by_key(|task| task.span.start);
    tasks
}

/// The clause at `path` below `body`.
fn place<'n>(body: &'n Clause, path: &[usize]) -> Option<Place<'n>> {
    let mut above = Vec::new();
    let mut clause = body;
    for &at in path {
        above.push(clause);
        clause = clause.children.get(at.checked_sub(1)?)?;
    }
    let above = above.into_iter().skip(1).collect();
    (!path.is_empty()).then(|| Place {
        clause,
        path: path.to_vec(),
        above,
    })
}

struct Reader<'a, 'r> {
    text: &'a str,
    rules: &'r RuleSet,
    reference: Reference,
    /// Whether clauses of this kind of notice direct work of themselves.
    directs: bool,
    /// 列第一位者为牵头单位: the first of each list leads.
    first_leads: bool,
}

impl<'r> Reader<'_, 'r> {
    /// A leaf clause, if it directs work.
    fn clause<'n>(&self, place: Place<'n>) -> Option<Task<'n, 'r>> {
        let clause = place.clause;
        let mut assignments = assignment::find(self.text, &clause.paragraphs, self.rules);
        let deadlines = self.deadlines(&clause.paragraphs);
        let directs = match clause.kind {
            ClauseKind::Task if self.directs => true,
            ClauseKind::Requirement => assignments.stated() || !deadlines.is_empty(),
            _ => assignments.stated() || !assignments.mentions.is_empty() && !deadlines.is_empty(),
        };
        if !directs {
            return None;
        }
        // A unit at the heading of a section answers for its clauses that name none.
        let mut inherited = false;
        if assignments.mentions.is_empty() {
            for above in place.above.iter().rev() {
                let own = assignment::find(self.text, &above.paragraphs, self.rules);
                if own.stated() {
                    assignments.mentions = own
                        .mentions
                        .into_iter()
                        .filter(|m| m.rule.within != Within::Sentence)
                        .collect();
                    inherited = true;
                    break;
                }
            }
        }
        if self.first_leads {
            lead_by_order(&mut assignments);
        }
        let words = clause
            .after_heading()
            .flat_map(|span| without(span, &assignments.zones))
            .collect();
        let words = self.tidy(words);
        Some(Task {
            title: self.title(clause.heading, &assignments),
            words,
            span: clause.span,
            clause: Some(place),
            assignments,
            inherited,
            deadlines,
        })
    }

    /// A paragraph outside the numbered clauses, if it demands something of somebody or by some time.
    fn demand(&self, paragraph: Span) -> Option<Task<'static, 'r>> {
        let assignments = assignment::find(self.text, &[paragraph], self.rules);
        let deadlines = self.deadlines(&[paragraph]);
        let asked = self.rules.word("demand").is_match(paragraph.of(self.text));
        if !(assignments.stated()
            || !deadlines.is_empty() && (asked || !assignments.mentions.is_empty()))
        {
            return None;
        }
        let words = paragraph.of(self.text);
        let end = words.find('。').unwrap_or(words.len());
        let title = Span::new(paragraph.start, paragraph.start + end);
        let rest = without(Span::new(title.end, paragraph.end), &assignments.zones);
        let words = self.tidy(rest);
        Some(Task {
            clause: None,
            title,
            words,
            span: paragraph,
            assignments,
            inherited: false,
            deadlines,
        })
    }

    /// A row of a table, if it has words for a task.
    fn row<'n>(&self, row: &Row, clause: Option<Place<'n>>) -> Option<Task<'n, 'r>> {
        let mut assignments = Assignments::default();
        for cell in &row.cells {
            let Column::Role(field) = cell.column else {
                continue;
            };
            let header: String = cell.header.of(self.text).split_whitespace().collect();
            let mut columns = self
                .rules
                .of(field)
                .iter()
                .filter(|rule| rule.within == Within::Column);
            if let Some(rule) = columns.find(|rule| rule.matches(&header)) {
                assignment::cell(self.text, cell.span, rule, self.rules, &mut assignments);
            }
        }
        if self.first_leads {
            lead_by_order(&mut assignments);
        }
        let of = |column| {
            row.cells
                .iter()
                .filter(move |cell| cell.column == column)
                .map(|cell| cell.span)
        };
        let mut words = of(Column::Task).chain(of(Column::Content));
        let title = words.next()?;
        let words: Vec<_> = words.collect();
        let dated: Vec<_> = of(Column::Deadline)
            .chain([title])
            .chain(words.iter().copied())
            .collect();
        let mut deadlines = self.deadlines(&dated);
        deadlines.sort_by_key(|deadline| deadline.span);
        Some(Task {
            clause,
            title,
            words,
            span: row.span,
            assignments,
            inherited: false,
            deadlines,
        })
    }

    fn deadlines(&self, paragraphs: &[Span]) -> Vec<Deadline> {
        let mut all = Vec::new();
        for paragraph in paragraphs {
            for mut found in deadline::find(paragraph.of(self.text), &self.reference, self.rules) {
                found.span = found.span.shift(paragraph.start);
                found.about = found.about.map(|span| span.shift(paragraph.start));
                all.push(found);
            }
        }
        all
    }

    /// A heading without the assignment at its end: `校园安全（市教育局牵头）`.
    fn title(&self, heading: Span, assignments: &Assignments<'_>) -> Span {
        let end = assignments
            .zones
            .iter()
            .find(|zone| heading.start < zone.start && zone.end == heading.end)
            .map_or(heading.end, |zone| zone.start);
        Span::new(heading.start, end)
    }

    /// Drops the blanks and the mark that the heading left, and what is empty then.
    fn tidy(&self, words: Vec<Span>) -> Vec<Span> {
        words
            .into_iter()
            .filter_map(|span| {
                let all = span.of(self.text);
                let kept = all
                    .trim()
                    .trim_start_matches(['。', '：', '；', '，', '！', '？'])
                    .trim_start();
                let start = span.start + all.find(kept).unwrap_or(0);
                (!kept.is_empty()).then(|| Span::new(start, start + kept.len()))
            })
            .collect()
    }
}

/// The parts of `span` that no zone covers.
fn without(span: Span, zones: &[Span]) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut at = span.start;
    for zone in zones.iter().filter(|zone| zone.overlaps(span)) {
        if zone.start > at {
            parts.push(Span::new(at, zone.start));
        }
        at = at.max(zone.end);
    }
    if at < span.end {
        parts.push(Span::new(at, span.end));
    }
    parts
}

/// Makes the first of the responsible units the lead where the notice says that it is, and none is named.
fn lead_by_order(assignments: &mut Assignments<'_>) {
    if assignments.of(Field::Lead).next().is_none()
        && let Some(first) = assignments
            .mentions
            .iter_mut()
            .find(|mention| mention.field == Field::Responsible)
    {
        first.field = Field::Lead;
    }
}
