//! Members of a `.7z`.
//!
//! In: an archive. Out: its members in the order in which they are packed, each under `a.7z!/` and its own name, as those of a zip.
//! Many members share one stream (a “solid block”): they are unpacked one after the other and never all at once, and where the stream is
//! damaged, each member behind that place is told by name.

use super::feed::{Feed, size};
use super::limit::Share;
use super::walk::{NO_FILE, other_kind};
use crate::error::{Error, Limit};
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, Error as Problem, Password};
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Bytes of the list of members, unpacked: a hostile one takes a hundred times as much memory. An honest one takes 150 a member.
const LIST: u64 = 4 << 20;

/// Bytes of the dictionary of one stream; `7z -mx=9` asks for a quarter of this.
const DICTIONARY: u64 = 256 << 20;

/// Hands on the members of a 7z archive.
pub(super) fn read(
    feed: &mut Feed<'_, '_>,
    name: &str,
    file: File,
    depth: usize,
) -> ControlFlow<()> {
    let mut file = BufReader::new(file);
    let opened = catch_unwind(AssertUnwindSafe(|| open(&mut file)))
        .unwrap_or_else(|_| Err(torn("its list of members is damaged")));
    let archive = match opened {
        Ok(archive) => archive,
        Err(problem) => return (feed.take)(Err(told(name, &problem, LIST))),
    };
    let most = feed.reading.limits.entries;
    if archive.files.len() as u64 > most {
        return feed.limit(name, Limit::Entries, most);
    }
    let share = if depth == 1 { size(file.get_ref()) } else { 0 };
    let mut counted = Share::new(share, archive.files.len() as u64);
    let password = Password::empty();
    let mut members = Members {
        feed,
        name,
        depth,
        begun: 0,
        ours: false,
        counted: &mut counted,
    };
    for block in 0..archive.blocks.len() {
        let stream = BlockDecoder::new_with_memory_limit(
            1,
            kib(DICTIONARY),
            block,
            &archive,
            &password,
            &mut file,
        );
        let first = archive.stream_map.block_first_file_index[block];
        let packed = &archive.files[first..][..stream.entry_count()];
        members.begun = 0;
        if archive.is_file_encrypted(first) && !packed.is_empty() {
            members.lost(packed, &Problem::PasswordRequired)?;
            continue;
        }
        let mut end = ControlFlow::Continue(());
        let unpack = || {
            stream.for_each_entries(&mut |member, stream| {
                end = members.hand_on(member, stream)?;
                Ok(end.is_continue())
            })
        };
        let unpacked = match catch_unwind(AssertUnwindSafe(unpack)) {
            Ok(unpacked) => unpacked,
            // Not of the library, but of whoever takes the members.
            Err(panic) if members.ours => resume_unwind(panic),
            Err(_) => Err(torn("its stream is damaged")),
        };
        end?;
        if let Err(problem) = unpacked {
            members.lost(packed, &problem)?;
        }
    }
    let blocks = &archive.stream_map.file_block_index;
    for (member, _) in archive
        .files
        .iter()
        .zip(blocks)
        .filter(|(_, block)| block.is_none())
    {
        // What is empty cannot be torn.
        members
            .hand_on(member, &mut io::empty())
            .unwrap_or(ControlFlow::Continue(()))?;
    }
    ControlFlow::Continue(())
}

const fn kib(bytes: u64) -> usize {
    (bytes >> 10) as usize
}

