//! What people work with: rows in files.

use crate::error::Error;
use serde::Serialize;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file of JSON Lines that stands there whole or not at all: rows go into a hidden file beside it, which takes its
/// name when all is written.
#[derive(Debug)]
pub struct JsonLines {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl JsonLines {
    /// Begins a file.
    ///
    /// # Errors
    /// Its folder cannot be made or written to.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let write_error = |cause| Error::Write {
            path: path.to_owned(),
            cause,
        };
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(write_error)?;
        let file = tempfile::Builder::new()
            .prefix(".duban-")
            .suffix(".partial")
            .tempfile_in(folder)
            .map_err(write_error)?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn push(&mut self, row: &impl Serialize) -> Result<(), Error> {
        line(&mut self.file, row).map_err(|cause| Error::Write {
            path: self.path.clone(),
            cause,
        })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// The disk is full, or the name is taken by a folder.
    pub fn finish(self) -> Result<(), Error> {
        let path = self.path;
        let finish = || {
            let file = self
                .file
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            readable(file.as_file())?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        finish().map_err(|cause| Error::Write {
            path: path.clone(),
            cause,
        })
    }
}

/// Temporary files are for their owner alone; an output is as open as any new file.
#[cfg(unix)]
fn readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Writes one row and the end of its line.
///
/// # Errors
/// The writer's own.
pub fn line(out: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}
