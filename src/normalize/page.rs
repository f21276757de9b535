//! The page that a text was printed on: how wide its lines are, how its paragraphs begin.
//!
//! In: the lines of a text. Out: `32 hanzi a line, paragraphs indented`, or nothing where lines are paragraphs. Whether a
//! line is full decides whether its sentence may go on in the next.

use super::block;

/// A line without the blanks around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub start: usize,
    pub end: usize,
    /// Whether blanks stand before it.
    pub indented: bool,
    /// Empty lines before it.
    pub gap: usize,
}

/// Longest line in bytes that can be one of a page; 120 columns of hanzi.
const LONGEST: usize = 360;
/// Columns of the narrowest page: ten hanzi.
const NARROWEST: usize = 20;
/// Columns of a line that is longer than that.
const PARAGRAPH: usize = 1 << 20;
/// Columns by which full lines of a page differ: a mark that may not begin a line is pulled up or pushed down.
const RAGGED: usize = 7;

/// The lines of `text` that are not empty.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut gap = 0;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let words = text[start..end].trim_end();
        let head = words.trim_start();
        if head.is_empty() {
            gap += 1;
        } else {
            let at = start + words.len() - head.len();
            lines.push(Line {
                start: at,
                end: at + head.len(),
                indented: at > start,
                gap,
            });
            gap = 0;
        }
        start = end + 1;
    }
    lines
}

/// How wide the lines of a page are, and whether it indents paragraphs.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Columns of a full line; 0 where the lines are paragraphs.
    width: usize,
    /// Paragraphs begin further right.
    pub indents: bool,
    /// An empty line stands after each paragraph, and none within.
    pub spaced: bool,
}

impl Page {
    /// A text was cut into lines if many are of one length and hardly any is longer. Rows of tables say nothing about that.
    pub fn of(text: &str, lines: &[Line]) -> Self {
        let words = |line: &Line| &text[line.start..line.end];
        let too_long = lines
            .iter()
            .filter(|line| line.end - line.start > LONGEST)
            .count();
        if lines.len() < 5 || too_long * 5 > lines.len() {
            return Self::default();
        }
        let set: Vec<(Line, usize)> = lines
            .iter()
            .filter(|line| !block::is_row(words(line)))
            .map(|line| {
                (
                    *line,
                    if line.end - line.start > LONGEST {
                        PARAGRAPH
                    } else {
                        columns(words(line))
                    },
                )
            })
            .collect();
        let mut sorted: Vec<usize> = set.iter().map(|&(_, width)| width).collect();
        sorted.sort_unstable();
        // The width within whose ragged edge most lines end.
        let full = |end: usize| end - sorted.partition_point(|&w| w + RAGGED <= sorted[end - 1]);
        let fewest_ends = sorted.len() - sorted.len() / 10;
        let best = (fewest_ends.max(1)..=sorted.len())
            .filter(|&end| sorted[end - 1] < PARAGRAPH)
            .max_by_key(|&end| (full(end), end));
        let Some(end) = best else {
            return Self::default();
        };
        let (width, longer, count) = (sorted[end - 1], sorted.len() - end, full(end));
        if width < NARROWEST || count < 3 {
            return Self::default();
        }
        let after = |wanted: bool| {
            set.windows(2)
                .filter(move |pair| (pair[0].1 + RAGGED > width) == wanted)
        };
        let starts = after(false).count();
        let indents = after(false).filter(|pair| pair[1].0.indented).count() * 2 > starts;
        let gaps = |full: bool| after(full).filter(|pair| pair[1].0.gap > 0).count();
        let spaced = gaps(false) * 3 > starts * 2 && gaps(true) * 3 < after(true).count();
        // A page of short clauses has few full lines; then the next begins further left than a paragraph, as no list does.
        if count * 10 < sorted.len() * 3 {
            let cut = after(true).filter(|pair| !pair[1].0.indented).count();
            if width < 2 * NARROWEST || longer > 1 || !indents || cut * 2 < count {
                return Self::default();
            }
        }
        Self {
            width,
            indents,
            spaced,
        }
    }

    /// Whether `line` reaches the edge of the page.
    pub fn is_full(&self, line: &str) -> bool {
        self.width > 0 && line.len() <= LONGEST && columns(line) + RAGGED > self.width
    }
}

/// Columns that `words` takes on paper. Single blanks do not count, and marks count as wide, so that what other normalizers
/// do to both makes no difference.
fn columns(words: &str) -> usize {
    let wide_blanks = memchr::memmem::find_iter(words.as_bytes(), "  ").count() * 2;
    let on_paper = words
        .chars()
        .map(|c| match c {
            ' ' | '\t' | '\u{a0}' | '\u{3000}' => 0,
            ',' | ':' | ';' | '?' | '!' | '(' | ')' | '[' | ']' => 2,
            '\0'..='\u{ff}' => 1,
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => 1,
            _ => 2,
        })
        .sum::<usize>();
    on_paper + wide_blanks
}
