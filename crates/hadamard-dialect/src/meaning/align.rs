//! How the arguments of an elementwise operation meet, system by system.

use super::elaborate::Typed;
use super::mean::{Kind, Mean, Node, as_row, moved, reshaped};
use crate::op::Along;
use crate::rules::{Align, Order, Rules};
use hadamard_algebra::{Diagnostic, Span};

/// The arguments with their axes where they meet, and the rank of the result.
pub struct Met {
    /// In the order given.
    pub args: Vec<Mean>,
    /// Number of axes of the result.
    pub rank: usize,
    /// What the system warns of.
    pub warning: Option<String>,
}

type Result<T> = std::result::Result<T, Diagnostic>;

/// Aligns arguments as the system does.
pub fn align(args: &[Typed], rules: &Rules, title: &str, span: Span) -> Result<Met> {
    let rank = args.iter().map(|arg| arg.rank).max().unwrap_or(0);
    let plain = |args: &[Typed]| args.iter().map(|arg| arg.mean.clone()).collect::<Vec<Mean>>();
    let done = |args: Vec<Mean>, rank: usize| Ok(Met { args, rank, warning: None });
    match rules.align {
        Align::Leading => {
            stretching(args, &plain(args), title, span)?;
            done(plain(args), rank)
        }
        // Arrays without labels are NumPy's.
        Align::Trailing | Align::Labels => {
            let shifted = |arg: &Typed| {
                let by = rank - arg.rank;
                let places: Vec<usize> = (0..arg.rank).map(|axis| axis + by).collect();
                moved(&arg.mean, &places, arg.mean.span)
            };
            let shifted: Vec<Mean> = args.iter().map(shifted).collect();
            stretching(args, &shifted, title, span)?;
            done(shifted, rank)
        }
        Align::Prefix => {
            let longest = args.iter().max_by_key(|arg| arg.rank).map(Typed::shape).unwrap_or_default();
            match args.iter().find(|arg| !longest.starts_with(&arg.shape())) {
                Some(_) => Err(mismatch(args, title, "the shape of one is the beginning of the other's", span)),
                None => done(plain(args), rank),
            }
        }
        Align::Equal => {
            let arrays: Vec<&Typed> = args.iter().filter(|arg| arg.rank > 0).collect();
            let same = arrays.windows(2).all(|pair| pair[0].shape() == pair[1].shape());
            if same {
                done(plain(args), rank)
            } else {
                Err(mismatch(args, title, "shapes are equal, or one is a number", span))
            }
        }
        Align::OneEntry => {
            let arrays: Vec<&Typed> = args.iter().filter(|arg| arg.mean.size() != 1).collect();
            let same = arrays.windows(2).all(|pair| pair[0].shape() == pair[1].shape());
            if !same {
                return Err(mismatch(args, title, "shapes are equal, or one has one entry", span));
            }
            let rank = arrays.first().map_or(rank, |arg| arg.rank);
            // One entry extends whatever its rank, and meanings have no axes for it.
            let single = |arg: &Typed| {
                if arg.mean.size() == 1 {
                    reshaped(&arg.mean, &[], Order::Rows, arg.mean.span)
                } else {
                    arg.mean.clone()
                }
            };
            done(args.iter().map(single).collect(), rank)
        }
        Align::Recycle => recycle(args, title, span),
    }
}

/// A vector that goes along an axis of a matrix, against the system's usual way or where it has none.
pub fn along(
    matrix: &Typed,
    vector: &Typed,
    along: Along,
    rules: &Rules,
    title: &str,
    span: Span,
) -> Result<Vec<Mean>> {
    if matrix.rank < 2 {
        return Err(mismatch(&[matrix.clone(), vector.clone()], title, "a vector goes along a matrix", span));
    }
    let lies_down = vector.mean.len(1) == 1;
    // Where there are no lists, a column goes down and a row across.
    let turned = rules.least_rank == 2 && vector.mean.size() != 1 && lies_down != (along == Along::Down);
    if turned {
        return Err(mismatch(&[matrix.clone(), vector.clone()], title, "a column goes down and a row across", span));
    }
    let is_vector = vector.mean.shape.iter().filter(|n| **n != 1).count() <= 1;
    let (axis, placed) = match along {
        Along::Down if lies_down => (0, vector.mean.clone()),
        Along::Down => (0, as_row(&vector.mean, span)),
        Along::Across if lies_down => (1, as_row(&vector.mean, span)),
        Along::Across => (1, vector.mean.clone()),
    };
    let fits = is_vector && vector.mean.size() == matrix.mean.len(axis);
    if !fits {
        return Err(mismatch(
            &[matrix.clone(), vector.clone()],
            title,
            "the vector is as long as that side of the matrix",
            span,
        ));
    }
    Ok(vec![matrix.mean.clone(), placed])
}

