//! Which characters the codes of a font stand for, and how wide they are.
//!
//! In: a font of a page, `<4E2D>` in it. Out: `中`, 1000 thousandths wide. A font says so itself (`/ToUnicode`), or names one of the
//! encodings of Adobe's: `GBK-EUC-H` is what many programs of Chinese offices write, without anything else.

use super::super::Problem;
use super::file::File;
use super::lexer::{Dict, Lexer, Object};
use encoding_rs::{BIG5, Encoding, GBK, UTF_16BE, WINDOWS_1252};
use std::collections::BTreeMap;

/// Characters of one font.
const MOST: usize = 200_000;

/// Bytes of what one code stands for.
const LONGEST: usize = 16;

/// How a font's bytes are read.
enum Codes {
    /// One byte each.
    Single,
    /// Two bytes each, by number only.
    Double,
    /// As in this encoding.
    Known(&'static Encoding),
}

/// A font of a page.
pub(super) struct Font {
    codes: Codes,
    unicode: BTreeMap<u32, String>,
    widths: BTreeMap<u32, f64>,
    usual: f64,
}

impl Font {
    pub(super) fn read(file: &mut File<'_>, dict: &Dict) -> Result<Self, Problem> {
        let composite = file.of(dict, "Subtype").name() == Some("Type0");
        let encoding = file.of(dict, "Encoding");
        let codes = if composite {
            predefined(encoding.name().unwrap_or_default()).map_or(Codes::Double, Codes::Known)
        } else {
            Codes::Single
        };
        let mut font = Self {
            codes,
            unicode: BTreeMap::new(),
            widths: BTreeMap::new(),
            usual: if composite { 1000.0 } else { 500.0 },
        };
        if let Some(Object::Reference(number)) = dict.get("ToUnicode")
            && let Some(map) = file.stream(*number)?
        {
            font.unicode = unicode(&map);
        }
        if composite {
            if let Object::Array(fonts) = &*file.of(dict, "DescendantFonts")
                && let Some(inner) = fonts.first().map(|inner| file.follow(inner))
                && let Object::Dict(inner) = &*inner
            {
                font.usual = file.of(inner, "DW").number().unwrap_or(1000.0);
                if let Object::Array(list) = &*file.of(inner, "W") {
                    font.wide(file, list);
                }
            }
        } else {
            let first = file.of(dict, "FirstChar").number().unwrap_or(0.0) as u32;
            if let Object::Array(list) = &*file.of(dict, "Widths") {
                for (code, width) in (first..=u32::MAX).zip(list.iter().take(256)) {
                    font.widths
                        .extend(file.follow(width).number().map(|width| (code, width)));
                }
            }
            if font.unicode.is_empty()
                && let Object::Dict(encoding) = &*encoding
                && let Object::Array(list) = &*file.of(encoding, "Differences")
            {
                font.differ(list);
            }
        }
        Ok(font)
    }

    /// `[20 [500 600] 30 40 250]`: widths from a code on, or one for all from a code to another.
    fn wide(&mut self, file: &File<'_>, list: &[Object]) {
        let (mut at, mut told) = (0, 0);
        while let Some(from) = list.get(at).and_then(Object::number) {
            match list.get(at + 1).map(|next| file.follow(next)).as_deref() {
                Some(Object::Array(widths)) => {
                    for (code, width) in (from as u32..=u32::MAX).zip(widths.iter().take(70_000)) {
                        self.widths
                            .extend(width.number().map(|width| (code, width)));
                        told += 1;
                    }
                    at += 2;
                }
                Some(Object::Number(to)) => {
                    let width = list
                        .get(at + 2)
                        .and_then(Object::number)
                        .unwrap_or(self.usual);
                    for code in (from as u32..=*to as u32).take(70_000) {
                        self.widths.insert(code, width);
                        told += 1;
                    }
                    at += 3;
                }
                _ => return,
            }
            // The width of one code can be told again and again.
            if told > MOST {
                return;
            }
        }
    }

