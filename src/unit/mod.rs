//! Who a name stands for.
//!
//! In: a name as a notice writes it, and who issued the notice. Out: its full name, its kind and what it
//! is for, as far as that can be known: `市发改委` in a notice of Qujing is `曲靖市发展和改革委员会`,
//! a `unit`, for `development-reform`; `市宜居办` is a unit and no more.
//!
//! | file | question | data |
//! |---|---|---|
//! | `places.rs` | Which region is 恩施州? | `regions.tsv` |
//! | `region.rs` | Where does the issuer govern? | `abbreviations.toml` |
//! | `office.rs` | Which office is 市发改委? | `offices.toml` |
//! | `national.rs` | Which body is 国家发展改革委? | `national.toml` |
//! | `department.rs` | Which department is 组宣部? | `departments.toml` |
//! | `scope.rs` | Is it one unit, several, or a person? | `scope.toml` |
//! | `members.rs` | Whom does 其他部室 stand for? | the notice |
//! | `shape.rs` | What does a name look like? | `rules/words/` |
//! | `split.rs` | Which names does a list hold? | `rules/words/units.toml` |

mod department;
pub(crate) mod members;
mod national;
mod office;
mod places;
mod region;
mod scope;
pub mod shape;
pub mod split;

use crate::error::Error;
use crate::record::{Region, Scope};
use crate::rule::RuleSet;
use department::Departments;
use jiff::civil::Date;
use national::Bodies;
use office::Offices;
use places::Places;
pub use region::Clues;
use scope::Scopes;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

const OFFICES: &str = "unit/offices.toml";
const NATIONAL: &str = "unit/national.toml";
const DEPARTMENTS: &str = "unit/departments.toml";

/// A full name, and the table of `rules/` that knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// 曲靖市发展和改革委员会.
    pub full: String,
    /// `unit/offices.toml`.
    pub table: &'static str,
}

/// All that is known about units: regions, offices, departments, kinds of names.
#[derive(Debug, Clone, Default)]
pub struct Units {
    places: Places,
    offices: Offices,
    bodies: Bodies,
    departments: Departments,
    scopes: Scopes,
}

/// Zones that carry the bare name of their city: 芜湖经济技术开发区管理委员会.
const ZONES: [&str; 7] = [
    "经济技术开发区",
    "经济开发区",
    "高新技术产业开发区",
    "高新区",
    "经开区",
    "工业园区",
    "综合保税区",
];

impl Units {
    /// The units of `rules`, read once.
    pub fn new(rules: &RuleSet) -> Self {
        rules.units().clone()
    }

    /// Reads the tables of `rules/unit/`.
    pub(crate) fn read(data: &BTreeMap<String, String>) -> Result<Self, Error> {
        let content = |name: &str| data.get(name).map_or("", String::as_str);
        let wrong = |file: &str, problem| Error::Rule {
            file: file.to_owned(),
            problem,
        };
        let regions = "unit/regions.tsv";
        let mut places = Places::read(content(regions)).map_err(|p| wrong(regions, p))?;
        let name = "unit/abbreviations.toml";
        let characters: Characters = table(name, content(name))?;
        places
            .set_characters(&characters.sure, &characters.shared, &characters.none.words)
            .map_err(|p| wrong(name, p))?;
        let name = "unit/functions.toml";
        let functions: BTreeMap<String, String> = table(name, content(name))?;
        let check = |file: &str, used: Vec<&String>| match used
            .into_iter()
            .find(|function| !functions.contains_key(*function))
        {
            None => Ok(()),
            Some(function) => Err(wrong(
                file,
                format!("function {function:?} is not in unit/functions.toml"),
            )),
        };
        let name = OFFICES;
        let offices = Offices::new(table(name, content(name))?);
        check(name, offices.functions().collect())?;
        let name = NATIONAL;
        let bodies = Bodies::new(table(name, content(name))?);
        check(name, bodies.functions().collect())?;
        let name = DEPARTMENTS;
        let departments = Departments::new(table(name, content(name))?);
        check(name, departments.functions().collect())?;
        let name = "unit/scope.toml";
        let scopes = Scopes::new(table(name, content(name))?);
        Ok(Self {
            places,
            offices,
            bodies,
            departments,
            scopes,
        })
    }

    /// Whether a name without a region is an office's that governments have: 教育厅, 残联.
    pub fn is_office(&self, name: &str) -> bool {
        self.offices.is_office(name)
    }

    /// Where the issuer of a notice governs; none for national bodies, and where it cannot be known.
    pub fn region(&self, clues: &Clues<'_>) -> Option<Region> {
        let found = self.places.find(clues, |words| {
            ZONES.iter().any(|zone| words.starts_with(zone))
                || self.offices.begins_with_office(words)
        })?;
        Some(self.places.record(found))
    }

