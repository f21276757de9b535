//! How much comes out of an archive, and of how much.
//!
//! In: what is read of a file, and what its unpackers give. Out: the same, until that is more than an honest archive holds. Sizes that an
//! archive tells are not asked.

use super::Reading;
use super::limit::UNSUSPECTED;
use std::cell::Cell;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// How many bytes went into and came out of the unpackers of one file.
#[derive(Clone, Default)]
pub(super) struct Meter {
    packed: Rc<Cell<u64>>,
    unpacked: Rc<Cell<u64>>,
    limit: u64,
}

impl Meter {
    /// Allows so many unpacked bytes for each packed one.
    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Counts what is unpacked from `stream`, and ends it where that is beyond all measure.
    pub(super) fn watch<R: Read>(&self, stream: R) -> Watched<R> {
        Watched {
            stream,
            meter: self.clone(),
        }
    }

    pub(super) fn add_packed(&self, bytes: u64) {
        self.packed.set(self.packed.get().saturating_add(bytes));
    }

    /// Whether more came out than an honest archive holds.
    pub(super) fn crossed(&self) -> bool {
        let unpacked = self.unpacked.get();
        unpacked > UNSUSPECTED && unpacked / self.limit.max(1) > self.packed.get()
    }
}

pub(super) struct Watched<R> {
    stream: R,
    meter: Meter,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A library that meets what its writer did not think of must not end the run.
        let read = catch_unwind(AssertUnwindSafe(|| self.stream.read(buffer)))
            .unwrap_or_else(|_| Err(io::Error::other("its packed bytes are damaged")))?;
        let unpacked = &self.meter.unpacked;
        unpacked.set(unpacked.get().saturating_add(read as u64));
        if self.meter.crossed() {
            return Err(io::Error::other(Bomb));
        }
        Ok(read)
    }
}

/// Counts the packed bytes that are read from a file.
pub(super) struct Packed<'a, R> {
    pub stream: R,
    pub meter: Meter,
    pub reading: &'a Reading,
}

impl<R: Read> Read for Packed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.meter.add_packed(read as u64);
        self.reading.count(read as u64);
        Ok(read)
    }
}

/// More comes out of an archive than can be honest.
#[derive(Debug, thiserror::Error)]
#[error("more comes out of it than can be honest")]
struct Bomb;

#[cfg(test)]
mod tests {
    use super::*;

    struct Torn;

    impl Read for Torn {
        #[allow(clippy::panic)]
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("an index beyond the end")
        }
    }

    #[test]
    fn an_unpacker_that_panics_is_an_error() {
        let mut watched = Meter::new(9).watch(Torn);
        assert!(watched.read(&mut [0; 9]).is_err());
    }
}
