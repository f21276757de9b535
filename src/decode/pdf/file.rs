//! The objects of a PDF: what they say, and the bytes behind them.
//!
//! In: the whole file. Out: objects by number. The list at its end is not asked: it is wrong or lost too often, and every object says its
//! own number. What lies in compressed streams of objects is unpacked up to a limit; and so that a file whose objects run into one another
//! is not read again for each of them, so is what is read in all.

use super::super::Problem;
use super::lexer::{DEEPEST, Dict, Lexer, Object, hex, is_blank};
use crate::error::Limit;
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read;

/// Bytes that all streams of a file may unpack to.
const MOST_BYTES: u64 = 512 << 20;

/// Bytes that one stream may unpack to.
const LARGEST: u64 = 64 << 20;

/// How many times the bytes of a file, and the first of them besides, its objects may be read.
const TIMES: u64 = 32;

/// Bytes that may be read again and again in the smallest file.
const SMALL: u64 = 64 << 20;

/// All objects of a file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, usize>,
    /// Objects out of streams of them, and how many bytes each took there.
    packed: BTreeMap<u32, (Object, u64)>,
    unpacked: u64,
    /// Bytes that objects may still take.
    room: Cell<u64>,
}

impl<'a> File<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Problem> {
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            packed: BTreeMap::new(),
            unpacked: 0,
            room: Cell::new(SMALL + TIMES * bytes.len() as u64),
        };
        for at in memchr::memmem::find_iter(bytes, b" obj") {
            if let Some((number, from)) = number_before(bytes, at) {
                // Of two with one number the later one was saved later.
                file.places.insert(number, from);
            }
        }
        if memchr::memmem::find(bytes, b"/Encrypt").is_some() {
            return Err(Problem::from(
                "it is encrypted: save it without a password first",
            ));
        }
        let numbers: Vec<u32> = file.places.keys().copied().collect();
        for number in numbers {
            if let Some(Object::Dict(dict)) = file.get(number)
                && dict.get("Type").and_then(Object::name) == Some("ObjStm")
            {
                file.unpack(number, &dict)?;
            }
        }
        Ok(file)
    }

    /// Takes the objects out of a stream of objects.
    fn unpack(&mut self, number: u32, dict: &Dict) -> Result<(), Problem> {
        let place = self.places.get(&number).copied().unwrap_or(0);
        let count = dict.get("N").and_then(Object::number).unwrap_or(0.0) as usize;
        let first = dict.get("First").and_then(Object::number).unwrap_or(0.0) as usize;
        let Some(bytes) = self.stream(number)? else {
            return Ok(());
        };
        let mut list = Lexer {
            bytes: &bytes,
            at: 0,
        };
        for _ in 0..count {
            let (Some(Object::Number(id)), Some(Object::Number(offset))) =
                (list.next(0), list.next(0))
            else {
                break;
            };
            let id = id as u32;
            if self.places.get(&id).is_some_and(|other| *other > place) {
                continue;
            }
            let mut lexer = Lexer {
                bytes: &bytes,
                at: first.saturating_add(offset as usize).min(bytes.len()),
            };
            let from = lexer.at;
            let Some(object) = lexer.value(0) else {
                continue;
            };
            let len = (lexer.at - from) as u64;
            if !self.spend(len) {
                return Ok(());
            }
            self.packed.insert(id, (object, len));
        }
        Ok(())
    }

    /// The object of this number, without the bytes behind it.
    pub(super) fn get(&self, number: u32) -> Option<Object> {
        if let Some((object, len)) = self.packed.get(&number) {
            return self.spend(*len).then(|| object.clone());
        }
        let at = *self.places.get(&number)?;
        let mut lexer = Lexer {
            bytes: self.bytes,
            at,
        };
        if self.is_spent() {
            return None;
        }
        let object = lexer.value(0);
        self.spend((lexer.at - at) as u64);
        object
    }

    /// Takes account of bytes that were read; says whether there is room for more.
    pub(super) fn spend(&self, bytes: u64) -> bool {
        self.room.set(self.room.get().saturating_sub(bytes));
        !self.is_spent()
    }

    /// Whether objects were left out because there were too many bytes of them.
    pub(super) fn is_spent(&self) -> bool {
        self.room.get() == 0
    }

    pub(super) fn numbers(&self) -> Vec<u32> {
        self.places
            .keys()
            .chain(self.packed.keys())
            .copied()
            .collect()
    }

    /// What a value stands for; references to references come to an end.
    pub(super) fn follow<'o>(&self, object: &'o Object) -> Cow<'o, Object> {
        let Object::Reference(number) = object else {
            return Cow::Borrowed(object);
        };
        let mut number = *number;
        for _ in 0..DEEPEST {
            match self.get(number).unwrap_or(Object::Null) {
                Object::Reference(next) => number = next,
                object => return Cow::Owned(object),
            }
        }
        Cow::Owned(Object::Null)
    }

    /// The value of a key, followed.
    pub(super) fn of<'o>(&self, dict: &'o Dict, key: &str) -> Cow<'o, Object> {
        dict.get(key)
            .map_or(Cow::Owned(Object::Null), |value| self.follow(value))
    }

    /// The same, where it is a dictionary.
    pub(super) fn dict<'o>(&self, dict: &'o Dict, key: &str) -> Cow<'o, Dict> {
        match self.of(dict, key) {
            Cow::Borrowed(Object::Dict(dict)) => Cow::Borrowed(dict),
            Cow::Owned(Object::Dict(dict)) => Cow::Owned(dict),
            _ => Cow::Owned(Dict::new()),
        }
    }

    /// The unpacked bytes behind an object.
    pub(super) fn stream(&mut self, number: u32) -> Result<Option<Vec<u8>>, Problem> {
        let Some(&at) = self.places.get(&number) else {
            return Ok(None);
        };
        let mut lexer = Lexer {
            bytes: self.bytes,
            at,
        };
        let Some(Object::Dict(dict)) = lexer.value(0) else {
            return Ok(None);
        };
        lexer.skip_blanks();
        let rest = &self.bytes[lexer.at..];
        let Some(rest) = rest.strip_prefix(b"stream") else {
            return Ok(None);
        };
        let rest = rest
            .strip_prefix(b"\r\n")
            .or(rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
        let told = self.of(&dict, "Length").number().unwrap_or(0.0) as usize;
        let sound = rest
            .get(told..)
            .is_some_and(|after| after.trim_ascii_start().starts_with(b"endstream"));
        let len = if sound {
            told
        } else {
            memchr::memmem::find(rest, b"endstream").unwrap_or(rest.len())
        };
        let mut bytes = rest[..len].to_vec();
        self.grow(bytes.len())?;
        let filter = self.of(&dict, "Filter");
        let filters: Vec<_> = match &*filter {
            Object::Array(filters) => filters.iter().take(4).collect(),
            Object::Null => Vec::new(),
            one => vec![one],
        };
        for filter in filters {
            bytes = match self.follow(filter).name() {
                Some("FlateDecode" | "Fl") => inflate(&bytes),
                Some("ASCIIHexDecode" | "AHx") => hex(&bytes),
                Some("ASCII85Decode" | "A85") => ascii85(&bytes),
                _ => return Ok(None),
            };
            self.grow(bytes.len())?;
        }
        Ok(Some(bytes))
    }

    /// Takes account of bytes of a stream.
    fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        self.unpacked += bytes as u64;
        if bytes as u64 > LARGEST || self.unpacked > MOST_BYTES {
            return Err(Problem::Limit(Limit::TextSize, LARGEST));
        }
        Ok(())
    }
}

