//! Traditional characters written simplified.
//!
//! In: `機關各部室，乾縣科協`. Out: `机关各部室，乾县科协`. Sites for readers abroad, and sites that copy others, serve
//! mainland notices in traditional characters. OpenCC decides what becomes of each character. Most stand in no phrase,
//! so what it says of each alone is learned once (see [`Phrases`]). Simplified text is never sent: its 皇后, 里程, 干部 and
//! 乾隆 are right as they are; only what simplified text never has is simplified there, too: 加强對乡镇的指导.

use super::leftover::Leftovers;
use super::phrase::Phrases;
use super::signs::{Signs, is_hanzi};
use crate::record::Script;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use opencc_rust::{DefaultConfig, OpenCC};
use std::sync::OnceLock;

/// OpenCC and what it says of every character of the basic plane.
pub(super) struct Converter {
    opencc: OpenCC,
    /// The simplified form by code point, from U+3400 on; 0 where a character stays.
    table: Vec<u32>,
}

/// What `rules/normalize` says of traditional characters, read for the first text that has any.
#[derive(Debug, Default)]
pub(crate) struct Traditional {
    phrases: OnceLock<Phrases>,
    leftovers: OnceLock<Leftovers>,
}

/// First character of the table: hanzi of extension A.
const FIRST: u32 = 0x3400;
/// Last character of the table.
const LAST: u32 = 0x9FFF;

/// A text is traditional from this share of its hanzi on. Traditional prose has 36 in 100 characters that change, simplified 0.
const SHARE: f64 = 0.08;
/// A line of a mixed text is converted from this number of changing characters on.
const FEWEST: usize = 3;

impl Converter {
    fn new() -> Option<Self> {
        let opencc = OpenCC::new(DefaultConfig::T2S).ok()?;
        // A blank between any two keeps them from being phrases.
        let all: String = (FIRST..=LAST)
            .filter_map(char::from_u32)
            .flat_map(|c| [c, ' '])
            .collect();
        let answer = opencc.convert(&all);
        let mut table: Vec<u32> = answer.chars().step_by(2).map(u32::from).collect();
        if table.len() != (LAST - FIRST + 1) as usize {
            return None;
        }
        for (code, to) in (FIRST..).zip(&mut table) {
            if *to == code {
                *to = 0;
            }
        }
        Some(Self { opencc, table })
    }

    /// What OpenCC makes of `text`.
    pub fn convert(&self, text: &str) -> String {
        self.opencc.convert(text)
    }

    /// The simplified form of `c`, where it has another.
    pub fn simplified(&self, c: char) -> Option<char> {
        let code = u32::from(c);
        if !(FIRST..=LAST).contains(&code) {
            return None;
        }
        match self.table[(code - FIRST) as usize] {
            0 => None,
            to => char::from_u32(to),
        }
    }
}

/// Derived from OpenCC's own data and from nothing else, so every run of the program learns the same.
/// `None` where OpenCC's files are missing.
pub(super) fn converter() -> Option<&'static Converter> {
    static CONVERTER: OnceLock<Option<Converter>> = OnceLock::new();
    CONVERTER.get_or_init(Converter::new).as_ref()
}

/// The simplified form of `c` alone, where it has another.
pub(super) fn simplified(c: char) -> Option<char> {
    converter()?.simplified(c)
}

/// Hanzi of a text, and those that only traditional text has.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    hanzi: usize,
    traditional: usize,
}

impl Count {
    fn of(text: &str, converter: &Converter) -> Self {
        let mut count = Self::default();
        for c in text.chars().filter(|&c| c >= '\u{3400}' && is_hanzi(c)) {
            count.hanzi += 1;
            // GB 2312 has 後 and 於, too, as the simplified names that they are.
            count.traditional += usize::from(
                converter.simplified(c).is_some() && Signs::of_char(c).show(Signs::RARE_HANZI),
            );
        }
        count
    }

    fn share(self) -> f64 {
        self.traditional as f64 / self.hanzi.max(1) as f64
    }
}

/// In which characters `text` is written.
pub fn script(text: &str) -> Script {
    if !Signs::of(text).show(Signs::RARE_HANZI) {
        return Script::Hans;
    }
    let Some(converter) = converter() else {
        return Script::Hans;
    };
    let (mut hant, mut all) = (0, 0);
    let mut traditional = 0;
    for line in text.lines() {
        let count = Count::of(line, converter);
        all += count.hanzi;
        traditional += count.traditional;
        if count.share() >= SHARE {
            hant += count.hanzi;
        }
    }
    match (hant as f64 / all.max(1) as f64, traditional) {
        (_, 0..FEWEST) if all >= 50 => Script::Hans,
        (share, _) if share >= 0.8 => Script::Hant,
        (share, _) if share < 0.1 => Script::Hans,
        _ => Script::Mixed,
    }
}

