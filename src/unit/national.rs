//! Bodies of the whole country.
//!
//! In: `国家卫生计生委` in a notice of 2016. Out: `中华人民共和国国家卫生和计划生育委员会`, for `health`.
//! The reforms of 2013, 2018 and 2023 renamed many: a name is that of nobody before and after its time.
//! `发展改革委` is one of them only in a notice of another of them.

use super::office::{day, is_valid};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::HashMap;

/// `national.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    bodies: Vec<Body>,
    #[serde(rename = "case")]
    _cases: Vec<toml::Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    function: String,
    name: String,
    aliases: Vec<String>,
    #[serde(default)]
    short: Vec<String>,
    #[serde(default, deserialize_with = "day")]
    since: Option<Date>,
    #[serde(default, deserialize_with = "day")]
    until: Option<Date>,
}

/// All of them, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Bodies {
    bodies: Vec<Body>,
    names: HashMap<String, Vec<usize>>,
    /// Names in notices of the others.
    short: HashMap<String, Vec<usize>>,
}

impl Bodies {
    pub(super) fn new(file: File) -> Self {
        let mut all = Self::default();
        for body in file.bodies {
            let index = all.bodies.len();
            for name in body.aliases.iter().chain([&body.name]) {
                all.names.entry(name.clone()).or_default().push(index);
            }
            for name in &body.short {
                all.short.entry(name.clone()).or_default().push(index);
            }
            all.bodies.push(body);
        }
        all
    }

    /// The classes that its rows name.
    pub(super) fn functions(&self) -> impl Iterator<Item = &String> {
        self.bodies.iter().map(|body| &body.function)
    }

    /// Whether `name` is or was that of a body of the whole country.
    pub(super) fn is_name(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// The body of the whole country that had `name` on that day.
    pub(super) fn find(&self, name: &str, short: bool, date: Option<Date>) -> Option<String> {
        let all = |names: &HashMap<String, Vec<usize>>| names.get(name).cloned();
        let bodies = all(&self.names).or_else(|| all(&self.short).filter(|_| short))?;
        let mut valid = bodies
            .iter()
            .map(|&index| &self.bodies[index])
            .filter(|body| is_valid(body.since, body.until, date));
        match (valid.next(), valid.next()) {
            (Some(one), None) => Some(one.name.clone()),
            _ => None,
        }
    }

    /// What the body with this full name is for.
    pub(super) fn function(&self, name: &str) -> Option<&str> {
        let index = self.names.get(name)?.first()?;
        Some(&self.bodies[*index].function)
    }
}
