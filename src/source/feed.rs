//! The notices in a file or stream, whatever it is packed in.
//!
//! In: a path. Out: one input after the other, handed to a taker that may wait or say that it has enough. Archives are told by their first
//! bytes, then by name; what is in an archive is looked at in the same way, up to a depth.

use super::container::{Container, full_name, inner_name, kind};
use super::meter::{Meter, Packed};
use super::walk::{HEAD as HEAD_OF_OTHERS, NO_FILE, other_kind};
use super::{
    Input, Reading, Skipped, Source, archive, dataset, mime, name, open, sevenz, walk, warc,
};
use crate::decode::format;
use crate::error::{Error, Limit};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Takes one input after the other.
pub type Take<'a> = dyn FnMut(Result<Input, Error>) -> ControlFlow<()> + 'a;

/// Hands all notices below `path` to `take`.
pub fn feed(
    path: &Path,
    reading: &Reading,
    skipped: &mut Skipped,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    if path == Path::new("-") {
        let stream = Box::new(io::stdin().lock());
        return Feed::new(reading, skipped, take).stream("-", "-", stream, 0);
    }
    let mut passed = Skipped::default();
    let mut inside = Skipped::default();
    let done = walk::files(path, reading, &mut passed).try_for_each(|file| match file {
        Ok(file) => Feed::new(reading, &mut inside, take).file(file),
        Err(error) => take(Err(error)),
    });
    skipped.files += passed.files + inside.files;
    skipped.others += passed.others + inside.others;
    done
}

/// Bytes of all files that [`feed`] would read below `path`.
pub fn bytes(path: &Path, reading: &Reading) -> u64 {
    walk::files(path, reading, &mut Skipped::default())
        .flatten()
        .map(|file| std::fs::metadata(file).map_or(0, |data| data.len()))
        .sum()
}

/// Bytes of all files that [`feed_list`] would read.
pub fn bytes_of_list(list: &mut dyn BufRead, reading: &Reading) -> u64 {
    let all = listed(list).flatten();
    all.map(|path| bytes(&path, reading)).sum()
}

/// Hands the notices in the files that `list` names, one a line, to `take`.
pub fn feed_list(
    list: &mut dyn BufRead,
    reading: &Reading,
    skipped: &mut Skipped,
    take: &mut Take<'_>,
) -> ControlFlow<()> {
    listed(list).try_for_each(|path| match path {
        Ok(path) => feed(&path, reading, skipped, take),
        Err(cause) => take(Err(Error::Read {
            name: "--files-from".to_owned(),
            cause,
        })),
    })
}

/// The paths in a list, one a line.
fn listed(list: &mut dyn BufRead) -> impl Iterator<Item = io::Result<PathBuf>> {
    let mut torn = false;
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        while !torn {
            line.clear();
            match list.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Err(cause) => {
                    torn = true;
                    return Some(Err(cause));
                }
                Ok(_) => {}
            }
            let words = line.strip_suffix(b"\n").unwrap_or(&line);
            let words = words.strip_suffix(b"\r").unwrap_or(words);
            if !words.is_empty() {
                return Some(Ok(path(words)));
            }
        }
        None
    })
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Bytes that tell what a stream is.
const HEAD: usize = 512;

/// Bytes of an archive in an archive that are kept in memory; what is longer goes to a nameless file of the system.
const IN_MEMORY: usize = 16 << 20;

/// The notices of one file.
pub(super) struct Feed<'a, 't> {
    pub reading: &'a Reading,
    pub skipped: &'a mut Skipped,
    pub take: &'a mut Take<'t>,
    pub meter: Meter,
}

impl<'a, 't> Feed<'a, 't> {
    fn new(reading: &'a Reading, skipped: &'a mut Skipped, take: &'a mut Take<'t>) -> Self {
        let meter = Meter::new(reading.limits.expansion);
        Self {
            reading,
            skipped,
            take,
            meter,
        }
    }

    /// A file of the disk.
    fn file(&mut self, path: PathBuf) -> ControlFlow<()> {
        let name = name(&path);
        let mut head = Vec::new();
        let opened = open(&path).and_then(|mut file| {
            file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
            file.seek(SeekFrom::Start(0))?;
            Ok(file)
        });
        let file = match opened {
            Ok(file) => file,
            Err(cause) => return (self.take)(Err(Error::Read { name, cause })),
        };
        match kind(&head, &name, self.reading.fields.asked) {
            None => self.whole(path, &file),
            Some(Container::Zip) => match archive::is_document(&file) {
                Ok(true) => self.whole(path, &file),
                _ => self.zip(&name, file, 1),
            },
            Some(Container::SevenZip) => self.sevenz(&name, file, 1),
            Some(Container::Parquet) => {
                self.meter.add_packed(size(&file));
                self.parquet(&name, file, 1)
            }
            Some(_) => {
                let packed = Packed {
                    stream: file,
                    meter: self.meter.clone(),
                    reading: self.reading,
                };
                self.stream(&name, &name, Box::new(packed), 0)
            }
        }
    }

