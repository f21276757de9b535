//! The cases that stand beside the tables, and their run.

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionCase {
    about: Option<String>,
    issuer: Option<String>,
    number: Option<String>,
    #[serde(default)]
    recipients: Vec<String>,
    text: Option<String>,
    region: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameCase {
    about: Option<String>,
    name: String,
    issuer: Option<String>,
    #[serde(default, deserialize_with = "office::day")]
    date: Option<Date>,
    full: Option<String>,
    function: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeCase {
    #[allow(dead_code)]
    about: Option<String>,
    scope: Option<String>,
    names: Vec<String>,
}

fn rules() -> RuleSet {
    RuleSet::embedded().expect("the rules compile")
}

fn cases<T: DeserializeOwned>(rules: &RuleSet, file: &str) -> Vec<T> {
    #[derive(Deserialize)]
    struct Cases<T> {
        case: Vec<T>,
    }
    let cases: Cases<T> = toml::from_str(rules.data(file)).expect("cases are well written");
    assert!(!cases.case.is_empty(), "{file} has no case");
    cases.case
}

#[test]
fn regions_are_found() {
    let rules = rules();
    let mut wrong = Vec::new();
    for case in cases::<RegionCase>(&rules, "unit/abbreviations.toml") {
        let clues = Clues {
            issuer: case.issuer.as_deref(),
            document_number: case.number.as_deref(),
            recipients: &case.recipients,
            text: case.text.as_deref(),
        };
        let found = rules.units().region(&clues);
        let code = found.as_ref().map(|region| region.code.clone());
        let name = found.map(|region| region.name);
        if code != case.region || (case.name.is_some() && name != case.name) {
            wrong.push(format!("{clues:?}: {code:?} {name:?} ({:?})", case.about));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_are_written_out() {
    let rules = rules();
    let units = Units::new(&rules);
    let mut wrong = Vec::new();
    for file in [
        "unit/offices.toml",
        "unit/national.toml",
        "unit/departments.toml",
    ] {
        for case in cases::<NameCase>(&rules, file) {
            let region = case.issuer.as_deref().and_then(|issuer| {
                units.region(&Clues {
                    issuer: Some(issuer),
                    ..Clues::default()
                })
            });
            let issuer = case.issuer.as_deref();
            let full = units.full_name(&case.name, issuer, region.as_ref(), case.date);
            let function = full.as_deref().and_then(|full| units.function(full));
            if full != case.full
                || (case.function.is_some() && function != case.function.as_deref())
            {
                wrong.push(format!(
                    "{} in a notice of {issuer:?}: {full:?}, {function:?}; want {:?}, {:?} ({:?})",
                    case.name, case.full, case.function, case.about
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn kinds_of_names_are_told() {
    let rules = rules();
    let mut wrong = Vec::new();
    for case in cases::<ScopeCase>(&rules, "unit/scope.toml") {
        for name in case.names {
            let scope = rules.units().scope(&name).map(|scope| match scope {
                Scope::Unit => "unit",
                Scope::Collective => "collective",
                Scope::Person => "person",
            });
            if scope != case.scope.as_deref() {
                wrong.push(format!("{name}: {scope:?}, want {:?}", case.scope));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
