//! Members of a `.zip` or `.tar`.
//!
//! In: an archive. Out: its members in the order of its list, each under `a.zip!/` and its own name; a name is only ever a label, no
//! member is written to disk by it. Names that are no UTF-8 are GBK, as Chinese Windows packs them. Links and devices are passed by.

use super::feed::{Feed, size};
use super::limit::Share;
use super::mime;
use super::walk::{NO_FILE, other_kind};
use crate::decode::format;
use crate::error::{Error, Limit};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;
use zip::result::ZipResult;

fn open(file: &File) -> ZipResult<ZipArchive<BufReader<&File>>> {
    catch_unwind(AssertUnwindSafe(|| ZipArchive::new(BufReader::new(file))))
        .unwrap_or_else(|_| Err(io::Error::other("its list of members is damaged").into()))
}

/// Whether a zip archive is an office document.
pub(super) fn is_document(file: &File) -> ZipResult<bool> {
    let archive = open(file)?;
    Ok(format::is_office(archive.file_names_raw()))
}

/// Hands on the members of a zip archive.
pub(super) fn zip(
    feed: &mut Feed<'_, '_>,
    name: &str,
    file: File,
    depth: usize,
) -> ControlFlow<()> {
    let wrong = |problem: &str| {
        Err(Error::Decode {
            name: name.to_owned(),
            problem: problem.to_owned(),
        })
    };
    let mut archive = match open(&file) {
        Ok(archive) => archive,
        Err(error) => {
            return (feed.take)(wrong(&format!(
                "it is a damaged zip archive ({error}): get the file anew"
            )));
        }
    };
    let most = feed.reading.limits.entries;
    if archive.len() as u64 > most {
        return feed.limit(name, Limit::Entries, most);
    }
    if archive.has_overlapping_entries().unwrap_or(false) {
        return (feed.take)(wrong(
            "its members lie over one another, as in an archive bomb: do not trust it",
        ));
    }
    let share = if depth == 1 { size(&file) } else { 0 };
    let mut counted = Share::new(share, archive.len() as u64);
    for index in 0..archive.len() {
        feed.reading.count(counted.next());
        let failed = archive.by_index(index).err().map(|error| error.to_string());
        if let Some(error) = failed {
            let inner = archive
                .file_names_raw()
                .nth(index)
                .map_or_else(|| index.to_string(), mime::text);
            let encrypted = error.to_ascii_lowercase().contains("password");
            (feed.take)(Err(Error::Decode {
                name: format!("{name}!/{inner}"),
                problem: if encrypted {
                    "it is encrypted: unpack it with its password first".to_owned()
                } else {
                    format!(
                        "it cannot be unpacked ({error}): get the archive anew, or pack it as usual (deflate)"
                    )
                },
            }))?;
            continue;
        }
        let Ok(member) = archive.by_index(index) else {
            continue;
        };
        if member.is_dir() {
            continue;
        }
        let inner = mime::text(member.name_raw());
        // The last is what the Mac adds to every archive.
        let other = match &inner {
            _ if member.is_symlink() => Some(NO_FILE),
            inner if inner.starts_with("__MACOSX/") => Some(other_kind(inner)),
            _ => None,
        };
        if let Some(kind) = other {
            drop(member);
            feed.pass(|| format!("{name}!/{inner}"), kind)?;
            continue;
        }
        let watched = feed.meter.watch(member);
        feed.member(name, &inner, Box::new(watched), depth)?;
    }
    ControlFlow::Continue(())
}

/// Bytes of a block of a tar archive.
const BLOCK: usize = 512;

/// Longest name of a member, in bytes.
const LONGEST: u64 = 64 << 10;

