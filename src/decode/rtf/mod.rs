//! Words of an RTF document, which old office systems and WordPad save, often under the name `.doc`.
//!
//! In: `{\rtf1\ansi\ansicpg936 \'b8\'f7\'cf\'d8\u21306?\par}`. Out: `各县区`. Groups are kept on a list, not by recursion;
//! labels that the program counted stand in the file (`\listtext`) and are kept.

mod rows;

use super::Problem;
use super::grid::Layer;
use encoding_rs::{BIG5, Encoding, GBK, WINDOWS_1252};
use rows::Rows;
use std::collections::BTreeMap;

/// Groups in one another.
const DEEPEST: usize = 1_000_000;

/// Reads the document `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<String, Problem> {
    let mut reader = Reader {
        bytes,
        at: 0,
        state: State::default(),
        groups: Vec::new(),
        fonts: BTreeMap::new(),
        page: WINDOWS_1252,
        pending: Vec::new(),
        words: String::new(),
        layer: Layer::default(),
        rows: Rows::default(),
    };
    reader.run()?;
    reader.rows.write(&mut reader.layer)?;
    Ok(reader.layer.finish())
}

/// What a group inherits.
#[derive(Clone, Copy)]
struct State {
    skipped: bool,
    hidden: bool,
    table: bool,
    label: bool,
    fonts: bool,
    font: i32,
    /// Bytes after a `\u` that old readers show in its place.
    fallback: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            skipped: false,
            hidden: false,
            table: false,
            label: false,
            fonts: false,
            font: -1,
            fallback: 1,
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    state: State,
    groups: Vec<State>,
    fonts: BTreeMap<i32, &'static Encoding>,
    page: &'static Encoding,
    /// Bytes of the code page that are not yet characters.
    pending: Vec<u8>,
    words: String,
    layer: Layer,
    rows: Rows,
}

