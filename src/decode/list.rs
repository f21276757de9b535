//! The lists of a `.doc`: which paragraph is counted how.
//!
//! In: the tables of lists of a compound file ([MS-DOC] PlfLst, PlfLfo, STSH). Out: the labels that Word shows, by way of
//! [`Numbering`], since old and new Word count alike.

use super::doc::Bytes;
use super::numbering::{Level, Numbering};

/// Names of the formats of numbers, in the order of their numbers.
const FORMATS: [&str; 40] = [
    "decimal",
    "upperRoman",
    "lowerRoman",
    "upperLetter",
    "lowerLetter",
    "ordinal",
    "cardinalText",
    "ordinalText",
    "hex",
    "chicago",
    "ideographDigital",
    "japaneseCounting",
    "aiueo",
    "iroha",
    "decimalFullWidth",
    "decimalHalfWidth",
    "japaneseLegal",
    "japaneseDigitalTenThousand",
    "decimalEnclosedCircle",
    "decimalFullWidth2",
    "aiueoFullWidth",
    "irohaFullWidth",
    "decimalZero",
    "bullet",
    "ganada",
    "chosung",
    "decimalEnclosedFullstop",
    "decimalEnclosedParen",
    "decimalEnclosedCircleChinese",
    "ideographEnclosedCircle",
    "ideographTraditional",
    "ideographZodiac",
    "ideographZodiacTraditional",
    "taiwaneseCounting",
    "ideographLegalTraditional",
    "taiwaneseCountingThousand",
    "taiwaneseDigital",
    "chineseCounting",
    "chineseLegalSimplified",
    "chineseCountingThousand",
];

/// Lists of one document.
const MOST: usize = 10_000;

/// All lists of a document.
#[derive(Default)]
pub(super) struct Lists {
    numbering: Numbering,
}

impl Lists {
    /// Reads the tables; what is damaged in them costs labels, not words.
    pub(super) fn read(main: Bytes<'_>, table: Bytes<'_>) -> Self {
        let mut lists = Self::default();
        let _ = lists.definitions(main, table);
        let _ = lists.overrides(main, table);
        let _ = lists.styles(main, table);
        lists
    }

    /// The label of the next paragraph.
    pub(super) fn label(
        &mut self,
        style: usize,
        list: Option<usize>,
        level: Option<usize>,
    ) -> String {
        let list = list.map(|list| if list == 2047 { 0 } else { list });
        self.numbering.label(
            Some(&style.to_string()),
            list.map(|list| list.to_string()),
            level,
        )
    }

    fn definitions(&mut self, main: Bytes<'_>, table: Bytes<'_>) -> Option<()> {
        let from = main.long(0x2E2)?;
        let count = table.word(from)?.min(MOST);
        // The levels of all lists stand behind the lists.
        let mut at = from + 2 + count * 28;
        for nth in 0..count {
            let list = table.slice(from + 2 + nth * 28, 28)?;
            let id = list.long(0)?;
            let levels = if list.byte(26)? & 1 == 1 { 1 } else { 9 };
            for level in 0..levels {
                let header = table.slice(at, 28)?;
                let (characters, paragraph) = (header.byte(24)?, header.byte(25)?);
                let words = at + 28 + characters + paragraph;
                let len = table.word(words)?;
                let text: String = (0..len)
                    .filter_map(|nth| table.word(words + 2 + nth * 2))
                    .map(|unit| match unit {
                        // The number of the level that stands here.
                        0..9 => format!("%{}", unit + 1),
                        _ => char::from_u32(unit as u32).map_or(String::new(), String::from),
                    })
                    .collect();
                let format = match header.byte(4)? {
                    0xFF => "none",
                    number => FORMATS.get(number).copied().unwrap_or("decimal"),
                };
                let is_legal = header.byte(5)? & 0x04 != 0;
                let level_of = Level::new(header.long(0)?, format, &text, is_legal);
                self.numbering.define(&id.to_string(), level, level_of);
                at = words + 2 + len * 2;
            }
        }
        Some(())
    }

    /// Paragraphs name a list by its place here.
    fn overrides(&mut self, main: Bytes<'_>, table: Bytes<'_>) -> Option<()> {
        let part = table.part(main, 0x2EA)?;
        let count = part.long(0)?.min(MOST);
        for nth in 0..count {
            let id = part.long(4 + nth * 16)?;
            self.numbering.list(&(nth + 1).to_string(), &id.to_string());
        }
        Some(())
    }

    /// Styles can bring a list along.
    fn styles(&mut self, main: Bytes<'_>, table: Bytes<'_>) -> Option<()> {
        let part = table.part(main, 0xA2)?;
        let header = part.word(0)?;
        let (count, base) = (part.word(2)?.min(MOST), part.word(4)?);
        let mut at = 2 + header;
        for nth in 0..count {
            let len = part.word(at)?;
            let style = part.slice(at + 2, len)?;
            at += 2 + len + len % 2;
            if len == 0 {
                continue;
            }
            let (kind, changes) = (style.word(2)?, style.word(4)?);
            let based_on = (kind >> 4 != 0xFFF).then(|| (kind >> 4).to_string());
            let (mut list, mut level) = (None, None);
            // Behind the name stand the changes of paragraphs, then those of characters.
            if kind & 15 == 1 && changes & 15 >= 1 {
                let name = base + 2 + (style.word(base).unwrap_or(0) + 1) * 2;
                let from = name + name % 2;
                let len = style.word(from).unwrap_or(0);
                let grpprl = style
                    .slice(from + 4, len.saturating_sub(2))
                    .unwrap_or(Bytes(&[]));
                for (code, value) in super::doc::sprms(grpprl) {
                    match code {
                        0x460B => list = value.word(0),
                        0x260A => level = value.byte(0),
                        _ => {}
                    }
                }
            }
            self.numbering.style(
                &nth.to_string(),
                based_on,
                list.map(|list| list.to_string()),
                level,
            );
        }
        Some(())
    }
}
