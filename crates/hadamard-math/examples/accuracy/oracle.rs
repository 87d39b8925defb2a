//! The functions of the `libm` crate, whose errors in f64 are nothing in f32, and which share no code with ours.

/// The function of one number with this name.
pub fn one(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "exp" => libm::exp,
        "expm1" => libm::expm1,
        "exp2" => libm::exp2,
        "log" => libm::log,
        "log1p" => libm::log1p,
        "log2" => libm::log2,
        "log10" => libm::log10,
        "sinh" => libm::sinh,
        "cosh" => libm::cosh,
        "tanh" => libm::tanh,
        "asinh" => libm::asinh,
        // libm's is a number for some arguments far below 1.
        "acosh" => |x| if x < 1.0 { f64::NAN } else { libm::acosh(x) },
        "atanh" => libm::atanh,
        "sigmoid" => sigmoid,
        "softplus" => softplus,
        "sin" => libm::sin,
        "cos" => libm::cos,
        "tan" => libm::tan,
        "asin" => libm::asin,
        "acos" => libm::acos,
        "atan" => libm::atan,
        "cbrt" => libm::cbrt,
        "erf" => libm::erf,
        "erfc" => libm::erfc,
        "gelu" => gelu,
        "gamma" => libm::tgamma,
        "lgamma" => libm::lgamma,
        _ => return None,
    })
}

/// The function of two numbers with this name.
pub fn two(name: &str) -> Option<fn(f64, f64) -> f64> {
    Some(match name {
        "pow" => libm::pow,
        "atan2" => libm::atan2,
        "hypot" => libm::hypot,
        _ => return None,
    })
}

fn sigmoid(x: f64) -> f64 {
    if x < 0.0 { libm::exp(x) / (1.0 + libm::exp(x)) } else { 1.0 / (1.0 + libm::exp(-x)) }
}

fn softplus(x: f64) -> f64 {
    if x < 0.0 { libm::log1p(libm::exp(x)) } else { x + libm::log1p(libm::exp(-x)) }
}

fn gelu(x: f64) -> f64 {
    let tail = libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
    if x == f64::NEG_INFINITY { -0.0 } else { x * 0.5 * tail }
}
