//! Files below the paths given, in an order that does not depend on the disk.

use super::{Input, Reading, container, name};
use crate::decode::format;
use crate::error::Error;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use walkdir::WalkDir;

/// What a walk passed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skipped {
    /// Files of other kinds, in folders and in archives.
    pub files: usize,
    /// Links to folders, pipes and devices.
    pub others: usize,
}

/// What a link to a folder, a pipe or a device is called.
pub(super) const NO_FILE: &str = "no file (a link, a pipe, a device)";

/// What a file that the run itself writes is called.
const OWN: &str = "it is written by this program";

/// Whether a walk takes files of this name; a file given by name is read whatever its ending.
pub(super) fn is_taken(path: &str, reading: &Reading) -> bool {
    let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let Some((_, ending)) = last.rsplit_once('.') else {
        return false;
    };
    format::is_document(ending)
        || container::is_container(last, reading)
        || UNREAD
            .iter()
            .any(|unread| unread.eq_ignore_ascii_case(ending))
}

/// Endings of archives that are not read here. They may hold notices, so each is a failure that says what to do, and not passed by.
const UNREAD: [&str; 8] = ["rar", "bz2", "tbz", "tbz2", "xz", "txz", "cab", "lzh"];

/// What to call a file that is not taken.
pub(super) fn other_kind(name: &str) -> &'static str {
    if container::is_dataset(name) {
        "a dataset, which --text-field asks for"
    } else {
        "a file of another kind"
    }
}

/// Whether a file is a document whatever its name: `通知.bak`, `t20210524.asp`.
fn is_document_inside(path: &Path, reading: &Reading) -> bool {
    let Ok(mut file) = super::open(path) else {
        return false;
    };
    let mut bytes = Vec::new();
    let most = reading.limits.document;
    let read = file.by_ref().take(HEAD.min(most)).read_to_end(&mut bytes);
    if read.is_err() || !format::may_be_document(&bytes) {
        return false;
    }
    let read = file.take(most).read_to_end(&mut bytes);
    read.is_ok() && format::is_surely_document(&bytes)
}

/// Bytes that show whether the rest is worth reading.
pub(super) const HEAD: u64 = 2048;

/// The documents below `path` that stand in files of their own, sorted by name: [`feed`](super::feed) without what archives hold.
pub fn walk<'a>(
    path: &'a Path,
    skipped: &'a mut Skipped,
) -> Box<dyn Iterator<Item = Result<Input, Error>> + 'a> {
    static READING: LazyLock<Reading> = LazyLock::new(Reading::default);
    let found = files(path, &READING, skipped);
    Box::new(found.map(|file| file.map(|path| Input::named(&path))))
}

/// The files below `path`, sorted by name. Links to folders are not followed, so that no circle can arise.
pub(super) fn files<'a>(
    path: &'a Path,
    reading: &'a Reading,
    skipped: &'a mut Skipped,
) -> Box<dyn Iterator<Item = Result<PathBuf, Error>> + 'a> {
    if !path.is_dir() {
        return Box::new(std::iter::once(Ok(path.to_owned())));
    }
    Box::new(
        WalkDir::new(path)
            .sort_by_file_name()
            .into_iter()
            .filter_map(|entry| match entry {
                Err(error) => {
                    let name = error.path().map_or_else(|| name(path), name);
                    Some(Err(Error::Read {
                        name,
                        cause: error.into(),
                    }))
                }
                Ok(entry) if entry.file_type().is_dir() => None,
                Ok(entry) => {
                    let file = entry.file_type().is_file()
                        || entry.file_type().is_symlink() && entry.path().is_file();
                    let own = !reading.own.is_empty()
                        && entry.path().canonicalize().is_ok_and(|path| {
                            reading.own.contains(&path)
                                || reading.own.contains(&path.with_extension(""))
                        });
                    let kind = if !file {
                        skipped.others += 1;
                        NO_FILE
                    } else if own {
                        skipped.files += 1;
                        OWN
                    } else if is_taken(&name(entry.path()), reading)
                        || is_document_inside(entry.path(), reading)
                    {
                        return Some(Ok(entry.into_path()));
                    } else {
                        skipped.files += 1;
                        other_kind(&name(entry.path()))
                    };
                    let name = name(entry.path());
                    // What a run writes differs from run to run.
                    (reading.tell_passed && kind != OWN)
                        .then_some(Err(Error::Passed { name, kind }))
                }
            }),
    )
}
