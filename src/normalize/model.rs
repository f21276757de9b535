//! How likely words are, for choosing between readings of damaged text.
//!
//! In: `确保科协工作`, `确茀f工作`. Out: a number for each, the larger the more it looks like Chinese prose. The counts lie
//! in `rules/normalize`; what a document says elsewhere counts for it, too. The model chooses among what the bytes allow
//! and never proposes anything of its own.

use super::hanzi;
use super::signs::{is_hanzi, is_wide_mark};
use crate::rule::RuleSet;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Binary logarithm of the number of words counted.
const TOTAL: f64 = 25.8;
/// What words of `official_words.txt` count, as a binary logarithm.
const OFFICIAL: f64 = 13.0;
/// Added for each pair of characters that the document has elsewhere.
const SEEN: f64 = 1.5;
/// Added where two marks stand side by side that never do: 。、
const CROWDED: f64 = -12.0;
/// Longest word in characters.
const LONGEST: usize = 6;

/// Counts of words, and the pairs of characters of one document.
pub(super) struct Model<'r> {
    /// A line for each first character, in its order.
    table: &'r str,
    official: Vec<Vec<char>>,
    /// The lines that were looked at, taken apart.
    words: RefCell<BTreeMap<char, Rc<[Word]>>>,
    seen: BTreeSet<(char, char)>,
}

/// The rest of a word behind its first character, and its count as a binary logarithm.
type Word = (Vec<char>, f64);

impl<'r> Model<'r> {
    /// The counts of `rules`, with nothing known about a document.
    pub fn new(rules: &'r RuleSet) -> Self {
        let official = rules
            .data("normalize/official_words.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
            .map(|word| word.chars().collect())
            .collect();
        Self {
            table: rules.data("normalize/frequencies.tsv"),
            official,
            words: RefCell::default(),
            seen: BTreeSet::new(),
        }
    }

    /// Takes in the document's own words.
    pub fn learn(&mut self, text: &str) {
        let mut last = None;
        for c in text.chars() {
            let c = if is_hanzi(c) { Some(plain(c)) } else { None };
            if let (Some(a), Some(b)) = (last, c) {
                self.seen.insert((a, b));
            }
            last = c;
        }
    }

    /// Binary logarithm of the likelihood of `text`.
    pub fn score(&self, text: &[char]) -> f64 {
        let text: Vec<char> = text.iter().map(|&c| plain(c)).collect();
        let mut best = vec![f64::NEG_INFINITY; text.len() + 1];
        best[0] = 0.0;
        for at in 0..text.len() {
            let here = best[at];
            let rest = &text[at..];
            let mut take = |len: usize, bits: f64| {
                let value = here + bits;
                if value > best[at + len] {
                    best[at + len] = value;
                }
            };
            if !is_hanzi(rest[0]) {
                take(1, other(rest[0]));
                continue;
            }
            take(1, -30.0);
            let words = self.words(rest[0]);
            for len in 0..rest.len().min(LONGEST) {
                let word = &rest[1..=len];
                if let Ok(i) = words.binary_search_by(|(w, _)| w.as_slice().cmp(word)) {
                    take(len + 1, words[i].1 - TOTAL);
                }
            }
        }
        let crowded = text
            .windows(2)
            .filter(|w| is_stop(w[0]) && is_stop(w[1]))
            .count();
        let seen = text
            .windows(2)
            .filter(|w| self.seen.contains(&(w[0], w[1])))
            .count();
        best[text.len()] + SEEN * seen as f64 + CROWDED * crowded as f64
    }

    /// The words that begin with `first`.
    fn words(&self, first: char) -> Rc<[Word]> {
        if let Some(words) = self.words.borrow().get(&first) {
            return Rc::clone(words);
        }
        let line = line_of(self.table, first);
        let mut words: Vec<Word> = Vec::new();
        let mut word = Vec::new();
        for c in line.chars() {
            if c.is_ascii_uppercase() {
                words.push((
                    std::mem::take(&mut word),
                    f64::from(u32::from(c) - u32::from('A')),
                ));
            } else {
                word.push(c);
            }
        }
        for official in self
            .official
            .iter()
            .filter(|word| word.first() == Some(&first))
        {
            words.retain(|(word, _)| *word != official[1..]);
            words.push((official[1..].to_vec(), OFFICIAL));
        }
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let words: Rc<[Word]> = words.into();
        self.words.borrow_mut().insert(first, Rc::clone(&words));
        words
    }

    /// Whether `text` was counted as a word.
    pub fn is_word(&self, text: &[char]) -> bool {
        let [first, rest @ ..] = text else {
            return false;
        };
        let words = self.words(*first);
        words
            .binary_search_by(|(w, _)| w.as_slice().cmp(rest))
            .is_ok()
    }

    /// Bits that two stretches are likelier as one than as two: large where a word runs across, 市疾|控中心.
    pub fn gain(&self, before: &[char], after: &[char]) -> f64 {
        self.score(&[before, after].concat()) - self.score(before) - self.score(after)
    }

    /// Bits that a character of `text` takes; 6 to 10 for prose, 15 and more for what is none.
    pub fn bits(&self, text: &str) -> f64 {
        let chars: Vec<char> = text.chars().collect();
        -self.score(&chars) / chars.len().max(1) as f64
    }
}

/// What `table` has behind `first`: its lines are in the order of their first characters, so halving finds it.
fn line_of(table: &str, first: char) -> &str {
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = table.floor_char_boundary(low + (high - low) / 2);
        let start = table[..middle].rfind('\n').map_or(0, |end| end + 1);
        let end = table[middle..]
            .find('\n')
            .map_or(table.len(), |n| middle + n);
        let line = &table[start..end];
        match line.chars().next() {
            Some(c) if c == first => return line.split_once('\t').map_or("", |(_, words)| words),
            Some(c) if c > first => high = start,
            _ => low = end + 1,
        }
    }
    ""
}

