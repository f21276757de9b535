//! Files below the paths given, in an order that does not depend on the disk.

use super::{Input, name};
use crate::error::Error;
use std::path::Path;
use walkdir::WalkDir;

/// Endings of files that hold notices; a file given by name is read whatever its ending.
const ENDINGS: [&str; 3] = ["txt", "text", "md"];

/// What a walk passed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skipped {
    /// Files of other kinds.
    pub files: usize,
    /// Links to folders, pipes and devices.
    pub others: usize,
}

/// The files below `path`, sorted by name. Links to folders are not followed, so that no circle can arise.
pub fn walk<'a>(
    path: &'a Path,
    skipped: &'a mut Skipped,
) -> Box<dyn Iterator<Item = Result<Input, Error>> + 'a> {
    if !path.is_dir() {
        return Box::new(std::iter::once(Ok(Input::named(path))));
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
                    let ending = entry
                        .path()
                        .extension()
                        .and_then(|ending| ending.to_str())
                        .map(str::to_ascii_lowercase);
                    if !file {
                        skipped.others += 1;
                        None
                    } else if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
                        Some(Ok(Input::File(entry.into_path())))
                    } else {
                        skipped.files += 1;
                        None
                    }
                }
            }),
    )
}
