//! A string that knows where each of its bytes came from.
//!
//! In: bytes of a source, decoded. Out: the same words, repaired, and the way back to the bytes.
//! `(ー)坚持正确方向` in a GBK file becomes `（一）坚持正确方向`, and the span of `正确` still cuts
//! the bytes `D5 FD C8 B7` out of that file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A half-open range of bytes. In records it counts bytes of the source, elsewhere bytes of a [`Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, JsonSchema)]
#[schemars(with = "(usize, usize)")]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Number of bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether no byte lies in it.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The words of `text` that lie in this span.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// The same span, counted from a point `by` bytes earlier.
    pub const fn shift(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    /// Whether `other` lies in it altogether.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// As in the records: `[5120,5129]`.
impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.start, self.end).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <(usize, usize)>::deserialize(deserializer).map(|(start, end)| Self { start, end })
    }
}

/// Why a text was changed. The name in kebab case is what `document` records count under `repairs`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Bytes that no character of the encoding has, read as U+FFFD.
    InvalidBytes,
    /// CR LF, vertical tab, U+0085, U+2028: one sign for the end of a line.
    LineEnd,
    /// Byte-order marks in the middle, soft hyphens, zero-width and control characters.
    Invisible,
    /// NBSP, ideographic and other wide spaces; blanks that a typesetter put around figures (2019 年).
    Space,
    /// Full-width letters and digits, half-width marks between hanzi.
    Width,
    /// Pinyin that a copying site put after a character: 機(jī)關(guān).
    PinyinAnnotation,
    /// GBK read out of step between such pinyin: 當(dāng)?shù)母咚刭| for 當的高素質.
    ShiftedBytes,
    /// Text decoded as what it is not: 閫氱煡 for 通知.
    Mojibake,
    /// A private-use, compatibility or radical code point for the character that it shows: ⼯ for 工.
    CodePoint,
    /// An entity or a field code that a converter left: &nbsp; for a blank.
    Markup,
    /// A page number, a page header, the mark of an image in the middle of the text.
    Furniture,
    /// Words spaced out: 通　知.
    Spacing,
    /// A paragraph that stands twice in a row.
    Repetition,
    /// A traditional character or phrase written simplified.
    Script,
    /// A line cut in the middle of a sentence by a printer, a PDF or a scanner.
    Wrap,
    /// A numeral misread by a scanner: (ー) for （一）.
    Numeral,
    /// Marks around the year of a document number: `[2019]` for `〔2019〕`.
    DocumentNumber,
}

/// One change to a text, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced: bytes of the text it is applied to; in [`Text::edits`], bytes of the source.
    pub span: Span,
    /// What stands there afterwards.
    pub to: String,
    /// Why.
    pub reason: Reason,
}

impl Edit {
    /// Puts `to` where `span` is.
    pub fn new(span: impl Into<Span>, to: impl Into<String>, reason: Reason) -> Self {
        Self {
            span: span.into(),
            to: to.into(),
            reason,
        }
    }

    /// Takes `span` out.
    pub fn delete(span: impl Into<Span>, reason: Reason) -> Self {
        Self::new(span, String::new(), reason)
    }
}

/// A stretch of text in which every `text_step` bytes stand for `source_step` bytes of the source:
/// 3 and 2 for hanzi from GBK, 1 and 1 for anything from UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    text: u32,
    source: u32,
    text_step: u32,
    source_step: u32,
}

impl Run {
    /// First source byte of the character that holds text byte `at`.
    fn first(&self, at: usize) -> usize {
        let step = (at - self.text as usize) / self.text_step as usize;
        self.source as usize + step * self.source_step as usize
    }
}

/// The way back from a text to its source: runs in order, one binary search a look-up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Map {
    runs: Vec<Run>,
    len: usize,
}

impl Map {
    /// Appends `len` bytes of text that stand for bytes from `source` on. Text that stands for
    /// nothing (`text_step` 0) leaves a gap and needs no run.
    fn push(&mut self, len: usize, source: usize, text_step: usize, source_step: usize) {
        if len == 0 {
            return;
        }
        let run = Run {
            text: narrow(self.len),
            source: narrow(source),
            text_step: narrow(text_step),
            source_step: narrow(source_step),
        };
        let goes_on = self.runs.last().is_some_and(|last| {
            let steps = (run.text - last.text) / last.text_step;
            last.text_step == run.text_step
                && last.source_step == run.source_step
                && (run.text - last.text).is_multiple_of(last.text_step)
                && u64::from(last.source) + u64::from(steps) * u64::from(last.source_step)
                    == u64::from(run.source)
        });
        if !goes_on {
            self.runs.push(run);
        }
        self.len += len;
    }

    /// The run that holds the text byte `at`.
    fn run(&self, at: usize) -> usize {
        self.runs
            .partition_point(|run| run.text as usize <= at)
            .saturating_sub(1)
    }

    /// Where run `index` ends in the text.
    fn end(&self, index: usize) -> usize {
        self.runs
            .get(index + 1)
            .map_or(self.len, |next| next.text as usize)
    }