    /// A file that is one document.
    fn whole(&mut self, path: PathBuf, file: &File) -> ControlFlow<()> {
        self.reading.count(size(file));
        (self.take)(Ok(Input::File(path)))
    }

    fn zip(&mut self, name: &str, file: File, depth: usize) -> ControlFlow<()> {
        // The packed bytes of an archive in an archive came out of that.
        if depth == 1 {
            self.meter.add_packed(size(&file));
        }
        archive::zip(self, name, file, depth)
    }

    #[cfg(feature = "parquet")]
    fn parquet(&mut self, name: &str, file: File, depth: usize) -> ControlFlow<()> {
        super::parquet::rows(self, name, file, depth)
    }

    /// Says that this program was built without Parquet.
    #[cfg(not(feature = "parquet"))]
    fn parquet(&mut self, name: &str, _: File, _: usize) -> ControlFlow<()> {
        (self.take)(Err(Error::Decode {
            name: name.to_owned(),
            problem: "this program was built without Parquet: build it with the feature `parquet`"
                .to_owned(),
        }))
    }

    fn sevenz(&mut self, name: &str, file: File, depth: usize) -> ControlFlow<()> {
        if depth == 1 {
            self.meter.add_packed(size(&file));
        }
        sevenz::read(self, name, file, depth)
    }

    /// A stream of bytes, `depth` archives deep: one document, or something that holds more.
    /// `inner` is the name that it had before it was packed, where that is another.
    pub(super) fn stream(
        &mut self,
        name: &str,
        inner: &str,
        stream: Box<dyn Read + '_>,
        depth: usize,
    ) -> ControlFlow<()> {
        if depth > self.reading.limits.nesting {
            let allowed = self.reading.limits.nesting as u64;
            return self.limit(name, Limit::Nesting, allowed);
        }
        let mut stream = BufReader::with_capacity(64 << 10, stream);
        let mut head = Vec::new();
        if let Err(cause) = stream.by_ref().take(HEAD as u64).read_to_end(&mut head) {
            return self.failed(name, cause);
        }
        let kind = kind(&head, inner, self.reading.fields.asked);
        let mut whole = io::Cursor::new(head).chain(stream);
        match kind {
            None => self.document(&full_name(name, inner), &mut whole),
            Some(Container::Gzip) => {
                let inner = inner_name(inner, ".gz");
                let unpacked = self.meter.watch(MultiGzDecoder::new(whole));
                self.stream(name, &inner, Box::new(unpacked), depth + 1)
            }
            Some(Container::Zstd) => match zstd::Decoder::new(whole) {
                Ok(unpacked) => {
                    let inner = inner_name(inner, ".zst");
                    let unpacked = self.meter.watch(unpacked);
                    self.stream(name, &inner, Box::new(unpacked), depth + 1)
                }
                Err(cause) => self.failed(name, cause),
            },
            Some(Container::Tar) => archive::tar(self, name, &mut whole, depth + 1),
            Some(Container::Warc) => warc::read(self, name, &mut whole),
            Some(Container::JsonLines) => {
                dataset::json_lines(self, name, &mut BufReader::new(whole))
            }
            Some(Container::Mail) => self.mail(name, &mut whole, depth + 1),
            Some(kind @ (Container::Zip | Container::SevenZip | Container::Parquet)) => {
                let file = match self.spool(&mut whole) {
                    Ok(file) => file,
                    Err(cause) => return self.failed(name, cause),
                };
                if kind == Container::Parquet {
                    return self.parquet(name, file, depth + 1);
                }
                if kind == Container::Zip && archive::is_document(&file).unwrap_or(false) {
                    return match (&file).rewind() {
                        Ok(()) => self.document(&full_name(name, inner), &mut &file),
                        Err(cause) => self.failed(name, cause),
                    };
                }
                if depth >= self.reading.limits.nesting {
                    let allowed = self.reading.limits.nesting as u64;
                    return self.limit(name, Limit::Nesting, allowed);
                }
                match kind {
                    Container::Zip => self.zip(name, file, depth + 1),
                    _ => self.sevenz(name, file, depth + 1),
                }
            }
        }
    }

