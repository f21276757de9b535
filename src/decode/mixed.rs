//! Parts in another encoding than the rest: blocks, lines, words within a line.
//!
//! In: a page in GBK into which an editor of our days pasted `（责任单位：市科协）` in UTF-8.
//! Out: which bytes are read how. A line end is the same byte in all encodings that occur together.
//!
//! Lines of GBK that are valid UTF-8 by chance hardly exist beyond two hanzi (通知), and none of those
//! consists of three-byte sequences; so only such lines are taken for UTF-8. Within a line four such characters are
//! wanted, or two between ASCII, and both readings are weighed. Lines of Big5 in GBK are no case of this: read
//! as GBK they lose nothing, and normalizing reads them anew; lines of GBK in Big5 would lose characters.

use super::Encoding;
use super::score::score;
use crate::text::Span;

/// The stretches of `bytes` from `at` on, whole lines each, and the encoding of each, where `main` is
/// that of the source.
pub(super) fn stretches(bytes: &[u8], at: usize, main: Encoding) -> Vec<(Encoding, Span)> {
    let whole = vec![(main, Span::new(at, bytes.len()))];
    let rest = &bytes[at..];
    let other: fn(&[u8]) -> Option<Encoding> = match main {
        Encoding::Gb18030 => utf8_line,
        Encoding::Big5 => |line| utf8_line(line).or_else(|| gb_in_big5(line)),
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
        let words = &bytes[line.start..line.end];
        if let Some(encoding) = other(words) {
            put(&mut found, encoding, line);
            continue;
        }
        let mut at = line.start;
        for (encoding, span) in parts(words, main) {
            put(&mut found, main, Span::new(at, line.start + span.start));
            at = line.start + span.end;
            put(&mut found, encoding, span.shift(line.start));
        }
        put(&mut found, main, Span::new(at, line.end));
    }
    if found.is_empty() { whole } else { found }
}

fn put(found: &mut Vec<(Encoding, Span)>, encoding: Encoding, span: Span) {
    match found.last_mut() {
        _ if span.is_empty() => {}
        Some((last, before)) if *last == encoding => before.end = span.end,
        _ => found.push((encoding, span)),
    }
}

/// Characters from which on a part within a line is taken for UTF-8.
const FEWEST: usize = 4;
/// Fewest such characters between ASCII.
const FEWEST_APART: usize = 2;
/// What a reading must score at least, and how much more than the other.
const GOOD: f32 = 0.8;
const BETTER: f32 = 0.3;

/// The parts of `line` that are not in `main`.
fn parts(line: &[u8], main: Encoding) -> Vec<(Encoding, Span)> {
    // GB 2312 has none of these bytes, and half of the characters of UTF-8 do.
    if line.is_ascii() || !line.iter().any(|b| (0x80..0xA1).contains(b)) && main != Encoding::Utf8 {
        return Vec::new();
    }
    if main == Encoding::Utf8 {
        gb_parts(line)
    } else {
        utf8_parts(line, main)
    }
}

/// UTF-8 in a line of two-byte characters.
fn utf8_parts(line: &[u8], main: Encoding) -> Vec<(Encoding, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let len = three_bytes(&line[at..]);
        let apart =
            (at == 0 || line[at - 1].is_ascii()) && line.get(at + len).is_none_or(u8::is_ascii);
        let fewest = if apart { FEWEST_APART } else { FEWEST };
        if len >= fewest * 3 {
            let part = &line[at..at + len];
            let new = share(part, Encoding::Utf8);
            if new > GOOD && new > share(part, main) + BETTER {
                found.push((Encoding::Utf8, Span::new(at, at + len)));
                at += len;
                continue;
            }
        }
        at += if line[at].is_ascii() { 1 } else { 2 };
    }
    found
}

/// GBK in a line of UTF-8.
fn gb_parts(line: &[u8]) -> Vec<(Encoding, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Err(error) = std::str::from_utf8(&line[at..]) {
        let start = at + error.valid_up_to();
        let mut end = start;
        // Up to where UTF-8 goes on.
        while end < line.len() && !line[end].is_ascii() && three_bytes(&line[end..]) < 6 {
            end += 2;
        }
        end = end.min(line.len());
        let part = &line[start..end];
        let gb = score([part], Encoding::Gb18030, &mut String::new());
        if gb.errors == 0 && gb.foreign >= 2 && gb.foreign * 2 >= part.len() && gb.share > GOOD {
            found.push((Encoding::Gb18030, Span::new(start, end)));
        }
        at = end.max(start + 1);
    }
    found
}

