//! The regions, by all the ways to write their names.
//!
//! In: `恩施州`, `枣庄市市中区`, `湖北`. Out: 恩施土家族苗族自治州, the 市中区 that lies in 枣庄市, 湖北省.
//! Names are looked up by their first two characters, the longest first; nothing here guesses: of
//! several regions with one name all are given.

use crate::record::Region;
use std::collections::{BTreeMap, BTreeSet};

/// How high a region stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// 省, 自治区, 直辖市.
    Province,
    /// 市, 自治州, 地区, 盟.
    Prefecture,
    /// 县, 区, 县级市, 旗.
    County,
}

/// A region's place in the table.
pub(super) type Index = usize;

#[derive(Debug, Clone)]
struct Place {
    code: u32,
    name: String,
    former: bool,
    parent: Option<Index>,
}

/// One way to write a region's name.
#[derive(Debug, Clone)]
struct Spelling {
    name: String,
    /// With its 省, 市, 县: what can be told inside other words.
    full: bool,
    places: Vec<Index>,
}

/// All regions, by name and by code.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    places: Vec<Place>,
    /// By their first two characters, the longest first.
    spellings: BTreeMap<[char; 2], Vec<Spelling>>,
    /// First characters of the names of prefectures and counties.
    pub(super) initials: BTreeMap<char, Vec<Index>>,
    /// Characters of document numbers: their regions, and whether one is enough.
    pub(super) characters: BTreeMap<char, (Vec<Index>, bool)>,
    pub(super) no_characters: String,
}

/// Ranks that stand for a region's name: 市科协, 省教育厅.
pub(super) const LEVELS: [char; 6] = ['省', '市', '县', '区', '州', '旗'];

/// Names that any city can have for a part of itself: they mean nothing without it.
pub(super) const GENERIC: [&str; 6] = ["城区", "郊区", "矿区", "市区", "新区", "新城区"];

/// Names that other words make inside a text: 各区和县.
const ACCIDENTAL: [&str; 1] = ["和县"];

/// What the names of autonomous regions say about their peoples, the longer first.
const PEOPLES: &str = "哈尼族 布依族 土家族 仡佬族 傈僳族 景颇族 蒙古族 朝鲜族 达斡尔族 鄂温克族 鄂伦春 哈萨克族 哈萨克 拉祜族 \
    纳西族 独龙族 布朗族 普米族 毛南族 仫佬族 撒拉族 东乡族 保安族 裕固族 锡伯族 锡伯 塔吉克 柯尔克孜 维吾尔 蒙古 达斡尔 \
    回族 壮族 藏族 彝族 苗族 侗族 傣族 白族 羌族 满族 瑶族 黎族 水族 畲族 土族 佤族 怒族 各族";

