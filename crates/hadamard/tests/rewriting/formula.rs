//! Random formulas of the family over sizes that fit.

/// A small generator of pseudo-random numbers (splitmix64): equal seeds give equal formulas.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
    fn size(&mut self) -> usize {
        [1, 2, 2, 3, 3, 4][self.below(6)]
    }
    /// Two sizes whose product this is.
    fn split(&mut self, n: usize) -> (usize, usize) {
        let divisors: Vec<usize> = (1..=n).filter(|d| n.is_multiple_of(*d)).collect();
        let first = divisors[self.below(divisors.len())];
        (first, n / first)
    }
}

/// A formula with the shapes of its operands.
#[derive(Debug, Default)]
pub struct Formula {
    pub text: String,
    pub operands: Vec<(String, Vec<usize>)>,
}

/// A formula of some depth.
pub fn formula(random: &mut Random) -> Formula {
    let mut maker = Maker { random, operands: Vec::new() };
    let depth = 2 + maker.random.below(3);
    let (m, n) = (maker.random.size() * maker.random.size(), maker.random.size() * maker.random.size());
    let text = match maker.random.below(5) {
        0 => maker.scalar(depth),
        1 | 2 => maker.vector(m, depth),
        _ => maker.matrix(m, n, depth),
    };
    Formula { text, operands: maker.operands }
}

struct Maker<'r> {
    random: &'r mut Random,
    operands: Vec<(String, Vec<usize>)>,
}

impl Maker<'_> {
    /// An operand of that shape: one there is, or a new one.
    fn operand(&mut self, shape: &[usize]) -> String {
        let known: Vec<&String> = self.operands.iter().filter(|o| o.1 == shape).map(|o| &o.0).collect();
        if !known.is_empty() && self.random.below(3) == 0 {
            return known[self.random.below(known.len())].clone();
        }
        let name = format!("{}{}", if shape.len() == 2 { "M" } else { "v" }, self.operands.len());
        self.operands.push((name.clone(), shape.to_vec()));
        name
    }

    fn scalar(&mut self, depth: usize) -> String {
        let (m, n) = (self.random.size(), self.random.size() * self.random.size());
        match self.random.below(5) {
            0 => format!("tr({})", self.matrix(n, n, depth)),
            1 => format!("sum({})", self.matrix(m, n, depth)),
            2 => format!("({}).' * ({})", self.vector(n, depth), self.vector(n, depth)),
            3 => format!("sum({})", self.vector(n, depth)),
            _ => format!("({}).' * {} * ({})", self.vector(m, 1), self.matrix(m, n, depth), self.vector(n, 1)),
        }
    }

    fn vector(&mut self, n: usize, depth: usize) -> String {
        if depth == 0 {
            return self.operand(&[n]);
        }
        let k = self.random.size();
        let d = depth - 1;
        match self.random.below(9) {
            0 => self.operand(&[n]),
            1 | 2 => format!("({}) * ({})", self.matrix(n, k, d), self.vector(k, d)),
            3 => format!("diag({})", self.matrix(n, n, d)),
            4 => format!("sum({}, axis=1)", self.matrix(n, k, d)),
            5 => format!("sum({}, axis=0)", self.matrix(k, n, d)),
            6 => {
                let (p, q) = self.random.split(n);
                format!("{}({})", ["vec", "rvec"][self.random.below(2)], self.matrix(p, q, d))
            }
            7 => format!("({}) .* ({})", self.vector(n, d), self.vector(n, d)),
            _ => format!("({})' * ({})", self.matrix(k, n, d), self.vector(k, d)),
        }
    }

    fn matrix(&mut self, m: usize, n: usize, depth: usize) -> String {
        if depth == 0 {
            return self.operand(&[m, n]);
        }
        let k = self.random.size();
        let d = depth - 1;
        match self.random.below(15) {
            0 => self.operand(&[m, n]),
            1..=3 => format!("({}) * ({})", self.matrix(m, k, d), self.matrix(k, n, d)),
            4 | 5 => format!("({}) .* ({})", self.matrix(m, n, d), self.matrix(m, n, d)),
            6 => format!("({}).'", self.matrix(n, m, d)),
            7 => format!("({})'", self.matrix(n, m, d)),
            8 if m == n => format!("Diag({})", self.vector(m, d)),
            9 if m == n => format!("I({m}) * ({})", self.matrix(m, n, d)),
            8..=10 => {
                let ((a, b), (p, q)) = (self.random.split(m), self.random.split(n));
                format!("kron({}, {})", self.matrix(a, p, d), self.matrix(b, q, d))
            }
            11 => {
                let (p, q) = self.random.split(n);
                format!("face_split({}, {})", self.matrix(m, p, d), self.matrix(m, q, d))
            }
            12 => {
                let (p, q) = self.random.split(m);
                format!("khatri_rao({}, {})", self.matrix(p, n, d), self.matrix(q, n, d))
            }
            13 => format!("({}) * ({}).'", self.vector(m, d), self.vector(n, d)),
            _ => match self.random.below(3) {
                0 => format!("-({})", self.matrix(m, n, d)),
                1 => format!("2 * ({})", self.matrix(m, n, d)),
                _ => format!("({}) .* ({})", self.matrix(m, n, d), self.vector(m, d)),
            },
        }
    }
}
