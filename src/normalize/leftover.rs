//! Traditional characters that were left in simplified text.
//!
//! In: `加强對乡镇的指导，今後要抓好落实`. Out: `加强对乡镇的指导，今后要抓好落实`. Editors paste, converters forget. What
//! simplified text never has is simplified; what it has in names (乾安县, 王昇), only in the words of
//! `rules/normalize/leftovers.txt`.

use super::hanzi::{Change, Converter};
use super::phrase::Words;
use super::signs::{Signs, is_hanzi};
use crate::rule::RuleSet;

/// One in so many hanzi are such as text of our time has in names alone: then a line is damaged, and other words are meant.
const ODD: usize = 4;

/// What `rules/normalize/leftovers.txt` says.
#[derive(Debug)]
pub(super) struct Leftovers {
    kept: Vec<char>,
    words: Words,
}

impl Leftovers {
    pub fn new(rules: &RuleSet) -> Self {
        let data = rules.data("normalize/leftovers.txt");
        let said = |of| data.lines().filter_map(move |line| line.strip_prefix(of));
        Self {
            kept: said("kept ").flat_map(str::chars).collect(),
            words: Words::new(said("words ").flat_map(str::split_whitespace)),
        }
    }

    /// What becomes of the characters of `line`, where that is certain.
    pub fn convert(&self, line: &str, converter: &Converter) -> Vec<Change> {
        let mut found = Vec::new();
        let signs = Signs::of(line);
        if !signs.show(Signs::RARE_HANZI.or(Signs::OLD_FORM)) {
            return found;
        }
        let (mut odd, mut hanzi) = (0, 0);
        for (at, was) in line.char_indices().filter(|&(_, c)| is_hanzi(c)) {
            hanzi += 1;
            if !is_rare(was) {
                continue;
            }
            match converter.simplified(was) {
                Some(is) if !is_rare(is) && !self.kept.contains(&was) => {
                    found.push(Change { at, was, is });
                }
                _ => odd += 1,
            }
        }
        if signs.show(Signs::OLD_FORM) {
            self.words.put(line, &mut found);
        }
        if odd * ODD >= hanzi {
            found.clear();
        }
        found
    }
}

/// Whether GB 2312 lacks `c`, a hanzi.
fn is_rare(c: char) -> bool {
    Signs::of_char(c).show(Signs::RARE_HANZI)
}

#[cfg(test)]
mod tests {
    use super::super::hanzi::simplify;
    use super::super::tests::{run, stays};

    #[test]
    fn leftovers_are_simplified() {
        assert_eq!(
            run(simplify, "各单位要加强對乡镇的指导，今後要抓好落实。"),
            "各单位要加强对乡镇的指导，今后要抓好落实。"
        );
    }

    #[test]
    fn names_and_damaged_lines_stay() {
        let prose = "各单位要认真贯彻落实会议精神，抓好工作部署，确保取得实效，及时报送情况。";
        for text in ["请王昇、朱镕基、於潜镇的同志参加", "鐨勯€氱煡锛氬悇鍗曚綅"]
        {
            stays(simplify, &format!("{prose}\n{text}\n{prose}"));
        }
    }
}
