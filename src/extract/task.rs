//! Tasks: which clauses direct work, and what each says of units and time.
//!
//! In: a notice. `10、延伸基层组织触角。…6月底之前完成换届…（牵头部门：办公室）` gives one task with a title, its
//! words, a lead and a deadline. A clause of background is none, unless it names a unit for a piece of work.

use super::assignment::{self, Assignments, Mention, Shared};
use super::deadline::{self, Deadline, Reference};
use crate::notice::{Cell, Clause, Column, Notice, Row};
use crate::record::{ClauseKind, DeadlineKind};
use crate::rule::{Field, RuleSet, Within};
use crate::text::Span;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

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
        reference: reference(notice, rules),
        directs: !notice.elements.title.as_deref().is_some_and(|title| {
            rules
                .of(Field::Undirected)
                .iter()
                .any(|rule| rule.matches(title))
        }),
        first_leads: first_leads(text, rules),
        stated: RefCell::default(),
    };
    let mut tasks = Vec::new();
    for &paragraph in &notice.body.paragraphs {
        tasks.extend(reader.demands(paragraph));
    }
    let tabled: BTreeSet<&[usize]> = notice.rows.iter().map(|row| row.path.as_slice()).collect();
    notice.body.walk(&mut |clause, path, above| {
        // The rows of a table are the tasks of the clause that it stands in.
        if clause.children.is_empty() && !tabled.contains(path) {
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
    share(&mut tasks);
    tasks
}

/// How many statements for several tasks are heeded in one notice.
const SHARED: usize = 64;

/// Gives tasks the units that are named once for several: by 以上任务均需…, or in a line of its own after the last of them.
fn share(tasks: &mut [Task<'_, '_>]) {
    let mut heeded = 0;
    for at in 0..tasks.len() {
        let Some(place) = tasks[at].clause.clone() else {
            continue;
        };
        let Some((_, parent)) = place
            .path
            .split_last()
            .filter(|(_, parent)| !parent.is_empty())
        else {
            let shared = std::mem::take(&mut tasks[at].assignments.shared);
            spread(tasks, at, 0, &shared);
            continue;
        };
        let beside = |task: &Task<'_, '_>| {
            task.clause
                .as_ref()
                .is_some_and(|other| other.path.starts_with(parent))
        };
        // （1）… （2）… （3）… 责任单位：A: the line after the last item is said of all of them, if no other names anybody.
        let last = tasks.get(at + 1).is_none_or(|next| !beside(next));
        let line = last
            && place
                .clause
                .paragraphs
                .iter()
                .skip(1)
                .any(|line| tasks[at].assignments.zones.contains(line));
        let shared = std::mem::take(&mut tasks[at].assignments.shared);
        if !line && shared.is_empty() || heeded == SHARED {
            continue;
        }
        heeded += usize::from(!shared.is_empty());
        let first = tasks[..at]
            .iter()
            .rposition(|task| !beside(task))
            .map_or(0, |before| before + 1);
        spread(tasks, at, if first < at { first } else { 0 }, &shared);
        if line
            && tasks[first..at]
                .iter()
                .all(|task| task.assignments.mentions.is_empty())
        {
            let mentions = tasks[at].assignments.mentions.clone();
            for task in &mut tasks[first..at] {
                task.assignments.add(&mentions);
                task.inherited = true;
            }
        }
    }
}

/// Adds what task `at` says for others: for those above it from `first` on and itself, or for those below.
fn spread<'r>(tasks: &mut [Task<'_, 'r>], at: usize, first: usize, shared: &[Shared<'r>]) {
    for said in shared {
        let range = if said.above {
            let first = said
                .count
                .map_or(first, |count| first.min((at + 1).saturating_sub(count)));
            first..at + 1
        } else {
            at..tasks.len()
        };
        for task in &mut tasks[range] {
            task.assignments.add(&said.mentions);
        }
    }
}

