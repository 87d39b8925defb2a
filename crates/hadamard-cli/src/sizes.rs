//! Sizes and shapes as people write them on a command line: `256MiB`, `1000x500`, `f32:1000x500`.

use hadamard::array::{DType, MAX_NDIM, Shape};
use hadamard::io::RawSpec;

/// Units of bytes; the empty one is the byte.
const UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kib", 1 << 10),
    ("m", 1 << 20),
    ("mib", 1 << 20),
    ("g", 1 << 30),
    ("gib", 1 << 30),
    ("t", 1 << 40),
    ("tib", 1 << 40),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
];

/// A number of bytes: `268435456`, `256MiB`, `1.5G`.
pub fn bytes(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..digits], text[digits..].trim().to_ascii_lowercase());
    let number: f64 = number.parse().map_err(|_| "write a number and a unit, such as 256MiB or 2G".to_string())?;
    let unit = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, bytes)| *bytes);
    let unit = unit.ok_or("the units are B, KiB, MiB, GiB, TiB (K, M, G, T for short) and KB, MB, GB, TB")?;
    let bytes = number * unit as f64;
    if bytes < 1.0 || bytes > u64::MAX as f64 {
        return Err("the size must be at least one byte and fit the address space".into());
    }
    Ok(bytes as u64)
}

/// Bytes for people: `1.50 GiB`.
pub fn human(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1 << 10 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.2} {}", units[unit])
}

/// A shape: `1000x500`, `500`; `1` digit groups joined by `x`.
pub fn shape(text: &str) -> Result<Shape, String> {
    let axis = |part: &str| {
        let symbolic = part.starts_with(|c: char| c.is_alphabetic());
        part.parse::<usize>().map_err(|_| match symbolic {
            true => format!("`{part}` is a symbolic size: here every size must be a number, such as 1000x500"),
            false => format!("`{part}` is not a size: write a shape as 1000x500"),
        })
    };
    let shape: Shape = text.split(['x', '×']).map(axis).collect::<Result<_, _>>()?;
    if shape.ndim() > MAX_NDIM {
        return Err(format!("{} axes are more than the supported {MAX_NDIM}", shape.ndim()));
    }
    Ok(shape)
}

/// A dtype by its name.
pub fn dtype(text: &str) -> Result<DType, String> {
    DType::parse(text).ok_or_else(|| {
        let names: Vec<&str> = DType::ALL.iter().map(|d| d.name()).collect();
        format!("`{text}` is not a dtype: there are {}", names.join(", "))
    })
}

/// Dtype and shape of a raw file: `f32:1000x500`.
pub fn raw(text: &str) -> Result<RawSpec, String> {
    let (d, s) = text.split_once(':').ok_or("write dtype and shape, such as f32:1000x500")?;
    Ok(RawSpec { dtype: dtype(d)?, shape: shape(s)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_with_units() {
        for (text, value) in
            [("1", 1), ("256MiB", 256 << 20), ("2g", 2 << 30), ("1.5 KiB", 1536), ("3GB", 3_000_000_000), ("9B", 9)]
        {
            assert_eq!(bytes(text), Ok(value), "{text}");
        }
        for text in ["", "MiB", "1 furlong", "0", "-1", "1e9", "99999999999TiB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_for_people() {
        assert_eq!(human(0), "0 B");
        assert_eq!(human(1023), "1023 B");
        assert_eq!(human(1536), "1.50 KiB");
        assert_eq!(human(3 << 30), "3.00 GiB");
    }

    #[test]
    fn shapes() {
        assert_eq!(shape("1000x500"), Ok([1000, 500].into()));
        assert_eq!(shape("2×3×4"), Ok([2, 3, 4].into()));
        assert_eq!(shape("0"), Ok([0].into()));
        assert!(shape("mxn").unwrap_err().contains("symbolic"));
        assert!(shape("3x").is_err());
        assert!(shape(&["1"; 17].join("x")).unwrap_err().contains("17 axes"));
    }

    #[test]
    fn raw_specs() {
        let spec = raw("f32:10x5").unwrap();
        assert_eq!((spec.dtype, spec.shape), (DType::F32, [10, 5].into()));
        assert!(raw("f32").is_err());
        assert!(raw("float:3").unwrap_err().contains("bf16"));
    }
}
