//! Words of a `.doc`, as Word 97 to 2003 and WPS save it.
//!
//! In: a compound file with the streams `WordDocument` and `1Table`. Out: the lines of the document, its tables, and the labels that
//! Word counted. The text stands in pieces, some in two bytes a character and some in one; what a paragraph is (in a table, in a list, the
//! end of a row) stands in pages of 512 bytes by the place of its last character. [MS-DOC] is the map.

use super::Problem;
use super::format::Format;
use super::grid::{self, Cell, Layer};
use super::list::Lists;
use encoding_rs::WINDOWS_1252;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// What an old Office file holds.
pub(super) fn kind(bytes: &[u8]) -> Result<Format, Problem> {
    let file = open(bytes)?;
    if file.is_stream("/EncryptedPackage") {
        return Err(encrypted());
    }
    if file.is_stream("/WordDocument") {
        return Ok(Format::Doc);
    }
    if file.is_stream("/Workbook") || file.is_stream("/Book") {
        return Ok(Format::Xls);
    }
    Err(Problem::from(
        "it is an old Office file of another kind (a presentation, a mail): save it as docx or txt",
    ))
}

fn encrypted() -> Problem {
    Problem::from("it is encrypted: save it without a password first")
}

fn damaged() -> Problem {
    Problem::from("it is a damaged Word document: open it in an office program and save it anew")
}

fn open(bytes: &[u8]) -> Result<cfb::CompoundFile<Cursor<&[u8]>>, Problem> {
    cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| damaged())
}

/// Reads the document `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<String, Problem> {
    let mut file = open(bytes)?;
    let mut stream = |name: &str| {
        let mut part = Vec::new();
        let limit = bytes.len() as u64;
        let read = file
            .open_stream(name)
            .and_then(|stream| stream.take(limit).read_to_end(&mut part));
        read.map(|_| part).map_err(|_| damaged())
    };
    let main = stream("/WordDocument")?;
    let flags = Bytes(&main).word(0x0A).ok_or_else(damaged)?;
    if flags & 0x0100 != 0 {
        return Err(encrypted());
    }
    let table = stream(if flags & 0x0200 != 0 {
        "/1Table"
    } else {
        "/0Table"
    })?;
    let document = Document {
        main: Bytes(&main),
        table: Bytes(&table),
    };
    document.read()
}

/// Numbers in a stream; what lies beyond its end is none.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn byte(self, at: usize) -> Option<usize> {
        self.0.get(at).map(|byte| usize::from(*byte))
    }

    pub(super) fn word(self, at: usize) -> Option<usize> {
        let bytes = self.slice(at, 2)?.0;
        Some(usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
    }

    pub(super) fn long(self, at: usize) -> Option<usize> {
        Some(self.word(at)? | self.word(at.checked_add(2)?)? << 16)
    }

    pub(super) fn slice(self, at: usize, len: usize) -> Option<Self> {
        self.0.get(at..at.checked_add(len)?).map(Bytes)
    }

    /// A part of this stream that the header at `at` of `header` tells by offset and length.
    pub(super) fn part(self, header: Bytes<'_>, at: usize) -> Option<Bytes<'a>> {
        let (from, len) = (header.long(at)?, header.long(at + 4)?);
        if len == 0 {
            None
        } else {
            self.slice(from, len)
        }
    }
}

/// The changes that a run of sprm says: number and operand.
pub(super) fn sprms(mut rest: Bytes<'_>) -> Vec<(usize, Bytes<'_>)> {
    let mut found = Vec::new();
    while let Some(code) = rest.word(0) {
        let (skip, len) = match code >> 13 {
            0 | 1 => (2, 1),
            2 | 4 | 5 => (2, 2),
            3 => (2, 4),
            7 => (2, 3),
            _ if code == 0xD608 => match rest.word(2) {
                Some(len) => (4, len.saturating_sub(1)),
                None => break,
            },
            _ => match rest.byte(2) {
                Some(len) => (3, len),
                None => break,
            },
        };
        let Some(operand) = rest.slice(skip, len) else {
            break;
        };
        found.push((code, operand));
        rest = Bytes(&rest.0[skip + len..]);
    }
    found
}

/// What is known of a paragraph.
#[derive(Clone, Default)]
struct Paragraph {
    style: usize,
    in_table: bool,
    row_end: bool,
    list: Option<usize>,
    level: Option<usize>,
    /// Edges of the cells of a row, and how each goes on with others.
    cells: Vec<(i16, bool, bool)>,
    first_edge: i16,
}

struct Document<'a> {
    main: Bytes<'a>,
    table: Bytes<'a>,
}

