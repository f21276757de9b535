//! Offices of a region.
//!
//! In: `团市委` in a notice of Zaozhuang. Out: `共青团枣庄市委员会`, for `youth`.
//! A name is taken apart into what stands before the rank or region (团), the rank or region (市), and
//! what stands behind it (委); a rank is the region's own or one above it.

use super::places::{Index, Level, Places};
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An office of a region as its row says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) function: String,
    name: ByLevel,
    #[serde(default)]
    form: Option<String>,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) behind: Vec<String>,
    #[serde(default)]
    pub(super) before: Option<Vec<String>>,
    #[serde(default)]
    alone: Option<Vec<String>>,
    #[serde(default)]
    levels: Option<Vec<LevelName>>,
    #[serde(default, deserialize_with = "day")]
    pub(super) since: Option<Date>,
    #[serde(default, deserialize_with = "day")]
    pub(super) until: Option<Date>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum ByLevel {
    One(String),
    Each {
        province: String,
        city: String,
        county: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LevelName {
    Province,
    City,
    County,
}

impl From<Level> for LevelName {
    fn from(level: Level) -> Self {
        match level {
            Level::Province => Self::Province,
            Level::Prefecture => Self::City,
            Level::County => Self::County,
        }
    }
}

/// `2018-06-15`.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let day = String::deserialize(deserializer)?;
    day.parse().map(Some).map_err(D::Error::custom)
}

/// `offices.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    offices: Vec<Row>,
    spelled_out: Vec<String>,
    abbreviations: Vec<String>,
    #[serde(rename = "case")]
    _cases: Vec<toml::Value>,
}

/// Fewest characters behind the rank of a name that is written in full.
const SPELLED_OUT: usize = 5;

/// An office that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub full: String,
    pub function: String,
}

/// All offices, by what a name is taken apart into.
#[derive(Debug, Clone, Default)]
pub(super) struct Offices {
    /// Endings of names that are written in full, and what stands in none of them.
    spelled_out: Vec<String>,
    abbreviations: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Before and behind the rank or region.
    parts: HashMap<(String, String), Vec<usize>>,
    befores: BTreeSet<String>,
    alone: HashMap<String, Vec<usize>>,
}

/// Ranks that stand for a region's name, the longer first.
pub(super) const RANKS: [&str; 9] = [
    "自治区",
    "自治州",
    "地区",
    "省",
    "市",
    "县",
    "区",
    "州",
    "旗",
];

impl Row {
    fn name(&self, level: Level) -> &str {
        match (&self.name, level) {
            (ByLevel::One(name), _) => name,
            (ByLevel::Each { province, .. }, Level::Province) => province,
            (ByLevel::Each { city, .. }, Level::Prefecture) => city,
            (ByLevel::Each { county, .. }, Level::County) => county,
        }
    }

    /// Whether `at` can have it. 北京市 has offices of a province and of a city.
    pub(super) fn is_at(&self, places: &Places, at: Index) -> bool {
        let level = places.level(at);
        let municipality = level == Level::Province && places.own_name(at).ends_with('市');
        self.levels.as_ref().is_none_or(|levels| {
            levels.contains(&level.into()) || municipality && levels.contains(&LevelName::City)
        })
    }

    pub(super) fn full(&self, places: &Places, at: Index) -> String {
        let name = self.name(places.level(at));
        let region = display(places, at);
        match &self.form {
            None => region + name,
            Some(form) => form
                .replace("{region}", &region)
                .replace("{stem}", stem(places.own_name(at)))
                .replace("{name}", name),
        }
    }

    /// What its full name has before and behind the region.
    fn full_parts(&self) -> Vec<(String, String)> {
        let levels = [Level::Province, Level::Prefecture, Level::County];
        let form = self.form.as_deref().unwrap_or("{region}{name}");
        let form = form.replace("{stem}", "{region}");
        let Some((before, behind)) = form.split_once("{region}") else {
            return Vec::new();
        };
        levels
            .into_iter()
            .map(|level| {
                (
                    before.to_owned(),
                    behind.replace("{name}", self.name(level)),
                )
            })
            .collect()
    }
}

