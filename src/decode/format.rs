//! What kind of document bytes are, by what stands in them; the name is asked only where they do not tell.
//!
//! In: `7B 5C 72 74 66 …` in a file named `通知.doc`. Out: RTF, and a doubt about the ending.

use super::Problem;
use super::pack::Pack;
use crate::error::{Code, Warning};
use crate::text::Span;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Plain,
    Html,
    /// A page with its pictures in one file, as browsers save it.
    Mht,
    /// Word since 2007.
    Docx,
    /// Word 2003 as one XML file.
    WordXml,
    /// Word 97 to 2003, and WPS.
    Doc,
    Rtf,
    Pdf,
    /// GB/T 33190.
    Ofd,
    Xlsx,
    /// Excel 97 to 2003, and the sheets of WPS.
    Xls,
    Csv,
}

/// Endings of names, and the formats that they are used for.
const ENDINGS: &[(&str, &[Format])] = &[
    ("txt", &[Format::Plain]),
    ("text", &[Format::Plain]),
    ("md", &[Format::Plain]),
    ("html", &[Format::Html]),
    ("htm", &[Format::Html]),
    ("shtml", &[Format::Html]),
    ("xhtml", &[Format::Html]),
    ("mht", &[Format::Mht]),
    ("mhtml", &[Format::Mht]),
    ("docx", &[Format::Docx]),
    ("docm", &[Format::Docx]),
    ("doc", &[Format::Doc]),
    ("wps", &[Format::Doc, Format::Docx]),
    ("rtf", &[Format::Rtf]),
    ("pdf", &[Format::Pdf]),
    ("ofd", &[Format::Ofd]),
    ("xlsx", &[Format::Xlsx]),
    ("xls", &[Format::Xls]),
    ("et", &[Format::Xls, Format::Xlsx]),
    ("csv", &[Format::Csv]),
    ("tsv", &[Format::Csv]),
];

/// Whether files with this ending hold notices.
pub(crate) fn is_document(ending: &str) -> bool {
    ENDINGS
        .iter()
        .any(|(known, _)| known.eq_ignore_ascii_case(ending))
}

/// Beginnings of documents that are known whatever they are called.
const BEGINNINGS: [&[u8]; 4] = [
    b"%PDF-",
    b"{\\rtf",
    b"PK\x03\x04",
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
];

/// Whether the first bytes of a file are those of a document, or of something that may be one.
pub(crate) fn may_be_document(head: &[u8]) -> bool {
    BEGINNINGS
        .iter()
        .any(|beginning| head.starts_with(beginning))
        || is_page(head)
}

/// Whether all bytes of a file leave no doubt. Programs pack much else into zip archives and compound files.
pub(crate) fn is_surely_document(bytes: &[u8]) -> bool {
    let has = |words: &[u8]| memchr::memmem::find(bytes, words).is_some();
    let wide = |name: &str| has(&name.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<_>>());
    if bytes.starts_with(BEGINNINGS[2]) {
        return has(b"word/document") || has(b"xl/workbook") || has(b"OFD.xml");
    }
    if bytes.starts_with(BEGINNINGS[3]) {
        return wide("WordDocument") || wide("Workbook");
    }
    may_be_document(bytes)
}

fn is_page(bytes: &[u8]) -> bool {
    let head = letters(bytes);
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

impl Format {
    /// The media type that records carry.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "text/plain",
            Self::Html => "text/html",
            Self::Mht => "multipart/related",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::WordXml => "application/xml",
            Self::Doc => "application/msword",
            Self::Rtf => "application/rtf",
            Self::Pdf => "application/pdf",
            Self::Ofd => "application/ofd",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Xls => "application/vnd.ms-excel",
            Self::Csv => "text/csv",
        }
    }

    /// For people.
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "纯文本",
            Self::Html => "网页",
            Self::Mht => "单个文件网页",
            Self::Docx => "Word文档（docx）",
            Self::WordXml => "Word 2003 XML",
            Self::Doc => "旧版Word文档（doc）",
            Self::Rtf => "RTF",
            Self::Pdf => "PDF",
            Self::Ofd => "OFD",
            Self::Xlsx => "Excel工作簿（xlsx）",
            Self::Xls => "旧版Excel工作簿（xls）",
            Self::Csv => "CSV",
        }
    }
}

/// The ending of a name, without its dot.
fn ending(name: &str) -> &str {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn by_name(name: &str) -> Option<&'static [Format]> {
    let ending = ending(name);
    ENDINGS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(ending))
        .map(|(_, formats)| *formats)
}

/// Says that the ending of `name` promises something else than `format`.
pub(super) fn doubt(name: &str, format: Format) -> Option<Warning> {
    let promised = by_name(name)?;
    (!promised.contains(&format)).then(|| {
        let message = format!("扩展名是.{}，内容是{}", ending(name), format.name());
        Warning::new(Code::WrongExtension, message, Span::new(0, 0))
    })
}