    /// An archive in an archive has to be read from its end: a nameless file takes it.
    fn spool(&mut self, stream: &mut dyn Read) -> io::Result<File> {
        let mut file = tempfile::tempfile()?;
        let mut limited = stream.take(16 << 30);
        let mut buffer = Vec::with_capacity(IN_MEMORY.min(1 << 20));
        loop {
            buffer.clear();
            if limited.by_ref().take(1 << 20).read_to_end(&mut buffer)? == 0 {
                break;
            }
            io::Write::write_all(&mut file, &buffer)?;
        }
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    /// One document.
    pub(super) fn document(&mut self, name: &str, stream: &mut dyn Read) -> ControlFlow<()> {
        let source = super::read_limited(stream, 0, name, &self.reading.limits);
        match source {
            Ok(source) => (self.take)(Ok(Input::Loaded(source))),
            Err(Error::Read { name, cause }) => self.failed(&name, cause),
            Err(error) => (self.take)(Err(error)),
        }
    }

    /// Whether a walk would take a file of this name.
    pub(super) fn takes(&self, member: &str) -> bool {
        super::walk::is_taken(member, self.reading)
    }

    /// Says that something is passed by.
    pub(super) fn pass(
        &mut self,
        name: impl FnOnce() -> String,
        kind: &'static str,
    ) -> ControlFlow<()> {
        let count = if kind == NO_FILE {
            &mut self.skipped.others
        } else {
            &mut self.skipped.files
        };
        *count += 1;
        if !self.reading.tell_passed {
            return ControlFlow::Continue(());
        }
        (self.take)(Err(Error::Passed { name: name(), kind }))
    }

    /// A member of an archive: taken if a walk would take a file of its name, or if its bytes say that it is a document.
    pub(super) fn member(
        &mut self,
        archive: &str,
        member: &str,
        mut stream: Box<dyn Read + '_>,
        depth: usize,
    ) -> ControlFlow<()> {
        let name = format!("{archive}!/{member}");
        if self.takes(member) {
            return self.stream(&name, &name, stream, depth);
        }
        let mut bytes = Vec::new();
        let most = self.reading.limits.document;
        let mut read = stream
            .by_ref()
            .take(HEAD_OF_OTHERS.min(most))
            .read_to_end(&mut bytes);
        if read.is_ok() && format::may_be_document(&bytes) {
            read = stream.take(most).read_to_end(&mut bytes);
            if read.is_ok() && format::is_surely_document(&bytes) {
                return self.document(&name, &mut bytes.as_slice());
            }
        }
        self.pass(|| name, other_kind(member))
    }

    /// The words of a mail, and what is attached to it.
    fn mail(&mut self, name: &str, stream: &mut dyn Read, depth: usize) -> ControlFlow<()> {
        let mail = match super::read_limited(stream, 0, name, &self.reading.limits) {
            Ok(mail) => mail.bytes,
            Err(error) => return (self.take)(Err(error)),
        };
        let (subject, parts) = mime::parts(&mail);
        // A mail says the same twice, as a page and without its tags: the page is kept.
        let page = parts
            .iter()
            .any(|part| part.name.is_none() && part.media_type == "text/html");
        let mut nth = 0;
        for part in parts {
            match part.name {
                Some(attached) => {
                    let bytes = Box::new(io::Cursor::new(part.bytes));
                    self.member(name, &attached, bytes, depth)?;
                }
                None if part.media_type == "text/html"
                    || part.media_type == "text/plain" && !page =>
                {
                    nth += 1;
                    let ending = if part.media_type == "text/html" {
                        "html"
                    } else {
                        "txt"
                    };
                    let inner = subject
                        .clone()
                        .filter(|words| !words.is_empty() && nth == 1);
                    let inner = inner.unwrap_or_else(|| format!("{nth}"));
                    let inner = inner.replace(['/', '\\', '\n', '\r'], "_");
                    let source = Source::plain(format!("{name}!/{inner}.{ending}"), part.bytes);
                    (self.take)(Ok(Input::Loaded(source)))?;
                }
                None => self.pass(|| format!("{name}!/{}", part.media_type), other_kind(""))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// Something crossed a limit.
    pub(super) fn limit(&mut self, name: &str, limit: Limit, allowed: u64) -> ControlFlow<()> {
        (self.take)(Err(Error::Limit {
            name: name.to_owned(),
            limit,
            allowed,
        }))
    }

    /// Something could not be read, or unpacks to more than can be honest.
    pub(super) fn failed(&mut self, name: &str, cause: io::Error) -> ControlFlow<()> {
        if self.meter.crossed() {
            let allowed = self.reading.limits.expansion;
            return self.limit(name, Limit::Expansion, allowed);
        }
        (self.take)(Err(Error::Read {
            name: name.to_owned(),
            cause,
        }))
    }
}

/// Bytes of a file; none where the system does not say.
pub(super) fn size(file: &File) -> u64 {
    file.metadata().map_or(0, |data| data.len())
}