/// Bytes of the characters of three bytes that `bytes` begin with.
fn three_bytes(bytes: &[u8]) -> usize {
    let is_one = |b: &&[u8]| matches!(b, [0xE2..=0xEF, 0x80..=0xBF, 0x80..=0xBF]);
    bytes.chunks_exact(3).take_while(is_one).count() * 3
}

fn share(part: &[u8], encoding: Encoding) -> f32 {
    score(
        [&part[..part.len().min(2048)]],
        encoding,
        &mut String::new(),
    )
    .share
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

/// Bytes of a line of Big5 that show whether it is.
const GLANCE: usize = 64;

/// GB18030, if the line reads badly as Big5 and well so.
fn gb_in_big5(line: &[u8]) -> Option<Encoding> {
    if line.is_ascii() || share(&line[..line.len().min(GLANCE)], Encoding::Big5) > GOOD {
        return None;
    }
    let sample = &line[..line.len().min(2048)];
    let gb = score([sample], Encoding::Gb18030, &mut String::new());
    let good = gb.errors == 0 && gb.foreign >= 2 && gb.share > GOOD;
    (good && gb.share > share(sample, Encoding::Big5) + BETTER).then_some(Encoding::Gb18030)
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

    /// Whether the parts are read as they were written.
    fn comes_back(parts: &[(&str, Encoding)], main: Encoding) {
        let bytes: Vec<u8> = parts
            .iter()
            .flat_map(|(words, encoding)| encoding.standard().encode(words).0.into_owned())
            .collect();
        let read: String = stretches(&bytes, 0, main)
            .into_iter()
            .map(|(encoding, span)| {
                let (words, _) = encoding
                    .standard()
                    .decode_without_bom_handling(&bytes[span.start..span.end]);
                words.into_owned()
            })
            .collect();
        let want: String = parts.iter().map(|(words, _)| *words).collect();
        assert_eq!(read, want);
    }

    #[test]
    fn words_within_a_line_keep_their_encoding() {
        use Encoding::{Gb18030, Utf8};
        let (before, after) = ("各县区要认真落实，抓好整改。", "请于6月底前报送。\n");
        comes_back(
            &[
                (before, Gb18030),
                ("责任单位：市科协", Utf8),
                (after, Gb18030),
            ],
            Gb18030,
        );
        comes_back(
            &[
                ("1.", Gb18030),
                ("通知", Utf8),
                (" ", Gb18030),
                (after, Gb18030),
            ],
            Gb18030,
        );
        comes_back(
            &[(before, Utf8), ("责任单位市科协", Gb18030), (after, Utf8)],
            Utf8,
        );
        comes_back(&[(before, Utf8), ("（", Utf8), (after, Gb18030)], Utf8);
    }

    #[test]
    fn lines_of_gbk_in_big5_come_back() {
        use Encoding::{Big5, Gb18030};
        let big5 = "各縣區要認真落實，抓好整改。\n關於印發方案的通知\n";
        let gb = "各县区要认真落实，抓好整改。\n2021年3月12日\n";
        comes_back(&[(big5, Big5), (gb, Gb18030), (big5, Big5)], Big5);
        comes_back(&[(big5, Big5), ("香港嘅龍貓、麤糙、1．\n", Big5)], Big5);
    }

    #[test]
    fn words_of_one_encoding_are_one_part() {
        let words = "各县区要认真落实，涓滴归公，囉囌囍。\n浣浜鏄同志、琛琛、甴曱。\n";
        for encoding in [Encoding::Gb18030, Encoding::Utf8] {
            let (bytes, ..) = encoding.standard().encode(words);
            assert_eq!(stretches(&bytes, 0, encoding).len(), 1, "{encoding:?}");
        }
    }

    #[test]
    fn a_bad_byte_does_not_change_the_encoding() {
        let mut bytes = "各县区科协：\n请于6月底前报送。\n".as_bytes().to_vec();
        bytes[4] = 0xFF;
        assert_eq!(stretches(&bytes, 0, Encoding::Utf8).len(), 1);
    }
}