/// The number of an object, and where its value begins, if `12 0` stands before ` obj`.
fn number_before(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let head = &bytes[at.saturating_sub(20)..at];
    let generation = head
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let rest = &head[..head.len() - generation];
    let blanks = rest
        .iter()
        .rev()
        .take_while(|byte| is_blank(**byte))
        .count();
    let rest = &rest[..rest.len() - blanks];
    let digits = rest
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if generation == 0 || blanks == 0 || digits == 0 {
        return None;
    }
    let number = std::str::from_utf8(&rest[rest.len() - digits..])
        .ok()?
        .parse()
        .ok()?;
    Some((number, at + 4))
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    // A torn end costs what stood there, not what came before.
    let _ = ZlibDecoder::new(bytes)
        .take(LARGEST + 1)
        .read_to_end(&mut plain);
    plain
}

fn ascii85(coded: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    for byte in coded {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => plain.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            let value = group.iter().fold(0u32, |value, digit| {
                value.wrapping_mul(85).wrapping_add(*digit)
            });
            plain.extend(value.to_be_bytes());
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        let value = group.iter().fold(0u32, |value, digit| {
            value.wrapping_mul(85).wrapping_add(*digit)
        });
        plain.extend(&value.to_be_bytes()[..kept]);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_in_letters_are_bytes() {
        assert_eq!(ascii85(b"87cURD]i,\"Ebo7~>"), b"Hello World");
    }

    /// Strings that are not closed reach to the end of the file, each from its own place.
    #[test]
    fn objects_in_one_another_are_not_read_without_end() {
        let bytes: Vec<u8> = (0..60_000)
            .flat_map(|nth| format!("{nth} 0 obj(").into_bytes())
            .collect();
        let file = File::read(&bytes).unwrap_or_else(|_| panic!("is read"));
        assert!(file.is_spent());
        assert_eq!(file.get(1), None);
    }

    #[test]
    fn one_stream_shown_a_thousand_times_is_too_much() {
        let mut bytes = b"1 0 obj<</Length 1000000>>stream\n".to_vec();
        bytes.resize(bytes.len() + 1_000_000, b' ');
        bytes.extend(b"\nendstream endobj");
        let mut file = File::read(&bytes).unwrap_or_else(|_| panic!("is read"));
        let times = (0..2000)
            .take_while(|_| matches!(file.stream(1), Ok(Some(_))))
            .count();
        assert!((500..600).contains(&times), "{times}");
    }
}
