//! Operands: values of every dtype, in every layout.

use super::Random;
use hadamard::array::{Bool, Slice, bf16, c64, c128, f16};
use hadamard::{Array, DType, Layout, Shape};
use std::fmt;

/// An operand, as text `name:dtype:shape:layout:seed`.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub name: String,
    pub dtype: DType,
    pub shape: Vec<usize>,
    pub layout: usize,
    pub seed: u64,
}

impl Given {
    /// Bytes of its elements.
    pub fn bytes(&self) -> usize {
        self.shape.iter().product::<usize>() * self.dtype.size()
    }
    /// The array.
    pub fn array(&self) -> Array {
        operand(self.dtype, &self.shape, self.layout, self.seed)
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        write!(f, "{}:{}:{}:{}:{}", self.name, self.dtype, shape.join("x"), self.layout, self.seed)
    }
}

impl std::str::FromStr for Given {
    type Err = String;

    fn from_str(text: &str) -> Result<Given, String> {
        let wrong = || format!("not an operand: {text}");
        let [name, dtype, shape, layout, seed] = text.split(':').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        let lengths = shape.split('x').filter(|n| !n.is_empty()).map(str::parse);
        Ok(Given {
            name: name.to_string(),
            dtype: DType::parse(dtype).ok_or_else(wrong)?,
            shape: lengths.collect::<Result<_, _>>().map_err(|_| wrong())?,
            layout: layout.parse().map_err(|_| wrong())?,
            seed: seed.parse().map_err(|_| wrong())?,
        })
    }
}

/// Which values an array has.
#[derive(Clone, Copy)]
enum Style {
    /// Small, so that integer arithmetic seldom overflows, with some special floats.
    Small,
    /// Anything.
    Any,
    /// The edges of ranges, mostly.
    Edges,
}

/// Specials of floats; the rest of the edges are those of formats, where functions change.
const EDGES: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MAX,
    f64::MIN_POSITIVE,
    -5e-324,
    3.5e38,
    1e-45,
    65504.0,
    6e-8,
    0.5,
    -0.5,
    2.5,
    127.5,
    -128.0,
    2147483648.0,
    -9.3e18,
    1.9e19,
    1e22,
    710.0,
];

fn float(random: &mut Random, style: Style) -> f64 {
    match style {
        Style::Edges if !random.one_in(3) => *random.pick(&EDGES),
        Style::Any if random.one_in(8) => f64::from_bits(random.next()),
        Style::Any if random.one_in(3) => random.unit() * 10f64.powf(random.unit() * 45.0),
        Style::Any => random.unit() * 300.0,
        _ => match random.below(29) {
            0 => 0.0,
            1 => -0.0,
            2 if random.one_in(5) => f64::NAN,
            3 if random.one_in(3) => f64::INFINITY,
            _ => random.unit() * 4.0,
        },
    }
}

/// An integer of a range of numbers.
fn whole(random: &mut Random, style: Style, (low, high): (i128, i128)) -> i128 {
    match style {
        Style::Small => {
            let size = high.isqrt();
            let low = low.max(-size);
            low + (random.next() as i128) % (size - low + 1)
        }
        Style::Edges if !random.one_in(3) => {
            (*random.pick(&[low, low + 1, low / 2, -1, 0, 1, 2, high / 2, high - 1, high])).max(low)
        }
        _ => low + (random.next() as i128) % (high - low + 1),
    }
}

/// Deterministic values of any dtype.
fn values(dtype: DType, n: usize, seed: u64) -> Array {
    let style = match seed % 4 {
        0 | 1 => Style::Small,
        2 => Style::Any,
        _ => Style::Edges,
    };
    let mut random = Random(seed);
    let r = &mut random;
    macro_rules! make {
        ($($V:ident => $e:expr;)*) => {
            match dtype {
                $(DType::$V => Array::from_slice([n], &(0..n).map(|_| $e).collect::<Vec<_>>()),)*
            }
        };
    }
    macro_rules! whole {
        ($T:ident) => {
            whole(r, style, ($T::MIN.into(), $T::MAX.into())) as $T
        };
    }
    make! {
        Bool => Bool((r.next() % 2) as u8);
        I8 => whole!(i8);
        I16 => whole!(i16);
        I32 => whole!(i32);
        I64 => whole!(i64);
        U8 => whole!(u8);
        U16 => whole!(u16);
        U32 => whole!(u32);
        U64 => whole!(u64);
        F16 => f16::from_f64(float(r, style));
        BF16 => bf16::from_f64(float(r, style));
        F32 => float(r, style) as f32;
        F64 => float(r, style);
        C64 => c64::new(float(r, style) as f32, float(r, style) as f32);
        C128 => c128::new(float(r, style), float(r, style));
    }
    .expect("as many values as elements")
}

/// An array of that shape in one of several layouts.
pub fn operand(dtype: DType, shape: &[usize], layout: usize, seed: u64) -> Array {
    let shape = Shape::from(shape);
    let each = |slice: fn(usize) -> Slice| shape.iter().map(|&n| slice(n)).collect::<Vec<_>>();
    // Parts of a larger array.
    let part = |wide: Shape, slices: &[Slice]| {
        let flat = values(dtype, wide.size(), seed);
        flat.with_layout(Layout::c_order(wide).sliced(slices)).expect("slices stay inside")
    };
    let twice = || shape.iter().map(|n| 2 * n + 1).collect::<Shape>();
    match layout % 6 {
        0 => values(dtype, shape.size(), seed).with_layout(Layout::c_order(shape)).expect("as many elements"),
        1 => values(dtype, shape.size(), seed).with_layout(Layout::f_order(shape)).expect("as many elements"),
        2 => part(twice(), &each(|n| Slice { start: 1, step: 2, count: n })),
        3 => part(twice(), &each(|n| Slice { start: 2 * n, step: -2, count: n })),
        4 => part(shape.iter().map(|n| n + 3).collect(), &each(|n| Slice { start: 3, step: 1, count: n })),
        _ => {
            // One element along some axes stands for all.
            let kept: Vec<bool> = (0..shape.ndim()).map(|k| seed >> (8 + k) & 1 == 1).collect();
            let small: Shape = shape.iter().zip(&kept).map(|(&n, &kept)| if kept { n } else { n.min(1) }).collect();
            let strides = small.c_strides().iter().zip(&kept).map(|(&s, &kept)| if kept { s } else { 0 }).collect();
            let layout = Layout::new(shape.clone(), strides, 0, small.size()).expect("strides of 0 go nowhere");
            values(dtype, small.size(), seed).with_layout(layout).expect("as many elements")
        }
    }
}
