//! What changed between two sets of tasks: last year's plan and this year's, or two runs over one archive.
//!
//! In: old and new tasks. Out: `Change::Changed` for 牵头单位 市教育局 → 市教育体育局, `Gained` and `Lost` for the rest.
//!
//! Two tasks are the same task when they have the same id; else the same title; else when most pairs of neighboring
//! characters in their words are the same, the most alike first. A task has one partner at most.

use super::finding::full;
use crate::record::{TaskRecord, UnitRecord};
use crate::write::table::roles;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Share of common pairs of characters from which tasks count as the same.
const ALIKE: f64 = 0.55;
/// A pair of characters in more tasks than this tells nothing (工作) and is not looked up.
const COMMON: usize = 200;

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change<'a> {
    /// Only in the new.
    Gained {
        /// It.
        task: &'a TaskRecord,
    },
    /// Only in the old.
    Lost {
        /// It.
        task: &'a TaskRecord,
    },
    /// In both, and not the same.
    Changed {
        /// As it was.
        old: &'a TaskRecord,
        /// As it is.
        new: &'a TaskRecord,
        /// What is not the same.
        fields: Vec<Field>,
    },
}

/// A field that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name in the record.
    pub name: &'static str,
    /// As it was.
    pub old: String,
    /// As it is.
    pub new: String,
}

/// The differences, in the order of the new tasks, then of the old ones that are lost.
pub fn diff<'a>(old: &'a [TaskRecord], new: &'a [TaskRecord]) -> Vec<Change<'a>> {
    let partners = partners(old, new);
    let taken: BTreeSet<_> = partners.iter().flatten().copied().collect();
    let mut changes = Vec::new();
    for (task, partner) in new.iter().zip(&partners) {
        match partner {
            None => changes.push(Change::Gained { task }),
            Some(at) => {
                let fields = fields(&old[*at], task);
                if !fields.is_empty() {
                    let old = &old[*at];
                    changes.push(Change::Changed {
                        old,
                        new: task,
                        fields,
                    });
                }
            }
        }
    }
    let lost = old.iter().enumerate().filter(|(at, _)| !taken.contains(at));
    changes.extend(lost.map(|(_, task)| Change::Lost { task }));
    changes
}

/// For each new task the old one that it is.
fn partners(old: &[TaskRecord], new: &[TaskRecord]) -> Vec<Option<usize>> {
    let mut partners = vec![None; new.len()];
    let mut free = vec![true; old.len()];
    by_key(old, new, &mut partners, &mut free, |task| task.id.clone());
    by_key(old, new, &mut partners, &mut free, |task| {
        format!("{}\n{}", bare(&task.title), bare(&task.text))
    });
    by_key(old, new, &mut partners, &mut free, |task| bare(&task.title));
    by_words(old, new, &mut partners, &mut free);
    partners
}

fn by_key(
    old: &[TaskRecord],
    new: &[TaskRecord],
    partners: &mut [Option<usize>],
    free: &mut [bool],
    key: impl Fn(&TaskRecord) -> String,
) {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, task) in old.iter().enumerate().rev().filter(|(at, _)| free[*at]) {
        places.entry(key(task)).or_default().push(at);
    }
    for (task, partner) in new.iter().zip(partners).filter(|(_, p)| p.is_none()) {
        if let Some(at) = places.get_mut(&key(task)).and_then(Vec::pop) {
            *partner = Some(at);
            free[at] = false;
        }
    }
}

fn by_words(
    old: &[TaskRecord],
    new: &[TaskRecord],
    partners: &mut [Option<usize>],
    free: &mut [bool],
) {
    let mut places: BTreeMap<(char, char), Vec<usize>> = BTreeMap::new();
    let mut sizes = vec![0; old.len()];
    for (at, task) in old.iter().enumerate().filter(|(at, _)| free[*at]) {
        let pairs = pairs(task);
        sizes[at] = pairs.len();
        for pair in pairs {
            places.entry(pair).or_default().push(at);
        }
    }
    let mut alike = Vec::new();
    for (at, task) in new.iter().enumerate() {
        if partners[at].is_some() {
            continue;
        }
        let own = pairs(task);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for pair in &own {
            let with = places.get(pair).filter(|with| with.len() <= COMMON);
            for other in with.into_iter().flatten() {
                *shared.entry(*other).or_default() += 1;
            }
        }
        for (other, count) in shared {
            // Both sizes are far below 2^52.
            #[allow(clippy::cast_precision_loss)]
            let share = 2.0 * count as f64 / (own.len() + sizes[other]) as f64;
            if share >= ALIKE {
                alike.push((share, at, other));
            }
        }
    }
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, at, other) in alike {
        if partners[at].is_none() && free[other] {
            partners[at] = Some(other);
            free[other] = false;
        }
    }
}

/// Words without marks and blanks.
fn bare(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn pairs(task: &TaskRecord) -> BTreeSet<(char, char)> {
    let words: Vec<char> = task
        .title
        .chars()
        .chain(task.text.chars())
        .filter(|c| c.is_alphanumeric())
        .collect();
    words.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

fn fields(old: &TaskRecord, new: &TaskRecord) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut compare = |name, old: String, new: String| {
        if old != new {
            fields.push(Field { name, old, new });
        }
    };
    compare("title", old.title.clone(), new.title.clone());
    compare("text", old.text.clone(), new.text.clone());
    for ((name, before), (_, after)) in roles(old).into_iter().zip(roles(new)) {
        compare(name, names(before), names(after));
    }
    compare("deadlines", limits(old), limits(new));
    fields
}

/// A unit counts by its full name: 市教育局 of two notices of one city is one.
fn names(units: &[UnitRecord]) -> String {
    let names: Vec<_> = units.iter().map(full).collect();
    names.join("、")
}

fn limits(task: &TaskRecord) -> String {
    let limits = task.deadlines.iter().map(|limit| {
        let days = [&limit.start, &limit.end].map(|day| day.as_deref().unwrap_or(""));
        match days {
            ["", ""] => limit.text.clone(),
            [start, end] => format!("{}（{start}/{end}）", limit.text),
        }
    });
    limits.collect::<Vec<_>>().join("；")
}
