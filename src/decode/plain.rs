//! Characters of one encoding, with the way back to their bytes.
//!
//! In: `CA D0 BF C6 D0 AD` as GB18030. Out: `市科协`, of which every three bytes answer two of the source.
//!
//! `encoding_rs` decodes and says where bytes fit nothing; between such places text and bytes are
//! walked in parallel, since the first byte of a character tells how many the source spends on it.

use super::Encoding;
use crate::error::{Code, Warning};
use crate::text::{Reason, Span, Text};
use encoding_rs::DecoderResult;

/// So many places with invalid bytes are told one by one; the rest of them in one sentence.
const MOST_WARNINGS: usize = 100;

/// So many of them are logged as repairs: a file that is bad all over shall not fill the memory.
const MOST_LOGGED: usize = 10_000;

/// Source bytes decoded at a time: the buffer stays in the cache.
const CHUNK: usize = 32 * 1024;

/// What stands where bytes fit nothing.
const REPLACEMENT: &str = "\u{FFFD}";

/// A text that is being decoded, and the places where that failed.
pub(super) struct Writer<'a> {
    bytes: &'a [u8],
    encoding: Encoding,
    text: Text,
    /// Stretches of bytes that fit nothing, and the number of U+FFFD that stand for each.
    stretches: Vec<(Span, usize)>,
    /// How many there are beyond those, and where they begin and end.
    more: (usize, Span),
}

impl<'a> Writer<'a> {
    pub(super) fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        let capacity = match encoding {
            Encoding::Utf8 | Encoding::Hz => bytes.len(),
            _ => bytes.len() + bytes.len() / 2,
        };
        Self {
            bytes,
            encoding,
            text: Text::with_capacity(capacity),
            stretches: Vec::new(),
            more: (0, Span::default()),
        }
    }

    /// The bytes of the source.
    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// `span` fits nothing.
    pub(super) fn malformed(&mut self, span: Span) {
        self.text.push_whole(REPLACEMENT, span);
        let (more, rest) = &mut self.more;
        let full = self.stretches.len() == MOST_LOGGED;
        match self.stretches.last_mut() {
            _ if *more > 0 => {
                *more += usize::from(rest.end != span.start);
                rest.end = span.end;
            }
            Some((last, count)) if last.end == span.start => {
                last.end = span.end;
                *count += 1;
            }
            _ if full => self.more = (1, span),
            _ => self.stretches.push((span, 1)),
        }
    }

    /// `value` stands in the source as it is here.
    pub(super) fn same(&mut self, value: &str, source: usize) {
        self.text.push_utf8(value, source);
    }

    /// Takes over `decoded`, which stands in the source from byte `at` on; gives back where it ends there.
    /// `width` tells from the bytes at a place how many of them its character takes.
    pub(super) fn aligned(
        &mut self,
        decoded: &str,
        mut at: usize,
        width: impl Fn(&[u8]) -> usize,
    ) -> usize {
        let text = decoded.as_bytes();
        let bytes = self.bytes;
        let step = |to: usize, at: usize| {
            let width = width(bytes.get(at..).unwrap_or_default());
            (utf8_width(text[to]), width)
        };
        let mut to = 0;
        while to < text.len() {
            let (start, from) = (to, at);
            let steps = step(to, at);
            while to < text.len() && step(to, at) == steps {
                to += steps.0;
                at += steps.1;
            }
            self.text.push(&decoded[start..to], from, steps.1);
        }
        at
    }

    /// As [`Writer::aligned`], for Big5: four of its pairs give a letter and an accent of its own.
    fn aligned_big5(&mut self, decoded: &str, mut at: usize) -> usize {
        let mut rest = decoded;
        // CC begins U+0304 and U+030C, the two accents, and nothing else that Big5 has.
        while let Some(accent) = memchr::memchr(0xCC, rest.as_bytes()) {
            // Both letters that such a pair gives, Ê and ê, take two bytes.
            let letter = accent.saturating_sub(2);
            at = self.aligned(&rest[..letter], at, big5_width);
            let end = accent + 2;
            self.text
                .push_whole(&rest[letter..end], Span::new(at, at + 2));
            at += 2;
            rest = &rest[end..];
        }
        self.aligned(rest, at, big5_width)
    }

    /// The text with its log, and a warning for each stretch that fit nothing.
    pub(super) fn finish(mut self) -> (Text, Vec<Warning>) {
        let mut warnings = Vec::new();
        for (span, count) in &self.stretches {
            let to = REPLACEMENT.repeat(*count);
            self.text.log(*span, to, Reason::InvalidBytes);
        }
        let told = self.stretches.len().min(MOST_WARNINGS);
        for (span, _) in &self.stretches[..told] {
            warnings.push(self.warning(*span));
        }
        let untold = &self.stretches[told..];
        if let (Some((first, _)), Some((last, _))) = (untold.first(), untold.last()) {
            let (more, rest) = self.more;
            let count = untold.len() + more;
            let message = format!(
                "此后还有{count}处字节不是{}的字符，读作U+FFFD",
                self.encoding
            );
            let end = if more > 0 { rest.end } else { last.end };
            let span = Span::new(first.start, end);
            warnings.push(Warning::new(Code::InvalidBytes, message, span));
        }
        (self.text, warnings)
    }

    fn warning(&self, span: Span) -> Warning {
        let mut hex: Vec<_> = self.bytes[span.start..span.end]
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02X}"))
            .collect();
        if span.len() > 8 {
            hex.push(format!("…共{}个", span.len()));
        }
        let message = format!(
            "字节 {} 不是{}的字符，读作U+FFFD",
            hex.join(" "),
            self.encoding
        );
        Warning::new(Code::InvalidBytes, message, span)
    }
}

