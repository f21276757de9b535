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
            before: decoded.said_in(edit.span).to_owned(),
            after: edit.to.clone(),
        })
        .collect();
    // Stable: repairs of one place stay in the order in which they were done.
    all.sort_by_key(|explanation| explanation.span.start);
    all
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
        assert_eq!(decoded.said_in(Span::new(2, 4)), "關");
        assert_eq!(decoded.said_in(Span::new(0, 5)), "機關 ");
        assert_eq!(decoded.said_in(Span::new(6, 6)), "");
    }
}
