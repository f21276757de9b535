//! What was done to a text, for people.
//!
//! In: a text as decoded and the same after normalizing. Out: for each repair its reason, its place in the source, what
//! stood there and what stands there now: `pinyin-annotation`, `[4, 8]`, `(jī)`, ``.

use crate::text::{Reason, Span, Text};
use serde::Serialize;

/// One repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Why.
    pub reason: Reason,
    /// Where: bytes of the source.
    pub span: Span,
    /// What the source says there, decoded.
    pub before: String,
    /// What was put there. A later repair of the same place may have changed it again.
    pub after: String,
}

/// The repairs that made `normalized` of `decoded`, in the order of their places.
pub fn explain(decoded: &Text, normalized: &Text) -> Vec<Explanation> {
    let mut all: Vec<Explanation> = normalized
        .edits()
        .iter()
        .skip(decoded.edits().len())
        .map(|edit| Explanation {
            reason: edit.reason,
            span: edit.span,
            before: words(decoded, edit.span).to_owned(),
            after: edit.to.clone(),
        })
        .collect();
    // Stable: repairs of one place stay in the order in which they were done.
    all.sort_by_key(|explanation| explanation.span.start);
    all
}

/// The words of `text` that come from `span` of the source.
fn words(text: &Text, span: Span) -> &str {
    let value = text.as_str();
    // The map is monotone, so the places are found by halving.
    let find = |wanted: &dyn Fn(Span) -> bool| {
        let (mut low, mut high) = (0, value.len());
        while low < high {
            let mut middle = low + (high - low) / 2;
            while !value.is_char_boundary(middle) {
                middle -= 1;
            }
            let len = value[middle..].chars().next().map_or(1, char::len_utf8);
            if wanted(text.source(Span::new(middle, middle + len))) {
                low = middle + len;
            } else {
                high = middle;
            }
        }
        low
    };
    let start = find(&|source| source.end <= span.start);
    let end = find(&|source| source.start < span.end).max(start);
    &value[start..end]
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;

    #[test]
    fn every_repair_says_what_stood_there() {
        let decoded = Text::from_utf8("各縣區(qū)科協(xié),機(jī)關(guān)各部室");
        let mut normalized = decoded.clone();
        super::super::normalize(&mut normalized, rules());
        let all = explain(&decoded, &normalized);
        let found = |reason, before: &str, after: &str| {
            all.iter()
                .any(|e| e.reason == reason && e.before == before && e.after == after)
        };
        assert!(found(Reason::PinyinAnnotation, "(qū)", ""), "{all:?}");
        assert!(found(Reason::Width, ",", "，"), "{all:?}");
        assert!(found(Reason::Script, "縣區", "县区"), "{all:?}");
        assert!(
            all.windows(2)
                .all(|pair| pair[0].span.start <= pair[1].span.start)
        );
    }

    #[test]
    fn the_words_of_another_encoding_are_found() {
        let mut decoded = Text::with_capacity(20);
        decoded.push("機關", 0, 2);
        decoded.push(" a", 4, 1);
        assert_eq!(words(&decoded, Span::new(2, 4)), "關");
        assert_eq!(words(&decoded, Span::new(0, 5)), "機關 ");
        assert_eq!(words(&decoded, Span::new(6, 6)), "");
    }
}