/// What the notice says of its own time.
fn reference(notice: &Notice, rules: &RuleSet) -> Reference {
    let elements = &notice.elements;
    let issued = elements.issued();
    // 2022年工作要点, issued in December 2021, is about 2022; 2022年春节工作的通知 is not.
    let year = if issued.is_some() {
        elements.plan_year(rules)
    } else {
        elements.year()
    };
    let taiwan = elements.issuer().is_some_and(|issuer| {
        issuer.starts_with("台") || notice.text.as_str().contains("中华民国")
    });
    Reference {
        issued,
        year,
        taiwan,
        events: Vec::new(),
    }
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

/// Who is named at headings, by the level and the place of their sections.
type Stated<'r> = BTreeMap<(usize, Span), Vec<Mention<'r>>>;

struct Reader<'a, 'r> {
    text: &'a str,
    rules: &'r RuleSet,
    reference: Reference,
    /// Whether clauses of this kind of notice direct work of themselves.
    directs: bool,
    /// 列第一位者为牵头单位: the first of each list leads.
    first_leads: FirstLeads,
    /// What was found at headings so far.
    stated: RefCell<Stated<'r>>,
}

impl<'r> Reader<'_, 'r> {
    /// A leaf clause, if it directs work.
    fn clause<'n>(&self, place: Place<'n>) -> Option<Task<'n, 'r>> {
        let clause = place.clause;
        let mut assignments = assignment::find(self.text, &clause.paragraphs, self.rules);
        let mut deadlines = self.deadlines(&clause.paragraphs, deadline::find);
        let directs = match clause.kind {
            ClauseKind::Task if self.directs => true,
            ClauseKind::Requirement => {
                assignments.assigned() || deadlines.iter().any(|due| dated(due, &assignments))
            }
            _ => assignments.stated() || !assignments.mentions.is_empty() && !deadlines.is_empty(),
        };
        // 工作任务详见附件: they are read there.
        let elsewhere = assignments.mentions.is_empty() && deadlines.is_empty() && {
            let last = clause
                .paragraphs
                .last()
                .map_or("", |words| words.of(self.text));
            self.rules.word("elsewhere").is_match(last)
        };
        // 主办单位：市科协 as a clause of its own names the host of an event and directs nothing.
        let only_names = assignments
            .zones
            .iter()
            .any(|zone| zone.contains(clause.heading))
            || self
                .rules
                .word("hosts")
                .is_match(clause.heading.of(self.text));
        if !directs || only_names || elsewhere {
            return None;
        }
        let inherited = self.inherit(&place, &mut assignments);
        if deadlines.is_empty() {
            deadlines = self.limit_above(&place);
        }
        if self.first_leads.of(clause.span) {
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

    /// Gives a clause what the heading of its section states: its units to a clause that names none, the leader in charge
    /// to one that names no leader. Whether it gave any.
    fn inherit(&self, place: &Place<'_>, assignments: &mut Assignments<'r>) -> bool {
        let mut open: Vec<Field> = Vec::new();
        if assignments
            .mentions
            .iter()
            .all(|m| m.field == Field::Supervisor)
        {
            open.extend([Field::Lead, Field::Responsible, Field::Support]);
        }
        if assignments.of(Field::Supervisor).next().is_none() {
            open.push(Field::Supervisor);
        }
        let before = assignments.mentions.len();
        for above in place.above.iter().rev() {
            let mut stated = self.stated(above);
            stated.retain(|m| open.contains(&m.field));
            let given = |field| stated.iter().any(|m| m.field == field);
            let units = [Field::Lead, Field::Responsible, Field::Support]
                .into_iter()
                .any(given);
            let leader = given(Field::Supervisor);
            open.retain(|field| {
                if *field == Field::Supervisor {
                    !leader
                } else {
                    !units
                }
            });
            assignments.add(&stated);
        }
        assignments.mentions.len() > before
    }

    /// The limit that a line of its own sets below the heading of a section: 完成时限：2018年8月底前.
    fn limit_above(&self, place: &Place<'_>) -> Vec<Deadline> {
        let line = |paragraph: &Span| {
            let found = self
                .rules
                .word("time_line")
                .captures(paragraph.of(self.text))?;
            let limit = found.name("limit")?;
            Some(Span::new(limit.start(), limit.end()).shift(paragraph.start))
        };
        let mut lines = place
            .above
            .iter()
            .rev()
            .map(|above| above.paragraphs.iter().filter_map(line).collect::<Vec<_>>());
        lines
            .find(|lines| !lines.is_empty())
            .map_or_else(Vec::new, |lines| {
                self.deadlines(&lines, deadline::find_stated)
            })
    }

    /// Who is named at the heading of a section for all that is below it; a section is read once for all its clauses.
    fn stated(&self, above: &Clause) -> Vec<Mention<'r>> {
        let mut known = self.stated.borrow_mut();
        let stated = known.entry((above.level, above.span)).or_insert_with(|| {
            let mut own = assignment::find(self.text, &above.paragraphs, self.rules).mentions;
            own.retain(|m| !m.rule.within.runs());
            own
        });
        stated.clone()
    }

    /// The sentences of a paragraph outside the numbered clauses that demand something of somebody, or by some time.
    fn demands(&self, paragraph: Span) -> Vec<Task<'static, 'r>> {
        let words = paragraph.of(self.text);
        let mut tasks = Vec::new();
        let mut start = 0;
        for end in words
            .match_indices('。')
            .map(|(at, mark)| at + mark.len())
            .chain([words.len()])
        {
            let part = Span::new(start, end).shift(paragraph.start);
            start = end;
            let sentence = part.of(self.text);
            let kept = sentence.trim().trim_end_matches('。');
            let from = part.start + sentence.find(kept).unwrap_or(0);
            let sentence = Span::new(from, from + kept.len());
            if !sentence.is_empty() {
                tasks.extend(self.demand(sentence));
            }
        }
        tasks
    }

    fn demand(&self, sentence: Span) -> Option<Task<'static, 'r>> {
        let assignments = assignment::find(self.text, &[sentence], self.rules);
        let deadlines = self.deadlines(&[sentence], deadline::find);
        let asked = self.rules.word("demand").is_match(sentence.of(self.text));
        // 主办：某市人民政府 at the foot of a page.
        if self
            .rules
            .word("page_host")
            .is_match(sentence.of(self.text))
        {
            return None;
        }
        let due = !deadlines.is_empty() && (asked || !assignments.mentions.is_empty());
        if !(due || assignments.stated()) {
            return None;
        }
        let title = self.title(sentence, &assignments);
        Some(Task {
            clause: None,
            title,
            words: Vec::new(),
            span: sentence,
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
        if self.first_leads.rows {
            lead_by_order(&mut assignments);
        }
        let of = |column| {
            row.cells
                .iter()
                .filter(move |cell| cell.column == column)
                .map(|cell| cell.span)
        };
        let mut words = of(Column::Task).chain(of(Column::Content));
        let cell = words.next()?;
        // 实施某行动。为6000户家庭改造住房。: the first sentence names the task.
        let first = cell.of(self.text).find('。').map_or(cell.len(), |at| at);
        let title = Span::new(cell.start, cell.start + first);
        let rest = Span::new((title.end + '。'.len_utf8()).min(cell.end), cell.end);
        let words: Vec<_> = (!rest.is_empty())
            .then_some(rest)
            .into_iter()
            .chain(words)
            .collect();
        let event = self.rules.word("event_column");
        let (held, stated): (Vec<_>, Vec<_>) = row
            .cells
            .iter()
            .filter(|cell| cell.column == Column::Deadline)
            .partition(|cell| event.is_match(cell.header.of(self.text)));
        let spans = |cells: Vec<&Cell>| cells.into_iter().map(|cell| cell.span).collect::<Vec<_>>();
        let said: Vec<_> = [title].into_iter().chain(words.iter().copied()).collect();
        let mut deadlines = self.deadlines(&spans(stated), deadline::find_stated);
        deadlines.extend(self.deadlines(&spans(held), deadline::find_held));
        deadlines.extend(self.deadlines(&said, deadline::find));
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

    fn deadlines(
        &self,
        paragraphs: &[Span],
        find: fn(&str, &Reference, &RuleSet) -> Vec<Deadline>,
    ) -> Vec<Deadline> {
        let mut all = Vec::new();
        for paragraph in paragraphs {
            let found = find(paragraph.of(self.text), &self.reference, self.rules);
            all.extend(
                found
                    .into_iter()
                    .map(|deadline| placed(deadline, paragraph.start)),
            );
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
                let kept = span
                    .of(self.text)
                    .trim_start()
                    .trim_start_matches(['。', '：', '；', '，', '！', '？'])
                    .trim_start();
                let start = span.end - kept.len();
                let kept = kept.trim_end();
                (!kept.is_empty()).then(|| Span::new(start, start + kept.len()))
            })
            .collect()
    }
}

/// Whether a limit binds somebody: 按月通报 alone is how work is watched over.
fn dated(deadline: &Deadline, assignments: &Assignments<'_>) -> bool {
    !assignments.mentions.is_empty()
        || matches!(
            deadline.kind,
            DeadlineKind::Date | DeadlineKind::Range | DeadlineKind::Relative
        )
}

/// A limit found in a part of the text that begins at `start`.
fn placed(deadline: Deadline, start: usize) -> Deadline {
    Deadline {
        span: deadline.span.shift(start),
        about: deadline.about.map(|span| span.shift(start)),
        ..deadline
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

/// Of what tasks the first of the responsible units leads.
#[derive(Default)]
struct FirstLeads {
    /// All clauses that end behind this.
    from: Option<usize>,
    /// The clauses in whose own lists it is said.
    within: Vec<usize>,
    rows: bool,
}

impl FirstLeads {
    fn of(&self, clause: Span) -> bool {
        self.from.is_some_and(|from| clause.end > from)
            || self
                .within
                .iter()
                .any(|&at| clause.start <= at && at < clause.end)
    }
}

/// 列首位的为牵头单位 holds for all clauses, 责任单位一栏中排在首位的为牵头单位 for the rows of tables. Behind a list, （A、B负责，列首位的为牵头单位）,
/// it holds for that list alone, and with 下同 for those below as well.
fn first_leads(text: &str, rules: &RuleSet) -> FirstLeads {
    let mut leads = FirstLeads::default();
    let remark = rules.word("first_leads");
    if !remark.is_match(text) {
        return leads;
    }
    leads.rows = true;
    for said in remark.captures_iter(text) {
        let Some(words) = said.get(0).filter(|_| said.name("column").is_none()) else {
            continue;
        };
        let line = text[..words.start()].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[line..words.start()];
        let group = before
            .rfind(['（', '【', '〔', '：'])
            .map(|open| &before[open..]);
        let listed = group.is_some_and(|list| list.contains('、') && !list.contains('。'));
        let after = text[words.end()..]
            .split(['。', '）', '】', '〕', '\n'])
            .next();
        if after.is_some_and(|after| after.contains("下同")) {
            leads.from.get_or_insert(words.start());
        } else if listed {
            leads.within.push(words.start());
        } else {
            leads.from = Some(0);
        }
    }
    leads
}

/// Makes the first of the responsible units the lead where the notice says that it is, and none is named.
fn lead_by_order(assignments: &mut Assignments<'_>) {
    if assignments.of(Field::Lead).next().is_none()
        && let Some(first) = assignments
            .mentions
            .iter_mut()
            .find(|mention| mention.field == Field::Responsible && !mention.rule.within.runs())
    {
        first.field = Field::Lead;
    }
}
