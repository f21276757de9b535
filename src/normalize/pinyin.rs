//! Pinyin that a copying site put after characters.
//!
//! In: `機(jī)關(guān)各部室`. Out: `機關各部室`. A known kind of site copies pages, turns them into traditional characters
//! and puts its one reading of some hundred characters after every occurrence of them, so that searches do not find the
//! copy. A document is taken for such a copy by what an honest author never does (see [`Gate`]); in any other,
//! `荨(qián)麻疹` and `重(chóng)庆` stay.

use super::signs::is_hanzi;
use super::syllable;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};
use std::collections::BTreeSet;

/// Longest syllable in bytes, with its tone and one blank inside: `zhuàng `.
const LONGEST: usize = 9;

/// A parenthesis with one syllable in it, after a character.
#[derive(Debug)]
pub(super) struct Annotation {
    /// The character it reads.
    pub base: char,
    /// From the opening to the closing parenthesis, and a blank that one kind of site puts behind.
    pub span: Span,
}

/// All parentheses of `text` that hold one syllable and follow a character or another such parenthesis.
pub(super) fn annotations(text: &str) -> Vec<Annotation> {
    let bytes = text.as_bytes();
    let mut found: Vec<Annotation> = Vec::new();
    for open in memchr::memchr_iter(b'(', bytes) {
        let inner = &bytes[open + 1..bytes.len().min(open + 2 + LONGEST)];
        let Some(len) = memchr::memchr(b')', inner) else {
            continue;
        };
        let end = open + 1 + len + 1;
        if syllable::read(text[open + 1..end - 1].trim()).is_none() {
            continue;
        }
        // 省(sheng)(sheng): the second reads the same character as the first.
        let base = match found.last().filter(|last| last.span.end == open) {
            Some(last) => Some(last.base),
            None => text[..open].chars().next_back(),
        };
        // 皖I(lǐng)CP: the letter was taken for half of a character. f(x) has no tone.
        let toned = !text[open + 1..end - 1].is_ascii();
        if let Some(base) = base.filter(|&c| is_hanzi(c) || toned && c.is_ascii_alphanumeric()) {
            found.push(Annotation {
                base,
                span: Span::new(open, end),
            });
        }
    }
    found
}

/// Whether a document is a copy of the kind that carries annotations.
///
/// It is if at least 3 annotated characters are such as only traditional text has, these are most of all, and hardly any
/// occurrence of theirs is without an annotation; or if 8 in 100 characters are annotated.
struct Gate;

impl Gate {
    fn is_open(text: &str, annotations: &[Annotation]) -> bool {
        if annotations.len() < 3 {
            return false;
        }
        let changes = |c: char| super::hanzi::simplified(c).is_some();
        let traditional = annotations.iter().filter(|a| changes(a.base)).count();
        let bases: BTreeSet<char> = annotations
            .iter()
            .map(|a| a.base)
            .filter(|&c| changes(c))
            .collect();
        let (mut hanzi, mut occurrences) = (0, 0);
        for c in text.chars().filter(|&c| is_hanzi(c)) {
            hanzi += 1;
            occurrences += usize::from(bases.contains(&c));
        }
        let copied = traditional >= 3
            && traditional * 10 >= annotations.len() * 6
            && traditional * 10 >= occurrences * 8;
        copied || annotations.len() >= 8 && annotations.len() * 100 >= hanzi * 8
    }
}

/// Whether `text` is a copy of that kind.
pub(super) fn is_copy(text: &str) -> bool {
    Gate::is_open(text, &annotations(text))
}

/// The annotations go, where the document is a copy of that kind.
pub(super) fn annotated(text: &str, _: &RuleSet) -> Vec<Edit> {
    let annotations = annotations(text);
    if !Gate::is_open(text, &annotations) {
        return Vec::new();
    }
    let mut edits: Vec<Edit> = annotations
        .into_iter()
        .map(|a| Edit::delete(a.span, Reason::PinyinAnnotation))
        .collect();
    let commas = commas(text);
    if commas.len() >= FEWEST_COMMAS {
        edits.extend(
            commas
                .into_iter()
                .map(|at| Edit::delete(at..at + 1, Reason::PinyinAnnotation)),
        );
        edits.sort_by_key(|edit| edit.span);
    }
    edits
}

/// Commas before other marks from which on a site is known to put them there: 各單位,。
pub(super) const FEWEST_COMMAS: usize = 3;

/// The commas of `text` that stand before another mark.
pub(super) fn commas(text: &str) -> Vec<usize> {
    memchr::memchr_iter(b',', text.as_bytes())
        .filter(|at| text[at + 1..].starts_with([',', '，', '。', '、', '；', ';', '：', ':']))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::annotated;

    #[test]
    fn commas_of_a_copying_site_go() {
        assert_eq!(
            run(
                annotated,
                "機(jī)關(guān)各學(xué)會(huì),。協(xié)會(huì),、學(xué)會(huì),,請(qǐng)落實(shí),有人"
            ),
            "機關各學會。協會、學會,請落實,有人"
        );
        stays(annotated, "機關各學會,。協會,、學會,,請落實,");
    }

    #[test]
    fn annotations_of_a_copying_site_go() {
        assert_eq!(
            run(
                annotated,
                "各縣區(qū)科協(xié),機(jī)關(guān)各部室(含下屬單位)"
            ),
            "各縣區科協,機關各部室(含下屬單位)"
        );
        let toneless =
            "省(sheng)(sheng)委(wei)關(guan)於(yu)的(de)通(tong)知(zhi)一(yi)、目(mu)的(de)";
        assert_eq!(
            run(
                annotated,
                "各縣區(qū)科協(xié),機(jī)關(guān):皖I(lǐng)CP備"
            ),
            "各縣區科協,機關:皖ICP備"
        );
        assert_eq!(run(annotated, toneless), "省委關於的通知一、目的");
    }

    #[test]
    fn readings_that_an_author_gives_stay() {
        for text in [
            "荨(qián)麻疹、重(chóng)庆、蚌埠(bù)的读音",
            "西安(Xi'an)、拼音(pīnyīn)、函数f(x)",
            "機關(含下屬單位)、學會(協會)、區(縣)",
            "国歌(ge)与国旗(qi)",
            "",
        ] {
            stays(annotated, text);
        }
    }
}
