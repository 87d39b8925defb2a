//! How much memory a run may use when `--max-memory` does not say: what the system has to spare, so that a formula that
//! needs more is refused with its numbers instead of being killed half-way.

use std::fs;
use std::path::{Path, PathBuf};

/// The share of what is free that a run may take.
const SHARE: f64 = 0.8;

/// The limit for this process; `None` where the system does not say what is free.
pub fn spare() -> Option<u64> {
    let free = [available(&fs::read_to_string("/proc/meminfo").ok()?), control_group()];
    let least = free.into_iter().flatten().min()?;
    Some((least as f64 * SHARE) as u64)
}

/// `MemAvailable` of `/proc/meminfo`, in bytes.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// What this process's control group may still take (version 2), if it has a limit.
fn control_group() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let inner: PathBuf = Path::new("/sys/fs/cgroup").join(group);
    let number =
        |folder: &Path, file: &str| -> Option<u64> { fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok() };
    let left = |folder: &Path| Some(number(folder, "memory.max")?.saturating_sub(number(folder, "memory.current")?));
    inner.ancestors().take_while(|folder| folder.starts_with("/sys/fs/cgroup")).filter_map(left).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_available_memory_is_read_in_bytes() {
        let text = "MemTotal:       24000000 kB\nMemFree:         1000 kB\nMemAvailable:   12345678 kB\n";
        assert_eq!(available(text), Some(12_345_678 << 10));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
        assert_eq!(available("MemAvailable: lots\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_memory_to_spare() {
        assert!(spare().is_some_and(|bytes| bytes > 1 << 20));
    }
}
