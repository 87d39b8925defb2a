//! The formats: one file each, one line each in [`ALL`].

pub mod csv;
mod image;
pub mod jpeg;
mod lazy;
pub mod mat;
pub mod matrix_market;
pub mod npy;
pub mod npz;
pub mod png;
pub mod raw;
pub mod safetensors;
pub(crate) mod scipy;
pub mod tiff;

use crate::Format;

/// Every format hadamard knows, in the order help lists them.
pub static ALL: &[&Format] = &[
    &npy::FORMAT,
    &npz::FORMAT,
    &csv::FORMAT,
    &matrix_market::FORMAT,
    &png::FORMAT,
    &tiff::FORMAT,
    &jpeg::FORMAT,
    &safetensors::FORMAT,
    &mat::FORMAT,
    &raw::FORMAT,
];

/// The names of all formats.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|f| f.name).collect()
}

/// The format that `--from` or `--to` names; with the ending, if it is one (`mtx`, `tsv`) and not the format's own name.
pub fn by_name(name: &str) -> Option<(&'static Format, Option<&'static str>)> {
    let named = ALL.iter().copied().find(|f| f.name.eq_ignore_ascii_case(name)).map(|f| (f, None));
    named.or_else(|| {
        let mut endings = ALL.iter().flat_map(|f| f.extensions.iter().map(|e| (*f, Some(*e))));
        endings.find(|(_, ending)| ending.is_some_and(|e| e.eq_ignore_ascii_case(name)))
    })
}

/// The format a file name's ending tells, and that ending; the longest ending wins (`csv.gz` before `gz`).
pub fn by_file_name(name: &str) -> Option<(&'static Format, &'static str)> {
    let name = name.to_ascii_lowercase();
    let ends = |e: &str| name.strip_suffix(e).is_some_and(|stem| stem.len() > 1 && stem.ends_with('.'));
    ALL.iter().flat_map(|f| f.extensions.iter().map(|e| (*f, *e))).filter(|(_, e)| ends(e)).max_by_key(|(_, e)| e.len())
}

/// The format whose signature these first bytes of a file bear.
pub fn by_content(head: &[u8]) -> Option<&'static Format> {
    ALL.iter().copied().find(|f| f.signature.is_some_and(|matches| matches(head)))
}