/// A character, and where it stands in the main stream.
type Placed = (char, usize);

impl Document<'_> {
    fn read(&self) -> Result<String, Problem> {
        let text = self.text()?;
        let paragraphs = self.properties(0x102, 13, paragraph);
        let hidden = self.properties(0xFA, 1, |grpprl, _| {
            // Deleted under review, or hidden.
            sprms(grpprl)
                .iter()
                .any(|(code, value)| matches!(code, 0x0800 | 0x083C) && value.byte(0) == Some(1))
        });
        let mut lists = Lists::read(self.main, self.table);
        let mut writer = Writer::default();
        for (c, at) in text {
            let of_paragraph = matches!(c, '\r' | '\x07' | '\x0C');
            if of_paragraph {
                let paragraph = lookup(&paragraphs, at).cloned().unwrap_or_default();
                writer.end(c, &paragraph, &mut lists)?;
            } else if !lookup(&hidden, at).copied().unwrap_or(false) {
                writer.push(c);
            }
        }
        writer.end('\r', &Paragraph::default(), &mut lists)?;
        writer.end_table()?;
        Ok(writer.layer.finish())
    }

    /// The characters of the main text, and of the text boxes behind it.
    fn text(&self) -> Result<Vec<Placed>, Problem> {
        let clx = self.table.part(self.main, 0x1A2).ok_or_else(damaged)?;
        let mut at = 0;
        // Changes for pieces come before the list of pieces.
        while clx.byte(at) == Some(1) {
            at += 3 + clx.word(at + 1).ok_or_else(damaged)?;
        }
        let len = clx
            .long(at + 1)
            .filter(|_| clx.byte(at) == Some(2))
            .ok_or_else(damaged)?;
        let pieces = clx.slice(at + 5, len).ok_or_else(damaged)?;
        let count = len.saturating_sub(4) / 12;
        let counts: Vec<usize> = (0..7)
            .filter_map(|nth| self.main.long(0x4C + nth * 4))
            .collect();
        let body = counts.first().copied().unwrap_or(0);
        // Behind it stand foot notes, headers, comments, end notes, and then the text boxes.
        let before_boxes: usize = counts.iter().take(6).sum();
        let boxes = before_boxes..before_boxes.saturating_add(counts.get(6).copied().unwrap_or(0));
        let mut text = Vec::new();
        let mut boxed = Vec::new();
        for nth in 0..count {
            let (Some(from), Some(to)) = (pieces.long(nth * 4), pieces.long(nth * 4 + 4)) else {
                break;
            };
            let Some(place) = pieces.long((count + 1) * 4 + nth * 8 + 2) else {
                break;
            };
            let narrow = place & 0x4000_0000 != 0;
            let start = if narrow {
                (place & 0x3FFF_FFFF) / 2
            } else {
                place
            };
            let step = if narrow { 1 } else { 2 };
            let len = to.saturating_sub(from).min(self.main.0.len());
            let mut high = None;
            for i in 0..len {
                let at = start + i * step;
                let unit = if narrow {
                    self.main.byte(at)
                } else {
                    self.main.word(at)
                };
                let Some(unit) = unit else { break };
                let c = match (narrow, unit as u16) {
                    (true, _) => {
                        let byte = [unit as u8];
                        WINDOWS_1252
                            .decode_without_bom_handling(&byte)
                            .0
                            .chars()
                            .next()
                    }
                    (false, unit @ 0xD800..0xDC00) => {
                        high = Some(unit);
                        None
                    }
                    (false, unit) => {
                        let pair = [high.take().unwrap_or(unit), unit];
                        let pair = if pair[0] == unit {
                            &pair[1..]
                        } else {
                            &pair[..]
                        };
                        char::decode_utf16(pair.iter().copied()).find_map(Result::ok)
                    }
                };
                let Some(c) = c else { continue };
                if from + i < body {
                    text.push((c, at));
                } else if boxes.contains(&(from + i)) {
                    boxed.push((c, at));
                }
            }
        }
        // The boxes of a notice hold what stands above the rule in red: they go first.
        boxed.append(&mut text);
        Ok(boxed)
    }

    /// What pages of properties say, by first and last place in the main stream. Their list stands at `at` of the header; an entry of
    /// such a page takes `width` bytes.
    fn properties<T>(
        &self,
        at: usize,
        width: usize,
        read: impl Fn(Bytes<'_>, usize) -> T,
    ) -> BTreeMap<usize, (usize, T)> {
        let mut found = BTreeMap::new();
        let Some(list) = self.table.part(self.main, at) else {
            return found;
        };
        let count = list.0.len().saturating_sub(4) / 8;
        for nth in 0..count {
            let Some(page) = list.long((count + 1) * 4 + nth * 4) else {
                break;
            };
            let Some(page) = self.main.slice((page & 0x3F_FFFF) * 512, 512) else {
                continue;
            };
            let runs = page.byte(511).unwrap_or(0);
            for run in 0..runs {
                let (Some(from), Some(to), Some(offset)) = (
                    page.long(run * 4),
                    page.long(run * 4 + 4),
                    page.byte((runs + 1) * 4 + run * width),
                ) else {
                    break;
                };
                let entry = if offset == 0 {
                    None
                } else {
                    self.entry(page, offset * 2, width > 1)
                };
                let (style, grpprl) = entry.unwrap_or((0, Bytes(&[])));
                found.insert(from, (to, read(grpprl, style)));
            }
        }
        found
    }

    /// The style and changes at a place of a page.
    fn entry<'p>(&self, page: Bytes<'p>, at: usize, paragraph: bool) -> Option<(usize, Bytes<'p>)> {
        let len = page.byte(at)?;
        if !paragraph {
            return Some((0, page.slice(at + 1, len)?));
        }
        let (from, len) = match len {
            0 => (at + 2, page.byte(at + 1)? * 2),
            len => (at + 1, len * 2 - 1),
        };
        let all = page.slice(from, len)?;
        Some((all.word(0)?, all.slice(2, len.checked_sub(2)?)?))
    }
}

