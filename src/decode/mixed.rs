//! Lines in another encoding than the rest.
//!
//! In: a page in GBK into which an editor of our days pasted `（责任单位：市科协）` in UTF-8.
//! Out: which lines are read how. A line end is the same byte in all encodings that occur together.
//!
//! Lines of GBK that are valid UTF-8 by chance hardly exist beyond two hanzi (通知), and none of those
//! consists of three-byte sequences; so only such lines are taken for UTF-8.

use super::Encoding;
use super::score::score;
use crate::text::Span;

/// The stretches of `bytes` from `at` on, whole lines each, and the encoding of each, where `main` is
/// that of the source.
pub(super) fn stretches(bytes: &[u8], at: usize, main: Encoding) -> Vec<(Encoding, Span)> {
    let whole = vec![(main, Span::new(at, bytes.len()))];
    let rest = &bytes[at..];
    let other: fn(&[u8]) -> Option<Encoding> = match main {
        Encoding::Gb18030 | Encoding::Big5 => utf8_line,
        Encoding::Utf8 => gb_line,
        _ => return whole,
    };
    let mut found: Vec<(Encoding, Span)> = Vec::new();
    let mut start = at;
    for end in memchr::memchr_iter(b'\n', rest)
        .map(|n| at + n + 1)
        .chain([bytes.len()])
    {
        let line = Span::new(start, end);
        start = end;
        if line.is_empty() {
            continue;
        }
        let encoding = other(&bytes[line.start..line.end]).unwrap_or(main);
        match found.last_mut() {
            Some((last, span)) if *last == encoding => span.end = line.end,
            _ => found.push((encoding, line)),
        }
    }
    if found.is_empty() { whole } else { found }
}

/// UTF-8, if the line is valid and all that it has beyond ASCII are characters of three bytes, two at
/// least.
fn utf8_line(line: &[u8]) -> Option<Encoding> {
    // Nearly every line of GBK has a byte that no character of three begins with.
    let first = line.iter().find(|byte| !byte.is_ascii())?;
    if !matches!(first, 0xE2..=0xEF) {
        return None;
    }
    let text = std::str::from_utf8(line).ok()?;
    let mut foreign = text.chars().filter(|c| !c.is_ascii());
    let three = |c: char| c.len_utf8() == 3;
    let two = foreign.next().is_some_and(three) && foreign.next().is_some_and(three);
    (two && foreign.all(three)).then_some(Encoding::Utf8)
}

/// GB18030, if the line is no UTF-8 and reads well so.
fn gb_line(line: &[u8]) -> Option<Encoding> {
    if std::str::from_utf8(line).is_ok() {
        return None;
    }
    // A long line is judged by its beginning.
    let sample = &line[..line.len().min(2048)];
    let gb = score([sample], Encoding::Gb18030, &mut String::new());
    (gb.errors == 0 && gb.foreign >= 2 && gb.share > 0.8).then_some(Encoding::Gb18030)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_encodings() {
        let gb = |words: &str| encoding_rs::GBK.encode(words).0.into_owned();
        let bytes = [
            gb("各县区科协：\n请于6月底前报送。\n"),
            "（责任单位：市科协）\n".into(),
            gb("联系人：张伟\n"),
        ]
        .concat();
        let found: Vec<_> = stretches(&bytes, 0, Encoding::Gb18030)
            .into_iter()
            .map(|(encoding, span)| (encoding, span.len()))
            .collect();
        assert_eq!(
            found,
            [
                (Encoding::Gb18030, 31),
                (Encoding::Utf8, 31),
                (Encoding::Gb18030, 13)
            ]
        );
        let first = stretches(&bytes, 0, Encoding::Utf8)[0].0;
        assert_eq!(first, Encoding::Gb18030);
    }

    #[test]
    fn a_bad_byte_does_not_change_the_encoding() {
        let mut bytes = "各县区科协：\n请于6月底前报送。\n".as_bytes().to_vec();
        bytes[4] = 0xFF;
        assert_eq!(stretches(&bytes, 0, Encoding::Utf8).len(), 1);
    }
}
