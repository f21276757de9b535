//! What a run allows of its inputs, so that no archive can take all memory, disk or time.

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
}
