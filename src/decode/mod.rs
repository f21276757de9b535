//! Bytes of any encoding become a [`Text`].
//!
//! In: a source as archived. Out: its words, each with the way back to its bytes, and what was doubtful.
//! `B8 F7 CF D8 0A` (GBK, from an old `.txt`) becomes `各县` and a line end; the span of `县` is `[2,4]`.
//!
//! | file | question |
//! |---|---|
//! | `format.rs` | Which format? |
//! | `binary.rs` | Is it text at all? |
//! | `encoding.rs` | In which encoding? |
//! | `score.rs` | How much does a reading look like Chinese? |
//! | `plain.rs` | Which characters, and from which bytes? |
//! | `mixed.rs` | Are some lines in another encoding? |
//! | `hz.rs` | The same for HZ, which `encoding_rs` does not read. |
//! | `html/`, `csv.rs` | Which of the characters are words? Spans point at the file. |
//! | `docx.rs`, `doc.rs`, `rtf.rs`, `pdf/`, `ofd.rs`, `workbook.rs` | Which words would a reader see? Spans count bytes of these words. |
//! | `grid.rs`, `layout.rs`, `ruled.rs`, `list.rs`, `numbering.rs`, `pack.rs`, `xml.rs` | What several of them share. |

mod binary;
mod csv;
mod doc;
mod docx;
mod encoding;
pub(crate) mod format;
mod grid;
mod html;
mod hz;
mod layout;
mod list;
mod mixed;
mod numbering;
mod ofd;
mod pack;
mod pdf;
mod plain;
mod rtf;
mod ruled;
mod score;
mod workbook;
mod xml;

use crate::error::{Code, Error, Limit, Warning};
use crate::source::{Source, mime};
use crate::text::{Span, Text};
use format::Format;
pub(crate) use html::entity;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An encoding that notices are archived in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoding {
    /// With or without byte-order mark.
    Utf8,
    /// With all that it took over: GB 2312, GBK, code page 936.
    Gb18030,
    /// With the additions of Hong Kong (嘅, 啲).
    Big5,
    /// Low byte first, as Windows saves “Unicode”.
    Utf16Le,
    /// High byte first.
    Utf16Be,
    /// GB 2312 in seven bits between `~{` and `~}`, from the days of mail gateways.
    Hz,
}

impl Encoding {
    /// The name that records carry.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Hz => "HZ-GB-2312",
        }
    }

    /// How `encoding_rs` calls it. What stands between the escapes of HZ is GB 2312.
    pub(crate) const fn standard(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Gb18030 | Self::Hz => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
        }
    }
}

