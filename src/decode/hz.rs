//! HZ: GB 2312 in seven bits, between `~{` and `~}` (RFC 1843).
//!
//! In: `~{JP?FP-~}2003~~`. Out: `市科协2003~`; the escapes are gaps in the way back.
//!
//! A line end closes what `~}` did not: mail gateways cut lines wherever they liked.

use super::Encoding;
use super::plain::Writer;
use crate::text::Span;

/// Reads HZ from byte `at` on.
pub(super) fn read(writer: &mut Writer<'_>, bytes: &[u8], mut at: usize) {
    let mut hanzi = false;
    while at < bytes.len() {
        match (&bytes[at..], hanzi) {
            ([b'~', b'{', ..], false) => (hanzi, at) = (true, at + 2),
            ([b'~', b'}', ..], true) => (hanzi, at) = (false, at + 2),
            ([b'~', b'~', ..], false) => {
                writer.same("~", at);
                at += 2;
            }
            // A line that goes on in the next.
            ([b'~', b'\n', ..], false) => at += 2,
            ([b'\n' | b'\r', ..], true) => hanzi = false,
            (rest, true) => at += pairs(writer, rest, at),
            (rest, false) => at += plain(writer, rest, at),
        }
    }
}

/// Reads the pairs up to the next escape or line end, or one byte that begins none.
fn pairs(writer: &mut Writer<'_>, rest: &[u8], at: usize) -> usize {
    let count = rest
        .chunks_exact(2)
        .take_while(|pair| is_pair(pair[0], pair[1]))
        .count();
    let high: Vec<u8> = rest[..count * 2].iter().map(|byte| byte | 0x80).collect();
    let (text, _) = Encoding::Hz.standard().decode_without_bom_handling(&high);
    writer.aligned(&text, at, |_| 2);
    if count == 0 {
        writer.malformed(Span::new(at, at + 1));
        return 1;
    }
    count * 2
}

/// Reads what stands outside the escapes, up to the next `~`.
fn plain(writer: &mut Writer<'_>, rest: &[u8], at: usize) -> usize {
    let len = memchr::memchr(b'~', &rest[1..]).map_or(rest.len(), |next| next + 1);
    super::plain::read_utf8(writer, &writer.bytes()[..at + len], at);
    len
}

/// Whether bytes without high bits are HZ: what stands between its escapes is hanzi, all of it.
pub(super) fn is_likely(bytes: &[u8]) -> bool {
    let mut good = 0;
    let mut bad = 0;
    for open in memchr::memmem::find_iter(bytes, b"~{").take(64) {
        let rest = &bytes[open + 2..];
        let line = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
        let inside = memchr::memmem::find(line, b"~}").map_or(line, |end| &line[..end]);
        // First bytes 21 to 29 are marks, 30 to 77 hanzi.
        let pairs = inside.chunks(2);
        for pair in pairs {
            match pair {
                [0x21..=0x29 | 0x30..=0x77, 0x21..=0x7E] => good += 1,
                _ => bad += 1,
            }
        }
    }
    good > 0 && bad * 20 <= good
}

/// Whether two bytes are a character of GB 2312 without their high bits.
const fn is_pair(first: u8, second: u8) -> bool {
    matches!(first, 0x21..=0x7D) && matches!(second, 0x21..=0x7E)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> crate::text::Text {
        let mut writer = Writer::new(bytes, Encoding::Hz);
        read(&mut writer, bytes, 0);
        writer.finish().0
    }

    #[test]
    fn escapes_are_gaps() {
        let bytes = b"~{JP?FP-~}2003~~\n";
        let text = decoded(bytes);
        assert_eq!(text.as_str(), "市科协2003~\n");
        assert_eq!(text.source(Span::new(3, 6)), Span::new(4, 6));
        assert_eq!(text.source(Span::new(9, 13)), Span::new(10, 14));
    }

    #[test]
    fn what_is_no_pair_is_replaced() {
        assert_eq!(decoded(b"~{JP\x01?F~}a").as_str(), "市\u{FFFD}科a");
        assert_eq!(decoded(b"~{JP?").as_str(), "市\u{FFFD}");
        assert_eq!(decoded(b"~{JP\n?F").as_str(), "市\n?F");
    }
}
