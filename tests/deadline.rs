//! The cases that stand beside the rules for time limits, and the laws that hold for any text.

use duban::deadline::{Reference, find};
use duban::rule::{RuleSet, case};

#[test]
fn every_case_beside_a_rule_holds() {
    let rules = RuleSet::embedded().expect("the rules compile");
    let mut wrong = Vec::new();
    let (mut found, mut refused) = (0, 0);
    for outcome in case::run(&rules).filter(|o| o.rule.id.starts_with("deadline/")) {
        if outcome.case.marks.is_empty() {
            refused += 1;
        } else {
            found += 1;
        }
        if let Some(problem) = outcome.problem {
            wrong.push(format!("{}: {problem}", outcome.rule.id));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases fail:\n{}",
        wrong.len(),
        found + refused,
        wrong.join("\n")
    );
}

#[test]
fn a_text_without_time_gives_nothing() {
    let rules = RuleSet::embedded().expect("the rules compile");
    let text = "各单位要高度重视，加强领导，压实责任，确保取得实效。";
    assert!(find(text, &Reference::default(), &rules).is_empty());
}
