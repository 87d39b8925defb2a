//! Powers and elementwise functions: which of them come apart, and under which conditions.

use super::expand::power;
use super::facts::Rule;
use super::reduce::Reducer;
use super::sum::{Base, Exponent, Factor, Monomial, Sum, Whole, conjugate, multiple, number, product};
use super::{Outside, Result};
use crate::exact;
use crate::{Fold, Map, Property};
use num_traits::{One, Signed, Zero};

/// Integer powers of sums are multiplied out up to this one.
const MAX_EXPANDED: i64 = 16;

/// What a factor is equal to, if that is simpler. Its arguments have been simplified.
pub(super) fn simplify(reducer: &mut Reducer<'_>, factor: Factor) -> Result<Option<Sum>> {
    if factor.conj
        && let Some(sum) = conjugated(reducer, &factor)
    {
        reducer.facts.rules.insert(Rule::Conjugate);
        return Ok(Some(sum));
    }
    match &factor.base {
        Base::Group(sum) => noted(reducer, Rule::Power, |reducer| group(reducer, &factor, sum)),
        Base::Function(map, args) => {
            let rule = if *map == Map::Log { Rule::Logarithm } else { Rule::Absolute };
            noted(reducer, rule, |reducer| function(reducer, &factor, *map, args))
        }
        Base::Whole(whole, abstraction) => {
            Ok(fold_of_monomial(reducer, &factor, *whole, &abstraction.body).filter(|_| reducer.commutative()))
        }
        Base::Entry(_) | Base::Operand(_) | Base::Inverse(_) | Base::Literal(_) => Ok(None),
    }
}

