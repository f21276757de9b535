//! Traditional phrases: what OpenCC makes of them, and where modern text writes otherwise.
//!
//! In: `健康乾淨的岸電覆蓋`. Out: `健康干净的岸电覆盖`. Most characters stand in no phrase; only runs of hanzi with one that
//! phrases turn otherwise are sent to OpenCC. It takes 康乾 and 電覆 for phrases, as its longest match from the left; such
//! words lie in `rules/normalize/script.txt`, with the names that keep a character (乾安縣).

use super::hanzi::{Change, Converter};
use super::signs::is_hanzi;
use crate::rule::RuleSet;
use aho_corasick::AhoCorasick;

/// What `rules/normalize` knows about phrases and names.
#[derive(Debug)]
pub(super) struct Phrases {
    /// Characters that OpenCC turns otherwise in a phrase than alone, sorted.
    characters: Vec<char>,
    words: Words,
}

impl Phrases {
    pub fn new(rules: &RuleSet) -> Self {
        let lines = |name| rules.data(name).lines().filter(|l| !l.starts_with('#'));
        let mut characters: Vec<char> = lines("normalize/phrase_characters.txt")
            .flat_map(str::chars)
            .collect();
        characters.sort_unstable();
        characters.dedup();
        let words = lines("normalize/script.txt").flat_map(str::split_whitespace);
        Self {
            characters,
            words: Words::new(words),
        }
    }

    /// What becomes of the characters of `line`.
    pub fn convert(&self, line: &str, converter: &Converter) -> Vec<Change> {
        let mut found = self.opencc(line, converter);
        self.words.put(line, &mut found);
        found
    }

    /// What OpenCC says of `line`.
    fn opencc(&self, line: &str, converter: &Converter) -> Vec<Change> {
        let mut changes = Vec::new();
        // Hanzi without a break, what becomes of each alone, and whether phrases may say otherwise.
        let (mut run, mut from, mut phrase) = (0, 0, false);
        let mut asked = Vec::new();
        let end = [(line.len(), '\n')];
        for (at, c) in line.char_indices().chain(end) {
            if c < '\u{3400}' || !is_hanzi(c) {
                if phrase {
                    changes.truncate(from);
                    asked.push(run..at);
                    phrase = false;
                }
                run = at + c.len_utf8();
                from = changes.len();
                continue;
            }
            phrase |= c > '\u{9fff}' || self.characters.binary_search(&c).is_ok();
            if let Some(is) = converter.simplified(c) {
                changes.push(Change { at, was: c, is });
            }
        }
        if asked.is_empty() {
            return changes;
        }
        let question: String = asked
            .iter()
            .flat_map(|run| [&line[run.clone()], "\n"])
            .collect();
        let answer = converter.convert(&question);
        for (run, new) in asked.into_iter().zip(answer.lines()) {
            let old = &line[run.clone()];
            // t2s keeps the number of characters, in every phrase and in every version measured.
            let pairs = old.char_indices().zip(new.chars());
            changes.extend(
                pairs
                    .filter(|((_, was), is)| was != is)
                    .map(|((at, was), is)| {
                        let at = run.start + at;
                        Change { at, was, is }
                    }),
            );
        }
        changes.sort_unstable();
        changes
    }
}

/// Words, each with what becomes of it, character by character: `電覆=电复`.
#[derive(Debug)]
pub(super) struct Words {
    finder: Option<AhoCorasick>,
    to: Vec<Vec<char>>,
}

impl Words {
    pub fn new<'a>(pairs: impl Iterator<Item = &'a str>) -> Self {
        let (words, to): (Vec<&str>, Vec<Vec<char>>) = pairs
            .filter_map(|pair| pair.split_once('='))
            .map(|(from, to)| (from, to.chars().collect()))
            .unzip();
        Self {
            finder: AhoCorasick::new(words).ok(),
            to,
        }
    }

    /// Changes the words of `line`, whatever `changes` say there. Of two that overlap the longer counts, of two as long
    /// the later: 岸電覆蓋 has 電覆 and 覆蓋, 圍繞著名景點 has 繞著 and 著名.
    pub fn put(&self, line: &str, changes: &mut Vec<Change>) {
        let mut found: Vec<_> = self
            .finder
            .iter()
            .flat_map(|finder| finder.find_overlapping_iter(line))
            .collect();
        if found.is_empty() {
            return;
        }
        found.sort_unstable_by_key(|found| std::cmp::Reverse((found.len(), found.start())));
        let mut taken = vec![false; line.len()];
        let mut forced = Vec::new();
        for word in found {
            let span = word.range();
            if taken[span.clone()].contains(&true) {
                continue;
            }
            taken[span.clone()].fill(true);
            let to = self.to[word.pattern().as_usize()].iter();
            let pairs = line[span.clone()].char_indices().zip(to);
            forced.extend(
                pairs
                    .filter(|((_, was), is)| was != *is)
                    .map(|((at, was), &is)| {
                        let at = span.start + at;
                        Change { at, was, is }
                    }),
            );
        }
        changes.retain(|change| !taken[change.at]);
        changes.extend(forced);
        changes.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::super::hanzi::converter;
    use super::super::tests::rules;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_word_keeps_its_number_of_characters() {
        for pair in rules()
            .data("normalize/script.txt")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            for (from, to) in pair
                .split_whitespace()
                .filter_map(|pair| pair.split_once('='))
            {
                assert_eq!(from.chars().count(), to.chars().count(), "{from} {to}");
            }
        }
    }

    fn told(text: &str, changes: &[Change]) -> String {
        text.char_indices()
            .map(|(at, c)| {
                changes
                    .iter()
                    .find(|change| change.at == at)
                    .map_or(c, |change| change.is)
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        /// What is kept in the table and what is sent to OpenCC together say what OpenCC says of the whole.
        #[test]
        fn the_gate_changes_no_answer(text in "[徵鍊藉鍾薹乾畫瞭於覆麼噁濛吒昇衹沈鉅俱彷牴么麽坏托著干后隆坤計籌解據名錢書萬項鎖蒜羽角回答蓋憑慰哪沒默積家備彿觸得見樹木期菟倫勇明發髮頭裏裡面後關國學會協區縣，]{0,40}") {
            let converter = converter().expect("OpenCC is installed");
            let changes = Phrases::new(rules()).opencc(&text, converter);
            prop_assert_eq!(told(&text, &changes), converter.convert(&text));
        }
    }
}
