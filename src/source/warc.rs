//! Pages of a web archive (ISO 28500), as crawlers of office sites write them.
//!
//! In: `WARC/1.0`, headers, and below them what the server sent. Out: each page that was found, named
//! `crawl.warc.gz!/http://kx.example.gov.cn/2021/t1.html`. Requests, redirects and errors of servers are no documents.

use super::feed::Feed;
use super::walk::other_kind;
use crate::decode::format;
use crate::error::Error;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;

/// What an answer is called that brings no page: a redirect, an error of the server.
const NO_PAGE: &str = "an answer of the server without a page";

/// Longest block of headers, in bytes.
const LONGEST: u64 = 1 << 20;

/// Hands on the pages of a web archive.
pub(super) fn read(feed: &mut Feed<'_, '_>, name: &str, stream: &mut dyn Read) -> ControlFlow<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let record = match headers(&mut stream) {
            Ok(None) => return ControlFlow::Continue(()),
            Ok(Some(record)) => record,
            Err(cause) => return feed.failed(name, cause),
        };
        let len = record
            .get("content-length")
            .and_then(|len| len.parse::<u64>().ok());
        let (true, Some(len)) = (record.first.starts_with("WARC/"), len) else {
            let problem = "it is a damaged web archive: get the file anew".to_owned();
            let name = name.to_owned();
            return (feed.take)(Err(Error::Decode { name, problem }));
        };
        let mut body = stream.by_ref().take(len);
        page(feed, name, &record, &mut body)?;
        let left = body.limit();
        match io::copy(&mut body, &mut io::sink()) {
            Ok(read) if read == left => {}
            Ok(_) => return feed.failed(name, io::ErrorKind::UnexpectedEof.into()),
            Err(cause) => return feed.failed(name, cause),
        }
    }
}

/// A first line and the headers below it.
struct Headers {
    first: String,
    fields: Vec<(String, String)>,
}

impl Headers {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads up to the empty line below headers; nothing at the end of the stream.
fn headers(stream: &mut dyn BufRead) -> io::Result<Option<Headers>> {
    let mut stream = stream.take(LONGEST);
    let mut found: Option<Headers> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line)? == 0 {
            return match found {
                None if stream.limit() > 0 => Ok(None),
                _ => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        let words = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
        match &mut found {
            None if words.is_empty() => {}
            None => {
                found = Some(Headers {
                    first: words,
                    fields: Vec::new(),
                });
            }
            Some(_) if words.is_empty() => return Ok(found),
            Some(headers) => {
                if let Some((key, value)) = words.split_once(':') {
                    let key = key.trim().to_ascii_lowercase();
                    headers.fields.push((key, value.trim().to_owned()));
                }
            }
        }
    }
}

/// Whether a record of this type can hold a notice.
fn wanted(media_type: &str, uri: &str) -> bool {
    let kind = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    let last = path.rsplit('/').next().unwrap_or_default();
    let named = last
        .rsplit_once('.')
        .is_some_and(|(_, ending)| format::is_document(ending));
    match kind.as_str() {
        "text/html"
        | "text/plain"
        | "application/xhtml+xml"
        | "application/pdf"
        | "application/msword"
        | "application/rtf"
        | "text/rtf"
        | "application/ofd"
        | "multipart/related" => true,
        "" | "application/octet-stream" | "application/zip" => named,
        _ if ["image/", "audio/", "video/", "font/"]
            .iter()
            .any(|of| kind.starts_with(of)) =>
        {
            false
        }
        _ => named || kind.contains("openxmlformats") || kind.contains("ms-excel"),
    }
}

fn page(
    feed: &mut Feed<'_, '_>,
    name: &str,
    record: &Headers,
    body: &mut dyn Read,
) -> ControlFlow<()> {
    let uri = record.get("warc-target-uri").unwrap_or_default();
    let uri = uri.trim_matches(['<', '>']);
    let name = format!("{name}!/{uri}");
    let kind = record.get("content-type").unwrap_or_default();
    match record.get("warc-type").unwrap_or_default() {
        "response" if kind.starts_with("application/http") => {
            let mut body = BufReader::new(body);
            let answer = match headers(&mut body) {
                Ok(Some(answer)) => answer,
                Ok(None) => return ControlFlow::Continue(()),
                Err(cause) => return feed.failed(&name, cause),
            };
            let found = answer.first.split_ascii_whitespace().nth(1) == Some("200");
            if !found || !wanted(answer.get("content-type").unwrap_or_default(), uri) {
                return feed.pass(|| name, if found { other_kind("") } else { NO_PAGE });
            }
            let chunked = answer
                .get("transfer-encoding")
                .is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
            let coding = answer
                .get("content-encoding")
                .unwrap_or_default()
                .to_ascii_lowercase();
            let plain: Box<dyn Read> = if chunked {
                let mut raw = Vec::new();
                let most = feed.reading.limits.document.saturating_add(LONGEST);
                if let Err(cause) = body.take(most).read_to_end(&mut raw) {
                    return feed.failed(&name, cause);
                }
                Box::new(Cursor::new(joined(&raw)))
            } else {
                Box::new(body)
            };
            match coding.as_str() {
                "gzip" | "x-gzip" => {
                    let mut plain = feed.meter.watch(MultiGzDecoder::new(plain));
                    feed.document(&name, &mut plain)
                }
                "deflate" => {
                    let mut plain = feed.meter.watch(ZlibDecoder::new(plain));
                    feed.document(&name, &mut plain)
                }
                _ => {
                    let mut plain = plain;
                    feed.document(&name, &mut plain)
                }
            }
        }
        "response" | "resource" | "conversion" if wanted(kind, uri) => {
            let mut body = body;
            feed.document(&name, &mut body)
        }
        "response" | "resource" | "conversion" => feed.pass(|| name, other_kind("")),
        _ => ControlFlow::Continue(()),
    }
}

/// The chunks of a body joined; what is not chunked although it says so stays as it is.
fn joined(raw: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let line = String::from_utf8_lossy(&rest[..end]);
        let digits = line.split(';').next().unwrap_or_default().trim();
        let Ok(len) = usize::from_str_radix(digits, 16) else {
            return if plain.is_empty() {
                raw.to_vec()
            } else {
                plain
            };
        };
        let from = end + 1;
        let to = from.saturating_add(len).min(rest.len());
        plain.extend_from_slice(&rest[from..to]);
        if len == 0 {
            break;
        }
        rest = rest.get(to..).unwrap_or_default();
        rest = rest
            .strip_prefix(b"\r\n")
            .or(rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn chunks_are_joined() {
        assert_eq!(joined(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), b"abcde");
        assert_eq!(joined(b"<html>\n"), b"<html>\n");
        assert_eq!(joined(b"ff\r\nabc"), b"abc");
        assert_eq!(joined(b"ffffffffffffffff\r\nabc"), b"abc");
        assert_eq!(joined(b""), b"");
    }
}
