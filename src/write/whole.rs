//! A file that stands there whole or not at all.
//!
//! In: bytes, bit by bit. Out: `tasks.csv` once all are written. Until then there is a hidden `.duban-Xy12.partial` beside
//! it, which goes when the run fails and stays only when the run is killed.

use crate::error::Error;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file in the making: what is written goes into a hidden file beside it, which takes its name when all is written.
#[derive(Debug)]
pub struct Whole {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Whole {
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

    /// The name that the file will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The hidden file, for a library that opens files itself.
    pub fn partial(&self) -> &Path {
        self.file.get_ref().path()
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

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
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