/// Marks of which one excludes another beside it.
const fn is_stop(c: char) -> bool {
    matches!(c, '，' | ',' | '。' | '、' | '；' | '：' | '？' | '！')
}

/// The simplified form, in which the counts are kept.
fn plain(c: char) -> char {
    hanzi::simplified(c).unwrap_or(c)
}

/// What is no hanzi.
fn other(c: char) -> f64 {
    match c {
        '，' | ',' | '、' => -4.0,
        '。' => -6.0,
        '“' | '”' | '：' | '；' | '（' | '）' | '(' | ')' | ':' | ';' | '《' | '》' => {
            -7.0
        }
        '0'..='9' | ' ' | '\n' | '.' | '-' => -6.0,
        'a'..='z' | 'A'..='Z' => -11.0,
        _ if is_wide_mark(c) => -11.0,
        '?' | '!' => -13.0,
        '\u{21}'..='\u{7e}' => -12.0,
        '\u{fffd}' | '\u{3000}' => -14.0,
        '\u{e000}'..='\u{f8ff}' => -32.0,
        _ => -22.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;

    #[test]
    fn prose_is_likelier_than_what_damage_makes_of_it() {
        let model = Model::new(rules());
        let score = |text: &str| model.score(&text.chars().collect::<Vec<_>>());
        for (prose, damage) in [
            ("确保科协工作", "确??茀f工作"),
            ("確保科協工作", "確保科協?ぷ?"),
            ("担当的高素质干部", "担当?母咚刭|干部"),
            ("“三牛”精神", "“三模”精神"),
        ] {
            assert!(
                score(prose) > score(damage),
                "{prose} should be likelier than {damage}"
            );
        }
        assert!(model.bits("各单位要认真贯彻落实会议精神") < 9.0);
        assert!(model.bits("浣犲ソ锛屼腑鍥戒汉姘戝叡鍜屽浗") > 15.0);
    }

    #[test]
    fn what_the_document_says_elsewhere_counts() {
        let mut model = Model::new(rules());
        let text: Vec<char> = "巴特尔".chars().collect();
        let before = model.score(&text);
        model.learn("联系人：巴特尔");
        assert!(model.score(&text) > before);
    }
}