/// A district is named with its city, anything else by its own name: 枣庄市薛城区, 滕州市.
fn display(places: &Places, at: Index) -> String {
    let own = places.own_name(at);
    let district = places.level(at) == Level::County && own.ends_with('区');
    match places.parent(at) {
        Some(above) if district && places.own_name(above).ends_with('市') => {
            places.own_name(above).to_owned() + own
        }
        _ => own.to_owned(),
    }
}

fn stem(own: &str) -> &str {
    let ending = ["省", "市", "县", "区", "盟", "旗"];
    ending
        .iter()
        .find_map(|ending| own.strip_suffix(ending))
        .filter(|stem| stem.chars().count() >= 2)
        .unwrap_or(own)
}

pub(super) fn is_valid(since: Option<Date>, until: Option<Date>, date: Option<Date>) -> bool {
    date.is_none_or(|date| {
        since.is_none_or(|since| since <= date) && until.is_none_or(|until| date <= until)
    })
}

impl Offices {
    pub(super) fn new(file: File) -> Self {
        let mut all = Self {
            spelled_out: file.spelled_out,
            abbreviations: file.abbreviations,
            ..Self::default()
        };
        for row in file.offices {
            let index = all.rows.len();
            let mut parts: BTreeSet<(String, String)> = row.full_parts().into_iter().collect();
            let befores = row.before.clone().unwrap_or_else(|| vec![String::new()]);
            let names = row.behind.iter().chain(&row.aliases);
            for behind in names.clone() {
                parts.extend(befores.iter().map(|b| (b.clone(), behind.clone())));
            }
            let mut alone: BTreeSet<String> = match &row.alone {
                Some(alone) => alone.iter().cloned().collect(),
                None => row.aliases.iter().cloned().collect(),
            };
            if row.alone.is_none()
                && row.form.is_none()
                && let ByLevel::One(name) = &row.name
            {
                alone.insert(name.clone());
            }
            for (before, behind) in parts {
                all.befores.insert(before.clone());
                all.parts.entry((before, behind)).or_default().push(index);
            }
            for name in alone {
                all.alone.entry(name).or_default().push(index);
            }
            all.rows.push(row);
        }
        all
    }

    /// The classes that its rows name.
    pub(super) fn functions(&self) -> impl Iterator<Item = &String> {
        self.rows.iter().map(|row| &row.function)
    }

    /// Whether an office's name or alias begins `words`: 科协 in 保定科协办公室.
    pub(super) fn begins_with_office(&self, words: &str) -> bool {
        words
            .char_indices()
            .skip(1)
            .map(|(at, c)| &words[..at + c.len_utf8()])
            .any(|start| {
                let key = (String::new(), start.to_owned());
                self.parts.contains_key(&key)
            })
    }

    /// Whether a name without a region is an office's that governments have: 教育厅, 残联.
    pub(super) fn is_office(&self, name: &str) -> bool {
        self.parts.contains_key(&(String::new(), name.to_owned()))
    }

    /// The full name of a unit that no row has and that is written in full but for its region: 市健康教育中心.
    pub(super) fn spelled_out(&self, places: &Places, name: &str, here: Index) -> Option<String> {
        let rank = RANKS.into_iter().find(|rank| name.starts_with(rank))?;
        let rest = &name[rank.len()..];
        let full = rest.chars().nth(SPELLED_OUT - 1).is_some()
            && self.spelled_out.iter().any(|e| rest.ends_with(e.as_str()))
            && !self.abbreviations.iter().any(|a| rest.contains(a.as_str()));
        let at = places.of_rank(here, rank).filter(|_| full)?;
        Some(display(places, at) + rest)
    }

