//! Every rule finds what its cases mark, and nothing else.

use duban::rule::{Field, RuleSet, case};

fn rules() -> RuleSet {
    RuleSet::embedded().expect("the program's own rules are sound")
}

#[test]
fn every_case_holds() {
    let rules = rules();
    let wrong: Vec<_> = case::run(&rules)
        .filter_map(|outcome| {
            outcome
                .problem
                .map(|problem| format!("{}: {problem}", outcome.rule.id))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} cases fail:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_rule_says_what_it_finds_and_what_it_does_not() {
    for rule in rules().all() {
        let found = rule
            .cases
            .iter()
            .filter(|case| !case.marks.is_empty())
            .count();
        let not = rule.cases.len() - found;
        // Who does it must not be taken from one example.
        let enough = if rule.id.starts_with("assignment/") || rule.id.starts_with("table/") {
            2
        } else {
            1
        };
        assert!(
            found >= enough,
            "{}: needs {enough} cases that must match",
            rule.id
        );
        assert!(
            not >= 1 || rule.field == Field::Refused && enough == 1,
            "{}: needs a case that must not match",
            rule.id
        );
    }
}