/// Reads UTF-8 from byte `at` up to the end of `bytes`.
pub(super) fn read_utf8(writer: &mut Writer<'_>, bytes: &[u8], mut at: usize) {
    if let Ok(all) = simdutf8::basic::from_utf8(&bytes[at..]) {
        return writer.same(all, at);
    }
    for chunk in bytes[at..].utf8_chunks() {
        writer.same(chunk.valid(), at);
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            writer.malformed(Span::new(at, at + chunk.invalid().len()));
            at += chunk.invalid().len();
        }
    }
}

/// Reads any other encoding that `encoding_rs` has from byte `at` up to the end of `bytes`.
pub(super) fn read(writer: &mut Writer<'_>, encoding: Encoding, bytes: &[u8], mut at: usize) {
    let mut decoder = encoding.standard().new_decoder_without_bom_handling();
    let chunk = CHUNK.min(bytes.len());
    let room = decoder.max_utf8_buffer_length_without_replacement(chunk);
    let mut buffer = String::with_capacity(room.unwrap_or(chunk * 4 + 16));
    let mut fed = at;
    loop {
        let end = bytes.len().min(fed + CHUNK);
        let last = end == bytes.len();
        buffer.clear();
        let (result, read) =
            decoder.decode_to_string_without_replacement(&bytes[fed..end], &mut buffer, last);
        fed += read;
        at = match encoding {
            Encoding::Big5 => writer.aligned_big5(&buffer, at),
            Encoding::Utf16Le | Encoding::Utf16Be => {
                // The pair of surrogates is the one thing that UTF-8 spends four bytes on.
                writer.aligned_utf16(&buffer, at)
            }
            _ => writer.aligned(&buffer, at, gb18030_width),
        };
        match result {
            DecoderResult::InputEmpty if last => return,
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            DecoderResult::Malformed(len, after) => {
                // Bytes consumed after the bad ones come out with the next call, or were a part of a
                // character that is read anew.
                let end = fed - usize::from(after);
                let start = end - usize::from(len);
                writer.malformed(Span::new(start, end));
                at = end;
            }
        }
    }
}

impl Writer<'_> {
    fn aligned_utf16(&mut self, decoded: &str, mut at: usize) -> usize {
        let text = decoded.as_bytes();
        let mut to = 0;
        while to < text.len() {
            let (start, from) = (to, at);
            let width = utf8_width(text[to]);
            let units = if width == 4 { 4 } else { 2 };
            while to < text.len() && utf8_width(text[to]) == width {
                to += width;
                at += units;
            }
            self.text.push(&decoded[start..to], from, units);
        }
        at
    }
}

/// Bytes of a character of UTF-8, by its first.
const fn utf8_width(first: u8) -> usize {
    match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// Bytes of a character of GB18030. `80` alone is the euro sign of code page 936.
fn gb18030_width(bytes: &[u8]) -> usize {
    match bytes {
        [0..=0x80, ..] | [_] | [] => 1,
        [_, b'0'..=b'9', ..] => 4,
        _ => 2,
    }
}

fn big5_width(bytes: &[u8]) -> usize {
    match bytes {
        [0..=0x7F, ..] | [_] | [] => 1,
        _ => 2,
    }
}
