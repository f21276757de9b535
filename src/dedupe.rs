//! Which notices were met before, whatever format, encoding and page they came in.
//!
//! In: the records of one notice after the other. Out: for each the notice that had its words already, or nearly all of them.
//! `通知.doc` and the page that the office put it on are one notice; the plan of 2022 that repeats the one of 2021, and the letter by
//! which a county hands a notice of its city on, are others: their title, number, date or year say so, and those must agree first.
//!
//! The words of a notice are kept as a sum of 64 bits for all of them, or, where it has a title, for what it is called and dated by, with
//! 32 bits for its words and 32 bits that differ little where the words do (a simhash over all runs of four characters). With its id that is
//! 24 bytes; the table that holds them takes between 29 and 58 bytes for a notice. What is found depends on the order of the notices alone.

use crate::process::Records;
use crate::record::DocumentRecord;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What was met before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// A notice of the same words.
    Same(u64),
    /// A notice of the same name, number and date, and of nearly the same words.
    Near(u64),
}

/// Bits of 32 in which the words of two copies may differ: a word changed in a short notice takes four. Those of two notices differ in 16.
const NEAR: u32 = 6;

/// Characters of which the runs are that simhash counts.
const RUN: usize = 4;

/// Notices of one name and date that are told apart by their words; of more, only the same words are known again.
const CROWD: u64 = 64;

/// One notice, as it is remembered.
#[derive(Debug, Clone, Copy)]
struct Known {
    id: u64,
    digest: u32,
    simhash: u32,
}

/// Notices by their words.
#[derive(Debug, Default)]
pub struct Seen {
    known: HashMap<u64, Known>,
}

impl Seen {
    /// The notice that `records` is a copy of; remembers it if it is none.
    pub fn before(&mut self, records: &Records) -> Option<Match> {
        let words = Words::of(records);
        let now = Known {
            id: number(&records.document.id),
            digest: words.digest as u32,
            simhash: words.simhash(),
        };
        let mut near = None;
        let crowd = named(&records.document).into_iter().flat_map(|name| {
            // Others of the same name stand beside it.
            (0..CROWD).map(move |nth| name.wrapping_add(nth.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
        });
        for key in crowd {
            match self.known.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(now);
                    return near;
                }
                Entry::Occupied(first) => {
                    let first = first.get();
                    if first.digest == now.digest && first.simhash == now.simhash {
                        return Some(Match::Same(first.id));
                    }
                    let apart = (first.simhash ^ now.simhash).count_ones();
                    // A copy of several is told as one of the first of them.
                    if near.is_none() && apart <= NEAR {
                        near = Some(Match::Near(first.id));
                    }
                }
            }
        }
        match self.known.entry(words.digest) {
            Entry::Occupied(first) => Some(Match::Same(first.get().id)),
            Entry::Vacant(place) => {
                place.insert(now);
                near
            }
        }
    }
}

/// The first 16 hex digits of a sum.
fn number(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or(0)
}

