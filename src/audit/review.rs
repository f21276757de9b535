//! A notice beside its records: which of its words is which mention.
//!
//! In: the repaired text of a notice, which knows where it comes from, and spans of its source. Out: the places of these
//! spans in the text. The record says `[5120,5129]`, the page marks 办公室.

use crate::decode;
use crate::error::Error;
use crate::normalize;
use crate::record::hex;
use crate::rule::RuleSet;
use crate::source::Source;
use crate::text::{Span, Text};
use sha2::{Digest, Sha256};

/// The text of one notice and where its characters stand in the source. All places in the text count in UTF-16, as a
/// browser counts.
pub(super) struct Page {
    /// As the records' document.
    pub(super) id: String,
    text: Text,
    /// Where each character begins, and what it is made of.
    places: Vec<(usize, Span)>,
    end: usize,
}

impl Page {
    /// Reads a source as far as its repaired text.
    pub(super) fn read(source: &Source, rules: &RuleSet) -> Result<Self, Error> {
        let mut text = decode::decode(source)?.text;
        normalize::normalize(&mut text, rules);
        let mut places = Vec::new();
        let mut end = 0;
        for (at, c) in text.as_str().char_indices() {
            places.push((end, text.source(Span::new(at, at + c.len_utf8()))));
            end += c.len_utf16();
        }
        Ok(Self {
            id: hex(&Sha256::digest(&source.bytes), 16),
            text,
            places,
            end,
        })
    }

    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Where the words of a source span stand; none if all of them were repaired away.
    pub(super) fn find(&self, span: Span) -> Option<(usize, usize)> {
        let first = self.places.partition_point(|(_, of)| of.end <= span.start);
        let last = self.places.partition_point(|(_, of)| of.start < span.end);
        let start = self.places.get(first)?.0;
        let end = self.places.get(last).map_or(self.end, |(at, _)| *at);
        (start < end).then_some((start, end))
    }
}
