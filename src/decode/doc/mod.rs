//! Words of a `.doc`, as Word 97 to 2003 and WPS save it.
//!
//! In: a compound file with the streams `WordDocument` and `1Table`. Out: the lines of the document, its tables, and the labels that
//! Word counted. The text stands in pieces, some in two bytes a character and some in one; what a paragraph is (in a table, in a list, the
//! end of a row) stands in pages of 512 bytes by the place of its last character. [MS-DOC] is the map.

mod bytes;
mod writer;

use super::Problem;
use super::format::Format;
use super::list::Lists;
pub(super) use bytes::{Bytes, sprms};
use encoding_rs::WINDOWS_1252;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use writer::Writer;

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
        writer.finish()
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
        // Pieces follow one another, and no two show the same bytes: a list that says so makes much of little.
        let mut room = self.main.0.len();
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
            room = room.checked_sub(len).ok_or_else(damaged)?;
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
        // Each page stands in the list once.
        for nth in 0..count.min(self.main.0.len() / 512) {
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
    fn garbage_is_told() {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.extend([0xFF; 2000]);
        assert!(kind(&bytes).is_err());
        assert!(read(&bytes).is_err());
    }
}