/// What `bytes` under this name are.
pub(super) fn of(bytes: &[u8], name: &str) -> Result<Format, Problem> {
    let promised = by_name(name).unwrap_or_default();
    if bytes.starts_with(b"PK\x03\x04") {
        return office(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return super::doc::kind(bytes);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Ok(Format::Rtf);
    }
    // Some servers put a line or two before it.
    if memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some() {
        return Ok(Format::Pdf);
    }
    let head = letters(bytes);
    if head.contains("<w:worddocument")
        || head.contains("<?mso-application progid=\"word.document\"")
    {
        return Ok(Format::WordXml);
    }
    if head.contains("mime-version:")
        && (head.contains("multipart/related") || promised.contains(&Format::Mht))
    {
        return Ok(Format::Mht);
    }
    const STARTS: [&str; 5] = ["<!doctype html", "<html", "<head", "<body", "<meta"];
    let page = STARTS.iter().any(|start| head.starts_with(start))
        || head.starts_with("<?xml") && head.contains("<html")
        || head.starts_with("<!--") && head.contains("<html")
        || head.contains("xmlns:o=\"urn:schemas-microsoft-com:office:office\"");
    let named = promised.contains(&Format::Html) && memchr::memchr(b'<', bytes).is_some();
    // Systems of offices export “xls” that is a page with one table.
    let exported =
        !promised.is_empty() && !promised.contains(&Format::Plain) && head.starts_with("<table");
    if page || named || exported {
        return Ok(Format::Html);
    }
    if promised.contains(&Format::Csv) {
        return Ok(Format::Csv);
    }
    Ok(Format::Plain)
}

/// The beginning in small letters, without the zeros that UTF-16 has between them.
fn letters(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(2048)];
    let text: String = head
        .iter()
        .filter(|byte| **byte != 0 && byte.is_ascii())
        .map(|byte| byte.to_ascii_lowercase() as char)
        .collect();
    text.trim_start().to_owned()
}

/// Which office document a zip archive is.
fn office(bytes: &[u8]) -> Result<Format, Problem> {
    let pack = Pack::open(bytes)?;
    let mut format = None;
    for name in pack.names() {
        let name = name.trim_start_matches('/').to_ascii_lowercase();
        format = match name.as_str() {
            "ofd.xml" => Some(Format::Ofd),
            _ if name.starts_with("word/") => Some(Format::Docx),
            _ if name.starts_with("xl/") => Some(Format::Xlsx),
            _ => continue,
        };
        break;
    }
    format.ok_or_else(|| {
        Problem::from(
            "it is a zip archive and no document that can be read (docx, xlsx, ofd): name it .zip, or save it as one of these",
        )
    })
}

/// Whether a zip archive is a document, going by the names of its members.
pub(crate) fn is_office<'n>(mut names: impl Iterator<Item = &'n [u8]>) -> bool {
    names.any(|name| {
        let name = name.to_ascii_lowercase();
        name == b"ofd.xml"
            || name == b"[content_types].xml"
            || name == b"mimetype"
            || name.starts_with(b"word/")
            || name.starts_with(b"xl/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_without_a_name() {
        let word = [BEGINNINGS[3], b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"].concat();
        for sure in [
            &word[..],
            b"%PDF-1.4",
            b"{\\rtf1",
            b"\n<HTML>",
            b"PK\x03\x04 word/document.xml",
        ] {
            assert!(
                may_be_document(sure) && is_surely_document(sure),
                "{sure:?}"
            );
        }
        for other in [BEGINNINGS[2], BEGINNINGS[3]] {
            assert!(may_be_document(other) && !is_surely_document(other));
        }
        assert!(!may_be_document("各县区科协：".as_bytes()) && !may_be_document(b"\x89PNG"));
    }

    #[test]
    fn content_decides_and_the_name_is_doubted() {
        for (bytes, name, format, doubted) in [
            (&b"{\\rtf1 "[..], "a.doc", Format::Rtf, true),
            (b"<HTML><body>", "a.doc", Format::Html, true),
            (b"<HTML><body>", "a.htm", Format::Html, false),
            (b"<p>a</p>", "a.html", Format::Html, false),
            (b"<table><tr>", "a.xls", Format::Html, true),
            (b"a < b", "a.txt", Format::Plain, false),
            (b"abc", "a.docx", Format::Plain, true),
            (b"a,b", "a.csv", Format::Csv, false),
            (b"%PDF-1.4", "a", Format::Pdf, false),
            (b"<\0h\0t\0m\0l\0>\0", "a.htm", Format::Html, false),
            (
                b"<?xml version=\"1.0\"?><w:wordDocument>",
                "a.xml",
                Format::WordXml,
                false,
            ),
            (
                b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;",
                "a.mht",
                Format::Mht,
                false,
            ),
        ] {
            assert_eq!(of(bytes, name).ok(), Some(format), "{name}");
            assert_eq!(doubt(name, format).is_some(), doubted, "{name}");
        }
    }
}