    /// First source byte of the character that holds text byte `at`.
    fn first(&self, at: usize) -> usize {
        self.runs.get(self.run(at)).map_or(0, |run| run.first(at))
    }

    /// One past the last source byte of the character that holds text byte `at`.
    fn past(&self, at: usize) -> usize {
        self.runs
            .get(self.run(at))
            .map_or(0, |run| run.first(at) + run.source_step as usize)
    }

    fn source(&self, span: Span) -> Span {
        let start = if span.start < self.len || span.is_empty() && span.start == 0 {
            self.first(span.start)
        } else {
            self.past(self.len.saturating_sub(1))
        };
        if span.is_empty() {
            Span::new(start, start)
        } else {
            Span::new(start, self.past(span.end - 1))
        }
    }

    /// Appends the runs of `old` that hold the text of `span`.
    fn copy(&mut self, old: &Self, span: Span) {
        let mut at = span.start;
        let mut index = old.run(at);
        while at < span.end {
            let run = old.runs[index];
            let step = run.text_step as usize;
            let end = old.end(index).min(span.end);
            // A replaced phrase is one step; a cut through it leaves two pieces that both stand for all of it.
            while at < end {
                let into = (at - run.text as usize) % step;
                let whole = (end - at) / step * step;
                let take = if into == 0 && whole > 0 {
                    whole
                } else {
                    (step - into).min(end - at)
                };
                let unit = if into == 0 && whole > 0 { step } else { take };
                self.push(take, old.first(at), unit, run.source_step as usize);
                at += take;
            }
            index += 1;
        }
    }
}

/// Sources end at 4 GiB; `decode` refuses larger ones.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A string that knows where each byte came from and what was done to it.
///
/// Laws, held by `tests/laws.rs`: the map is monotone, stays in the source and on whole characters;
/// a text that was never edited gives back the source's own bytes for any span.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    value: String,
    map: Map,
    edits: Vec<Edit>,
}

impl Text {
    /// A text whose source is itself, in UTF-8.
    pub fn from_utf8(value: impl Into<String>) -> Self {
        let value = value.into();
        let mut map = Map::default();
        map.push(value.len(), 0, 1, 1);
        Self {
            value,
            map,
            edits: Vec::new(),
        }
    }

    /// An empty text that a decoder fills with [`Text::push`].
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            value: String::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// Appends characters that all take `source_step` bytes of the source, from byte `source` on.
    /// All of them must take the same number of bytes in UTF-8, too.
    pub fn push(&mut self, value: &str, source: usize, source_step: usize) {
        let step = value.chars().next().map_or(0, char::len_utf8);
        self.value.push_str(value);
        self.map.push(value.len(), source, step, source_step);
    }

    /// Appends characters that stand in the source as they are here, in UTF-8, from byte `source` on.
    pub fn push_utf8(&mut self, value: &str, source: usize) {
        self.value.push_str(value);
        self.map.push(value.len(), source, 1, 1);
    }

    /// Appends words that stand for all of `source` together.
    pub fn push_whole(&mut self, value: &str, source: Span) {
        self.value.push_str(value);
        self.map
            .push(value.len(), source.start, value.len(), source.len());
    }

    /// Appends words with a repair: they stand for all of `source`, and the log says why.
    pub fn push_edit(&mut self, value: &str, source: Span, reason: Reason) {
        self.push_whole(value, source);
        self.edits.push(Edit::new(source, value, reason));
    }