    /// The full name of what `name` stands for in a notice of `issuer` in `region` of the day `date`.
    /// Also the full name of an issuer itself: 保定市科协.
    pub fn full_name(
        &self,
        name: &str,
        issuer: Option<&str>,
        region: Option<&Region>,
        date: Option<Date>,
    ) -> Option<String> {
        self.known(name, issuer, region, date)
            .map(|known| known.full)
    }

    /// The full name, and the table that knows it.
    pub fn known(
        &self,
        name: &str,
        issuer: Option<&str>,
        region: Option<&Region>,
        date: Option<Date>,
    ) -> Option<Known> {
        let by = |table| move |full| Known { full, table };
        let name = name.trim().replace('(', "（").replace(')', "）");
        if matches!(self.scope(&name), Some(Scope::Collective | Scope::Person)) {
            return None;
        }
        let here = region.and_then(|region| self.places.index(region));
        let by_prefix = |name: &str| self.offices.prefixed(&self.places, name, here, date);
        let issuer = issuer.map(str::trim).filter(|issuer| !issuer.is_empty());
        let national = issuer.is_some_and(|issuer| self.bodies.is_name(issuer));
        let body = self.bodies.find(&name, national, date);
        // 文化部 after 2018 is nobody: not a department of the issuer either.
        if body.is_some() || self.bodies.is_name(&name) {
            return body.map(by(NATIONAL));
        }
        if let Some(found) = by_prefix(&name) {
            return Some(by(OFFICES)(found.full));
        }
        let from = issuer.map(|issuer| {
            let body = self.bodies.find(issuer, false, date);
            let full = body.or_else(|| by_prefix(issuer).map(|found| found.full));
            department::Issuer {
                known: full.is_some(),
                function: full.as_deref().and_then(|full| self.function(full)),
                name: full.unwrap_or_else(|| issuer.to_owned()),
            }
        });
        let alone = self.offices.alone(&self.places, &name, here, date);
        let Some(from) = from else {
            return alone.map(|found| by(OFFICES)(found.full));
        };
        let office = alone.as_ref().map(|found| found.full.clone());
        if let Some(full) = self.departments.choose(&name, &from, alone) {
            let is_office = office.as_ref() == Some(&full);
            return Some(by(if is_office { OFFICES } else { DEPARTMENTS })(full));
        }
        let house = |name: &str| by_prefix(name).map(|found| found.full);
        self.departments
            .of_house(&name, &from, house)
            .map(by(DEPARTMENTS))
            .or_else(|| {
                // A name that an office once had is no other's.
                let past = self.offices.prefixed(&self.places, &name, here, None);
                let full = || self.offices.spelled_out(&self.places, &name, here?);
                past.is_none().then(full)?.map(by(OFFICES))
            })
    }

    /// What kind of name a name is; none if it is the name of nobody.
    pub fn scope(&self, name: &str) -> Option<Scope> {
        let name = name.trim();
        let known =
            || (self.bodies.is_name(name) || self.offices.is_name(name)).then_some(Scope::Unit);
        self.scopes.of(name).or_else(known)
    }

    /// Whether a name of a list stands for several, whatever its ending: 各重点行业.
    pub(crate) fn begins_several(&self, name: &str) -> bool {
        self.scopes.begins_several(name.trim())
    }

    /// Whether a word is how names of units end: 局, 工会.
    pub(crate) fn is_ending(&self, word: &str) -> bool {
        self.scopes.is_ending(word)
    }

    /// How names of units end.
    pub(crate) fn endings(&self) -> Vec<String> {
        self.scopes.unit_endings()
    }

    /// What the unit of a full name is for: a class of `rules/unit/functions.toml`.
    pub fn function(&self, canonical: &str) -> Option<&str> {
        let office = |name: &str| {
            let body = self.bodies.function(name);
            body.or_else(|| self.offices.function(&self.places, name))
        };
        office(canonical).or_else(|| {
            self.departments
                .function(canonical, |issuer| office(issuer).is_some())
        })
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Characters {
    sure: BTreeMap<char, String>,
    shared: BTreeMap<char, Vec<String>>,
    none: NoCharacters,
    /// Read by the tests.
    #[serde(rename = "case")]
    _cases: Vec<toml::Value>,
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct NoCharacters {
    words: String,
}

/// Reads one table; an absent file is an empty one.
fn table<T: DeserializeOwned>(file: &str, content: &str) -> Result<T, Error> {
    toml::from_str(content).map_err(|e| Error::Rule {
        file: file.to_owned(),
        problem: e.to_string(),
    })
}

#[cfg(test)]
mod tests;