/// Traditional text becomes simplified, line by line, and so do single traditional characters in simplified text.
pub(super) fn simplify(text: &str, rules: &RuleSet) -> Vec<Edit> {
    let Some(converter) = converter() else {
        return Vec::new();
    };
    let whole = Count::of(text, converter);
    if whole.traditional == 0 && !Signs::of(text).show(Signs::OLD_FORM) {
        return Vec::new();
    }
    let all = whole.share() >= SHARE;
    let mut changes = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let traditional = all
            || whole.traditional > 0 && {
                let count = Count::of(line, converter);
                count.traditional >= FEWEST && count.share() >= SHARE
            };
        let found = if traditional {
            let phrases = &rules.traditional().phrases;
            let phrases = phrases.get_or_init(|| Phrases::new(rules));
            phrases.convert(line, converter)
        } else {
            let leftovers = &rules.traditional().leftovers;
            let leftovers = leftovers.get_or_init(|| Leftovers::new(rules));
            leftovers.convert(line, converter)
        };
        changes.extend(found.into_iter().map(|change| Change {
            at: start + change.at,
            ..change
        }));
        start += line.len();
    }
    edits(&changes)
}

/// A character at a byte of the text, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub at: usize,
    pub was: char,
    pub is: char,
}

/// One edit for each row of changed characters.
fn edits(changes: &[Change]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for &Change { at, was, is } in changes {
        match edits.last_mut() {
            Some(last) if last.span.end == at => {
                last.span.end += was.len_utf8();
                last.to.push(is);
            }
            _ => edits.push(Edit::new(at..at + was.len_utf8(), is, Reason::Script)),
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::tests::{rules, run, stays};
    use super::*;

    /// The cases that stand beside the words: what must change and what must stay.
    #[test]
    fn the_cases_of_the_rules_hold() {
        let cases = rules().data("normalize/script_cases.txt");
        let (mut changed, mut stayed) = (0, 0);
        for case in cases
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            match case.split_once('\t') {
                Some((before, after)) => {
                    assert_eq!(run(simplify, before), after);
                    changed += 1;
                }
                None => {
                    stays(simplify, case);
                    stayed += 1;
                }
            }
        }
        assert!(changed > 0 && stayed >= changed);
    }

    #[test]
    fn traditional_text_becomes_simplified() {
        assert_eq!(
            run(simplify, "各縣區科協，機關各部室：關於印發計畫的通知"),
            "各县区科协，机关各部室：关于印发计划的通知"
        );
        assert_eq!(
            run(simplify, "乾隆年間，瞭解乾燥情況，頭髮與發展"),
            "乾隆年间，了解干燥情况，头发与发展"
        );
        assert_eq!(
            run(simplify, "各縣區科協：\n乾安縣、乾縣乾務鎮"),
            "各县区科协：\n乾安县、乾县乾务镇"
        );
    }

    #[test]
    fn simplified_text_is_not_touched() {
        for text in [
            "乾隆皇后里程干部，乾安县、乾坤，藉此机会，著名著作",
            "打坏了，毛坯，征求意见，沈阳市，瞭望塔，哪吒",
            "朱镕基、陈喆、李堃同志关于贯彻落实的意见，请各单位认真执行，抓好落实。",
        ] {
            stays(simplify, text);
        }
    }

    #[test]
    fn only_the_traditional_lines_of_a_mixed_text_change() {
        let simplified =
            "乾安县各单位要认真贯彻落实会议精神，抓好工作部署，确保取得实效。\n".repeat(20);
        let text = format!("{simplified}乾安縣科學技術協會關於開展活動的通知\n");
        let want = format!("{simplified}乾安县科学技术协会关于开展活动的通知\n");
        assert_eq!(run(simplify, &text), want);
    }

    #[test]
    fn the_script_is_told() {
        assert_eq!(script("各县区科协：现将通知印发给你们。"), Script::Hans);
        assert_eq!(script("各縣區科協：現將通知印發給你們。"), Script::Hant);
        assert_eq!(
            script(
                "朱镕基同志：现将通知印发给你们，请认真贯彻落实，抓好各项工作，按要求报送材料，及时反馈情况，确保取得实效，营造良好氛围。"
            ),
            Script::Hans
        );
        assert_eq!(
            script("各縣區科協：現將通知印發給你們。\n各县区科协：现将通知印发给你们。"),
            Script::Mixed
        );
        assert_eq!(script(""), Script::Hans);
    }
}
