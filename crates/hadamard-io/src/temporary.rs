//! Files that do not exist yet: written under another name in the target's folder, synced, and renamed.
//!
//! However a process ends, the target is either untouched or complete. A dropped temporary file is removed; a signal
//! handler removes all with [`remove_temporaries`]; what a killed process leaves is removed by the next one that
//! writes into the same folder: its files are known by the process number in their name and an advisory lock.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempPath;

/// How the names of temporary files start; the number of their process follows.
const PREFIX: &str = ".hadamard-";

/// The temporary files of this process.
struct Registry {
    live: BTreeSet<PathBuf>,
    /// Set when the process is ending: no file is made or renamed any more.
    closed: bool,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { live: BTreeSet::new(), closed: false });

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The registry, unless the process is ending.
fn open_registry() -> io::Result<MutexGuard<'static, Registry>> {
    let registry = registry();
    if registry.closed { Err(io::ErrorKind::Interrupted.into()) } else { Ok(registry) }
}

/// Removes every temporary output of this process and refuses to make or finish any more. For the thread that
/// handles SIGINT and SIGTERM, just before the process ends. Outputs that are being renamed are finished first.
pub fn remove_temporaries() {
    let mut registry = registry();
    registry.closed = true;
    for path in std::mem::take(&mut registry.live) {
        let _ = fs::remove_file(path); // nothing better can be done while ending
    }
}

/// A file that has not got its name yet.
pub(crate) struct Temporary {
    /// Open for reading and writing.
    pub file: Arc<File>,
    path: Option<TempPath>,
}

impl Temporary {
    /// A new file in the folder, with the permissions a new file would have there.
    pub fn create(folder: &Path) -> io::Result<Temporary> {
        #[cfg(unix)]
        remove_stale(folder);
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).rand_bytes(8);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
        let mut registry = open_registry()?;
        let (file, path) = builder.tempfile_in(folder)?.into_parts();
        let _ = file.try_lock(); // where files cannot be locked, nobody takes ours for stale either
        registry.live.insert(path.to_path_buf());
        Ok(Temporary { file: Arc::new(file), path: Some(path) })
    }

    /// Gives the file the permissions of the one it replaces.
    pub fn set_permissions(&self, permissions: Permissions) -> io::Result<()> {
        self.file.set_permissions(permissions)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            registry().live.remove(path.as_ref() as &Path);
        }
    }
}

/// Renames each file to its target, replacing what is there only if allowed: all of them, as far as the system lets
/// us, before a signal can end the process. On failure, tells which could not be renamed; later ones are removed.
pub(crate) fn commit(mut files: Vec<(Temporary, &Path, bool)>) -> Result<(), (usize, io::Error)> {
    let mut registry = open_registry().map_err(|error| (0, error))?;
    let mut result = Ok(());
    for (index, (temporary, target, replace)) in files.iter_mut().enumerate() {
        let Some(path) = temporary.path.take() else { continue };
        let name = path.to_path_buf();
        let renamed = if *replace { path.persist(target) } else { path.persist_noclobber(target) };
        registry.live.remove(&name);
        if let Err(failure) = renamed {
            result = Err((index, failure.error));
            break;
        }
    }
    drop(registry); // the files that are left take it to remove themselves
    result
}

/// Removes temporary files in the folder whose process is gone.
#[cfg(unix)]
fn remove_stale(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|n| n.strip_prefix(PREFIX)?.split_once('-')?.0.parse().ok());
        if pid.is_some_and(|pid| !is_alive(pid)) {
            let unlocked = |file: File| file.try_lock().is_ok();
            if File::open(entry.path()).is_ok_and(unlocked) {
                let _ = fs::remove_file(entry.path()); // someone else may have been quicker
            }
        }
    }
}

#[cfg(unix)]
fn is_alive(pid: i32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let gone = |pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH);
    Pid::from_raw(pid).is_none_or(|pid| !gone(pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn dropped_files_are_removed_and_committed_ones_stay() {
        let folder = tempfile::tempdir().unwrap();
        let dropped = Temporary::create(folder.path()).unwrap();
        assert!(names(folder.path())[0].starts_with(&format!(".hadamard-{}-", std::process::id())));
        drop(dropped);
        assert!(names(folder.path()).is_empty());
        let kept = Temporary::create(folder.path()).unwrap();
        commit(vec![(kept, &folder.path().join("a"), false)]).unwrap();
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_target_that_appeared_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let files = [(); 3].map(|()| Temporary::create(folder.path()).unwrap());
        fs::write(&b, "theirs").unwrap();
        let [first, second, third] = files;
        let failed = commit(vec![(first, &a, false), (second, &b, false), (third, &a, true)]).unwrap_err();
        assert_eq!((failed.0, failed.1.kind()), (1, io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read(&b).unwrap(), b"theirs");
        assert_eq!(names(folder.path()).len(), 2, "a and b, no temporary");
    }

    #[cfg(unix)]
    #[test]
    fn files_of_dead_processes_are_removed_unless_locked() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = child.id();
        child.wait().unwrap();
        let live = std::process::id();
        let stale = folder.path().join(format!("{PREFIX}{dead}-stale"));
        let locked = folder.path().join(format!("{PREFIX}{dead}-locked"));
        let others = [format!("{PREFIX}{live}-live"), format!("{PREFIX}x-y"), "a.npy".into()];
        for path in others.iter().map(|n| folder.path().join(n)).chain([stale.clone(), locked.clone()]) {
            fs::write(path, "").unwrap();
        }
        let lock = File::open(&locked).unwrap();
        lock.try_lock().unwrap();
        remove_stale(folder.path());
        assert!(!stale.exists());
        assert!(locked.exists() && others.iter().all(|n| folder.path().join(n).exists()));
    }
}
