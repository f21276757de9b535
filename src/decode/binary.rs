//! What is no text, and what helps.
//!
//! In: `50 4B 03 04 …` in a file named `通知.txt`. Out: “a zip archive or an Office document, …”.
//! The usual failure of such programs is not a crash but nonsense written as if it were words.

use super::Encoding;
use super::encoding::Choice;

/// First bytes of formats that hold text or pictures of it, and what to do about them.
const FORMATS: [(&[u8], &str); 13] = [
    (
        b"PK\x05\x06",
        "it is an empty zip archive, not plain text: look where its members went",
    ),
    (
        b"\x1F\x8B",
        "it is gzip-compressed, not plain text: unpack it with `gunzip`",
    ),
    (
        b"Rar!\x1A\x07",
        "it is a RAR archive, not plain text: unpack it",
    ),
    (
        b"7z\xBC\xAF\x27\x1C",
        "it is a 7z archive, not plain text: unpack it",
    ),
    (
        b"\x28\xB5\x2F\xFD",
        "it is zstd-compressed, not plain text: unpack it with `unzstd`",
    ),
    (
        b"\xFD7zXZ\0",
        "it is xz-compressed, not plain text: unpack it with `unxz`",
    ),
    (
        b"BZh",
        "it is bzip2-compressed, not plain text: unpack it with `bunzip2`",
    ),
    (b"MSCF", "it is a CAB archive, not plain text: unpack it"),
    (
        b"\x89PNG\r\n\x1A\n",
        "it is a picture (PNG), not plain text: read it with a text recognizer first",
    ),
    (
        b"\xFF\xD8\xFF",
        "it is a picture (JPEG), not plain text: read it with a text recognizer first",
    ),
    (
        b"GIF8",
        "it is a picture (GIF), not plain text: read it with a text recognizer first",
    ),
    (
        b"SQLite format 3\0",
        "it is a SQLite database, not plain text: export its texts first",
    ),
    (
        b"\x7FELF",
        "it is a program, not plain text: leave it out of the input",
    ),
];

/// Marks of UTF-32, which no notice was ever archived in.
const UTF_32: [&[u8]; 2] = [b"\xFF\xFE\0\0", b"\0\0\xFE\xFF"];

/// What is wrong with bytes that begin like a format known not to be plain text.
pub(super) fn known_format(bytes: &[u8]) -> Option<&'static str> {
    if UTF_32.iter().any(|mark| bytes.starts_with(mark)) {
        return Some("it is in UTF-32: convert it with `iconv -f UTF-32 -t UTF-8`");
    }
    FORMATS
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, problem)| *problem)
}

/// What is wrong with bytes that look like no text even in the reading that fits them best.
pub(super) fn no_text(bytes: &[u8], choice: &Choice) -> Option<String> {
    let score = choice.score;
    if choice.encoding == Encoding::Hz || bytes.is_empty() {
        return None;
    }
    let all = (score.chars + score.errors).max(1);
    // Fields of fixed length are padded with zeros: those at the end say nothing.
    let body = bytes.len() - bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let zeros = memchr::memchr_iter(0, &bytes[..body.min(1 << 16)]).count();
    let wide = matches!(choice.encoding, Encoding::Utf16Le | Encoding::Utf16Be);
    if body == 0 || (!wide && zeros * 5 > body.min(1 << 16)) {
        return Some(
            "it is binary data (mostly zero bytes), not text: leave it out of the input".to_owned(),
        );
    }
    let odd = score.controls + score.errors;
    // Without a mark, and not valid UTF-8: only its characters can tell that it is text.
    let told = choice.mark > 0 || (choice.encoding == Encoding::Utf8 && score.errors == 0);
    let alien = !told && score.foreign >= 16 && score.share < 0.05;
    if alien || (score.controls > 4 && score.controls * 8 > all) {
        return Some(format!(
            "it is binary data or in an unknown encoding (as {}, {odd} of {all} characters are none and the others rare): \
             convert it to UTF-8, or leave it out of the input",
            choice.encoding
        ));
    }
    None
}