/// Remembers the rule if it gave something.
fn noted(
    reducer: &mut Reducer<'_>,
    rule: Rule,
    apply: impl FnOnce(&mut Reducer<'_>) -> Result<Option<Sum>>,
) -> Result<Option<Sum>> {
    let sum = apply(reducer)?;
    if sum.is_some() {
        reducer.facts.rules.insert(rule);
    }
    Ok(sum)
}

/// Conjugation moved to the arguments.
fn conjugated(reducer: &Reducer<'_>, factor: &Factor) -> Option<Sum> {
    let plain = Factor { conj: false, ..factor.clone() };
    let inside = |sum: &Sum| conjugate(sum.clone());
    let base = match &factor.base {
        _ if reducer.is_real() => plain.base.clone(),
        // Principal branches of other powers are conjugated into each other only off the cut.
        Base::Group(sum) if factor.exponent.is_integer() => Base::Group(inside(sum)),
        Base::Function(map, args) => match map {
            Map::Exp | Map::Exp2 | Map::Expm1 | Map::Sin | Map::Cos | Map::Tan | Map::Sinh | Map::Cosh | Map::Tanh => {
                Base::Function(*map, args.iter().map(inside).collect())
            }
            Map::Abs | Map::Angle | Map::Real | Map::Imag => plain.base.clone(),
            _ => return None,
        },
        Base::Whole(Whole::Rank, _) => plain.base.clone(),
        Base::Whole(whole @ (Whole::Det | Whole::Inv | Whole::Fold(Fold::Prod)), abstraction) => {
            let mut abstraction = abstraction.clone();
            abstraction.body = inside(&abstraction.body);
            Base::Whole(*whole, abstraction)
        }
        _ => return None,
    };
    Some(vec![Monomial::factor(Factor { base, ..plain })])
}

/// A power of a sum.
fn group(reducer: &mut Reducer<'_>, factor: &Factor, sum: &Sum) -> Result<Option<Sum>> {
    let exponent = factor.exponent;
    if exponent.is_zero() {
        return Ok(Some(number(exact::integer(1))));
    }
    if sum.is_empty() {
        return match exponent.is_positive() {
            true => Ok(Some(Sum::new())),
            false => Err(Outside::Unsupported("zero has no inverse".into())),
        };
    }
    if exponent.is_integer() && exponent.is_positive() {
        let k = exponent.to_integer();
        if k <= MAX_EXPANDED || sum.len() == 1 && k <= 64 {
            return reducer.powers_of(sum, k).map(Some);
        }
    }
    let [monomial] = &sum[..] else { return Ok(None) };
    if !monomial.bound.is_empty() || !monomial.deltas.is_empty() {
        return Ok(None);
    }
    Ok(match exponent.is_integer() {
        true => integer_power(reducer, monomial, exponent.to_integer()),
        false => real_power(reducer, monomial, exponent),
    })
}

/// (c x^a y^b)^k for a negative k: each factor to that power, in reverse order.
fn integer_power(reducer: &mut Reducer<'_>, monomial: &Monomial, k: i64) -> Option<Sum> {
    let mut result = Monomial::number(exact::power(&monomial.coefficient, k)?);
    result.sizes = monomial.sizes.iter().map(|(&symbol, &power)| (symbol, power * k)).collect();
    for factor in monomial.factors.iter().rev() {
        // (x⁻¹)⁻¹ = x says that x has an inverse.
        if factor.exponent.is_negative() && !reducer.need(factor, Property::Nonzero) {
            return None;
        }
        result.factors.push(Factor { exponent: factor.exponent * k, ..factor.clone() });
    }
    Some(vec![result])
}

/// (c x^a y^b)^r for a power that is no integer: each factor to that power if none is negative.
fn real_power(reducer: &mut Reducer<'_>, monomial: &Monomial, r: Exponent) -> Option<Sum> {
    if !reducer.commutative() {
        return None;
    }
    let one = monomial.coefficient.is_one() && monomial.sizes.is_empty();
    if let ([factor], true) = (&monomial.factors[..], one) {
        if factor.exponent.is_one() {
            let power = Factor { exponent: r, ..factor.clone() };
            return (!matches!(factor.base, Base::Group(_)) || factor.conj).then(|| vec![Monomial::factor(power)]);
        }
        let even = factor.exponent.is_integer() && (factor.exponent.to_integer() % 2).is_zero();
        if reducer.is_real() && even && !reducer.need_quietly(factor, Property::Nonnegative) {
            let bare = Factor { exponent: Exponent::one(), ..factor.clone() };
            let base = Base::Function(Map::Abs, vec![vec![Monomial::factor(bare)]]);
            return Some(vec![Monomial::factor(Factor { exponent: factor.exponent * r, ..Factor::new(base, vec![]) })]);
        }
    }
    let negative = monomial.coefficient.re.is_negative() || !monomial.coefficient.im.is_zero();
    if negative || (monomial.factors.is_empty() && one) {
        return None;
    }
    for factor in &monomial.factors {
        if !reducer.need(factor, Property::Nonnegative) {
            return None;
        }
    }
    let mut front = monomial.clone();
    let factors = std::mem::take(&mut front.factors);
    let powers = factors.into_iter().map(|f| Factor { exponent: f.exponent * r, ..f }).collect();
    let rest = Monomial { factors: powers, ..Monomial::number(exact::integer(1)) };
    let front = if one { number(exact::integer(1)) } else { power(vec![front], r) };
    // A number alone under a power is as simple as it gets.
    (!rest.factors.is_empty()).then(|| product(&front, &vec![rest]))
}

fn function(reducer: &mut Reducer<'_>, factor: &Factor, map: Map, args: &[Sum]) -> Result<Option<Sum>> {
    let [arg] = args else { return Ok(None) };
    if map == Map::Exp && arg.is_empty() {
        return Ok(Some(number(exact::integer(1))));
    }
    let [monomial] = &arg[..] else { return Ok(None) };
    if !reducer.commutative() || !monomial.bound.is_empty() {
        return Ok(None);
    }
    match map {
        Map::Abs => absolute(reducer, factor, monomial),
        Map::Log if reducer.is_real() && monomial.deltas.is_empty() => Ok(logarithm(reducer, factor, monomial)),
        _ => Ok(None),
    }
}

/// |c x y| = |c| |x| |y|; even powers of |x| are those of x x̄.
fn absolute(reducer: &mut Reducer<'_>, factor: &Factor, monomial: &Monomial) -> Result<Option<Sum>> {
    let exponent = factor.exponent;
    if let ([single], true, true) =
        (&monomial.factors[..], monomial.coefficient.is_one(), monomial.deltas.is_empty() && monomial.sizes.is_empty())
        && single.exponent.is_one()
    {
        let known = match &single.base {
            Base::Function(Map::Abs, _) => true,
            _ => reducer.need_quietly(single, Property::Nonnegative),
        };
        if known {
            return Ok(Some(vec![Monomial::factor(Factor { exponent, ..single.clone() })]));
        }
        if exponent.is_integer() && (exponent.to_integer() % 2).is_zero() {
            let half = exponent / 2;
            let pair = [false, true].map(|flip| Factor { conj: single.conj ^ flip, exponent: half, ..single.clone() });
            let pair = Monomial { factors: pair.to_vec(), ..Monomial::number(exact::integer(1)) };
            return Ok(Some(vec![pair]));
        }
        // |x̄| = |x|
        let plain = Factor { conj: false, ..single.clone() };
        let base = Base::Function(Map::Abs, vec![vec![Monomial::factor(plain)]]);
        return Ok(single.conj.then(|| vec![Monomial::factor(Factor { base, ..factor.clone() })]));
    }
    if !exponent.is_integer() || !monomial.coefficient.im.is_zero() {
        return Ok(None);
    }
    let mut result = Monomial::number(exact::integer(1));
    let size = Monomial { factors: vec![], deltas: vec![], ..monomial.clone() };
    let Some(number) = exact::power(&size.coefficient, exponent.to_integer()) else { return Ok(None) };
    result.coefficient = num_complex::Complex::new(number.re.abs(), number.im);
    result.sizes = size.sizes.iter().map(|(&s, &p)| (s, p * exponent.to_integer())).collect();
    result.deltas = monomial.deltas.clone();
    for single in &monomial.factors {
        let bare = Factor { exponent: Exponent::one(), ..single.clone() };
        let base = Base::Function(Map::Abs, vec![vec![Monomial::factor(bare)]]);
        result.factors.push(Factor { exponent: single.exponent * exponent, ..Factor::new(base, vec![]) });
    }
    Ok(Some(vec![result]))
}

/// log(x^a y^b) = a log x + b log y where all are positive.
fn logarithm(reducer: &mut Reducer<'_>, factor: &Factor, monomial: &Monomial) -> Option<Sum> {
    let trivial = monomial.factors.len() == 1 && monomial.factors[0].exponent.is_one();
    if !monomial.coefficient.is_one() || !monomial.sizes.is_empty() || !factor.exponent.is_one() {
        return None;
    }
    if let [Factor { base: Base::Function(Map::Exp, args), exponent, .. }] = &monomial.factors[..] {
        let times = num_rational::BigRational::new((*exponent.numer()).into(), (*exponent.denom()).into());
        return Some(multiple(args[0].clone(), &num_complex::Complex::new(times, Zero::zero())));
    }
    if trivial || monomial.factors.is_empty() || !monomial.factors.iter().all(|f| reducer.need(f, Property::Positive)) {
        return (monomial.factors.is_empty()).then(Sum::new);
    }
    let logs = monomial.factors.iter().map(|single| {
        let bare = Factor { exponent: Exponent::one(), ..single.clone() };
        let log = Factor::new(Base::Function(Map::Log, vec![vec![Monomial::factor(bare)]]), vec![]);
        let times =
            num_rational::BigRational::new((*single.exponent.numer()).into(), (*single.exponent.denom()).into());
        Monomial { coefficient: num_complex::Complex::new(times, Zero::zero()), ..Monomial::factor(log) }
    });
    Some(logs.collect())
}

/// e^x e^y = e^{x+y}, and x^p x^q = x^{p+q} for powers that are not numbers.
pub(super) fn merge_exponentials(reducer: &Reducer<'_>, f: &Factor, g: &Factor) -> Option<Factor> {
    let times = |sum: &Sum, by: &Exponent| {
        let by = num_rational::BigRational::new((*by.numer()).into(), (*by.denom()).into());
        multiple(sum.clone(), &num_complex::Complex::new(by, Zero::zero()))
    };
    let integers = f.exponent.is_integer() && g.exponent.is_integer();
    let (Base::Function(p, a), Base::Function(q, b), true) = (&f.base, &g.base, p_equal(f, g) && integers) else {
        return None;
    };
    let (fixed, x, y) = match (p, q, &a[..], &b[..]) {
        (Map::Exp, Map::Exp, [x], [y]) => (None, x, y),
        (Map::Pow, Map::Pow, [base, x], [other, y]) => {
            let labels = |sum: &Sum| super::reduce::outer(sum);
            let key = |sum: &Sum| reducer.facts_canon(|canon| canon.sum(sum, &labels(sum)));
            (key(base) == key(other)).then_some((Some(base.clone()), x, y))?
        }
        _ => return None,
    };
    let exponent = [times(x, &f.exponent), times(y, &g.exponent)].concat();
    let args = fixed.into_iter().chain([exponent]).collect();
    Some(Factor::new(Base::Function(*p, args), vec![]))
}

fn p_equal(f: &Factor, g: &Factor) -> bool {
    !f.conj && !g.conj && matches!((&f.base, &g.base), (Base::Function(p, _), Base::Function(q, _)) if p == q)
}

/// A product over an axis of a monomial is that of its factors; the product of a number depends on the size alone.
fn fold_of_monomial(reducer: &mut Reducer<'_>, factor: &Factor, whole: Whole, body: &Sum) -> Option<Sum> {
    let Base::Whole(_, abstraction) = &factor.base else { return None };
    let ([monomial], Whole::Fold(Fold::Prod)) = (&body[..], whole) else { return None };
    let simple = monomial.bound.is_empty() && monomial.deltas.is_empty() && monomial.sizes.is_empty();
    if !simple || !monomial.coefficient.is_one() || !factor.exponent.is_integer() {
        return None;
    }
    if monomial.factors.is_empty() {
        return Some(number(exact::integer(1)));
    }
    let trivial = monomial.factors.len() == 1 && monomial.factors[0].exponent.is_one();
    if trivial || !monomial.factors.iter().all(|f| f.exponent.is_integer()) {
        return None;
    }
    let mut result = Monomial::number(exact::integer(1));
    for single in &monomial.factors {
        let bare = Factor { exponent: Exponent::one(), ..single.clone() };
        let mut part = abstraction.clone();
        part.body = vec![Monomial::factor(bare)];
        // Each product runs over variables of its own.
        let params: Vec<_> = part.params.iter().map(|p| reducer.fresh_like(p)).collect();
        for (old, new) in abstraction.params.iter().flatten().zip(params.iter().flatten()) {
            if let super::index::Digit::Var(old) = old {
                part.body[0].replace(*old, new);
            }
        }
        part.params = params;
        let exponent = single.exponent * factor.exponent;
        result.factors.push(Factor { exponent, ..Factor::new(Base::Whole(whole, part), vec![]) });
    }
    Some(vec![result])
}
