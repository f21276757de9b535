//! Whether a structure in Thrift's compact form holds as many values as its lists say.
//!
//! Parquet describes itself so. A list says how many elements follow, and one of truth values takes no byte for them: the Parquet
//! library counts a false number down one by one, thousands of millions for each six bytes of a crafted file.

use std::io::{self, Read};

/// Structures in structures; the Parquet library reads as many.
const DEEPEST: u8 = 64;

/// Whether `from` begins with a structure of no more than `bytes` bytes, and of no more values.
pub(super) fn holds(from: impl Read, bytes: u64) -> bool {
    let mut walk = Walk {
        from: from.take(bytes),
        left: bytes,
    };
    walk.structure(DEEPEST).is_some()
}

struct Walk<R> {
    from: R,
    /// Values that may still follow.
    left: u64,
}

impl<R: Read> Walk<R> {
    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        self.from.read_exact(&mut byte).ok()?;
        Some(byte[0])
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        let skipped = io::copy(&mut (&mut self.from).take(bytes), &mut io::sink()).ok()?;
        (skipped == bytes).then_some(())
    }

    /// Fields, each with its type in the lower half of its first byte, up to one of type 0.
    fn structure(&mut self, depth: u8) -> Option<()> {
        loop {
            let head = self.byte()?;
            if head & 15 == 0 {
                return Some(());
            }
            // Without a step from the last field's number, the number itself follows.
            if head >> 4 == 0 {
                self.number()?;
            }
            self.value(head & 15, depth)?;
        }
    }

    fn value(&mut self, kind: u8, depth: u8) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        match kind {
            // True and false are types of their own.
            1 | 2 => Some(()),
            3 => self.skip(1),
            4..=6 => self.number().map(drop),
            7 => self.skip(8),
            8 => {
                let len = self.number()?;
                self.skip(len)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.number()?,
                    few => few.into(),
                };
                (0..count).try_for_each(|_| self.value(head & 15, depth))
            }
            11 => match self.number()? {
                0 => Some(()),
                count => {
                    let kinds = self.byte()?;
                    (0..count).try_for_each(|_| {
                        self.value(kinds >> 4, depth)?;
                        self.value(kinds & 15, depth)
                    })
                }
            },
            12 => self.structure(depth),
            13 => self.skip(16),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_structure_ends_where_it_says() {
        // Field 1: the number 7; field 2: a list of two texts; field 3: a structure with one truth value.
        let sound = [
            0x15, 14, 0x19, 0x28, 1, b'a', 2, b'b', b'c', 0x1c, 0x11, 0, 0,
        ];
        assert!(holds(&sound[..], 1000));
        for cut in 0..sound.len() {
            assert!(!holds(&sound[..cut], 1000), "cut at {cut}");
        }
    }

    #[test]
    fn lists_of_more_than_there_is_are_none() {
        let million = [0x19, 0xf1, 0xc0, 0x84, 0x3d, 0];
        assert!(holds(&million[..], 2_000_000));
        assert!(!holds(&million[..], 1000));
        // A list of lists of truth values.
        let nested = [0x19, 0x29, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0x21, 0, 0];
        assert!(!holds(&nested[..], 1 << 20));
        // Structures in structures.
        assert!(!holds(&[0x1c; 100][..], 1000));
    }
}
