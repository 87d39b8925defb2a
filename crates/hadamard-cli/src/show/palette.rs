//! Values as colours.

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// Dark violet over teal to yellow: even steps of lightness, readable without seeing red or green.
const SEQUENTIAL: [Rgb; 5] = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
/// Blue over near-white to red, for values around zero.
const DIVERGING: [Rgb; 5] = [[33, 102, 172], [146, 197, 222], [247, 247, 247], [244, 165, 130], [178, 24, 43]];
/// Where there is no number.
pub const NOTHING: Rgb = [128, 128, 128];

/// How values of a range become colours: values of both signs get a scale that is symmetric around zero.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// The value of the first colour.
    pub low: f64,
    /// The value of the last colour.
    pub high: f64,
    colours: &'static [Rgb; 5],
}

impl Scale {
    /// The scale of a range of values.
    pub fn of(range: Option<(f64, f64)>) -> Scale {
        let (low, high) = range.unwrap_or((0.0, 0.0));
        if low < 0.0 && high > 0.0 {
            let reach = high.max(-low);
            return Scale { low: -reach, high: reach, colours: &DIVERGING };
        }
        Scale { low, high, colours: &SEQUENTIAL }
    }

    /// Where in the scale a value lies, from 0 to 1; 0.5 if all values are the same; nothing if it is no number.
    pub fn fraction(&self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        // Halves, so that the width of a range of huge values is still a number.
        let (low, high) = (self.low / 2.0, self.high / 2.0);
        Some(if high > low { ((value / 2.0 - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 })
    }

    /// The colour of a value.
    pub fn colour(&self, value: f64) -> Rgb {
        self.fraction(value).map_or(NOTHING, |t| {
            let at = t * (self.colours.len() - 1) as f64;
            let k = (at as usize).min(self.colours.len() - 2);
            let mix = |c: usize| {
                let (a, b) = (f64::from(self.colours[k][c]), f64::from(self.colours[k + 1][c]));
                (a + (b - a) * (at - k as f64)).round() as u8
            };
            [mix(0), mix(1), mix(2)]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middle() {
        let scale = Scale::of(Some((1.0, 3.0)));
        assert_eq!(scale.colour(1.0), SEQUENTIAL[0]);
        assert_eq!(scale.colour(2.0), SEQUENTIAL[2]);
        assert_eq!(scale.colour(3.0), SEQUENTIAL[4]);
        assert_eq!(scale.colour(f64::NAN), NOTHING);
    }

    #[test]
    fn both_signs_put_zero_in_the_middle() {
        let scale = Scale::of(Some((-1.0, 4.0)));
        assert_eq!((scale.low, scale.high), (-4.0, 4.0));
        assert_eq!(scale.colour(0.0), DIVERGING[2]);
    }

    #[test]
    fn degenerate_ranges() {
        assert_eq!(Scale::of(Some((5.0, 5.0))).fraction(5.0), Some(0.5));
        assert_eq!(Scale::of(None).fraction(f64::NAN), None);
        assert_eq!(Scale::of(Some((f64::MIN, f64::MAX))).fraction(0.0), Some(0.5));
    }
}