impl Encoding {
    /// Which of ours an encoding of the web is.
    fn of(standard: &encoding_rs::Encoding) -> Option<Self> {
        let standard = if standard == encoding_rs::GBK {
            encoding_rs::GB18030
        } else {
            standard
        };
        [Self::Utf8, Self::Gb18030, Self::Big5]
            .into_iter()
            .find(|encoding| encoding.standard() == standard)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A source read as text.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// Its words and their way back to its bytes.
    pub text: Text,
    /// What they were read in.
    pub encoding: Encoding,
    /// What the source turned out to be: `text/html`.
    pub media_type: &'static str,
    /// The bytes that spans count, where they are not those of the source: the words that a packed document shows.
    pub part: Option<Vec<u8>>,
    /// Doubts, with spans in the source.
    pub warnings: Vec<Warning>,
}

impl Decoded {
    /// The bytes that spans count.
    pub fn bytes<'a>(&'a self, source: &'a Source) -> &'a [u8] {
        self.part.as_deref().unwrap_or(&source.bytes)
    }
}

/// What keeps a document from being read, before it is known by name.
#[derive(Debug)]
enum Problem {
    /// What is wrong and what helps.
    Wrong(String),
    /// A limit, and where it lies.
    Limit(Limit, u64),
}

impl From<&str> for Problem {
    fn from(problem: &str) -> Self {
        Self::Wrong(problem.to_owned())
    }
}

impl From<String> for Problem {
    fn from(problem: String) -> Self {
        Self::Wrong(problem)
    }
}

impl Problem {
    fn of(self, source: &Source) -> Error {
        let name = source.name.clone();
        match self {
            Self::Wrong(problem) => Error::Decode { name, problem },
            Self::Limit(limit, allowed) => Error::Limit {
                name,
                limit,
                allowed,
            },
        }
    }
}

/// Reads the words of `source`, whatever its format, in the encoding that they are most likely in.
///
/// # Errors
/// They are no text, damaged, or more than a limit allows.
pub fn decode(source: &Source) -> Result<Decoded, Error> {
    let bytes = source.bytes.as_slice();
    let read = || {
        check_len("the source", bytes.len())?;
        let format = format::of(bytes, &source.name)?;
        let mut decoded = match format {
            Format::Plain => {
                let mut decoded = plain_text(bytes, false)?;
                decoded.media_type = source.media_type;
                decoded
            }
            Format::Html => page(bytes)?,
            Format::Csv => {
                let mut decoded = plain_text(bytes, false)?;
                csv::read(&mut decoded.text)?;
                decoded
            }
            Format::Mht => {
                let part = mime::page(bytes)
                    .ok_or_else(|| Problem::from("there is no page in it: get the file anew"))?;
                let decoded = page(&part)?;
                Decoded {
                    part: Some(part),
                    ..decoded
                }
            }
            Format::Docx => shown(docx::read(bytes)?)?,
            Format::WordXml => shown(docx::read_flat(plain_text(bytes, false)?.text.as_str())?)?,
            Format::Doc => shown(doc::read(bytes)?)?,
            Format::Rtf => shown(rtf::read(bytes)?)?,
            Format::Pdf => {
                let (words, unread) = pdf::read(bytes)?;
                let mut decoded = shown(words)?;
                decoded.warnings.extend(unread);
                decoded
            }
            Format::Ofd => shown(ofd::read(bytes)?)?,
            Format::Xlsx | Format::Xls => shown(workbook::read(bytes)?)?,
        };
        if format != Format::Plain {
            decoded.media_type = format.media_type();
        }
        decoded.warnings.extend(format::doubt(&source.name, format));
        Ok(decoded)
    };
    guarded(read).map_err(|problem| problem.of(source))
}

/// Libraries that read formats of others panic on damaged files now and then.
fn guarded<T>(read: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Problem::from(
            "it is damaged in a way that its reader cannot deal with: open it in an office program and save it anew",
        ))
    })
}

/// Reads text in the encoding that `bytes` are most likely in; a page may name one.
fn plain_text(bytes: &[u8], page: bool) -> Result<Decoded, Problem> {
    if let Some(problem) = binary::known_format(bytes) {
        return Err(Problem::from(problem));
    }
    let mut choice = encoding::choose(bytes);
    if let Some(problem) = binary::no_text(bytes, &choice) {
        return Err(Problem::Wrong(problem));
    }
    let declared = if page { html::declared(bytes) } else { None };
    if let Some(declared) = declared.and_then(Encoding::of)
        && choice.doubt.is_some()
        && declared != choice.encoding
        && read(
            bytes,
            declared,
            choice.mark,
            &[(declared, Span::new(choice.mark, bytes.len()))],
        )
        .is_ok_and(|decoded| decoded.warnings.is_empty())
    {
        choice.encoding = declared;
        choice.doubt = None;
        choice.cut = 0;
    }
    let after = choice.mark + choice.cut;
    let stretches = if choice.valid && choice.encoding == Encoding::Utf8 {
        vec![(Encoding::Utf8, Span::new(after, bytes.len()))]
    } else {
        mixed::stretches(bytes, after, choice.encoding)
    };
    let mut decoded = read(bytes, choice.encoding, choice.mark, &stretches)?;
    let other = |(encoding, _): &&(Encoding, Span)| *encoding != choice.encoding;
    if let Some((encoding, span)) = stretches.iter().find(other) {
        let count = stretches.iter().filter(other).count();
        let message = format!("有{count}处整行是{encoding}，其余是{}", choice.encoding);
        let warning = Warning::new(Code::EncodingUncertain, message, *span);
        decoded.warnings.push(warning);
    }
    if let Some(doubt) = choice.doubt {
        let all = Span::new(0, bytes.len());
        decoded
            .warnings
            .insert(0, Warning::new(Code::EncodingUncertain, doubt, all));
    }
    Ok(decoded)
}

/// Reads a page of the web.
fn page(bytes: &[u8]) -> Result<Decoded, Problem> {
    let mut decoded = plain_text(bytes, true)?;
    html::read(&mut decoded.text)?;
    if decoded.text.as_str().trim().is_empty() {
        return Err(Problem::from(
            "it is a page without words, perhaps filled in by a script: save it from a browser",
        ));
    }
    Ok(decoded)
}