/// The first eight bytes of a sum.
fn first(digest: Sha256) -> u64 {
    let digest = digest.finalize();
    digest
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// What a notice with a title is called, numbered and dated by: what is another notice differs in it.
fn named(document: &DocumentRecord) -> Option<u64> {
    let mut digest = Sha256::new();
    digest.update(bare(document.title.as_deref()?));
    let year = document.year.map(|year| year.to_string());
    for part in [
        document.document_number.as_deref(),
        document.document_date.as_deref(),
        document.issuer.as_deref(),
        year.as_deref(),
    ] {
        digest.update([0]);
        digest.update(bare(part.unwrap_or_default()));
    }
    Some(first(digest))
}

/// Marks and blanks differ from copy to copy.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The words of a notice.
struct Words {
    bare: String,
    digest: u64,
}

impl Words {
    fn of(records: &Records) -> Self {
        let document = &records.document;
        let mut all = String::new();
        let mut digest = Sha256::new();
        let mut add = |text: &str| {
            let from = all.len();
            all.extend(text.chars().filter(|c| c.is_alphanumeric()));
            digest.update(&all.as_bytes()[from..]);
            digest.update([0]);
        };
        add(document.title.as_deref().unwrap_or_default());
        add(document.document_number.as_deref().unwrap_or_default());
        for clause in &records.clauses {
            add(&clause.heading);
            add(&clause.text);
        }
        for task in &records.tasks {
            add(&task.title);
            add(&task.text);
        }
        if records.clauses.is_empty() && records.tasks.is_empty() {
            add(&document.sha256);
        }
        Self {
            bare: all,
            digest: first(digest),
        }
    }

    /// Of each bit, whether more runs of the words have it than not.
    fn simhash(&self) -> u32 {
        let mut votes = [0i32; 32];
        let mut run = [0u64; RUN];
        for (nth, c) in self.bare.chars().enumerate() {
            run.rotate_left(1);
            run[RUN - 1] = u64::from(c);
            if nth + 1 < RUN {
                continue;
            }
            let mut hash = run.iter().fold(0u64, |hash, c| {
                (hash ^ c).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            });
            hash ^= hash >> 32;
            for (bit, vote) in votes.iter_mut().enumerate() {
                *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
            }
        }
        votes
            .iter()
            .enumerate()
            .fold(0, |sum, (bit, vote)| sum | u32::from(*vote > 0) << bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::process;
    use crate::rule::RuleSet;
    use crate::source::Source;

    const PLAN: &str = "勉县人民政府办公室关于印发2021年农村人居环境整治工作要点的通知\n勉政办发〔2021〕36号\n各镇人民政府，县级各部门：\n\
        一、推进户厕改造。新建改建卫生户厕3200座，10月31日前完成。（牵头单位：县农业农村局；配合单位：县卫生健康局）\n\
        二、治理生活垃圾。配齐保洁员，建立收运体系，6月底前全部到岗。（责任单位：县住房和城乡建设局）\n\
        三、加大资金投入。统筹涉农资金，优先支持人居环境整治，严禁挤占挪用。（牵头单位：县财政局）\n\
        四、加强督促检查。每月5日前报送上月进展情况，年底组织考核验收。（牵头单位：县政府督查室）\n\
        勉县人民政府办公室\n2021年6月2日\n";

    fn records(notice: impl Into<Vec<u8>>) -> Records {
        let rules = RuleSet::embedded().expect("the program's own rules are sound");
        process(&Source::plain("a.txt", notice.into()), &rules).expect("is text")
    }

    /// What the second of two notices is to the first.
    fn after(first: &Records, second: impl Into<Vec<u8>>) -> Option<Match> {
        let mut seen = Seen::default();
        assert_eq!(seen.before(first), None);
        seen.before(&records(second))
    }

    #[test]
    fn copies_are_known_again() {
        let plan = records(PLAN);
        let same = Some(Match::Same(number(&plan.document.id)));
        let gbk = encoding_rs::GBK.encode(PLAN).0.into_owned();
        assert_eq!(after(&plan, gbk), same, "another encoding");
        let spaced = PLAN.replace("。（", "。\u{3000}（").replace('\n', "\r\n");
        assert_eq!(after(&plan, spaced), same, "other blanks");
    }

    #[test]
    fn copies_with_dirt_are_near() {
        let plan = records(PLAN);
        let near = Some(Match::Near(number(&plan.document.id)));
        for (was, is) in [
            ("严禁挤占挪用。", "严禁挤占挪用。【打印本页】【关闭窗口】"),
            ("配齐保洁员", "配齐保法员"),
            ("，年底组织考核验收", "，年底组织考核验"),
        ] {
            assert_eq!(after(&plan, PLAN.replace(was, is)), near, "{is}");
        }
    }

    #[test]
    fn other_notices_are_others() {
        let plan = records(PLAN);
        for (other, why) in [
            (PLAN.replace("2021", "2022"), "another year"),
            (PLAN.replace("36号", "37号"), "another number"),
            (PLAN.replace("6月2日", "7月2日"), "another date"),
            (
                PLAN.replace("办公室关于印发", "办公室转发市政府办公室关于"),
                "handed on",
            ),
            (
                "关于报送总结的通知\n一、报送总结。（责任单位：办公室）\n".to_owned(),
                "something else",
            ),
        ] {
            assert_eq!(after(&plan, other), None, "{why}");
        }
        let rest =
            "一、召开会议。研究部署防汛备汛，检查水库河道，落实值班值守。（牵头单位：县水利局）\n";
        let at = PLAN.find("一、").unwrap_or(0);
        let closing = PLAN.rfind("勉县").unwrap_or(0);
        let other = [&PLAN[..at], rest, &PLAN[closing..]].concat();
        assert_eq!(after(&plan, other), None, "the same name, other words");
    }

    #[test]
    fn many_of_one_name_are_told_apart() {
        let mut seen = Seen::default();
        let base = records(PLAN);
        let mut rows = Vec::new();
        for nth in 0..200u64 {
            let mut other = base.clone();
            other.document.id = format!("{nth:016x}");
            for (at, clause) in other.clauses.iter_mut().enumerate() {
                // Words of no sense that no two have in common.
                clause.text = (0..40)
                    .filter_map(|c| {
                        let mixed = (nth * 977 + at as u64 * 131 + c * 37) * 2_654_435_761 % 20_000;
                        char::from_u32(0x4E00 + mixed as u32)
                    })
                    .collect();
            }
            other.tasks.clear();
            rows.push(other);
        }
        for row in &rows {
            assert!(!matches!(seen.before(row), Some(Match::Same(_))));
        }
        for row in &rows {
            let again = seen.before(row);
            assert!(again.is_some(), "{again:?}");
        }
    }
}