/// Whether aligned arguments stretch to one shape.
fn stretching(args: &[Typed], aligned: &[Mean], title: &str, span: Span) -> Result<()> {
    let rank = aligned.iter().map(|arg| arg.shape.len()).max().unwrap_or(0);
    for axis in 0..rank {
        let mut lengths = aligned.iter().map(|arg| arg.len(axis)).filter(|n| *n != 1);
        if let Some(first) = lengths.next()
            && lengths.any(|n| n != first)
        {
            return Err(mismatch(args, title, "lengths are equal or 1 along every axis", span));
        }
    }
    Ok(())
}

fn mismatch(args: &[Typed], title: &str, wanted: &str, span: Span) -> Diagnostic {
    let shapes: Vec<String> = args.iter().map(|arg| format!("{:?}", arg.shape())).collect();
    let message = format!("shapes {} do not meet in {title}, where {wanted}", shapes.join(" and "));
    let error = Diagnostic::new("shape-mismatch", span, message);
    args.iter().fold(error, |error, arg| error.label(arg.mean.span, format!("shape {:?}", arg.shape())))
}

/// R's recycling: the shorter vector again and again in the order of storage.
fn recycle(args: &[Typed], title: &str, span: Span) -> Result<Met> {
    let matrices: Vec<&Typed> = args.iter().filter(|arg| arg.rank >= 2).collect();
    if matrices.windows(2).any(|pair| pair[0].shape() != pair[1].shape()) {
        return Err(mismatch(args, title, "matrices have equal shapes (non-conformable arrays)", span));
    }
    let empty = args.iter().any(|arg| arg.mean.size() == 0);
    let longest = args.iter().map(|arg| arg.mean.size()).max().unwrap_or(0);
    let mut warning = None;
    let (shape, rank) = match matrices.first() {
        Some(matrix) if empty && matrix.mean.size() != 0 => {
            let message = format!("dims [product {}] do not match the length of object [0]", matrix.mean.size());
            return Err(Diagnostic::new("shape-mismatch", span, message));
        }
        Some(matrix) if longest > matrix.mean.size() && matrix.mean.size() != 1 => {
            let total = matrix.mean.size();
            let message = format!("dims [product {total}] do not match the length of object [{longest}]");
            return Err(Diagnostic::new("shape-mismatch", span, message)
                .help("R recycles a vector that is shorter than the matrix, not one that is longer"));
        }
        Some(matrix) if longest > matrix.mean.size() => {
            warning = Some("recycling a matrix of one entry is deprecated".to_owned());
            (vec![longest], 1)
        }
        Some(matrix) => (matrix.shape(), matrix.rank),
        None => (vec![if empty { 0 } else { longest }], 1),
    };
    let total = shape.iter().fold(1, |size: usize, n| size.saturating_mul(*n));
    let one = |arg: &Typed| {
        let size = arg.mean.size();
        if arg.rank >= 2 && arg.shape() == shape || size == 1 {
            return if size == 1 { reshaped(&arg.mean, &[], Order::Rows, arg.mean.span) } else { arg.mean.clone() };
        }
        if size == 0 {
            return Node::make(Kind::Recycle(arg.mean.clone()), vec![0], arg.mean.elem, arg.mean.span);
        }
        // As long as the columns: the entries scale rows, which needs no copies.
        if size == shape[0] {
            return arg.mean.clone();
        }
        if size == total {
            return reshaped(&arg.mean, &shape, Order::Columns, arg.mean.span);
        }
        Node::make(Kind::Recycle(arg.mean.clone()), shape.clone(), arg.mean.elem, arg.mean.span)
    };
    let uneven =
        |arg: &&Typed| !arg.mean.shape.contains(&0) && arg.mean.size() != 0 && !total.is_multiple_of(arg.mean.size());
    if let Some(shorter) = args.iter().find(uneven) {
        warning = Some(format!(
            "longer object length is not a multiple of shorter object length ({total} and {})",
            shorter.mean.size()
        ));
    }
    Ok(Met { args: args.iter().map(one).collect(), rank, warning })
}
