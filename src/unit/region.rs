//! Where an issuer governs.
//!
//! In: `枣庄市市中区科学技术协会`, and what else the notice says. Out: `370402`, `山东省枣庄市市中区`.
//! There are five 市中区 and two 朝阳区: a name that fits several regions is none of them, unless a
//! city, a province or the character of one (京朝教发) stands elsewhere in the notice.

use super::places::{GENERIC, Index, LEVELS, Places};
use std::collections::BTreeSet;

/// What a notice says about where it comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clues<'a> {
    /// 发文机关 as written: 保定市科学技术协会, 市科协.
    pub issuer: Option<&'a str>,
    /// 发文字号: 枣科协字〔2019〕1号.
    pub document_number: Option<&'a str>,
    /// 主送机关: 滕州市科协.
    pub recipients: &'a [String],
    /// Other words: the title, an address, the closing block.
    pub text: Option<&'a str>,
}

impl Places {
    /// The region of an issuer. `is_office` tells whether words are an office's name, as behind a
    /// city without its 市: 保定科协.
    pub(super) fn find(
        &self,
        clues: &Clues<'_>,
        is_office: impl Fn(&str) -> bool,
    ) -> Option<Index> {
        let issuer = clues.issuer.unwrap_or("");
        let (mut candidates, generic) = self.of_issuer(issuer, is_office);
        if let [one] = self.in_use(&candidates)[..]
            && !generic
        {
            return Some(one);
        }
        let mut context = BTreeSet::new();
        for recipient in clues.recipients {
            self.named(recipient, &mut context);
        }
        if let Some(text) = clues.text {
            self.named(text, &mut context);
        }
        let number = clues.document_number.and_then(|n| n.chars().next());
        let number = number.filter(|c| !self.no_characters.contains(*c));
        let by_number = number.map_or(&[][..], |c| {
            self.characters.get(&c).map_or(&[], |(places, _)| places)
        });
        if !candidates.is_empty() {
            candidates.retain(|&candidate| {
                let above = |&place: &Index| self.is_within(candidate, place);
                context.iter().any(above) || by_number.iter().any(above)
            });
            return one_of(&self.in_use(&candidates));
        }
        let level = issuer.chars().next().filter(|c| LEVELS.contains(c));
        if !issuer.is_empty() && level.is_none() {
            // A name without any region: 国务院办公厅, 武汉大学.
            return None;
        }
        self.of_number(number, &context)
            .or_else(|| self.of_context(clues, level))
            .filter(|&found| level.is_none_or(|c| self.own_name(found).ends_with(c)))
    }

    /// What the issuer's name may say, and whether its words mean nothing without a city: 城区教育局.
    fn of_issuer(&self, issuer: &str, is_office: impl Fn(&str) -> bool) -> (Vec<Index>, bool) {
        let short = self.chain(issuer, true);
        for (at, _) in issuer.char_indices() {
            if let Some((end, found)) = self.chain(&issuer[at..], false) {
                let generic = GENERIC.contains(&&issuer[at..at + end]);
                if generic && at > 0 {
                    continue;
                }
                // 盘锦苇海城市发展集团: no 海城市 lies in 盘锦.
                let within = |cities: &[Index]| {
                    let mut pairs = cities
                        .iter()
                        .flat_map(|&city| found.iter().map(move |&f| (f, city)));
                    pairs.any(|(place, city)| self.is_within(place, city))
                };
                return match short {
                    Some((_, cities)) if at > 0 && !within(&cities) => (cities, false),
                    _ => (found, generic),
                };
            }
        }
        match short {
            Some((end, found)) if is_office(&issuer[end..]) => (found, false),
            _ => (Vec::new(), false),
        }
    }

    fn of_number(&self, number: Option<char>, context: &BTreeSet<Index>) -> Option<Index> {
        let c = number?;
        if let Some((places, true)) = self.characters.get(&c) {
            return one_of(places);
        }
        let mut candidates: BTreeSet<Index> = BTreeSet::new();
        candidates.extend(self.characters.get(&c).into_iter().flat_map(|(p, _)| p));
        let initials = self.initials.get(&c).map_or(&[][..], Vec::as_slice);
        candidates.extend(initials);
        let all: Vec<_> = candidates.into_iter().collect();
        if all.len() == 1 {
            return one_of(&all);
        }
        let meant: Vec<_> = all
            .into_iter()
            .filter(|&candidate| {
                context
                    .iter()
                    .any(|&place| self.is_within(place, candidate))
            })
            .collect();
        // A province and its city of one name: the city, which is the nearer.
        let inner: Vec<_> = meant
            .iter()
            .copied()
            .filter(|&i| !meant.iter().any(|&j| j != i && self.is_within(j, i)))
            .collect();
        one_of(&inner)
    }

    /// Without a name of its own: the city of which it addresses two counties or more, or the only
    /// one named where the rank fits (市科协, 地址：保定市…).
    fn of_context(&self, clues: &Clues<'_>, level: Option<char>) -> Option<Index> {
        let mut addressed = BTreeSet::new();
        for recipient in clues.recipients {
            self.named(recipient, &mut addressed);
        }
        if addressed.len() >= 2 {
            let parents: BTreeSet<_> = addressed.iter().map(|&i| self.parent(i)).collect();
            if let [Some(parent)] = parents.into_iter().collect::<Vec<_>>()[..] {
                return Some(parent);
            }
        }
        let level = level?;
        let mut named = BTreeSet::new();
        self.named(clues.text?, &mut named);
        let mut fitting = BTreeSet::new();
        for index in named {
            let mut at = Some(index);
            while let Some(i) = at {
                if self.own_name(i).ends_with(level) {
                    fitting.insert(i);
                    break;
                }
                at = self.parent(i);
            }
        }
        one_of(&fitting.into_iter().collect::<Vec<_>>())
    }
}

fn one_of(places: &[Index]) -> Option<Index> {
    match places {
        [one] => Some(*one),
        _ => None,
    }
}