fn open(file: &mut BufReader<File>) -> Result<Archive, Problem> {
    let mut head = [0; 32];
    file.read_exact(&mut head)?;
    // Without the place of the list the library would try every byte for one.
    if head[8..].iter().all(|byte| *byte == 0) {
        return Err(torn("it was not packed to its end"));
    }
    let field = |at: usize| {
        head[at..at + 8]
            .iter()
            .rev()
            .fold(0u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (place, len) = (field(12).saturating_add(32), field(20));
    let mut list = Vec::new();
    file.seek(SeekFrom::Start(place))?;
    file.take(len.min(LIST + 1)).read_to_end(&mut list)?;
    let len = unpacked(&list).unwrap_or(list.len() as u64);
    if len > LIST {
        return Err(Problem::MaxMemLimited {
            max_kb: kib(LIST),
            actaul_kb: kib(len),
        });
    }
    file.rewind()?;
    Archive::read_with_memory_limit(file, &Password::empty(), kib(DICTIONARY))
}

/// Bytes that a packed list of members unpacks to, as it says; none for one that is not packed. Its dictionary says nothing of it:
/// some programs ask for 16 MiB for a list of two names.
fn unpacked(list: &[u8]) -> Option<u64> {
    let mut rest = list.strip_prefix(&[0x17])?;
    let rest = &mut rest;
    // Where it lies, how long it is there, and perhaps its sum.
    if byte(rest)? != 0x06 {
        return None;
    }
    number(rest)?;
    let streams = number(rest)?.min(64);
    loop {
        match byte(rest)? {
            0 => break,
            0x09 => (0..streams).try_for_each(|_| number(rest).map(drop))?,
            0x0A => {
                byte(rest)?;
                skip(rest, streams * 4)?;
            }
            _ => return None,
        }
    }
    // By what it was packed: one folder of coders.
    if (byte(rest)?, byte(rest)?, number(rest)?, byte(rest)?) != (0x07, 0x0B, 1, 0) {
        return None;
    }
    let (mut inputs, mut outputs) = (0, 0);
    for _ in 0..number(rest)?.min(64) {
        let flags = byte(rest)?;
        skip(rest, u64::from(flags & 0x0F))?;
        let (taken, given) = match flags & 0x10 {
            0 => (1, 1),
            _ => (number(rest)?.min(64), number(rest)?.min(64)),
        };
        (inputs, outputs) = (inputs + taken, outputs + given);
        if flags & 0x20 != 0 {
            let len = number(rest)?;
            skip(rest, len)?;
        }
    }
    let bound = outputs.checked_sub(1)?;
    let free = inputs.checked_sub(bound)?;
    for _ in 0..bound * 2 + if free > 1 { free } else { 0 } {
        number(rest)?;
    }
    if byte(rest)? != 0x0C {
        return None;
    }
    (0..outputs)
        .map(|_| number(rest))
        .try_fold(0, |most, len| Some(len?.max(most)))
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn skip(rest: &mut &[u8], len: u64) -> Option<()> {
    *rest = rest.get(usize::try_from(len).ok()?..)?;
    Some(())
}

/// The ones at the head of the first byte say how many bytes follow, lowest first; what it has left are the highest bits.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let first = byte(rest)?;
    let more = first.leading_ones();
    let high = u64::from(first) & ((1 << (7 - more.min(7))) - 1);
    let mut number = 0;
    for nth in 0..more {
        number |= u64::from(byte(rest)?) << (nth * 8);
    }
    Some(number | high.checked_shl(more * 8).unwrap_or(0))
}

fn torn(problem: &'static str) -> Problem {
    Problem::Other(problem.into())
}

/// What cannot be read, and why; `memory` is what was allowed for it.
fn told(name: &str, problem: &Problem, memory: u64) -> Error {
    let damaged =
        |why: &dyn Display| format!("it is a damaged 7z archive ({why}): get the file anew");
    const SECRET: &str = "it is encrypted: unpack it with its password first";
    let problem = match problem {
        Problem::MaxMemLimited { .. } => {
            return Error::Limit {
                name: name.to_owned(),
                limit: Limit::Memory,
                allowed: memory,
            };
        }
        Problem::PasswordRequired | Problem::MaybeBadPassword(_) => SECRET.to_owned(),
        // The list of members can be encrypted as well: then not even their names are known.
        Problem::UnsupportedCompressionMethod(method) if method.contains("AES") => {
            SECRET.to_owned()
        }
        Problem::UnsupportedCompressionMethod(method) => {
            format!("it is packed in an unusual way ({method}): pack it anew as usual (LZMA2)")
        }
        Problem::Io(cause, _) => damaged(cause),
        Problem::Other(words) => damaged(words),
        other => damaged(other),
    };
    Error::Decode {
        name: name.to_owned(),
        problem,
    }
}

/// Whether a member is no link, and not one that only says what to delete.
fn is_file(member: &ArchiveEntry) -> bool {
    let attributes = member.windows_attributes;
    // Unix puts its own kind of file above those of Windows.
    let unix_link = attributes & 0x8000 != 0 && attributes >> 28 == 0xA;
    let windows_link = attributes & 0x400 != 0;
    !member.is_anti_item && !unix_link && !windows_link
}

/// Hands on the members of one stream after the other.
struct Members<'f, 'a, 't> {
    feed: &'f mut Feed<'a, 't>,
    name: &'f str,
    depth: usize,
    /// How many of the stream were begun.
    begun: usize,
    /// Whether one is in the hands of whoever takes it.
    ours: bool,
    counted: &'f mut Share,
}

impl Members<'_, '_, '_> {
    fn hand_on(
        &mut self,
        member: &ArchiveEntry,
        stream: &mut dyn Read,
    ) -> Result<ControlFlow<()>, Problem> {
        self.begun += 1;
        self.feed.reading.count(self.counted.next());
        if member.is_directory {
            return Ok(ControlFlow::Continue(()));
        }
        let mut watched = self.feed.meter.watch(stream);
        if is_file(member) {
            let words = Box::new(&mut watched);
            self.ours = true;
            let handed = self.feed.member(self.name, &member.name, words, self.depth);
            self.ours = false;
            if handed.is_break() {
                return Ok(handed);
            }
        } else {
            let name = || format!("{}!/{}", self.name, member.name);
            let handed = self.feed.pass(name, NO_FILE);
            if handed.is_break() {
                return Ok(handed);
            }
        }
        // What nobody takes is unpacked all the same, and counts.
        io::copy(&mut watched, &mut io::sink())?;
        Ok(ControlFlow::Continue(()))
    }

    /// Tells those that stand behind a damaged place, or in a stream that cannot be read at all.
    fn lost(&mut self, packed: &[ArchiveEntry], problem: &Problem) -> ControlFlow<()> {
        for member in packed.iter().skip(self.begun) {
            if member.is_directory {
                continue;
            }
            let name = format!("{}!/{}", self.name, member.name);
            if !is_file(member) {
                self.feed.pass(|| name, NO_FILE)?;
            } else if !self.feed.takes(&member.name) {
                self.feed.pass(|| name, other_kind(&member.name))?;
            } else {
                if self.feed.meter.crossed() {
                    let allowed = self.feed.reading.limits.expansion;
                    self.feed.limit(&name, Limit::Expansion, allowed)?;
                } else {
                    (self.feed.take)(Err(told(&name, problem, DICTIONARY)))?;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_how_long_they_are() {
        for (mut bytes, want) in [
            (&[0x05u8][..], Some(5)),
            (&[0x81, 0x02], Some(0x102)),
            (&[0xC1, 2, 3], Some(0x1_0302)),
            (
                &[0xFF, 1, 0, 0, 0, 0, 0, 0, 0x80],
                Some(0x8000_0000_0000_0001),
            ),
            (&[0xFE, 1, 0, 0, 0, 0, 0, 0x7F], Some(0x7F_0000_0000_0001)),
            (&[0x81], None),
            (&[], None),
        ] {
            assert_eq!(number(&mut bytes), want);
        }
    }

    #[test]
    fn what_a_list_unpacks_to_is_what_it_says() {
        // As 7-Zip writes it: LZMA, 1,119,953 bytes that were packed to 22,466.
        let list = [
            0x17, 0x06, 0xAC, 0xE8, 0x01, 0x09, 0xC2, 0x57, 0x16, 0x00, 0x07, 0x0B, 0x01, 0x00,
            0x01, 0x23, 0x03, 0x01, 0x01, 0x05, 0x5D, 0x00, 0x00, 0x10, 0x00, 0x0C, 0xD1, 0xD2,
            0x83, 0x0A, 0x01, 0x40, 0xBE, 0xCF, 0x80, 0x00, 0x00,
        ];
        assert_eq!(unpacked(&list), Some(0x11_83D2));
        for len in 0..28 {
            assert_eq!(unpacked(&list[..len]), None, "{len}");
        }
        assert_eq!(unpacked(&[1, 4]), None, "not packed");
    }
}
