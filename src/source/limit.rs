//! What a run allows of its inputs, so that no archive can take all memory, disk or time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Limits of one run; each has a switch of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one document.
    pub document: u64,
    /// Bytes unpacked for each packed byte.
    pub expansion: u64,
    /// Archives in archives.
    pub nesting: usize,
    /// Members of one archive.
    pub entries: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document: 64 << 20,
            expansion: 250,
            nesting: 5,
            entries: 10_000_000,
        }
    }
}

/// Unpacked bytes below which no archive is suspected: short texts that repeat themselves pack very well.
pub(super) const UNSUSPECTED: u64 = 256 << 20;

/// Which fields of a dataset's rows hold what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// The words of the notice.
    pub text: String,
    /// What to call it.
    pub id: String,
    /// Whether folders are searched for datasets, too.
    pub asked: bool,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            text: "text".to_owned(),
            id: "id".to_owned(),
            asked: false,
        }
    }
}

/// How inputs are read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What is allowed.
    pub limits: Limits,
    /// How datasets are laid out.
    pub fields: Fields,
    /// Files that the run itself writes, with or without their endings; a walk passes them by.
    pub own: Vec<std::path::PathBuf>,
    /// Whether what is passed by is told as well, as an error that says so.
    pub tell_passed: bool,
    /// Bytes of files read so far, as they lie on the disk: for whoever tells how long it will take.
    pub read: Arc<AtomicU64>,
}

impl Reading {
    /// Counts bytes of a file.
    pub(super) fn count(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// The bytes of a file, shared out among its members: how far a run has come in it.
#[derive(Debug)]
pub(super) struct Share {
    bytes: u64,
    members: u64,
    met: u64,
}

impl Share {
    pub(super) const fn new(bytes: u64, members: u64) -> Self {
        Self {
            bytes,
            members,
            met: 0,
        }
    }

    /// The bytes of the next member.
    pub(super) fn next(&mut self) -> u64 {
        let until = |met: u64| {
            let share = u128::from(self.bytes) * u128::from(met.min(self.members));
            (share / u128::from(self.members.max(1))) as u64
        };
        self.met += 1;
        until(self.met) - until(self.met - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn shares_are_the_whole() {
        for (bytes, members) in [(10, 3), (0, 5), (7, 7), (u64::MAX, 9), (5, 1)] {
            let mut share = Share::new(bytes, members);
            assert_eq!((0..members).map(|_| share.next()).sum::<u64>(), bytes);
            assert_eq!(share.next(), 0);
        }
    }
}