    /// The office of a name with a rank or a region in it, in a notice of the region `here`.
    pub(super) fn prefixed(
        &self,
        places: &Places,
        name: &str,
        here: Option<Index>,
        date: Option<Date>,
    ) -> Option<Found> {
        // The longest first: 共青团 before 团 before nothing.
        for before in self.befores.iter().rev() {
            let Some(rest) = name.strip_prefix(before.as_str()) else {
                continue;
            };
            for bare in [false, true] {
                if let Some((end, found)) = places.chain(rest, bare)
                    && let Some(at) = places.nearest(&rest[..end], &found, here)
                    && let Some(found) = self.at(places, before, rest.split_at(end), at, date)
                {
                    return Some(found);
                }
            }
            for rank in RANKS {
                if let Some(behind) = rest.strip_prefix(rank)
                    && let Some(at) = here.and_then(|here| places.of_rank(here, rank))
                    && let Some(found) = self.at(places, before, (rank, behind), at, date)
                {
                    return Some(found);
                }
            }
        }
        None
    }

    fn at(
        &self,
        places: &Places,
        before: &str,
        (region, behind): (&str, &str),
        at: Index,
        date: Option<Date>,
    ) -> Option<Found> {
        // The region may stand twice: 中共曲靖市纪律检查委员会曲靖市监察委员会.
        let parts = (before.to_owned(), behind.replace(region, "{region}"));
        let rows = self.parts.get(&parts).or_else(|| {
            let parts = (before.to_owned(), behind.to_owned());
            self.parts.get(&parts)
        })?;
        self.only(places, rows, behind, at, date)
    }

    /// The one office among `rows` that `at` had on that day; of several, the one that is written so:
    /// 人民政府办公厅 is that of a province, and that of some cities which do not call it 办公室.
    fn only(
        &self,
        places: &Places,
        rows: &[usize],
        written: &str,
        at: Index,
        date: Option<Date>,
    ) -> Option<Found> {
        let valid = rows
            .iter()
            .map(|&index| &self.rows[index])
            .filter(|row| row.is_at(places, at) && is_valid(row.since, row.until, date));
        let mut found: Vec<Found> = valid
            .map(|row| Found {
                full: row.full(places, at),
                function: row.function.clone(),
            })
            .collect();
        found.dedup();
        if found.len() > 1 {
            found.retain(|found| found.full.ends_with(written));
        }
        match found.len() {
            1 => found.pop(),
            _ => None,
        }
    }

    /// The office of a name that stands alone, in a notice of the region `here`: of that region, or
    /// of the province if only provinces have such an office.
    pub(super) fn alone(
        &self,
        places: &Places,
        name: &str,
        here: Option<Index>,
        date: Option<Date>,
    ) -> Option<Found> {
        let rows = self.alone.get(name)?;
        let here = here?;
        let provincial = rows
            .iter()
            .all(|&index| self.rows[index].levels.as_deref() == Some(&[LevelName::Province]));
        let at = if provincial {
            places.province(here)
        } else {
            here
        };
        self.only(places, rows, name, at, date)
    }

    /// Whether `name` is that of an office without its region.
    pub(super) fn is_name(&self, name: &str) -> bool {
        self.alone.contains_key(name)
    }

    /// What the office with this full name is for.
    pub(super) fn function(&self, places: &Places, name: &str) -> Option<&str> {
        for before in self.befores.iter().rev() {
            let Some(rest) = name.strip_prefix(before.as_str()) else {
                continue;
            };
            for bare in [false, true] {
                if let Some((end, _)) = places.chain(rest, bare) {
                    let (region, behind) = rest.split_at(end);
                    let key = (before.clone(), behind.replace(region, "{region}"));
                    let rows = self.parts.get(&key);
                    let classes: BTreeMap<&str, ()> = rows
                        .into_iter()
                        .flatten()
                        .map(|&index| (self.rows[index].function.as_str(), ()))
                        .collect();
                    if classes.len() == 1 {
                        return classes.into_keys().next();
                    }
                }
            }
        }
        None
    }
}