/// What a packed document shows: the words are the bytes that spans count.
fn shown(words: String) -> Result<Decoded, Problem> {
    if words.trim().is_empty() {
        return Err(Problem::from(
            "it holds no words, perhaps only pictures of them: read it with a text recognizer first",
        ));
    }
    check_len("its text", words.len())?;
    Ok(Decoded {
        part: Some(words.clone().into_bytes()),
        text: Text::from_utf8(words),
        encoding: Encoding::Utf8,
        media_type: "text/plain",
        warnings: Vec::new(),
    })
}

/// Reads the bytes of `source` as text in an encoding known from elsewhere. A byte-order mark at
/// its beginning is left out.
///
/// # Errors
/// They are more than 4 GiB.
pub fn decode_as(source: &Source, encoding: Encoding) -> Result<Decoded, Error> {
    let wrong = |problem| Error::Decode {
        name: source.name.clone(),
        problem,
    };
    let bytes = source.bytes.as_slice();
    check_len("the source", bytes.len()).map_err(wrong)?;
    let mark = match encoding::byte_order_mark(bytes) {
        Some((marked, len)) if marked == encoding => len,
        _ => 0,
    };
    let all = [(encoding, Span::new(mark, bytes.len()))];
    read(bytes, encoding, mark, &all).map_err(wrong)
}

/// Reads the `stretches` of `bytes`; what lies between them and the `mark` of byte order is left over
/// from a character that was cut in two.
fn read(
    bytes: &[u8],
    encoding: Encoding,
    mark: usize,
    stretches: &[(Encoding, Span)],
) -> Result<Decoded, String> {
    let mut writer = plain::Writer::new(bytes, encoding);
    let mut at = mark;
    for &(encoding, span) in stretches {
        if at < span.start {
            writer.malformed(Span::new(at, span.start));
        }
        at = span.end;
        let bytes = &bytes[..span.end];
        match encoding {
            Encoding::Hz => hz::read(&mut writer, bytes, span.start),
            Encoding::Utf8 => plain::read_utf8(&mut writer, bytes, span.start),
            _ => plain::read(&mut writer, encoding, bytes, span.start),
        }
    }
    let (text, warnings) = writer.finish();
    // Two bytes of GBK are three of UTF-8: the text can pass the limit where the source does not.
    check_len("its text", text.as_str().len())?;
    Ok(Decoded {
        text,
        encoding,
        media_type: "text/plain",
        part: None,
        warnings,
    })
}

