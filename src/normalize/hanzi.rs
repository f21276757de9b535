//! Traditional characters written simplified.
//!
//! In: `機關各部室，乾縣科協`. Out: `机关各部室，乾县科协`. Sites for readers abroad, and sites that copy others, serve
//! mainland notices in traditional characters. OpenCC decides what becomes of each character. Most stand in no phrase,
//! so what it says of each alone is learned once; only runs of hanzi with a character that phrases turn otherwise are
//! sent to it. Simplified text is never sent: its 皇后, 里程, 干部 and 乾隆 are right as they are.

use super::signs::{Signs, is_hanzi};
use crate::record::Script;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use opencc_rust::{DefaultConfig, OpenCC};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// OpenCC and what it says of every character of the basic plane.
struct Converter {
    opencc: OpenCC,
    /// The simplified form by code point, from U+3400 on; 0 where a character stays.
    table: Vec<u32>,
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

    /// The simplified form of `c`, where it has another.
    fn simplified(&self, c: char) -> Option<char> {
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
fn converter() -> Option<&'static Converter> {
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

/// Traditional text becomes simplified, line by line.
pub(super) fn simplify(text: &str, rules: &RuleSet) -> Vec<Edit> {
    let Some(converter) = converter() else {
        return Vec::new();
    };
    let whole = Count::of(text, converter);
    if whole.traditional == 0 {
        return Vec::new();
    }
    let all = whole.share() >= SHARE;
    let phrases = Phrases::new(rules);
    let mut edits = Vec::new();
    let mut runs = Vec::new();
    let mut particles = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let convert = all || {
            let count = Count::of(line, converter);
            count.traditional >= FEWEST && count.share() >= SHARE
        };
        if convert {
            phrases.convert(line, start, converter, &mut edits, &mut runs);
            phrases.particles(line, start, &mut particles);
        }
        start += line.len();
    }
    edits.extend(send(text, &runs, converter));
    edits.sort_by_key(|edit| edit.span);
    phrases.spare(text, &mut edits);
    particles.retain(|particle: &Edit| {
        let next = edits.partition_point(|edit| edit.span.end <= particle.span.start);
        !edits
            .get(next)
            .is_some_and(|edit| edit.span.overlaps(particle.span))
    });
    if !particles.is_empty() {
        edits.extend(particles);
        edits.sort_by_key(|edit| edit.span);
    }
    edits
}

/// What `rules/normalize` knows about phrases and names.
struct Phrases {
    characters: Vec<char>,
    names: BTreeMap<String, Vec<char>>,
    particles: Vec<String>,
}

impl Phrases {
    fn new(rules: &RuleSet) -> Self {
        let lines = |name| {
            rules
                .data(name)
                .lines()
                .filter(|line| !line.starts_with('#'))
        };
        let mut characters: Vec<char> = lines("normalize/phrase_characters.txt")
            .flat_map(str::chars)
            .collect();
        characters.sort_unstable();
        characters.dedup();
        let names = lines("normalize/kept_names.txt")
            .filter_map(|line| line.split_once('\t'))
            .map(|(name, kept)| (name.to_owned(), kept.chars().collect()))
            .collect();
        let particles = lines("normalize/particles.txt")
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect();
        Self {
            characters,
            names,
            particles,
        }
    }

    /// Converts the runs of hanzi of `line`, which lies at byte `start`; those that OpenCC must see go to `runs`.
    fn convert(
        &self,
        line: &str,
        start: usize,
        converter: &Converter,
        edits: &mut Vec<Edit>,
        runs: &mut Vec<(usize, usize)>,
    ) {
        let mut run = Run {
            start,
            ..Run::default()
        };
        for (at, c) in line.char_indices() {
            let at = start + at;
            if c < '\u{3400}' || !is_hanzi(c) {
                run.end(at, edits, runs);
                run = Run {
                    start: at + c.len_utf8(),
                    ..Run::default()
                };
                continue;
            }
            run.phrase |= c > '\u{9fff}' || self.characters.binary_search(&c).is_ok();
            if let Some(to) = converter.simplified(c) {
                match run.edits.last_mut() {
                    Some(last) if last.span.end == at => {
                        last.span.end += c.len_utf8();
                        last.to.push(to);
                    }
                    _ => run
                        .edits
                        .push(Edit::new(at..at + c.len_utf8(), to, Reason::Script)),
                }
            }
        }
        run.end(start + line.len(), edits, runs);
    }

    /// The 著 of `line`, which lies at byte `start`, that are read 着.
    fn particles(&self, line: &str, start: usize, edits: &mut Vec<Edit>) {
        for at in memchr::memmem::find_iter(line.as_bytes(), "著") {
            let (before, after) = (&line[..at], &line[at + "著".len()..]);
            // 名著重印: the work is before, not the stress behind.
            let work =
                before.ends_with(['名', '原', '論', '專', '編', '巨', '譯', '遺', '顯', '土']);
            let is_particle = !work
                && self.particles.iter().any(|word| {
                    word.split_once('著').is_some_and(|(head, tail)| {
                        before.ends_with(head) && after.starts_with(tail)
                    })
                });
            if is_particle {
                edits.push(Edit::new(
                    start + at..start + at + "著".len(),
                    "着",
                    Reason::Script,
                ));
            }
        }
    }

