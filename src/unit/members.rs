//! Whom `各部室` and `其他部室` stand for, where the notice itself names its departments.
//!
//! In: the tasks of a notice, `（组宣部牵头，其他部室配合）` and elsewhere `（普及部、办公室负责）`. Out: the members of
//! 其他部室, 普及部 and 办公室. Only names that the notice gives: a department that it never names is not among them.

use crate::record::{Scope, TaskRecord, UnitRecord};
use crate::rule::RuleSet;

/// Fills in the members of the collectives of `tasks`, in a notice to `recipients`.
pub(crate) fn fill(tasks: &mut [TaskRecord], recipients: &[String], rules: &RuleSet) {
    let collective = rules.word("departments");
    let is_open =
        |unit: &UnitRecord| unit.scope == Scope::Collective && collective.is_match(&unit.name);
    if !tasks.iter().flat_map(units).any(is_open) {
        return;
    }
    let mut named: Vec<String> = Vec::new();
    let units_named = tasks.iter().flat_map(units).map(|unit| &unit.name);
    for name in units_named.chain(recipients) {
        if rules.word("department").is_match(name) && !named.contains(name) {
            named.push(name.clone());
        }
    }
    for task in tasks {
        let own: Vec<_> = units(task).map(|unit| unit.name.clone()).collect();
        let TaskRecord {
            lead,
            responsible,
            support,
            ..
        } = task;
        for unit in lead.iter_mut().chain(responsible).chain(support) {
            let found = collective
                .captures(&unit.name)
                .filter(|_| unit.scope == Scope::Collective);
            let Some(found) = found else {
                continue;
            };
            let kind = found.name("kind").map_or("", |kind| kind.as_str());
            let others = found.name("others").is_some();
            let members: Vec<_> = named
                .iter()
                .filter(|name| name.ends_with(|last| kind.contains(last)))
                .filter(|name| !(others && own.contains(name)))
                .cloned()
                .collect();
            unit.members = Some(members).filter(|members| !members.is_empty());
        }
    }
}

fn units(task: &TaskRecord) -> impl Iterator<Item = &UnitRecord> {
    task.lead
        .iter()
        .chain(&task.responsible)
        .chain(&task.support)
}

#[cfg(test)]
mod tests {
    use crate::process::process;
    use crate::rule::RuleSet;
    use crate::source::Source;

    fn members(notice: &str) -> Vec<Option<Vec<String>>> {
        let rules = RuleSet::embedded().expect("the rules compile");
        let records = process(&Source::plain("a.txt", notice.as_bytes().to_vec()), &rules);
        let tasks = records.expect("is text").tasks;
        let units = tasks.into_iter().flat_map(|task| task.support);
        units.map(|unit| unit.members).collect()
    }

    #[test]
    fn other_departments_are_those_that_the_notice_names_elsewhere() {
        let notice = "市科协2021年工作要点\n一、开展主题宣讲。（组宣部牵头，其他部室配合）\n\
            二、办好科技周。（普及部、办公室牵头，各部室、市科技馆配合）\n三、建设科普基地。（普及部牵头，有关部室配合）\n";
        let list = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(
            members(notice),
            [
                list(&["普及部", "办公室"]),
                list(&["组宣部", "普及部", "办公室"]),
                None,
                None
            ]
        );
    }

    #[test]
    fn what_the_notice_does_not_name_is_not_known() {
        let notice = "市科协2021年工作要点\n一、开展主题宣讲。（组宣部牵头，其他部室配合）\n";
        assert_eq!(members(notice), [None]);
    }
}