/// Hands on the members of a tar archive.
pub(super) fn tar(
    feed: &mut Feed<'_, '_>,
    name: &str,
    stream: &mut dyn Read,
    depth: usize,
) -> ControlFlow<()> {
    let mut long: Option<Vec<u8>> = None;
    let mut entries = 0;
    loop {
        let mut block = [0; BLOCK];
        match stream.read_exact(&mut block) {
            Ok(()) => {}
            Err(cause) => return feed.failed(name, cause),
        }
        if block.iter().all(|byte| *byte == 0) {
            return ControlFlow::Continue(());
        }
        let Some(size) = checked(&block) else {
            let problem = "it is a damaged tar archive: get the file anew".to_owned();
            let name = name.to_owned();
            return (feed.take)(Err(Error::Decode { name, problem }));
        };
        entries += 1;
        if entries > feed.reading.limits.entries {
            return feed.limit(name, Limit::Entries, feed.reading.limits.entries);
        }
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        let mut member = (&mut *stream).take(size);
        match block[156] {
            b'L' | b'x' => {
                let mut bytes = Vec::new();
                if let Err(cause) = member.by_ref().take(LONGEST).read_to_end(&mut bytes) {
                    return feed.failed(name, cause);
                }
                if block[156] == b'L' {
                    long = Some(
                        bytes
                            .split(|byte| *byte == 0)
                            .next()
                            .unwrap_or_default()
                            .to_vec(),
                    );
                } else if let Some(path) = pax_path(&bytes) {
                    long = Some(path);
                }
            }
            b'0' | b'7' | 0 => {
                let inner = long.take().unwrap_or_else(|| own_name(&block));
                let inner = mime::text(&inner);
                if !inner.ends_with('/') {
                    feed.member(name, &inner, Box::new(&mut member), depth)?;
                }
            }
            b'5' | b'g' | b'K' => {
                if block[156] == b'5' {
                    long = None;
                }
            }
            _ => {
                let inner = mime::text(&long.take().unwrap_or_else(|| own_name(&block)));
                feed.pass(|| format!("{name}!/{inner}"), NO_FILE)?;
            }
        }
        let left = member.limit() + padding;
        match io::copy(&mut (&mut *stream).take(left), &mut io::sink()) {
            Ok(read) if read < left => {
                return feed.failed(name, io::ErrorKind::UnexpectedEof.into());
            }
            Ok(_) => {}
            Err(cause) => return feed.failed(name, cause),
        }
    }
}

/// The size that a header tells, if the sum of its bytes is right.
fn checked(block: &[u8; BLOCK]) -> Option<u64> {
    let told = octal(&block[148..156])?;
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u64::from(*byte)
            }
        })
        .sum();
    if sum != told {
        return None;
    }
    let size = &block[124..136];
    if size[0] & 0x80 == 0 {
        return octal(size);
    }
    // Sizes of 8 GiB and more are binary.
    let size = size[4..]
        .iter()
        .fold(0u64, |size, byte| size << 8 | u64::from(*byte));
    (size < 1 << 50).then_some(size)
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches(|c| c == ' ' || c == '\0');
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits, 8).ok()
}

fn own_name(block: &[u8; BLOCK]) -> Vec<u8> {
    let text = |field: &[u8]| {
        field
            .split(|byte| *byte == 0)
            .next()
            .unwrap_or_default()
            .to_vec()
    };
    let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
    if prefix.is_empty() || &block[257..263] != b"ustar\0" {
        return name;
    }
    [prefix, b"/".to_vec(), name].concat()
}

/// The name in lines such as `30 path=通知/关于报送总结的通知.txt`.
fn pax_path(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    loop {
        let blank = memchr::memchr(b' ', rest)?;
        let len: usize = std::str::from_utf8(&rest[..blank]).ok()?.parse().ok()?;
        let line = rest.get(blank + 1..len.checked_sub(1)?)?;
        if let Some(path) = line.strip_prefix(b"path=") {
            return Some(path.to_vec());
        }
        rest = rest.get(len..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_longer_than_a_header_come_in_lines() {
        assert_eq!(
            pax_path(b"9 uid=12\n18 path=a/bcd.txt\n").as_deref(),
            Some(&b"a/bcd.txt"[..])
        );
        for torn in ["", " ", "5", "99 path=a\n", "0 path=a\n", "x y"] {
            assert_eq!(pax_path(torn.as_bytes()), None, "{torn}");
        }
    }

    #[test]
    fn sums_are_checked() {
        assert_eq!(checked(&[b'a'; BLOCK]), None);
        let mut block = [0u8; BLOCK];
        block[124..135].copy_from_slice(b"00000000012");
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert_eq!(checked(&block), Some(10));
    }
}