/// Places are kept in 32 bits: half the memory, and no notice comes near it.
fn check_len(what: &str, bytes: usize) -> Result<(), String> {
    if u32::try_from(bytes).is_ok() {
        return Ok(());
    }
    Err(format!(
        "{what} has {bytes} bytes, and 4 GiB is the limit: split it into single notices"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8]) -> Decoded {
        decode(&Source::plain("a.txt", bytes.to_vec())).expect("is text")
    }

    #[test]
    #[allow(clippy::panic)]
    fn a_reader_that_panics_is_a_failure_that_says_so() {
        let read = || -> Result<(), Problem> { panic!("a length of -1") };
        let told = guarded(read);
        assert!(matches!(told, Err(Problem::Wrong(words)) if words.contains("damaged")));
    }

    #[test]
    fn nothing_and_a_mark_alone_are_empty_texts() {
        for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"] {
            let decoded = read_all(bytes);
            assert_eq!(decoded.text.as_str(), "", "from {bytes:x?}");
            assert!(decoded.warnings.is_empty(), "from {bytes:x?}");
        }
    }

    #[test]
    fn hanzi_of_gbk_point_at_their_two_bytes() {
        let (bytes, _, _) = encoding_rs::GBK.encode("（牵头单位：市教育局）\n3月底前");
        let decoded = read_all(&bytes);
        assert_eq!(decoded.encoding, Encoding::Gb18030);
        let text = decoded.text.as_str();
        let start = text.find("市教育局").expect("stands there");
        let span = decoded.text.source(Span::new(start, start + 12));
        assert_eq!(span, Span::new(12, 20));
        let start = text.find('3').expect("stands there");
        assert_eq!(
            decoded.text.source(Span::new(start, start + 1)),
            Span::new(23, 24)
        );
    }

    #[test]
    fn bytes_that_fit_nothing_are_marked_and_told() {
        let mut bytes = encoding_rs::GBK.encode("各县区科协：\n").0.into_owned();
        bytes.extend([0xFF, 0xFF]);
        bytes.extend(encoding_rs::GBK.encode("请于6月15日前报送。").0.iter());
        let decoded = read_all(&bytes);
        assert_eq!(
            decoded.text.as_str(),
            "各县区科协：\n\u{FFFD}\u{FFFD}请于6月15日前报送。"
        );
        assert_eq!(decoded.warnings.len(), 1, "one for the whole stretch");
        assert_eq!(decoded.warnings[0].code, Code::InvalidBytes);
        assert_eq!(decoded.warnings[0].span, Span::new(13, 15));
        assert_eq!(decoded.text.edits().len(), 1);
    }

    #[test]
    fn a_pasted_line_is_read_in_its_own_encoding() {
        let gb = |words: &str| encoding_rs::GBK.encode(words).0.into_owned();
        let lines = [
            "关于印发工作要点的通知\n各县区科协：\n",
            "（责任单位：市科协）\n",
            "请于6月底前报送。\n",
        ];
        let bytes = [gb(lines[0]), lines[1].into(), gb(lines[2])].concat();
        let decoded = read_all(&bytes);
        assert_eq!(decoded.text.as_str(), lines.concat());
        assert_eq!(decoded.encoding, Encoding::Gb18030);
        assert_eq!(decoded.warnings.len(), 1);
        let utf8 = lines[0].repeat(9);
        let decoded = read_all(&[utf8.as_bytes(), &gb(lines[2])].concat());
        assert_eq!(decoded.text.as_str(), utf8 + lines[2]);
        assert_eq!(decoded.encoding, Encoding::Utf8);
    }

    #[test]
    fn warnings_end_in_a_summary() {
        let mut bytes = Vec::new();
        for _ in 0..500 {
            bytes.extend("各县区科学技术协会\n".as_bytes());
            bytes.push(0xFF);
        }
        let decoded = read_all(&bytes);
        assert_eq!(decoded.encoding, Encoding::Utf8);
        assert_eq!(decoded.warnings.len(), 101);
        assert!(decoded.warnings[100].message.contains("400处"));
        let many = decode(&Source::plain("a.txt", bytes.repeat(30))).expect("is text");
        assert!(many.warnings[100].message.contains("14900处"));
        assert_eq!(many.warnings[100].span.end, bytes.len() * 30);
        assert_eq!(many.text.edits().len(), 10_000);
    }

    #[test]
    fn what_is_no_text_is_told_by_its_name() {
        let zip = decode(&Source::plain("a.txt", b"PK\x03\x04....".to_vec()));
        assert!(zip.expect_err("no text").to_string().contains("zip"));
        let mut state = 1u32;
        let noise: Vec<u8> = (0..5000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        for len in [50, 200, 1000, 5000] {
            let some = noise[..len].to_vec();
            let problem = decode(&Source::plain("b.txt", some));
            assert!(problem.expect_err("no text").to_string().contains("binary"));
        }
        assert!(decode(&Source::plain("c.txt", vec![0; 4096])).is_err());
    }

    /// Chunks end anywhere: in a character, in a bad place, between what was consumed and what it is.
    #[test]
    fn long_sources_are_read_as_short_ones() {
        let tail: Vec<u8> = [
            &b"\x81\x30\x81"[..],
            "牵头".as_bytes(),
            b"\x88\x62\x88\xA5\x81\x30\x41\xFF\xD8\x00\xDC\x34\xD8\x1E\xDD",
        ]
        .concat();
        for pad in 32 * 1024 - 24..32 * 1024 + 2 {
            for encoding in [Encoding::Gb18030, Encoding::Big5, Encoding::Utf16Le] {
                let bytes = [&vec![b'a'; pad], tail.as_slice()].concat();
                let decoded =
                    decode_as(&Source::plain("a.txt", bytes.clone()), encoding).expect("is small");
                let (want, _) = encoding.standard().decode_without_bom_handling(&bytes);
                assert_eq!(decoded.text.as_str(), want, "{pad} {encoding}");
                let end = decoded.text.as_str().len();
                let last = decoded.text.source(Span::new(end - 1, end));
                assert_eq!(last.end, bytes.len(), "{pad} {encoding}");
            }
        }
    }

    #[test]
    fn a_nul_in_a_text_is_kept_for_the_normalizer() {
        let decoded = read_all("关于印发\0工作要点的通知\0\0\0\0\0\0".as_bytes());
        assert_eq!(decoded.encoding, Encoding::Utf8);
        assert!(decoded.text.as_str().contains('\0'));
        let gbk = encoding_rs::GBK.encode("关于印发\0工作要点的通知\0\0\0\0\0\0");
        assert_eq!(read_all(&gbk.0).encoding, Encoding::Gb18030);
    }
}
