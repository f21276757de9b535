//! Departments inside an authority.
//!
//! In: `组宣部` in a notice of `保定市科学技术协会`. Out: `保定市科学技术协会组织宣传部`.
//! `组织部` is a department of a science association and of a school, but in a notice of the city's
//! government it is the party's; in one of the education bureau nobody knows.

use super::office::Found;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// `departments.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    endings: Vec<String>,
    with_parts: Vec<String>,
    houses: Vec<String>,
    never: Vec<String>,
    departments: Vec<Row>,
    #[serde(rename = "case")]
    _cases: Vec<toml::Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    function: String,
    names: Vec<String>,
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
}

/// Departments by their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Departments {
    endings: Vec<String>,
    with_parts: Vec<String>,
    houses: Vec<String>,
    never: Vec<String>,
    /// Name or alias: the name, and its row.
    names: HashMap<String, (String, usize)>,
    functions: Vec<String>,
}

/// Who issued a notice.
pub(super) struct Issuer<'a> {
    /// Its full name, or as written.
    pub name: String,
    /// Whether the name is that of an office that is known.
    pub known: bool,
    /// What it is for.
    pub function: Option<&'a str>,
}

/// Longer names in 部, 室 or 科 are something else.
const LONGEST: usize = 12;

/// What stands in names of other units: 自治区党委宣传部, 市局办公室.
const OTHERS: [char; 12] = [
    '省', '市', '县', '区', '州', '旗', '盟', '委', '局', '厅', '院', '府',
];

impl Departments {
    pub(super) fn new(file: File) -> Self {
        let mut departments = Self {
            endings: file.endings,
            with_parts: file.with_parts,
            houses: file.houses,
            never: file.never,
            ..Self::default()
        };
        for (index, row) in file.departments.into_iter().enumerate() {
            let own = row.names.iter().map(|name| (name, name));
            let aliases = row
                .aliases
                .iter()
                .flat_map(|(name, aliases)| aliases.iter().map(move |alias| (alias, name)));
            let full = row.aliases.keys().map(|name| (name, name));
            for (written, name) in own.chain(full).chain(aliases) {
                departments
                    .names
                    .insert(written.clone(), (name.clone(), index));
            }
            departments.functions.push(row.function);
        }
        departments
    }

    /// The classes that its rows name.
    pub(super) fn functions(&self) -> impl Iterator<Item = &String> {
        self.functions.iter()
    }

    /// What a name without rank or region stands for in a notice of `issuer`: `alone`, the office of
    /// that name in the issuer's region, or a department of the issuer.
    pub(super) fn choose(
        &self,
        name: &str,
        issuer: &Issuer<'_>,
        alone: Option<Found>,
    ) -> Option<String> {
        let leading = matches!(
            issuer.function,
            Some("party-leadership" | "government" | "general-office" | "peoples-congress")
        );
        let inner = self.inner(name);
        if leading {
            // The one department that the government itself has by that name.
            let office = name == "办公室" && issuer.function != Some("general-office");
            return match alone {
                Some(found) => Some(found.full),
                None => office.then(|| issuer.name.clone() + name),
            };
        }
        let ends_in =
            |endings: &[String]| endings.iter().any(|e| issuer.name.ends_with(e.as_str()));
        let house = ends_in(&self.houses);
        let own = || inner.map(|inner| issuer.name.clone() + inner);
        match (inner, alone) {
            _ if house || ends_in(&self.with_parts) && inner.is_some() => own(),
            (Some(_), None) if issuer.known => own(),
            (None, Some(found)) => Some(found.full),
            _ => None,
        }
    }

    /// A department that is named with its house: 市农牧局兽医科; 本局健康科 and 市局健康科 of the issuer itself.
    pub(super) fn of_house(
        &self,
        name: &str,
        issuer: &Issuer<'_>,
        house: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        for (at, _) in name.char_indices().skip(1) {
            let (before, behind) = name.split_at(at);
            let Some(inner) = self.inner(behind) else {
                continue;
            };
            let kind = before.trim_start_matches(['本', '市', '县', '区', '州', '省']);
            let rank = before.strip_suffix(kind).unwrap_or_default();
            let own = matches!(kind, "局" | "厅") && issuer.name.ends_with(kind);
            // 市局 in a notice of a county's bureau is the bureau above it.
            let rank_fits = matches!(rank, "" | "本")
                || issuer.name.contains(rank)
                    && !(rank == "市" && issuer.name.contains(['县', '区']));
            if own && rank_fits {
                return Some(issuer.name.clone() + inner);
            }
            if let Some(full) = house(before) {
                return Some(full + inner);
            }
        }
        None
    }

    /// The full name of a department, without its authority.
    fn inner<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if let Some((full, _)) = self.names.get(name) {
            return Some(full);
        }
        let is_kind = self.endings.iter().any(|e| name.ends_with(e.as_str()));
        let length = name.chars().count();
        let is_plain = (3..=LONGEST).contains(&length)
            && !name.contains(OTHERS)
            && !self
                .never
                .iter()
                .any(|never| name.ends_with(never.as_str()));
        (is_kind && is_plain).then_some(name)
    }

    /// What the department with this full name is for.
    pub(super) fn function(
        &self,
        canonical: &str,
        is_office: impl Fn(&str) -> bool,
    ) -> Option<&str> {
        canonical.char_indices().skip(1).find_map(|(at, _)| {
            let (issuer, name) = canonical.split_at(at);
            let (_, index) = self.names.get(name)?;
            let house = || self.houses.iter().any(|e| issuer.ends_with(e.as_str()));
            (is_office(issuer) || house()).then(|| self.functions[*index].as_str())
        })
    }
}