    /// Names of single characters: `/uni4E2D`.
    fn differ(&mut self, list: &[Object]) {
        let mut code = 0;
        for object in list.iter().take(1000) {
            match object {
                Object::Number(number) => code = *number as u32,
                Object::Name(name) => {
                    let digits = name.strip_prefix("uni").and_then(|digits| digits.get(..4));
                    let c = digits
                        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                        .and_then(char::from_u32);
                    self.unicode.extend(c.map(|c| (code, c.to_string())));
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    /// The words that `bytes` show, how wide they are in thousandths, how many codes they are and how many of these mean nothing.
    pub(super) fn show(&self, bytes: &[u8]) -> Shown {
        let mut shown = Shown::default();
        let mut at = 0;
        while at < bytes.len() {
            let len = match self.codes {
                Codes::Single => 1,
                Codes::Double => 2,
                Codes::Known(encoding) if encoding == UTF_16BE => 2,
                Codes::Known(_) => 1 + usize::from(bytes[at] > 0x80),
            };
            let code = &bytes[at..bytes.len().min(at + len)];
            at += len;
            let number = code
                .iter()
                .fold(0, |number, byte| number << 8 | u32::from(*byte));
            shown.codes += 1;
            let width = self.widths.get(&number).copied();
            shown.width += width.unwrap_or(match self.codes {
                Codes::Known(_) if len == 1 => self.usual / 2.0,
                _ => self.usual,
            });
            if let Some(words) = self.unicode.get(&number) {
                shown.words.push_str(words);
                continue;
            }
            match self.codes {
                Codes::Known(encoding) => {
                    let (words, _, _) = encoding.decode(code);
                    shown.words.push_str(&words);
                }
                Codes::Single if self.unicode.is_empty() => {
                    let (words, _, _) = WINDOWS_1252.decode(code);
                    shown.words.push_str(&words);
                }
                _ => shown.unknown += 1,
            }
        }
        shown
    }
}

/// What a stretch of bytes shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub words: String,
    pub width: f64,
    pub codes: usize,
    pub unknown: usize,
}

/// The encodings that PDF knows by name and that are those of the world outside.
fn predefined(name: &str) -> Option<&'static Encoding> {
    const NAMES: [(&str, &Encoding); 8] = [
        ("GBK", GBK),
        ("GBpc", GBK),
        ("GB-EUC", GBK),
        ("ETen-B5", BIG5),
        ("B5pc", BIG5),
        ("HKscs-B5", BIG5),
        ("UniGB-U", UTF_16BE),
        ("UniCNS-U", UTF_16BE),
    ];
    let eight = name.contains("UTF8") || name.contains("UTF32");
    NAMES
        .iter()
        .find(|(known, _)| name.starts_with(known) && !eight)
        .map(|(_, encoding)| *encoding)
}

/// Reads a `/ToUnicode` map.
fn unicode(map: &[u8]) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    let mut lexer = Lexer { bytes: map, at: 0 };
    let mut operands: Vec<Object> = Vec::new();
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .take(4)
            .fold(0u32, |number, byte| number << 8 | u32::from(*byte))
    };
    // A code stands for a character, or for the few that a ligature joins.
    let words = |bytes: &[u8]| {
        let few = &bytes[..bytes.len().min(LONGEST)];
        UTF_16BE.decode_without_bom_handling(few).0.into_owned()
    };
    let mut told = 0;
    while let Some(object) = lexer.next(0) {
        let Object::Word(word) = object else {
            operands.push(object);
            if operands.len() > MOST {
                break;
            }
            continue;
        };
        match word.as_str() {
            "endbfchar" => {
                for pair in operands.chunks(2) {
                    if let [Object::Bytes(from), Object::Bytes(to)] = pair {
                        found.insert(number(from), words(to));
                    }
                }
            }
            "endbfrange" => {
                for range in operands.chunks(3) {
                    let [Object::Bytes(from), Object::Bytes(to), target] = range else {
                        continue;
                    };
                    let (from, to) = (number(from), number(to));
                    for (nth, code) in (from..=to).take(65_536).enumerate() {
                        let text = match target {
                            Object::Bytes(first) => {
                                let c = words(first);
                                let mut all: Vec<char> = c.chars().collect();
                                if let Some(last) = all.last_mut() {
                                    *last = char::from_u32(*last as u32 + nth as u32)
                                        .unwrap_or('\u{FFFD}');
                                }
                                all.into_iter().collect()
                            }
                            Object::Array(list) => match list.get(nth) {
                                Some(Object::Bytes(text)) => words(text),
                                _ => break,
                            },
                            _ => break,
                        };
                        found.insert(code, text);
                        told += 1;
                        if told > MOST {
                            return found;
                        }
                    }
                }
            }
            _ => {}
        }
        operands.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_read() {
        let map = unicode(b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <01> <53BF> endbfchar 2 beginbfrange <02> <03> <4E00> <04> <05> [<533A> <D83DDE00>] endbfrange");
        let words: Vec<_> = map.values().map(String::as_str).collect();
        assert_eq!(words, ["县", "一", "丁", "区", "😀"]);
    }

    #[test]
    fn encodings_are_known_by_name() {
        assert_eq!(predefined("GBK-EUC-H"), Some(GBK));
        assert_eq!(predefined("UniGB-UCS2-H"), Some(UTF_16BE));
        assert_eq!(predefined("ETen-B5-V"), Some(BIG5));
        assert_eq!(predefined("Identity-H"), None);
    }
}
