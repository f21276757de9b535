//! The objects of a PDF: what they say, and the bytes behind them.
//!
//! In: the whole file. Out: objects by number. The list at its end is not asked: it is wrong or lost too often, and every object says its
//! own number. What lies in compressed streams of objects is unpacked up to a limit; arrays in arrays are followed up to a depth.

use super::super::Problem;
use crate::error::Limit;
use flate2::read::ZlibDecoder;
use std::collections::BTreeMap;
use std::io::Read;

/// Dictionaries and arrays in one another.
const DEEPEST: usize = 60;

/// Bytes that all streams of a file may unpack to.
const MOST_BYTES: u64 = 512 << 20;

/// Bytes that one stream may unpack to.
const LARGEST: u64 = 64 << 20;

pub(super) type Dict = BTreeMap<String, Object>;

/// A value of the format.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Number(f64),
    Name(String),
    Bytes(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Reference(u32),
    /// An operator of a page.
    Word(String),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) if number.is_finite() => Some(*number),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// Reads values one after the other.
pub(super) struct Lexer<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_mark(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

impl Lexer<'_> {
    fn skip_blanks(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'%' {
                let rest = &self.bytes[self.at..];
                self.at += rest
                    .iter()
                    .position(|byte| matches!(byte, b'\n' | b'\r'))
                    .unwrap_or(rest.len());
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next value, if there is one that is not nested too deep.
    pub(super) fn next(&mut self, depth: usize) -> Option<Object> {
        self.skip_blanks();
        let byte = *self.bytes.get(self.at)?;
        if depth > DEEPEST {
            return None;
        }
        match byte {
            b'/' => {
                self.at += 1;
                Some(Object::Name(self.name()))
            }
            b'(' => Some(Object::Bytes(self.string())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                let mut dict = Dict::new();
                loop {
                    self.skip_blanks();
                    if self.bytes[self.at..].starts_with(b">>") {
                        self.at += 2;
                        return Some(Object::Dict(dict));
                    }
                    let Object::Name(key) = self.next(depth + 1)? else {
                        return None;
                    };
                    let value = self.value(depth + 1)?;
                    dict.insert(key, value);
                }
            }
            b'<' => {
                self.at += 1;
                let rest = &self.bytes[self.at..];
                let len = memchr::memchr(b'>', rest)?;
                self.at += len + 1;
                Some(Object::Bytes(hex(&rest[..len])))
            }
            b'[' => {
                self.at += 1;
                let mut array = Vec::new();
                loop {
                    self.skip_blanks();
                    if self.bytes.get(self.at)? == &b']' {
                        self.at += 1;
                        return Some(Object::Array(array));
                    }
                    array.push(self.value(depth + 1)?);
                }
            }
            b')' | b'>' | b']' | b'{' | b'}' => {
                self.at += 1;
                Some(Object::Null)
            }
            _ => {
                let rest = &self.bytes[self.at..];
                let len = rest
                    .iter()
                    .position(|byte| is_blank(*byte) || is_mark(*byte))
                    .unwrap_or(rest.len());
                self.at += len;
                let word = String::from_utf8_lossy(&rest[..len]);
                Some(match word.parse() {
                    Ok(number)
                        if word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) =>
                    {
                        Object::Number(number)
                    }
                    _ => Object::Word(word.into_owned()),
                })
            }
        }
    }

    /// A value, or a reference: `12 0 R`.
    pub(super) fn value(&mut self, depth: usize) -> Option<Object> {
        let value = self.next(depth)?;
        if let Object::Number(number) = value
            && number >= 0.0
            && number.fract() == 0.0
        {
            let back = self.at;
            if let (Some(Object::Number(_)), Some(Object::Word(word))) =
                (self.next(depth), self.next(depth))
                && word == "R"
            {
                return Some(Object::Reference(number as u32));
            }
            self.at = back;
        }
        Some(value)
    }

    fn name(&mut self) -> String {
        let rest = &self.bytes[self.at..];
        let len = rest
            .iter()
            .position(|byte| is_blank(*byte) || is_mark(*byte))
            .unwrap_or(rest.len());
        self.at += len;
        String::from_utf8_lossy(&rest[..len]).into_owned()
    }

    fn string(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut open = 0usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'(' => {
                    open += 1;
                    if open > 1 {
                        bytes.push(byte);
                    }
                }
                b')' => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        break;
                    }
                    bytes.push(byte);
                }
                b'\\' => {
                    let Some(&next) = self.bytes.get(self.at) else {
                        break;
                    };
                    self.at += 1;
                    match next {
                        b'n' => bytes.push(b'\n'),
                        b'r' => bytes.push(b'\r'),
                        b't' => bytes.push(b'\t'),
                        b'b' => bytes.push(8),
                        b'f' => bytes.push(12),
                        b'\n' => {}
                        b'\r' => self.at += usize::from(self.bytes.get(self.at) == Some(&b'\n')),
                        b'0'..=b'7' => {
                            let mut value = u32::from(next - b'0');
                            for _ in 0..2 {
                                match self.bytes.get(self.at) {
                                    Some(digit @ b'0'..=b'7') => {
                                        value = value * 8 + u32::from(digit - b'0');
                                        self.at += 1;
                                    }
                                    _ => break,
                                }
                            }
                            bytes.push(value as u8);
                        }
                        _ => bytes.push(next),
                    }
                }
                _ => bytes.push(byte),
            }
        }
        bytes
    }
}