fn lookup<T>(map: &BTreeMap<usize, (usize, T)>, at: usize) -> Option<&T> {
    let (_, (to, value)) = map.range(..=at).next_back()?;
    (at < *to).then_some(value)
}

fn paragraph(grpprl: Bytes<'_>, style: usize) -> Paragraph {
    let mut found = Paragraph {
        style,
        ..Paragraph::default()
    };
    for (code, value) in sprms(grpprl) {
        match code {
            0x2416 => found.in_table = value.byte(0) == Some(1),
            0x2417 => found.row_end = value.byte(0) == Some(1),
            0x460B => found.list = value.word(0),
            0x260A => found.level = value.byte(0),
            0xD608 => {
                let count = value.byte(0).unwrap_or(0);
                let edge = |nth: usize| value.word(1 + nth * 2).map(|edge| edge as u16 as i16);
                found.first_edge = edge(0).unwrap_or(0);
                for nth in 0..count {
                    let Some(right) = edge(nth + 1) else { break };
                    let flags = value.word(1 + (count + 1) * 2 + nth * 20).unwrap_or(0);
                    // Goes on with the cell at its left; with the one above.
                    found.cells.push((
                        right,
                        flags & 3 == 1 || flags & 3 == 2,
                        flags & 0x60 == 0x20,
                    ));
                }
            }
            _ => {}
        }
    }
    found
}

