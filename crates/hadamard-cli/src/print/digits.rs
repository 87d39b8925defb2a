//! Numbers with a limited count of significant digits.

use hadamard::array::Scalar;

/// How many digits of a float are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// As many as it takes to read the same value back.
    All,
    /// At most so many significant ones.
    Most(u8),
}

impl Digits {
    /// Enough to see, few enough to read.
    pub const DEFAULT: Digits = Digits::Most(6);

    /// The text of one element.
    pub fn text(self, value: Scalar) -> String {
        let Digits::Most(most) = self else { return value.to_string() };
        match value {
            Scalar::F16(v) => real(value, v.to_f64(), most),
            Scalar::BF16(v) => real(value, v.to_f64(), most),
            Scalar::F32(v) => real(value, f64::from(v), most),
            Scalar::F64(v) => real(value, v, most),
            Scalar::C64(z) => complex(Scalar::F32(z.re), Scalar::F32(z.im), self),
            Scalar::C128(z) => complex(Scalar::F64(z.re), Scalar::F64(z.im), self),
            exact => exact.to_string(),
        }
    }
}

fn complex(re: Scalar, im: Scalar, digits: Digits) -> String {
    let im = digits.text(im);
    let sign = if im.starts_with('-') { "" } else { "+" };
    format!("{}{sign}{im}i", digits.text(re))
}

/// The shortest text that reads back as the value if that is short enough, else the value rounded.
fn real(value: Scalar, v: f64, most: u8) -> String {
    let short = value.to_string();
    let whole = v.fract() == 0.0 && v.abs() < 1e9;
    if !v.is_finite() || whole || significant(&short) <= most as usize {
        return short;
    }
    let rounded = format!("{v:.*e}", most.max(1) as usize - 1);
    let exponent: i32 = rounded.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let again: f64 = rounded.parse().unwrap_or(v);
    // Beyond the last digit shown, zeros would claim what is not known: 1234567.8 is 1.23457e6, not 1234570.0.
    if exponent < i32::from(most) { format!("{again:?}") } else { format!("{again:e}") }
}

fn significant(text: &str) -> usize {
    let mantissa = text.split('e').next().unwrap_or(text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').trim_end_matches('0').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hadamard::array::{c128, f16};

    #[test]
    fn floats_are_rounded_only_when_long() {
        let six = |v: f64| Digits::Most(6).text(Scalar::F64(v));
        for (v, text) in [
            (0.1, "0.1"),
            (1.0 / 3.0, "0.333333"),
            (-2.0 / 3.0, "-0.666667"),
            (1234567.8, "1.23457e6"),
            (123456.78, "123457.0"),
            (16777216.0, "16777216.0"),
            (1e300, "1e300"),
            (1.0 / 3e7, "3.33333e-8"),
            (999999.96, "1e6"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
            (-0.0, "-0.0"),
        ] {
            assert_eq!(six(v), text);
        }
        assert_eq!(Digits::All.text(Scalar::F64(1.0 / 3.0)), "0.3333333333333333");
    }

    #[test]
    fn narrow_floats_show_no_digits_they_do_not_have() {
        assert_eq!(Digits::Most(12).text(Scalar::F32(0.1)), "0.1");
        assert_eq!(Digits::Most(3).text(Scalar::F16(f16::from_f32(0.3333))), "0.333");
    }

    #[test]
    fn other_kinds() {
        assert_eq!(Digits::Most(3).text(Scalar::I64(-123456)), "-123456");
        assert_eq!(Digits::Most(3).text(Scalar::Bool(true)), "true");
        assert_eq!(Digits::Most(3).text(Scalar::C128(c128::new(1.0 / 3.0, -2.0))), "0.333-2.0i");
        assert_eq!(Digits::Most(3).text(Scalar::C128(c128::new(1.0, 2.0 / 3.0))), "1.0+0.667i");
    }
}