    /// Takes back what was done to names that keep a character.
    fn spare(&self, text: &str, edits: &mut [Edit]) {
        for (name, kept) in &self.names {
            for at in memchr::memmem::find_iter(text.as_bytes(), name) {
                for (i, c) in name.char_indices().filter(|(_, c)| kept.contains(c)) {
                    restore(edits, at + i, c);
                }
            }
        }
    }
}

/// Puts `c` back at byte `at`.
fn restore(edits: &mut [Edit], at: usize, c: char) {
    let index = edits.partition_point(|edit| edit.span.end <= at);
    if let Some(edit) = edits.get_mut(index).filter(|edit| edit.span.start <= at) {
        // Every character of the edit is a hanzi of the basic plane, three bytes long.
        let nth = (at - edit.span.start) / c.len_utf8();
        edit.to = edit
            .to
            .chars()
            .enumerate()
            .map(|(i, old)| if i == nth { c } else { old })
            .collect();
    }
}

/// Hanzi without a break.
#[derive(Default)]
struct Run {
    start: usize,
    phrase: bool,
    edits: Vec<Edit>,
}

impl Run {
    fn end(&mut self, at: usize, edits: &mut Vec<Edit>, runs: &mut Vec<(usize, usize)>) {
        if self.phrase {
            runs.push((self.start, at));
        } else {
            edits.append(&mut self.edits);
        }
    }
}

/// Asks OpenCC about `runs` of `text`, all at once.
fn send(text: &str, runs: &[(usize, usize)], converter: &Converter) -> Vec<Edit> {
    if runs.is_empty() {
        return Vec::new();
    }
    let question: String = runs
        .iter()
        .flat_map(|&(start, end)| [&text[start..end], "\n"])
        .collect();
    let answer = converter.opencc.convert(&question);
    let mut edits: Vec<Edit> = Vec::new();
    for (&(start, end), new) in runs.iter().zip(answer.lines()) {
        let old = &text[start..end];
        // t2s keeps the number of characters, in every phrase and in every version measured.
        if old.chars().count() != new.chars().count() {
            edits.push(Edit::new(start..end, new, Reason::Script));
            continue;
        }
        for ((at, was), is) in old
            .char_indices()
            .zip(new.chars())
            .filter(|((_, was), is)| was != is)
        {
            let at = start + at;
            match edits.last_mut() {
                Some(last) if last.span.end == at => {
                    last.span.end += was.len_utf8();
                    last.to.push(is);
                }
                _ => edits.push(Edit::new(at..at + was.len_utf8(), is, Reason::Script)),
            }
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::tests::{rules, run, stays};
    use super::*;
    use proptest::prelude::*;

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
    fn particles_are_no_works() {
        assert_eq!(
            run(simplify, "著力構建機制，隨著發展，圍繞著關鍵"),
            "着力构建机制，随着发展，围绕着关键"
        );
        assert_eq!(
            run(simplify, "著名學者論著發表，名著重印，成效顯著"),
            "著名学者论著发表，名著重印，成效显著"
        );
    }

    #[test]
    fn simplified_text_is_not_touched() {
        for text in [
            "乾隆皇后里程干部，乾安县、乾坤，藉此机会，著名著作",
            "打坏了，毛坯，征求意见，沈阳市，瞭望塔，哪吒",
            "朱镕基、陈喆、李堃同志关于贯彻落实的意见，请各单位认真执行，抓好落实。",
            "“陳記”老字号开展活动，各单位要认真组织好宣传，营造良好氛围",
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        /// What is kept in the table and what is sent to OpenCC together say what OpenCC says of the whole.
        #[test]
        fn the_gate_changes_no_answer(text in "[徵鍊藉鍾薹乾畫瞭於覆麼噁濛吒昇衹沈鉅俱彷牴么麽坏托著干后隆坤計籌解據名錢書萬項鎖蒜羽角回答蓋憑慰哪沒默積家備彿觸得見樹木期菟倫勇明發髮頭裏裡面後關國學會協區縣，\n]{0,40}") {
            let text = format!("{text}\n關國學會協區縣機構發展");
            let converter = converter().expect("OpenCC is installed");
            let phrases = Phrases { names: BTreeMap::new(), ..Phrases::new(rules()) };
            let (mut edits, mut runs) = (Vec::new(), Vec::new());
            phrases.convert(&text, 0, converter, &mut edits, &mut runs);
            edits.extend(send(&text, &runs, converter));
            edits.sort_by_key(|edit| edit.span);
            let mut gated = crate::text::Text::from_utf8(text.clone());
            gated.rewrite(edits);
            prop_assert_eq!(gated.as_str(), converter.opencc.convert(&text));
        }
    }
}