fn hex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .iter()
        .filter_map(|byte| (*byte as char).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0))
        .collect()
}

/// All objects of a file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, usize>,
    packed: BTreeMap<u32, Object>,
    unpacked: u64,
}

impl<'a> File<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Problem> {
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            packed: BTreeMap::new(),
            unpacked: 0,
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
            if let Some(object) = lexer.value(0) {
                self.packed.insert(id, object);
            }
        }
        Ok(())
    }

    /// The object of this number, without the bytes behind it.
    pub(super) fn get(&self, number: u32) -> Option<Object> {
        if let Some(object) = self.packed.get(&number) {
            return Some(object.clone());
        }
        let at = *self.places.get(&number)?;
        Lexer {
            bytes: self.bytes,
            at,
        }
        .value(0)
    }

    pub(super) fn numbers(&self) -> Vec<u32> {
        self.places
            .keys()
            .chain(self.packed.keys())
            .copied()
            .collect()
    }

    /// What a value stands for; references to references come to an end.
    pub(super) fn follow(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..DEEPEST {
            match object {
                Object::Reference(number) => object = self.get(number).unwrap_or(Object::Null),
                _ => return object,
            }
        }
        Object::Null
    }

    /// The value of a key, followed.
    pub(super) fn of(&self, dict: &Dict, key: &str) -> Object {
        dict.get(key)
            .map_or(Object::Null, |value| self.follow(value))
    }

    /// The same, where it is a dictionary.
    pub(super) fn dict(&self, dict: &Dict, key: &str) -> Dict {
        match self.of(dict, key) {
            Object::Dict(dict) => dict,
            _ => Dict::new(),
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
        let filters = match self.of(&dict, "Filter") {
            Object::Array(filters) => filters.iter().map(|filter| self.follow(filter)).collect(),
            Object::Null => Vec::new(),
            one => vec![one],
        };
        for filter in filters.iter().take(4) {
            bytes = match filter.name() {
                Some("FlateDecode" | "Fl") => self.inflate(&bytes)?,
                Some("ASCIIHexDecode" | "AHx") => hex(&bytes),
                Some("ASCII85Decode" | "A85") => ascii85(&bytes),
                _ => return Ok(None),
            };
        }
        Ok(Some(bytes))
    }

    fn inflate(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
        let mut plain = Vec::new();
        // A torn end costs what stood there, not what came before.
        let _ = ZlibDecoder::new(bytes)
            .take(LARGEST + 1)
            .read_to_end(&mut plain);
        self.unpacked += plain.len() as u64;
        if plain.len() as u64 > LARGEST || self.unpacked > MOST_BYTES {
            return Err(Problem::Limit(Limit::TextSize, LARGEST));
        }
        Ok(plain)
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
    fn values_of_all_kinds() {
        let mut lexer = Lexer {
            bytes: b"<</A[1 2 0 R(a\\(b\\051\\n)<4E2D>]/B/C>> % x\nTj",
            at: 0,
        };
        let Some(Object::Dict(dict)) = lexer.value(0) else {
            panic!("is a dictionary")
        };
        assert_eq!(
            dict["A"],
            Object::Array(vec![
                Object::Number(1.0),
                Object::Reference(2),
                Object::Bytes(b"a(b)\n".to_vec()),
                Object::Bytes(vec![0x4E, 0x2D])
            ])
        );
        assert_eq!(lexer.value(0), Some(Object::Word("Tj".to_owned())));
    }

    #[test]
    fn depth_and_dirt_do_no_harm() {
        for bytes in [
            &b"[".repeat(100_000)[..],
            b"<<",
            b"(((",
            b"<",
            b"<</A",
            b"/",
            b"1 0",
        ] {
            let _ = Lexer { bytes, at: 0 }.value(0);
        }
        assert_eq!(
            ascii85(b"87cURD]i,\"Ebo7~>"),
            b"Hello World"[..11].to_vec()[..].to_vec()
        );
    }
}
