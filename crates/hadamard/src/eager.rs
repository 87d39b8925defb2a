//! Each operation of the family as a function on arrays: the field's names, evaluated at once.

use crate::{Error, Operand, eval};
use hadamard_algebra::{Map, Policy};
use hadamard_array::Array;
use hadamard_engine::kernels::kernel;

/// Bytes of operands from which a program's loop is worth looking it up.
const LARGE: usize = 4 << 10;

/// A function of two arrays of one dtype, which is the result's too, and one shape, at once by its kernel: small arrays
/// would spend their time looking for the program. `None` if they are not that, or an entry is at fault, whose place a
/// program finds.
fn at_once(map: Map, a: &dyn Operand, b: &dyn Operand) -> Option<Array> {
    let (a, b) = (a.in_order()?, b.in_order()?);
    if a.bytes.len() >= LARGE || (a.dtype, a.shape) != (b.dtype, b.shape) {
        return None;
    }
    let kernel = kernel(map, a.dtype, a.dtype, &Policy::default());
    Array::filled(a.dtype, a.shape.into(), |result| kernel(&[a.bytes, b.bytes], result).ok())
}

macro_rules! eager {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),+) = $formula:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// [`Error::Formula`] if dtypes or shapes do not fit; [`Error::Entry`] for an entry without a value.
        pub fn $name($($arg: &dyn Operand),+) -> Result<Array, Error> {
            eval($formula, &[$((stringify!($arg), $arg)),+])
        }
    )*};
}

/// Hadamard product A ∘ B: entries a_ij b_ij, axes aligned from the first.
///
/// ```
/// use ndarray::array;
/// let c = hadamard::product(&array![[2, 3, 1], [0, 8, -2]], &array![[3, 1, 4], [7, 9, 5]])?;
/// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![[6, 3, 4], [0, 72, -10]].into_dyn());
/// # Ok::<(), hadamard::Error>(())
/// ```
///
/// # Errors
/// [`Error::Formula`] if dtypes or shapes do not fit; [`Error::Entry`] for an entry without a value.
pub fn product(a: &dyn Operand, b: &dyn Operand) -> Result<Array, Error> {
    match at_once(Map::Mul, a, b) {
        Some(result) => Ok(result),
        None => eval("a .* b", &[("a", a), ("b", b)]),
    }
}

eager! {
    /// Hadamard division A ⊘ B: entries a_ij / b_ij; integers give f64.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::divide(&array![1.0, 4.0], &array![2.0, 8.0])?;
    /// assert_eq!(hadamard::to_ndarray::<f64>(&c)?, array![0.5, 0.5].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    divide(a, b) = "a ./ b";
    /// Hadamard power: entries a_ij to the power p_ij.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::power(&array![1, 2, 3], &2)?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![1, 4, 9].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    power(a, p) = "a .^ p";
    /// Hadamard root: the real n-th root of each entry.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::root(&array![4.0, 9.0], &2)?;
    /// assert_eq!(hadamard::to_ndarray::<f64>(&c)?, array![2.0, 3.0].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    root(a, n) = "root(a, n)";
    /// Hadamard inverse: entries 1 / a_ij. It exists only where no entry is zero.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::inverse(&array![1.0, 4.0])?;
    /// assert_eq!(hadamard::to_ndarray::<f64>(&c)?, array![1.0, 0.25].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    inverse(a) = "inverse.(a)";
    /// Kronecker product A ⊗ B: m×n, p×q → mp×nq.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::kron(&array![[1, 2]], &array![[1], [10]])?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![[1, 2], [10, 20]].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    kron(a, b) = "kron(a, b)";
    /// Column-wise Khatri–Rao product A ∗ B: m×n, p×n → mp×n.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::khatri_rao(&array![[1, 2]], &array![[3, 4], [5, 6]])?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![[3, 8], [5, 12]].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    khatri_rao(a, b) = "khatri_rao(a, b)";
    /// Face-splitting product A • B (row-wise): m×n, m×p → m×np.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::face_splitting(&array![[1, 2], [3, 4]], &array![[1, 10], [1, 10]])?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![[1, 10, 2, 20], [3, 30, 4, 40]].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    face_splitting(a, b) = "face_split(a, b)";
    /// Penetrating face product A \[∘\] B: A times each p×g block of B side by side, p×g, p×gn → p×gn.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::penetrating_face(&array![[1, 2]], &array![[1, 2, 3, 4]])?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![[1, 4, 3, 8]].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    penetrating_face(a, b) = "penetrating(a, b)";
    /// Penetrating face product with stacked blocks: p×g, pn×g → pn×g.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::penetrating_face_vertical(&array![[1, 2]], &array![[1, 2], [3, 4]])?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![[1, 4], [3, 8]].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    penetrating_face_vertical(a, b) = "penetrating_v(a, b)";
    /// Outer product x yᵀ: m, n → m×n.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::outer(&array![1, 2], &array![3, 4])?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![[3, 4], [6, 8]].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    outer(x, y) = "outer(x, y)";
    /// Entrywise choice: a_ij where the mask is true, else b_ij.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::select(&array![true, false], &array![1, 2], &array![8, 9])?;
    /// assert_eq!(hadamard::to_ndarray::<i32>(&c)?, array![1, 9].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    select(mask, a, b) = "where(mask, a, b)";
    /// Guarded division: a_ij / b_ij where b_ij is not zero, else the third operand.
    ///
    /// ```
    /// use ndarray::array;
    /// let c = hadamard::safe_divide(&array![1.0, 2.0], &array![0.0, 4.0], &-1.0)?;
    /// assert_eq!(hadamard::to_ndarray::<f64>(&c)?, array![-1.0, 0.5].into_dyn());
    /// # Ok::<(), hadamard::Error>(())
    /// ```
    safe_divide(a, b, otherwise) = "safe_div(a, b, otherwise)";
}
