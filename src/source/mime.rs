//! Mail and pages saved as mail: headers, parts, and what the parts were wrapped in for the way.
//!
//! In: `Content-Transfer-Encoding: base64`, `ueO087fvzPW1xA==`. Out: the bytes of each part, with its name and its type.

use encoding_rs::{Encoding, GBK};
use memchr::memmem;

/// Parts in parts.
const DEEPEST: usize = 20;

/// Parts of one mail.
const MOST_PARTS: usize = 10_000;

/// One part that holds no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// `text/html`, in small letters.
    pub media_type: String,
    /// The name it was attached by.
    pub name: Option<String>,
    pub bytes: Vec<u8>,
}

/// The subject of a mail and its parts in order.
pub(crate) fn parts(mail: &[u8]) -> (Option<String>, Vec<Part>) {
    let mut found = Vec::new();
    let mut subject = None;
    // Parts that are still to be taken apart, the next one last.
    let mut open = vec![(mail, 0)];
    while let Some((bytes, depth)) = open.pop() {
        let (headers, body) = split(bytes);
        let get = |name: &str| {
            headers
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_str())
        };
        if depth == 0 {
            subject = get("subject").map(words);
        }
        let kind = get("content-type").unwrap_or("text/plain");
        let media_type = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if media_type.starts_with("multipart/")
            && depth < DEEPEST
            && let Some(boundary) = parameter(kind, "boundary")
        {
            let mut inner = pieces(body, &boundary);
            inner.truncate(MOST_PARTS);
            open.extend(inner.into_iter().rev().map(|piece| (piece, depth + 1)));
            continue;
        }
        let coding = get("content-transfer-encoding")
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let name = get("content-disposition")
            .and_then(|value| parameter(value, "filename"))
            .or_else(|| parameter(kind, "name"))
            .map(|name| words(&name));
        found.push(Part {
            media_type,
            name,
            bytes: match coding.as_str() {
                "base64" => base64(body),
                "quoted-printable" => quoted_printable(body),
                _ => body.to_vec(),
            },
        });
        if found.len() >= MOST_PARTS {
            break;
        }
    }
    (subject, found)
}

/// The page in a mail that a browser saved one as.
pub(crate) fn page(mail: &[u8]) -> Option<Vec<u8>> {
    let (_, parts) = parts(mail);
    let mut pages: Vec<_> = parts
        .into_iter()
        .filter(|part| part.media_type == "text/html" || part.media_type == "application/xhtml+xml")
        .collect();
    // Frames come after the page that they stand in; the longest holds the text.
    pages.sort_by_key(|part| std::cmp::Reverse(part.bytes.len()));
    pages.into_iter().next().map(|part| part.bytes)
}

/// Headers with their lines joined, and what stands after the empty line.
fn split(bytes: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
        let line = bytes[at..end].trim_ascii_end();
        at = end;
        if line.is_empty() {
            break;
        }
        let line = text(line);
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((key, value)) = line.split_once(':') {
            headers.push((key.trim().to_owned(), value.trim().to_owned()));
        }
        if headers.len() > 1000 {
            break;
        }
    }
    (headers, &bytes[at..])
}

/// Names in mails and archives from old programs are bare GBK. Two hanzi of it can be valid UTF-8, too (通 is U+0368): what has no
/// character of East Asia in UTF-8 and is sound in GBK is GBK.
pub(crate) fn text(bytes: &[u8]) -> String {
    let gbk = || GBK.decode_without_bom_handling_and_without_replacement(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() || text.chars().any(|c| c >= '\u{800}') => text.to_owned(),
        Ok(text) => gbk().map_or_else(|| text.to_owned(), |text| text.into_owned()),
        Err(_) => GBK.decode(bytes).0.into_owned(),
    }
}

/// What stands between the lines `--boundary`.
fn pieces<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = [b"--", boundary.as_bytes()].concat();
    let mut pieces = Vec::new();
    let mut from: Option<usize> = None;
    for at in memmem::find_iter(body, &mark) {
        if at > 0 && body[at - 1] != b'\n' {
            continue;
        }
        if let Some(from) = from.take() {
            pieces.push(
                body[from..at]
                    .strip_suffix(b"\n")
                    .map_or(&body[from..at], |piece| {
                        piece.strip_suffix(b"\r").unwrap_or(piece)
                    }),
            );
        }
        let after = at + mark.len();
        if body[after..].starts_with(b"--") {
            return pieces;
        }
        from = memchr::memchr(b'\n', &body[after..]).map(|end| after + end + 1);
    }
    // A mail that was cut off.
    pieces.extend(from.map(|from| &body[from..]));
    pieces
}

