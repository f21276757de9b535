//! The cases that stand beside the tables, and their run.

use super::office::{RANKS, Row};
use super::places::Index;
use super::*;
use serde::Deserialize;
use std::collections::BTreeSet;

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

/// A province, a city, a prefecture of a people, a district, a county-level city.
const REGIONS: [&str; 5] = [
    "云南省",
    "曲靖市",
    "恩施土家族苗族自治州",
    "麒麟区",
    "滕州市",
];

fn each(mut check: impl FnMut(&Units, &Row, Index)) {
    let rules = RuleSet::embedded().expect("the rules compile");
    let units = rules.units();
    for region in REGIONS {
        let (_, found) = units.places.chain(region, false).expect("is in the table");
        let at = units.places.in_use(&found)[0];
        for row in &units.offices.rows {
            if row.is_at(&units.places, at) {
                check(units, row, at);
            }
        }
    }
}

#[test]
fn a_full_name_stands_for_itself() {
    let mut wrong = BTreeSet::new();
    each(|units, row, at| {
        let full = row.full(&units.places, at);
        let again = units.full_name(&full, None, None, row.since.or(row.until));
        let function = units.function(&full);
        if again.as_ref() != Some(&full) || function != Some(&row.function) {
            wrong.insert(format!("{full}: {again:?}, {function:?}"));
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_alias_is_read_in_its_own_region() {
    let mut wrong = BTreeSet::new();
    each(|units, row, at| {
        let region = units.places.record(at);
        let rank = if region.name.ends_with('州') {
            "州"
        } else {
            ""
        };
        let rank = RANKS
            .into_iter()
            .filter(|r| rank.is_empty() || *r == rank)
            .find(|rank| region.name.ends_with(rank));
        let rank = rank.expect("a region has a rank");
        let before = row.before.clone().unwrap_or_else(|| vec![String::new()]);
        for behind in row.behind.iter().chain(&row.aliases) {
            for before in &before {
                let name = format!("{before}{rank}{behind}");
                let date = row.since.or(row.until);
                let full = units.full_name(&name, None, Some(&region), date);
                if full.as_ref() != Some(&row.full(&units.places, at)) {
                    wrong.insert(format!("{name} in {}: {full:?}", region.name));
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