impl Places {
    /// Reads `regions.tsv`: code, name, and `former` for names no longer in use.
    pub(super) fn read(table: &str) -> Result<Self, String> {
        let mut places = Self::default();
        for (n, line) in table.lines().enumerate() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let mut columns = line.split('\t');
            let code = columns.next().and_then(|code| code.parse().ok());
            let (Some(code), Some(name)) = (code, columns.next()) else {
                return Err(format!(
                    "line {}: want a code of six digits, a tab and a name, found {line:?}",
                    n + 1
                ));
            };
            places.places.push(Place {
                code,
                name: name.to_owned(),
                former: columns.next() == Some("former"),
                parent: None,
            });
        }
        places.places.sort_by_key(|place| place.code);
        for index in 0..places.places.len() {
            places.places[index].parent = places.find_parent(index);
        }
        for index in 0..places.places.len() {
            places.spell(index);
        }
        for list in places.spellings.values_mut() {
            list.sort_by_key(|spelling| std::cmp::Reverse(spelling.name.len()));
        }
        Ok(places)
    }

    /// Takes up the characters of document numbers; the names are full ones.
    pub(super) fn set_characters(
        &mut self,
        sure: &BTreeMap<char, String>,
        shared: &BTreeMap<char, Vec<String>>,
        none: &str,
    ) -> Result<(), String> {
        self.no_characters = none.to_owned();
        let by_name: BTreeMap<String, Index> = (0..self.places.len())
            .map(|index| (self.name(index), index))
            .collect();
        let find = |name: &String| {
            let known = by_name.get(name).copied();
            known.ok_or_else(|| format!("{name} is no region of regions.tsv"))
        };
        for (c, name) in sure {
            self.characters.insert(*c, (vec![find(name)?], true));
        }
        for (c, names) in shared {
            let places = names.iter().map(find).collect::<Result<_, _>>()?;
            self.characters.insert(*c, (places, false));
        }
        Ok(())
    }

    /// All that have or had a code.
    fn of_code(&self, code: u32) -> std::ops::Range<Index> {
        let start = self.places.partition_point(|place| place.code < code);
        let len = self.places[start..].partition_point(|place| place.code == code);
        start..start + len
    }

    fn find_parent(&self, index: Index) -> Option<Index> {
        let place = &self.places[index];
        let find = |code: u32| {
            // A former district lay in a former city: 莱城区 in 莱芜市.
            let mut all = self.of_code(code);
            let same = all.clone().find(|&i| self.places[i].former == place.former);
            same.or_else(|| all.next())
        };
        let (city, province) = (place.code / 100 * 100, place.code / 10_000 * 10_000);
        if place.code == province {
            None
        } else if place.code == city {
            find(province)
        } else {
            find(city).or_else(|| find(province))
        }
    }

    /// Enters all the ways to write one name: 恩施土家族苗族自治州, 恩施州, 恩施.
    fn spell(&mut self, index: Index) {
        let name = self.places[index].name.clone();
        if let Some(initial) = name.chars().next()
            && !self.places[index].former
            && self.level(index) != Level::Province
        {
            self.initials.entry(initial).or_default().push(index);
        }
        let mut spellings = vec![(name.clone(), true)];
        let endings = [
            "特别行政区",
            "自治区",
            "自治州",
            "自治县",
            "自治旗",
            "地区",
            "林区",
            "特区",
            "省",
            "市",
            "县",
            "区",
            "盟",
            "旗",
        ];
        let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
        if let Some(stem) = stem {
            let mut bare = stem;
            while let Some(rest) = PEOPLES
                .split_whitespace()
                .find_map(|people| bare.strip_suffix(people))
                && rest.chars().count() >= 2
            {
                bare = rest;
            }
            let ending = &name[stem.len()..];
            if let Some(short) = ending.strip_prefix("自治")
                && short != "区"
            {
                spellings.push((format!("{bare}{short}"), true));
                spellings.push((format!("{bare}自治{short}"), true));
            }
            // 新疆区党委: written with 区 only together with the party, and not read here.
            if bare.chars().count() >= 2 {
                spellings.push((bare.to_owned(), false));
            }
        }
        for (name, full) in spellings {
            let mut chars = name.chars();
            let (Some(a), Some(b)) = (chars.next(), chars.next()) else {
                continue;
            };
            let list = self.spellings.entry([a, b]).or_default();
            match list.iter_mut().find(|s| s.name == name && s.full == full) {
                Some(spelling) => spelling.places.push(index),
                None => list.push(Spelling {
                    name,
                    full,
                    places: vec![index],
                }),
            }
        }
    }

    pub(super) fn level(&self, index: Index) -> Level {
        match self.places[index].code {
            code if code % 10_000 == 0 => Level::Province,
            code if code % 100 == 0 => Level::Prefecture,
            _ => Level::County,
        }
    }

    pub(super) fn parent(&self, index: Index) -> Option<Index> {
        self.places[index].parent
    }

    /// Its own name only: 枣庄市.
    pub(super) fn own_name(&self, index: Index) -> &str {
        &self.places[index].name
    }

    /// From the province down: 山东省枣庄市.
    pub(super) fn name(&self, index: Index) -> String {
        let own = self.own_name(index);
        match self.parent(index) {
            Some(parent) => self.name(parent) + own,
            None => own.to_owned(),
        }
    }

    /// As it stands in a record.
    pub(super) fn record(&self, index: Index) -> Region {
        Region {
            code: format!("{:06}", self.places[index].code),
            name: self.name(index),
        }
    }

    /// The region of a record.
    pub(super) fn index(&self, region: &Region) -> Option<Index> {
        let code: u32 = region.code.parse().ok()?;
        let mut all = self.of_code(code);
        all.clone()
            .find(|&i| region.name.ends_with(self.own_name(i)))
            .or_else(|| all.next())
    }

    /// Whether `index` is `above` or lies in it.
    pub(super) fn is_within(&self, index: Index, above: Index) -> bool {
        let mut at = Some(index);
        while let Some(i) = at {
            if i == above {
                return true;
            }
            at = self.parent(i);
        }
        false
    }

    /// The province that `index` is or lies in.
    pub(super) fn province(&self, index: Index) -> Index {
        self.parent(index)
            .map_or(index, |above| self.province(above))
    }

    /// The one of `found` that the words `name` mean in a notice of `here`: the only one in the same
    /// county, city or province, else the only one at all.
    pub(super) fn nearest(
        &self,
        name: &str,
        found: &[Index],
        here: Option<Index>,
    ) -> Option<Index> {
        let only = |found: &[Index]| match self.in_use(found)[..] {
            [one] => Some(one),
            _ => None,
        };
        let mut at = here;
        while let Some(above) = at {
            let within = |i: &Index| self.is_within(*i, above);
            let inside: Vec<_> = found.iter().copied().filter(within).collect();
            if !inside.is_empty() {
                return only(&inside);
            }
            at = self.parent(above);
        }
        only(found).filter(|_| !GENERIC.contains(&name))
    }

    /// What a rank means in a notice of `here`: 市 in one of 薛城区 is 枣庄市, in one of 滕州市 itself.
    pub(super) fn of_rank(&self, here: Index, rank: &str) -> Option<Index> {
        let mut at = Some(here);
        while let Some(i) = at {
            let name = self.own_name(i);
            let fits = match rank {
                "区" => self.level(i) == Level::County || (i == here && name.ends_with("自治区")),
                "州" => name.ends_with("自治州"),
                _ => true,
            };
            if fits && name.ends_with(rank) {
                return Some(i);
            }
            at = self.parent(i);
        }
        None
    }

    /// Those of `found` that are in use; all of them if none is.
    pub(super) fn in_use(&self, found: &[Index]) -> Vec<Index> {
        let now = found.iter().copied().filter(|&i| !self.places[i].former);
        let now: Vec<_> = now.collect();
        if now.is_empty() { found.to_vec() } else { now }
    }

    /// The longest name of a region at the beginning of `text`, and the regions that have or had it.
    fn starting(&self, text: &str, bare: bool) -> Option<(usize, Vec<Index>)> {
        let mut chars = text.chars();
        let key = [chars.next()?, chars.next()?];
        let list = self.spellings.get(&key)?;
        let spelling = list
            .iter()
            .find(|s| (s.full || bare) && text.starts_with(&s.name))?;
        Some((spelling.name.len(), spelling.places.clone()))
    }

    /// Reads names of regions, each within the one before it, from the beginning of `text`: 枣庄市市中区.
    /// Gives what the last of them may be, and where it ends.
    pub(super) fn chain(&self, text: &str, bare: bool) -> Option<(usize, Vec<Index>)> {
        let (mut end, mut found) = self.starting(text, bare)?;
        while let Some((len, next)) = self.starting(&text[end..], false) {
            let inner: Vec<_> = next
                .into_iter()
                .filter(|&i| {
                    found
                        .iter()
                        .any(|&above| i != above && self.is_within(i, above))
                })
                .collect();
            if inner.is_empty() {
                break;
            }
            end += len;
            found = inner;
        }
        // 河北 is the province, not a district of Tianjin; 抚顺 is the city, not the county in it.
        // 吉林 is a province and a city, 朝阳 a city and districts elsewhere: they stay open.
        if found.iter().any(|&i| self.level(i) == Level::Province) {
            found.retain(|&i| self.level(i) != Level::County);
        }
        let around = found.iter().copied().find(|&i| {
            self.level(i) == Level::Prefecture && found.iter().all(|&j| self.is_within(j, i))
        });
        if let Some(city) = around {
            found = vec![city];
        }
        Some((end, found))
    }

    /// Regions named anywhere in `text`, with their 省, 市 or 县.
    pub(super) fn named(&self, text: &str, into: &mut BTreeSet<Index>) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let step = match self.chain(rest, false) {
                Some((end, found)) => {
                    let name = &rest[..end];
                    if let [one] = self.in_use(&found)[..]
                        && !GENERIC.contains(&name)
                        && !ACCIDENTAL.contains(&name)
                    {
                        into.insert(one);
                    }
                    end
                }
                None => c.len_utf8(),
            };
            rest = &rest[step..];
        }
    }
}
