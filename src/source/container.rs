//! What a file is that holds others, and what those are called.
//!
//! In: the first bytes of a stream, and its name where they say nothing. Out: whether it is a zip archive, a mail, a dataset …
//! `a.jsonl.gz` holds `a.jsonl`.

use super::Reading;

/// What holds several notices, or one that is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Zip,
    SevenZip,
    Tar,
    Gzip,
    Zstd,
    Mail,
    JsonLines,
    Parquet,
    Warc,
}

/// Whether a name is that of a container that folders are searched for.
pub(super) fn is_container(name: &str, reading: &Reading) -> bool {
    let name = name.to_ascii_lowercase();
    let inner = [".gz", ".zst"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    if let Some(inner) = inner {
        return inner
            .rsplit_once('.')
            .is_none_or(|_| super::walk::is_taken(inner, reading));
    }
    match by_name(&name) {
        Some(Container::JsonLines | Container::Parquet) => reading.fields.asked,
        found => found.is_some(),
    }
}

/// Whether a name is that of a dataset, perhaps packed.
pub(super) fn is_dataset(name: &str) -> bool {
    let inner = [".gz", ".zst"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    matches!(
        by_name(inner.unwrap_or(name)),
        Some(Container::JsonLines | Container::Parquet)
    )
}

fn by_name(name: &str) -> Option<Container> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match ending.as_str() {
        "zip" => Container::Zip,
        "7z" => Container::SevenZip,
        "tar" => Container::Tar,
        "tgz" | "gz" => Container::Gzip,
        "zst" => Container::Zstd,
        "eml" => Container::Mail,
        "jsonl" | "ndjson" => Container::JsonLines,
        "parquet" => Container::Parquet,
        "warc" => Container::Warc,
        _ => return None,
    })
}

/// What the first bytes of a stream say, and its name where they say nothing.
pub(super) fn kind(head: &[u8], name: &str, rows: bool) -> Option<Container> {
    let tar = head.get(257..262) == Some(b"ustar");
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Container::Zip),
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Some(Container::SevenZip),
        [0x1F, 0x8B, ..] => Some(Container::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Container::Zstd),
        [b'P', b'A', b'R', b'1', ..] => Some(Container::Parquet),
        _ if tar => Some(Container::Tar),
        _ if head.starts_with(b"WARC/") => Some(Container::Warc),
        _ => match by_name(name) {
            // Their first bytes would have told.
            Some(Container::JsonLines) => Some(Container::JsonLines),
            Some(Container::Mail) => Some(Container::Mail),
            Some(Container::Tar) => Some(Container::Tar),
            _ if name == "-" && rows && head.starts_with(b"{") => Some(Container::JsonLines),
            _ => None,
        },
    }
}

/// `a.jsonl.gz` holds `a.jsonl`, `a.tgz` holds `a.tar`.
pub(super) fn inner_name(name: &str, ending: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(ending) {
        name[..name.len() - ending.len()].to_owned()
    } else if lower.ends_with(".tgz") {
        format!("{}.tar", &name[..name.len() - 4])
    } else {
        name.to_owned()
    }
}

/// The name of a document that was packed by itself: `a.txt.gz!/a.txt`. Its ending says what it is.
pub(super) fn full_name(name: &str, inner: &str) -> String {
    if name == inner {
        name.to_owned()
    } else {
        format!("{name}!/{}", last(inner))
    }
}

fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}