    /// Logs what a decoder put in the place of `source`, where it stands already.
    pub(crate) fn log(&mut self, source: Span, to: String, reason: Reason) {
        self.edits.push(Edit::new(source, to, reason));
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// What was done so far, in the order it was done; spans count source bytes.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The bytes of the source that `span` of this text stands for: always whole characters.
    pub fn source(&self, span: Span) -> Span {
        self.map.source(span)
    }

    /// The words of this text that come from `span` of the source.
    pub fn said_in(&self, span: Span) -> &str {
        // Text from UTF-8 that nothing was done to stands in its source byte for byte.
        if let [
            Run {
                text: 0,
                source,
                text_step: 1,
                source_step: 1,
            },
        ] = self.map.runs[..]
        {
            let at = |byte: usize| {
                self.value
                    .floor_char_boundary(byte.saturating_sub(source as usize).min(self.value.len()))
            };
            return &self.value[at(span.start)..at(span.end)];
        }
        let start = self.halve(span.start, |source| source.end <= span.start);
        let end = self
            .halve(span.end, |source| source.start < span.end)
            .max(start);
        &self.value[start..end]
    }

    /// Where the characters end whose place in the source is `wanted`: the map is monotone, so halving finds it. They
    /// end `near` a byte of the source, and the runs tell where that is, but for phrases that were cut through.
    fn halve(&self, near: usize, wanted: impl Fn(Span) -> bool) -> usize {
        let runs = &self.map.runs;
        let after = runs.partition_point(|run| (run.source as usize) < near);
        let edge = |index: usize| {
            let run = runs.get(index);
            let at = run.map_or(self.value.len(), |run| run.text as usize);
            self.value.floor_char_boundary(at)
        };
        let (mut low, mut high) = (edge(after.saturating_sub(1)), edge(after));
        if low > 0 && !wanted(self.source(Span::new(low - 1, low))) {
            low = 0;
        }
        if high < self.value.len() && wanted(self.source(Span::new(high, high + 1))) {
            high = self.value.len();
        }
        while low < high {
            let middle = self.value.floor_char_boundary(low + (high - low) / 2);
            let len = self.value[middle..]
                .chars()
                .next()
                .map_or(1, char::len_utf8);
            if wanted(self.source(Span::new(middle, middle + len))) {
                low = middle + len;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Applies `edits`, sorted and apart from each other, and logs them.
    ///
    /// Where old and new have the same number of characters they answer one another (機關 → 机关);
    /// else all of the new stands for all of the old.
    pub fn rewrite(&mut self, edits: Vec<Edit>) {
        if edits.is_empty() {
            return;
        }
        let mut value = String::with_capacity(self.value.len());
        let mut map = Map {
            runs: Vec::with_capacity(self.map.runs.len()),
            len: 0,
        };
        let mut at = 0;
        self.edits.reserve(edits.len());
        for mut edit in edits {
            debug_assert!(
                edit.span.start >= at,
                "edits overlap at byte {at}: sort them, and let one place change once"
            );
            if edit.span.start < at {
                continue;
            }
            let kept = Span::new(at, edit.span.start);
            value.push_str(kept.of(&self.value));
            map.copy(&self.map, kept);
            let old = edit.span.of(&self.value);
            value.push_str(&edit.to);
            let source = self.map.source(edit.span);
            if !old.is_empty() && old.chars().count() == edit.to.chars().count() {
                let mut from = edit.span.start;
                for (was, is) in old.chars().zip(edit.to.chars()) {
                    let one = self.map.source(Span::new(from, from + was.len_utf8()));
                    map.push(is.len_utf8(), one.start, is.len_utf8(), one.len());
                    from += was.len_utf8();
                }
            } else {
                map.push(edit.to.len(), source.start, edit.to.len(), source.len());
            }
            at = edit.span.end;
            edit.span = source;
            self.edits.push(edit);
        }
        let kept = Span::new(at, self.value.len());
        value.push_str(kept.of(&self.value));
        map.copy(&self.map, kept);
        self.value = value;
        self.map = map;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &Text, source: &str, words: &str) -> String {
        let start = text
            .as_str()
            .find(words)
            .expect("the words stand in the text");
        text.source(Span::new(start, start + words.len()))
            .of(source)
            .to_owned()
    }

    #[test]
    fn edits_point_back_at_the_source() {
        let source = "機(jī)關(guān)各部室（ー）要求";
        let mut text = Text::from_utf8(source);
        let find = |t: &Text, w: &str| {
            let start = t.as_str().find(w).expect("there");
            Span::new(start, start + w.len())
        };
        let edits = vec![
            Edit::delete(find(&text, "(jī)"), Reason::PinyinAnnotation),
            Edit::delete(find(&text, "(guān)"), Reason::PinyinAnnotation),
        ];
        text.rewrite(edits);
        assert_eq!(text.as_str(), "機關各部室（ー）要求");
        let edits = vec![
            Edit::new(find(&text, "機關"), "机关", Reason::Script),
            Edit::new(find(&text, "ー"), "一", Reason::Numeral),
        ];
        text.rewrite(edits);
        assert_eq!(text.as_str(), "机关各部室（一）要求");
        assert_eq!(cut(&text, source, "机"), "機");
        assert_eq!(cut(&text, source, "关"), "關");
        assert_eq!(cut(&text, source, "机关各"), "機(jī)關(guān)各");
        assert_eq!(cut(&text, source, "（一）"), "（ー）");
        assert_eq!(text.edits().len(), 4);
    }

    #[test]
    fn a_phrase_of_another_length_is_one_step() {
        let source = "二&nbsp;三四";
        let mut text = Text::from_utf8(source);
        text.rewrite(vec![Edit::new(3..9, " ", Reason::Space)]);
        assert_eq!(cut(&text, source, " "), "&nbsp;");
        text.rewrite(vec![Edit::new(3..7, "…三", Reason::Space)]);
        assert_eq!(cut(&text, source, "三四"), "三四");
        assert_eq!(cut(&text, source, "…"), "&nbsp;");
    }

    #[test]
    fn empty_texts_and_spans_do_no_harm() {
        let mut text = Text::default();
        assert_eq!(text.source(Span::new(0, 0)), Span::new(0, 0));
        text.rewrite(vec![Edit::new(0..0, "一", Reason::Wrap)]);
        assert_eq!(text.source(Span::new(0, 3)), Span::new(0, 0));
    }
}
