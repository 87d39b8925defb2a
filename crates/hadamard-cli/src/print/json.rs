//! Results for programs. Written as it goes: an array of any size needs no second copy of itself.

use hadamard::array::{Array, Scalar, View};
use std::io::{self, Write};

/// `{"name": …, "dtype": …, "shape": […], "data": nested lists}`. NaN and infinities are the strings `"nan"`,
/// `"inf"`, `"-inf"`; complex numbers are pairs of their parts.
pub fn write(out: &mut dyn Write, name: Option<&str>, array: &Array) -> io::Result<()> {
    let name = serde_json::Value::from(name);
    let shape = serde_json::Value::from(array.shape().to_vec());
    write!(out, "{{\"name\":{name},\"dtype\":\"{}\",\"shape\":{shape},\"data\":", array.dtype())?;
    nested(out, &array.view(), &mut Vec::new())?;
    write!(out, "}}")
}

fn nested(out: &mut dyn Write, view: &View<'_>, index: &mut Vec<usize>) -> io::Result<()> {
    if index.len() == view.shape().ndim() {
        return element(out, view.get(index));
    }
    write!(out, "[")?;
    for i in 0..view.shape()[index.len()] {
        if i > 0 {
            write!(out, ",")?;
        }
        index.push(i);
        nested(out, view, index)?;
        index.pop();
    }
    write!(out, "]")
}

fn element(out: &mut dyn Write, value: Scalar) -> io::Result<()> {
    match value {
        Scalar::C64(z) => pair(out, z.re.into(), z.im.into()),
        Scalar::C128(z) => pair(out, z.re.into(), z.im.into()),
        value if value.as_f64().is_some_and(|v| !v.is_finite()) => write!(out, "\"{value}\""),
        value => write!(out, "{value}"),
    }
}

fn pair(out: &mut dyn Write, re: Scalar, im: Scalar) -> io::Result<()> {
    write!(out, "[")?;
    element(out, re)?;
    write!(out, ",")?;
    element(out, im)?;
    write!(out, "]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard::array::{Element, c64};
    use serde_json::{Value, json};

    fn parsed<T: Element>(name: Option<&str>, shape: &[usize], values: &[T]) -> Value {
        let mut out = Vec::new();
        write(&mut out, name, &Array::from_slice(shape, values).unwrap()).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn what_programs_read() {
        assert_eq!(
            parsed(Some("D"), &[2, 2], &[1.5, f64::NAN, f64::INFINITY, -1e300]),
            json!({"name": "D", "dtype": "f64", "shape": [2, 2], "data": [[1.5, "nan"], ["inf", -1e300]]})
        );
        assert_eq!(parsed(None, &[], &[7u8]), json!({"name": null, "dtype": "u8", "shape": [], "data": 7}));
        assert_eq!(parsed::<i8>(None, &[0], &[])["data"], json!([]));
        assert_eq!(parsed(None, &[1], &[c64::new(1.0, f32::NEG_INFINITY)])["data"], json!([[1.0, "-inf"]]));
        assert_eq!(parsed(None, &[1], &[u64::MAX])["data"], json!([u64::MAX]));
    }
}
