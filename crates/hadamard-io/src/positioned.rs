//! Reads and writes at a position, which need no shared cursor and so no lock between threads.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Fills `buffer` from the bytes at `offset`.
#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Writes all of `data` at `offset`.
#[cfg(unix)]
pub(crate) fn write_all_at(file: &File, data: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, data, offset)
}

/// Fills `buffer` from the bytes at `offset`.
#[cfg(windows)]
pub(crate) fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => (buffer, offset) = (&mut buffer[n..], offset + n as u64),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Writes all of `data` at `offset`.
#[cfg(windows)]
pub(crate) fn write_all_at(file: &File, mut data: &[u8], mut offset: u64) -> io::Result<()> {
    while !data.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, data, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => (data, offset) = (&data[n..], offset + n as u64),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Lets the system begin to put written bytes on the disk, so that a sync at the end finds little left to wait for.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn begin_sync(file: &File, offset: u64, len: usize) {
    use rustix::fs::{Advice, fadvise};
    // Linux starts writing on this advice, and drops only what is on the disk already: nothing that was just written.
    // Where it is refused, the sync does all.
    let _ = fadvise(file, offset, std::num::NonZeroU64::new(len as u64), Advice::DontNeed);
}

/// Other systems begin when they think fit.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn begin_sync(_: &File, _: u64, _: usize) {}

/// Reads some bytes at `offset`; 0 means the end of the file.
#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// Reads some bytes at `offset`; 0 means the end of the file.
#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// A cursor of its own over a shared file, for decoders that want `Read + Seek`. Wrap it in a `BufReader`.
#[derive(Clone, Debug)]
pub struct Reader {
    file: Arc<File>,
    at: u64,
    len: u64,
}

impl Reader {
    /// Reads from the start of a file of `len` bytes.
    pub fn new(file: Arc<File>, len: u64) -> Reader {
        Reader { file, at: 0, len }
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = read_at(&self.file, buffer, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(delta) => self.len.checked_add_signed(delta),
            SeekFrom::Current(delta) => self.at.checked_add_signed(delta),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reader_seeks_from_every_end() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        write_all_at(&file, b"0123456789", 0).unwrap();
        let mut reader = Reader::new(Arc::clone(&file), 10);
        let mut two = [0; 2];
        reader.seek(SeekFrom::End(-3)).unwrap();
        reader.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"78");
        reader.seek(SeekFrom::Current(-5)).unwrap();
        reader.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"45");
        assert!(reader.seek(SeekFrom::Current(-100)).is_err());
        assert_eq!(read_exact_at(&file, &mut two, 9).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