/// A parameter of a header: `boundary="----=_Part"`, `filename*=UTF-8''%E9%80%9A`.
fn parameter(value: &str, name: &str) -> Option<String> {
    for part in value.split(';').skip(1) {
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let value = value.trim().trim_matches('"');
        let key = key.trim();
        if key.eq_ignore_ascii_case(name) {
            return Some(value.to_owned());
        }
        if key
            .strip_suffix('*')
            .is_some_and(|key| key.eq_ignore_ascii_case(name))
        {
            let mut marks = value.splitn(3, '\'');
            let (charset, _, coded) = (marks.next()?, marks.next()?, marks.next()?);
            return Some(decoded(&percent(coded), charset));
        }
    }
    None
}

fn percent(coded: &str) -> Vec<u8> {
    hex_marks(coded.as_bytes(), b'%')
}

/// Bytes written as a mark and two digits.
fn hex_marks(bytes: &[u8], mark: u8) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| (*byte as char).to_digit(16));
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (Some(high), Some(low)) if bytes[at] == mark => {
                plain.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    plain
}

fn decoded(bytes: &[u8], charset: &str) -> String {
    Encoding::for_label(charset.as_bytes()).map_or_else(
        || text(bytes),
        |encoding| encoding.decode(bytes).0.into_owned(),
    )
}

/// Words of a header: `=?GB2312?B?zajWqg==?=` is 通知.
fn words(value: &str) -> String {
    let mut plain = String::new();
    let mut rest = value;
    while let Some(start) = rest.find("=?") {
        let mut fields = rest[start + 2..].splitn(4, '?');
        let (Some(charset), Some(coding), Some(coded), Some(after)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            break;
        };
        let Some(after) = after.strip_prefix('=') else {
            break;
        };
        let before = &rest[..start];
        // Blanks between two coded words are only there for the line's length.
        if !before.trim().is_empty() || plain.is_empty() {
            plain.push_str(before);
        }
        let bytes = if coding.eq_ignore_ascii_case("B") {
            base64(coded.as_bytes())
        } else {
            hex_marks(coded.replace('_', " ").as_bytes(), b'=')
        };
        plain.push_str(&decoded(&bytes, charset));
        rest = after;
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

fn base64(coded: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(coded.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in coded {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            plain.push((bits >> count) as u8);
        }
    }
    plain
}

fn quoted_printable(coded: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(coded.len());
    let mut rest = coded;
    while let Some(at) = memchr::memchr(b'=', rest) {
        joined.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        match end {
            Some(end) if after[end] == b'\n' => rest = &after[end + 1..],
            _ => {
                joined.push(b'=');
                rest = after;
            }
        }
    }
    joined.extend_from_slice(rest);
    hex_marks(&joined, b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_unwrapped() {
        let mail = b"Subject: =?GB2312?B?zajWqg==?= =?UTF-8?Q?=E4=B8=80?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n\
            --b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=CD=A8=\r\n=D6=AA</p>\r\n\
            --b\r\nContent-Type: application/msword; name*=UTF-8''%E9%80%9A.doc\r\nContent-Transfer-Encoding: base64\r\n\r\nzajW\r\nqg==\r\n--b--\r\n";
        let (subject, parts) = parts(mail);
        assert_eq!(subject.as_deref(), Some("通知一"));
        assert_eq!(parts.len(), 2);
        assert_eq!(GBK.decode(&parts[0].bytes).0, "<p>通知</p>");
        assert_eq!(parts[1].name.as_deref(), Some("通.doc"));
        assert_eq!(GBK.decode(&parts[1].bytes).0, "通知");
        assert_eq!(page(mail).map(|page| page.len()), Some(11));
    }

    #[test]
    fn torn_mails_do_no_harm() {
        for mail in [
            "",
            "\n",
            "Content-Type: multipart/x; boundary=",
            "a: =?x?",
            "Content-Type: multipart/x; boundary=b\n\n--b",
            "=?a?b?c",
        ] {
            parts(mail.as_bytes());
            words(mail);
        }
    }
}
