//! Values of a PDF, one after the other.
//!
//! In: `<</Type/Page/Contents 4 0 R>>`. Out: names, numbers, strings, lists and dictionaries of them, followed up to a depth.

use std::collections::BTreeMap;

/// Dictionaries and arrays in one another.
pub(super) const DEEPEST: usize = 60;

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

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_mark(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

impl Lexer<'_> {
    pub(super) fn skip_blanks(&mut self) {
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

pub(super) fn hex(digits: &[u8]) -> Vec<u8> {
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
    }
}
