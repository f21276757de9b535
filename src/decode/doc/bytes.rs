//! Numbers and changes as they stand in the streams of a `.doc`.
//!
//! In: bytes. Out: numbers of two and four of them, and the runs of “sprm” by which Word says how a paragraph differs from its style.

/// Numbers in a stream; what lies beyond its end is none.
#[derive(Clone, Copy)]
pub(in crate::decode) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub(in crate::decode) fn byte(self, at: usize) -> Option<usize> {
        self.0.get(at).map(|byte| usize::from(*byte))
    }

    pub(in crate::decode) fn word(self, at: usize) -> Option<usize> {
        let bytes = self.slice(at, 2)?.0;
        Some(usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
    }

    pub(in crate::decode) fn long(self, at: usize) -> Option<usize> {
        Some(self.word(at)? | self.word(at.checked_add(2)?)? << 16)
    }

    pub(in crate::decode) fn slice(self, at: usize, len: usize) -> Option<Self> {
        self.0.get(at..at.checked_add(len)?).map(Bytes)
    }

    /// A part of this stream that the header at `at` of `header` tells by offset and length.
    pub(in crate::decode) fn part(self, header: Bytes<'_>, at: usize) -> Option<Bytes<'a>> {
        let (from, len) = (header.long(at)?, header.long(at + 4)?);
        if len == 0 {
            None
        } else {
            self.slice(from, len)
        }
    }
}

/// The changes that a run of sprm says: number and operand.
pub(in crate::decode) fn sprms(mut rest: Bytes<'_>) -> Vec<(usize, Bytes<'_>)> {
    let mut found = Vec::new();
    while let Some(code) = rest.word(0) {
        let (skip, len) = match code >> 13 {
            0 | 1 => (2, 1),
            2 | 4 | 5 => (2, 2),
            3 => (2, 4),
            7 => (2, 3),
            _ if code == 0xD608 => match rest.word(2) {
                Some(len) => (4, len.saturating_sub(1)),
                None => break,
            },
            _ => match rest.byte(2) {
                Some(len) => (3, len),
                None => break,
            },
        };
        let Some(operand) = rest.slice(skip, len) else {
            break;
        };
        found.push((code, operand));
        rest = Bytes(&rest.0[skip + len..]);
    }
    found
}
