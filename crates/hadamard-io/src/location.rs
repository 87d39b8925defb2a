//! Where an array is: a file, perhaps a member of it, or standard input and output.

use crate::formats;
use std::fmt;
use std::path::{Path, PathBuf};

/// A file and, for archives, a member of it. The path `-` is standard input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file as the user named it.
    pub path: PathBuf,
    /// What stands after `#`.
    pub member: Option<String>,
}

impl Location {
    /// Reads `x.npz#arr_0`.
    ///
    /// A `#` may also belong to the name of a file: a file of the full name comes first, then the longest part before
    /// a `#` that names a file. If there is neither (an output), the first part that ends like a known format is the
    /// path, unless the full name does; else everything before the first `#` is.
    pub fn parse(text: &str) -> Location {
        let whole = || Location { path: text.into(), member: None };
        let splits: Vec<(&str, &str)> = text.match_indices('#').map(|(at, _)| (&text[..at], &text[at + 1..])).collect();
        let is_file = |path: &str| path == "-" || Path::new(path).is_file();
        let is_known = |path: &str| formats::by_file_name(path).is_some();
        if splits.is_empty() || is_file(text) {
            return whole();
        }
        let existing = splits.iter().rev().find(|(path, _)| is_file(path));
        let named = || splits.iter().find(|(path, _)| is_known(path));
        let chosen = match existing.or_else(named) {
            Some(split) => split,
            None if is_known(text) || splits[0].0.is_empty() => return whole(),
            None => &splits[0],
        };
        Location { path: chosen.0.into(), member: Some(chosen.1.to_owned()) }
    }

    /// A file without a member.
    pub fn file(path: impl Into<PathBuf>) -> Location {
        Location { path: path.into(), member: None }
    }

    /// Whether this is standard input or output.
    pub fn is_standard(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        self.member.iter().try_for_each(|member| write!(f, "#{member}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (String, Option<String>) {
        let location = Location::parse(text);
        (location.path.display().to_string(), location.member)
    }

    #[test]
    fn members_follow_the_hash() {
        let some = |path: &str, member: &str| (path.to_string(), Some(member.to_string()));
        assert_eq!(split("x.npz#arr_0"), some("x.npz", "arr_0"));
        assert_eq!(split("x.npz#a.npy"), some("x.npz", "a.npy"));
        assert_eq!(split("x.dat#a"), some("x.dat", "a"));
        assert_eq!(split("-#a"), some("-", "a"));
        assert_eq!(split("x.npy"), ("x.npy".into(), None));
        assert_eq!(split("-"), ("-".into(), None));
        assert_eq!(split("#1.npy"), ("#1.npy".into(), None));
        assert_eq!(split("take #2/a.npy"), ("take #2/a.npy".into(), None));
    }

    #[test]
    fn files_with_a_hash_in_their_name_come_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        for name in ["a.npz", "a.npz#b", "c#d.npz"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(split(&path("a.npz#b")), (path("a.npz#b"), None));
        assert_eq!(split(&path("a.npz#c")), (path("a.npz"), Some("c".into())));
        assert_eq!(split(&path("a.npz#b#c")), (path("a.npz#b"), Some("c".into())));
        assert_eq!(split(&path("c#d.npz#e")), (path("c#d.npz"), Some("e".into())));
    }

    #[test]
    fn only_a_lone_dash_is_standard() {
        assert!(Location::parse("-").is_standard() && Location::parse("-#a").is_standard());
        assert!(!Location::parse("./-").is_standard());
    }
}