/// Groups that hold no words of the text.
const SKIPPED: [&str; 27] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "fldinst",
    "listtable",
    "listoverridetable",
    "pn",
    "generator",
    "themedata",
    "xmlnstbl",
    "rsidtbl",
    "datastore",
    "latentstyles",
    "objdata",
    "nonshppict",
    "annotation",
    "filetbl",
];

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Problem> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'{' => {
                    self.flush();
                    if self.groups.len() >= DEEPEST {
                        return Err(Problem::Limit(
                            crate::error::Limit::XmlDepth,
                            DEEPEST as u64,
                        ));
                    }
                    self.groups.push(self.state);
                    self.at += 1;
                }
                b'}' => {
                    self.flush();
                    let label = self.state.label;
                    self.state = self.groups.pop().unwrap_or_default();
                    if label && !self.state.label {
                        let parted = self.words.ends_with(|c: char| c.is_ascii_punctuation());
                        if parted {
                            self.words.push(' ');
                        }
                    }
                    self.at += 1;
                    if self.groups.is_empty() {
                        break;
                    }
                }
                b'\\' => self.control()?,
                b'\r' | b'\n' => self.at += 1,
                _ => {
                    self.byte(byte);
                    self.at += 1;
                }
            }
        }
        self.flush();
        if !self.words.is_empty() {
            self.paragraph()?;
        }
        Ok(())
    }

    fn seen(&self) -> bool {
        !self.state.skipped && !self.state.hidden
    }

    fn byte(&mut self, byte: u8) {
        if self.seen() {
            self.pending.push(byte);
        }
    }

    /// Makes characters of the bytes that were read.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let font = self.fonts.get(&self.state.font).copied();
        // Western fonts stand before hanzi, too, where the program says elsewhere that they are Chinese.
        let encoding = font
            .or_else(|| {
                (self.page == WINDOWS_1252)
                    .then(|| self.fonts.values().next().copied())
                    .flatten()
            })
            .unwrap_or(self.page);
        let (text, _, _) = encoding.decode(&self.pending);
        self.words.push_str(&text);
        self.pending.clear();
    }

    fn push(&mut self, words: &str) {
        self.flush();
        if self.seen() {
            self.words.push_str(words);
        }
    }

    fn control(&mut self) -> Result<(), Problem> {
        let rest = &self.bytes[self.at + 1..];
        let Some(&first) = rest.first() else {
            self.at += 1;
            return Ok(());
        };
        if !first.is_ascii_alphabetic() {
            self.at += 2;
            match first {
                b'\'' => {
                    let hex = rest.get(1..3).and_then(|hex| std::str::from_utf8(hex).ok());
                    if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                        self.byte(byte);
                        self.at += 2;
                    }
                }
                b'~' => self.push("\u{a0}"),
                b'_' => self.push("-"),
                b'*' => self.star(),
                b'\r' | b'\n' => self.word("par", None)?,
                b'{' | b'}' | b'\\' => self.byte(first),
                _ => {}
            }
            return Ok(());
        }
        let len = rest
            .iter()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let minus = usize::from(rest.get(len) == Some(&b'-'));
        let digits = rest[len + minus..]
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let word = String::from_utf8_lossy(&rest[..len]).into_owned();
        let mut end = len;
        let mut number = None;
        if digits > 0 {
            end = len + minus + digits;
            number = std::str::from_utf8(&rest[len..end])
                .ok()
                .and_then(|digits| digits.parse().ok());
        }
        end += usize::from(rest.get(end) == Some(&b' '));
        self.at += 1 + end;
        self.word(&word, number)
    }

    /// `\*` before a group that not every reader knows: it is left out unless it is known here.
    fn star(&mut self) {
        let rest = &self.bytes[self.at..];
        let known = [&b"\\listtext"[..], b"\\pntext", b"\\shptxt"];
        if !known.iter().any(|word| rest.starts_with(word)) {
            self.state.skipped = true;
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), Problem> {
        let on = number != Some(0);
        match word {
            "fonttbl" => {
                self.state.skipped = true;
                self.state.fonts = true;
            }
            _ if SKIPPED.contains(&word) => self.state.skipped = true,
            "listtext" | "pntext" => self.state.label = true,
            "f" | "af" if self.state.font != number.unwrap_or(-1) => {
                self.flush();
                self.state.font = number.unwrap_or(-1);
            }
            "fcharset" if self.state.fonts => {
                let encoding = match number {
                    Some(134) => Some(GBK),
                    Some(136) => Some(BIG5),
                    _ => None,
                };
                if let Some(encoding) = encoding {
                    self.fonts.insert(self.state.font, encoding);
                }
            }
            "ansicpg" => {
                self.page = match number {
                    Some(936 | 54936) => GBK,
                    Some(950) => BIG5,
                    Some(65001) => encoding_rs::UTF_8,
                    _ => WINDOWS_1252,
                };
            }
            "uc" => self.state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "u" => self.unicode(number.unwrap_or(0)),
            "bin" => self.at += usize::try_from(number.unwrap_or(0)).unwrap_or(0),
            "v" | "deleted" => {
                self.flush();
                self.state.hidden = on;
            }
            "plain" => {
                self.flush();
                self.state.hidden = false;
            }
            "pard" => {
                self.flush();
                self.state.table = false;
            }
            "intbl" => self.state.table = true,
            "tab" if !self.state.label => self.push("\t"),
            "line" | "softline" => self.push("\n"),
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("●"),
            "nestcell" | "nestrow" => self.push(" "),
            "par" | "sect" | "page" if !self.state.skipped => self.paragraph()?,
            "trowd" => self.rows.begin(),
            "clvmrg" => self.rows.merge.below = true,
            "clmrg" => self.rows.merge.beside = true,
            "cellx" => self.rows.edge(number.unwrap_or(0)),
            "cell" if !self.state.skipped => {
                self.flush();
                self.rows.cell(std::mem::take(&mut self.words));
            }
            "row" if !self.state.skipped => {
                self.flush();
                self.rows.end();
            }
            _ => {}
        }
        Ok(())
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        // A half of a pair comes as a number of its own; both are put together here.
        let unit = (number & 0xFFFF) as u16;
        if self.seen() {
            let mut pair = vec![unit];
            if (0xD800..0xDC00).contains(&unit)
                && let Some(low) = self.low_half()
            {
                pair.push(low);
            }
            self.words.push_str(&String::from_utf16_lossy(&pair));
        }
        let mut left = self.state.fallback;
        while left > 0 {
            match self.bytes.get(self.at) {
                Some(b'\\') if self.bytes.get(self.at + 1) == Some(&b'\'') => self.at += 4,
                Some(b'\\' | b'{' | b'}') | None => break,
                Some(b'\r' | b'\n') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => self.at += 1,
            }
            left -= 1;
        }
    }

    /// The second half of a pair, if it comes next.
    fn low_half(&mut self) -> Option<u16> {
        let rest = self
            .bytes
            .get(self.at..self.bytes.len().min(self.at + 24))?;
        let start = memchr::memmem::find(rest, b"\\u")?;
        let digits: String = rest[start + 2..]
            .iter()
            .map(|byte| *byte as char)
            .take_while(|c| *c == '-' || c.is_ascii_digit())
            .collect();
        let low = (digits.parse::<i32>().ok()? & 0xFFFF) as u16;
        if !(0xDC00..0xE000).contains(&low) {
            return None;
        }
        self.at += start + 2 + digits.len();
        Some(low)
    }

    fn paragraph(&mut self) -> Result<(), Problem> {
        self.flush();
        if self.state.table {
            self.words.push('\n');
            return Ok(());
        }
        self.rows.write(&mut self.layer)?;
        self.layer.push(std::mem::take(&mut self.words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rtf: &str) -> String {
        read(rtf.as_bytes()).unwrap_or_else(|_| "damaged".to_owned())
    }

    #[test]
    fn bytes_and_numbers_are_characters() {
        assert_eq!(
            text(
                r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce;}}\f0 \'b8\'f7\'cf\'d8\u21306?\'a3\'ba\par{\*\pn x}\u-10179?\u-8704?\par}"
            ),
            "各县区：\n😀\n"
        );
        assert_eq!(
            text(r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f3\fcharset134 x;}}\f3\'d2\'bb\par}"),
            "一\n"
        );
    }

    #[test]
    fn labels_stay_and_what_is_not_seen_goes() {
        assert_eq!(
            text(
                r"{\rtf1\ansi{\listtext\u19968?\u12289?\tab}\u24635?{\*\fldinst PAGE}{\v x}{\deleted y}\tab\u21017?{\header z}\par}"
            ),
            "一、总\t则\n"
        );
    }

    #[test]
    fn rows_are_rows() {
        assert_eq!(
            text(
                r"{\rtf1 \trowd\cellx1000\cellx2000\pard\intbl a\cell b\par c\cell\row\trowd\clvmrg\cellx1000\cellx2000\pard\intbl\cell d\cell\row\pard e\par}"
            ),
            "| a | b c |\n| a | d |\ne\n"
        );
    }

    #[test]
    fn depth_and_dirt_do_no_harm() {
        assert_eq!(text(&format!("{{\\rtf1 {}a", "{".repeat(900_000))), "a\n");
        for rtf in [
            "{\\rtf",
            "{\\rtf\\",
            "{\\rtf\\'",
            "{\\rtf\\bin99999999 a",
            "}}}",
            "{\\rtf\\u55357 \\u",
            "{\\rtf\\u-99999999999 a",
        ] {
            text(rtf);
        }
    }
}