#[derive(Default)]
struct Writer {
    layer: Layer,
    words: String,
    /// Depth of fields, and whether the instruction of the innermost is being read.
    fields: Vec<bool>,
    cell: Vec<String>,
    row: Vec<Vec<String>>,
    rows: Vec<(Vec<Vec<String>>, Paragraph)>,
}

impl Writer {
    fn push(&mut self, c: char) {
        match c {
            '\x13' => self.fields.push(true),
            '\x14' => {
                if let Some(instruction) = self.fields.last_mut() {
                    *instruction = false;
                }
            }
            '\x15' => {
                self.fields.pop();
            }
            _ if self.fields.iter().any(|instruction| *instruction) => {}
            '\x0B' => self.words.push('\n'),
            '\x1E' => self.words.push('-'),
            '\t' | ' '.. => self.words.push(c),
            // Anchors of pictures and notes, optional hyphens.
            _ => {}
        }
    }

    /// A paragraph, a cell or a row is over.
    fn end(&mut self, c: char, paragraph: &Paragraph, lists: &mut Lists) -> Result<(), Problem> {
        let mut words = std::mem::take(&mut self.words);
        if paragraph.row_end && c == '\x07' {
            let row = std::mem::take(&mut self.row);
            self.rows.push((row, paragraph.clone()));
            return Ok(());
        }
        if !words.trim().is_empty() {
            let label = lists.label(paragraph.style, paragraph.list, paragraph.level);
            let parted = label.ends_with(|c: char| c.is_ascii_punctuation())
                && words.starts_with(|c: char| c.is_ascii_alphanumeric());
            words = format!("{label}{}{words}", if parted { " " } else { "" });
        }
        if c == '\x07' {
            self.cell.push(words);
            self.row.push(std::mem::take(&mut self.cell));
        } else if paragraph.in_table {
            self.cell.push(words);
        } else {
            self.end_table()?;
            self.layer.push(words)?;
        }
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), Problem> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let mut edges: Vec<i16> = rows
            .iter()
            .flat_map(|(_, row)| row.cells.iter().map(|cell| cell.0).chain([row.first_edge]))
            .collect();
        edges.sort_unstable();
        // Edges a hair apart are one.
        edges.dedup_by(|next, last| i32::from(*next) - i32::from(*last) < 60);
        let column =
            |edge: i16| edges.partition_point(|other| i32::from(*other) + 60 <= i32::from(edge));
        let mut table = Vec::new();
        for (cells, row) in rows {
            let mut line: Vec<Cell> = Vec::new();
            let mut from = column(row.first_edge);
            for (nth, lines) in cells.into_iter().enumerate() {
                let (edge, beside, below) = row.cells.get(nth).copied().unwrap_or_default();
                let to = if row.cells.len() > nth {
                    column(edge)
                } else {
                    from + 1
                };
                let columns = to.saturating_sub(from).max(1);
                from = to.max(from);
                if beside
                    && lines.iter().all(|line| line.trim().is_empty())
                    && let Some(last) = line.last_mut()
                {
                    last.columns += columns;
                    continue;
                }
                let mut cell = Cell {
                    columns,
                    below,
                    ..Cell::default()
                };
                lines
                    .into_iter()
                    .try_for_each(|line| cell.lines.push(line))?;
                line.push(cell);
            }
            table.push(line);
        }
        grid::write(table, &mut self.layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_by_number() {
        let grpprl = [0x16, 0x24, 1, 0x0B, 0x46, 5, 0, 0x0A, 0x26, 2, 0xFF];
        let found = paragraph(Bytes(&grpprl), 3);
        assert!(found.in_table && !found.row_end);
        assert_eq!(
            (found.style, found.list, found.level),
            (3, Some(5), Some(2))
        );
    }

    #[test]
    fn fields_show_their_result() {
        let mut writer = Writer::default();
        "第\x13 PAGE \x142\x15页\x01"
            .chars()
            .for_each(|c| writer.push(c));
        assert_eq!(writer.words, "第2页");
    }

    #[test]
    fn garbage_is_told() {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.extend([0xFF; 2000]);
        assert!(kind(&bytes).is_err());
        assert!(read(&bytes).is_err());
    }
}
