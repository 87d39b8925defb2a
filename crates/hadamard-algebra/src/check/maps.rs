//! Elementwise operations: which dtype the arguments meet in, what comes out, and which need their dot.

use super::bind::{Call, Named};
use super::constants::{Constant, Undefined, fold};
use super::types::{counting, float, meet, promote};
use super::{Arg, Checker, Value};
use crate::ops::{DTypes, Op, Writing};
use crate::{Diagnostic, Map, NodeId, Span};
use hadamard_array::{DType, Kind, Shape};

/// The operation that is carried out, the dtype of each argument, and the dtype of the result.
struct Typing {
    map: Map,
    args: Vec<DType>,
    result: DType,
}

impl Typing {
    fn uniform(map: Map, arg: DType, count: usize, result: DType) -> Typing {
        Typing { map, args: vec![arg; count], result }
    }
}

impl Checker<'_> {
    pub(super) fn map_call<'e>(
        &mut self,
        map: Map,
        call: &Call,
        args: &[Arg<'e>],
        named: &[Named<'_, 'e>],
    ) -> Result<Value, Diagnostic> {
        let args: Vec<Arg<'e>> = self.bind(call, args, named)?.into_iter().flatten().collect();
        if !call.dotted && !takes_arrays(map) {
            self.refuse_arrays(map, call, &args)?;
        }
        self.map(map, call.span, &args)
    }

    /// A function of numbers needs its dot on an array.
    fn refuse_arrays(&self, map: Map, call: &Call, args: &[Arg<'_>]) -> Result<(), Diagnostic> {
        let Some(array) = args.iter().find(|a| self.shape(a.value).ndim() > 0) else { return Ok(()) };
        let row = Op::Map(map).row();
        let words: Vec<String> = args.iter().map(|a| self.words(a)).collect();
        let (name, write) = match (row.writing, row.signs.first()) {
            (Writing::Infix(_), Some(sign)) => {
                (sign.trim_start_matches('.'), format!("{} {sign} {}", self.operand(&args[0]), self.operand(&args[1])))
            }
            _ => (row.name, format!("{}.({})", row.name, words.join(", "))),
        };
        let message = format!("`{name}` without a dot is for numbers, and `{}` is an array", self.words(array));
        Err(self.fail_with("needs-dot", call.span, message, &[array]).help(format!("entry by entry: {write}")))
    }

    /// The elementwise operation on arguments of any shapes that broadcast.
    pub(super) fn map(&mut self, map: Map, span: Span, args: &[Arg<'_>]) -> Result<Value, Diagnostic> {
        if let Some(value) = self.fold_constants(map, span, args)? {
            return Ok(value);
        }
        let shape = self.broadcast(Op::Map(map).spelling(), span, args)?;
        let typing = self.typing(map, span, args)?;
        // A power of -1 has become an inverse, which has one argument.
        let args = &args[..typing.args.len()];
        let mut ids: Vec<NodeId> = Vec::with_capacity(args.len());
        for (arg, &dtype) in args.iter().zip(&typing.args) {
            ids.push(self.as_dtype(arg, dtype).map_err(|error| self.met(error, dtype, args))?);
        }
        let weak = match map {
            Map::Cast(_) => false,
            Map::Where => args[1..].iter().all(|a| a.value.is_weak()),
            _ => args.iter().all(|a| a.value.is_weak()),
        };
        let id = match typing.map {
            // On real numbers these do nothing, and a conversion to the same dtype neither.
            Map::Real | Map::Conj if !typing.args[0].is_complex() => ids[0],
            Map::Cast(dtype) if typing.args[0] == dtype => ids[0],
            map => self.build.map(map, ids, typing.result, shape)?,
        };
        Ok(Value::Node { id, weak, row: self.is_row(id, args) })
    }

    /// Adds to the error of a number that does not fit which array it met.
    fn met(&self, error: Diagnostic, dtype: DType, args: &[Arg<'_>]) -> Diagnostic {
        match args.iter().find(|a| !a.value.is_weak() && self.dtype(a.value) == dtype) {
            Some(array) if error.code == "literal-range" => {
                let mut error = error.label(array.expr.span, self.fact(array));
                for help in &mut error.help {
                    *help = help.replace("(…)", &format!("({})", self.words(array)));
                }
                error
            }
            _ => error,
        }
    }

    /// Whether an elementwise result of transposed vectors (and numbers) is one itself.
    fn is_row(&self, id: NodeId, args: &[Arg<'_>]) -> bool {
        let arrays: Vec<_> = args.iter().filter(|a| self.shape(a.value).ndim() > 0).collect();
        !arrays.is_empty() && arrays.iter().all(|a| a.value.is_row()) && self.build.node(id).shape[0] == 1
    }

    fn fold_constants(&self, map: Map, span: Span, args: &[Arg<'_>]) -> Result<Option<Value>, Diagnostic> {
        let numbers: Option<Vec<Constant>> = args
            .iter()
            .map(|a| match a.value {
                Value::Number(constant) => Some(constant),
                Value::Node { .. } => None,
            })
            .collect();
        match numbers.and_then(|numbers| fold(map, &numbers)) {
            None => Ok(None),
            Some(Ok(constant)) => Ok(Some(Value::Number(constant))),
            Some(Err(Undefined::Overflow)) => Err(self
                .fail("constant-overflow", span, "the number does not fit 128 bits")
                .help("write one of the numbers as a float, such as 10.0")),
            Some(Err(Undefined::ZeroDivisor)) => Err(self
                .fail("zero-divisor", span, "an integer divided by zero has no value")
                .help("write `inf`, or a float divisor 0.0 for the rules of IEEE 754")),
        }
    }

    /// The dtype all arguments meet in: that of the arrays, to which numbers adapt.
    pub(super) fn common(&self, span: Span, args: &[Arg<'_>]) -> Result<DType, Diagnostic> {
        let (weak, mut strong): (Vec<&Arg<'_>>, Vec<&Arg<'_>>) = args.iter().partition(|a| a.value.is_weak());
        // Floats before integers: f32 with i64 and u64 is f32, whichever comes first.
        strong.sort_by_key(|a| std::cmp::Reverse(self.dtype(a.value).kind()));
        let mut common: Option<DType> = None;
        for arg in &strong {
            let dtype = self.dtype(arg.value);
            common = match common {
                None => Some(dtype),
                Some(c) => Some(promote(c, dtype).ok_or_else(|| self.no_common_dtype(span, &strong))?),
            };
        }
        let mut dtypes = weak.iter().map(|a| self.dtype(a.value));
        let Some(strong) = common else {
            let first = dtypes.next().unwrap_or(DType::I64);
            return Ok(dtypes.fold(first, |a, b| promote(a, b).unwrap_or(DType::F64)));
        };
        Ok(dtypes.fold(strong, |c, w| meet(w, c)))
    }

    fn no_common_dtype(&self, span: Span, args: &[&Arg<'_>]) -> Diagnostic {
        let unsigned = args.iter().find(|a| self.dtype(a.value) == DType::U64);
        let signed = args.iter().find(|a| self.dtype(a.value).kind() == Kind::Signed);
        let pair: Vec<&Arg<'_>> = [signed, unsigned].into_iter().flatten().copied().collect();
        let names: Vec<&str> = pair.iter().map(|a| self.dtype(a.value).name()).collect();
        let message = format!("no integer dtype holds both {}", names.join(" and "));
        let error = self.fail_with("no-common-dtype", span, message, &pair);
        match unsigned {
            Some(a) => error.help(format!("convert one of them: i64.({0}) or f64.({0})", self.words(a))),
            None => error,
        }
    }

    fn typing(&self, map: Map, span: Span, args: &[Arg<'_>]) -> Result<Typing, Diagnostic> {
        let n = args.len();
        let common = |args| self.common(span, args);
        let typing = match (map, Op::Map(map).row().dtypes) {
            (Map::Pow, _) => self.power(span, args)?,
            (Map::Div | Map::Inverse, _) => match self.division(span, args)? {
                DType::Bool => Typing::uniform(map, DType::U8, n, DType::F64),
                dtype => Typing::uniform(map, dtype, n, float(dtype)),
            },
            (Map::Cast(to), _) => {
                let from = self.dtype(args[0].value);
                if from.is_complex() && !to.is_complex() && to != DType::Bool {
                    return Err(self.complex_to_real(to, span, &args[0]));
                }
                let known = match args[0].value {
                    Value::Number(constant) if to != DType::Bool => constant.scalar(to).is_some(),
                    _ => false,
                };
                Typing::uniform(map, if known { to } else { from }, 1, to)
            }
            (_, DTypes::Select) => {
                self.need_bool(map, span, &args[..1])?;
                let dtype = common(&args[1..])?;
                Typing { map, args: vec![DType::Bool, dtype, dtype], result: dtype }
            }
            (_, DTypes::Logic) => {
                self.need_bool(map, span, args)?;
                Typing::uniform(map, DType::Bool, n, DType::Bool)
            }
            (_, DTypes::Predicate) => Typing::uniform(map, common(args)?, n, DType::Bool),
            (_, DTypes::Compare) => {
                let dtype = common(args)?;
                if !matches!(map, Map::Eq | Map::Ne) {
                    self.need_real(map, dtype, span, args)?;
                }
                Typing::uniform(map, if dtype == DType::Bool { DType::U8 } else { dtype }, n, DType::Bool)
            }
            (_, DTypes::RealPart) => {
                let dtype = if map == Map::Angle { float(common(args)?) } else { counting(common(args)?) };
                Typing::uniform(map, dtype, n, dtype.real())
            }
            (_, rule @ (DTypes::Float | DTypes::RealFloat)) => {
                let dtype = float(common(args)?);
                if rule == DTypes::RealFloat {
                    self.need_real(map, dtype, span, args)?;
                }
                Typing::uniform(map, dtype, n, dtype)
            }
            (_, rule) => {
                let dtype = common(args)?;
                if rule == DTypes::RealArithmetic {
                    self.need_real(map, dtype, span, args)?;
                }
                match (dtype, map) {
                    // Truth values stay truth values where their product, minimum and maximum are logic.
                    (DType::Bool, Map::Mul | Map::Min) => Typing::uniform(Map::And, dtype, n, dtype),
                    (DType::Bool, Map::Max) => Typing::uniform(Map::Or, dtype, n, dtype),
                    _ => Typing::uniform(map, counting(dtype), n, counting(dtype)),
                }
            }
        };
        Ok(typing)
    }

    /// Division gives a float anyway, so an integer divisor may be outside the dtype of the array.
    fn division(&self, span: Span, args: &[Arg<'_>]) -> Result<DType, Diagnostic> {
        let dtype = self.common(span, args)?;
        let holds = |dtype: DType| {
            args.iter().all(|a| match a.value {
                Value::Number(constant) => constant.scalar(dtype).is_some(),
                Value::Node { .. } => true,
            })
        };
        let wide = if dtype == DType::U64 { DType::F64 } else { DType::I64 };
        Ok(match dtype.int_range() {
            Some(_) if !holds(dtype) => {
                if holds(wide) {
                    wide
                } else {
                    DType::F64
                }
            }
            _ => dtype,
        })
    }

    /// A literal -1 as exponent is the Hadamard inverse; other negative literals make integers floats.
    fn power(&self, span: Span, args: &[Arg<'_>]) -> Result<Typing, Diagnostic> {
        let exponent = match args[1].value {
            Value::Number(constant) => constant.whole(),
            Value::Node { .. } => None,
        };
        let base = self.common(span, &args[..1])?;
        if exponent == Some(-1) {
            let arg = if base == DType::Bool { DType::U8 } else { base };
            return Ok(Typing::uniform(Map::Inverse, arg, 1, float(arg)));
        }
        let dtype = match exponent {
            Some(k) if k < 0 => float(base),
            _ => counting(self.common(span, args)?),
        };
        Ok(Typing::uniform(Map::Pow, dtype, 2, dtype))
    }

    fn need_bool(&self, map: Map, span: Span, args: &[Arg<'_>]) -> Result<(), Diagnostic> {
        let Some(arg) = args.iter().find(|a| self.dtype(a.value) != DType::Bool) else { return Ok(()) };
        let name = Op::Map(map).spelling();
        let what = if map == Map::Where {
            "the mask of `where` must be bool".into()
        } else {
            format!("`{name}` takes truth values")
        };
        let message = format!("{what}, and `{}` is {}", self.words(arg), self.dtype(arg.value));
        Err(self.fail_with("needs-bool", span, message, &[arg]).help(format!(
            "say what counts as true: {} .!= 0, or bool.({})",
            self.operand(arg),
            self.words(arg)
        )))
    }

    fn need_real(&self, map: Map, dtype: DType, span: Span, args: &[Arg<'_>]) -> Result<(), Diagnostic> {
        match dtype.is_complex() {
            true => Err(self.refuse_complex(Op::Map(map), span, args)),
            false => Ok(()),
        }
    }

    pub(super) fn refuse_complex(&self, op: Op, span: Span, args: &[Arg<'_>]) -> Diagnostic {
        let arg = args.iter().find(|a| self.dtype(a.value).is_complex()).unwrap_or(&args[0]);
        let words = self.words(arg);
        let orders = match op {
            Op::Map(map) => matches!(map, Map::Lt | Map::Le | Map::Gt | Map::Ge | Map::Min | Map::Max | Map::Clamp),
            Op::Fold(_) | Op::Form(_) => true,
        };
        if orders {
            let message = format!("complex numbers have no order for `{}`", op.spelling());
            let error = self.fail_with("not-ordered", span, message, &[arg]);
            error.help(format!("compare their moduli or real parts: abs.({words}) or real.({words})"))
        } else {
            let message = format!("`{}` is for real numbers", op.spelling());
            let error = self.fail_with("complex-argument", span, message, &[arg]);
            error.help(format!("take a part of it: real.({words}), imag.({words}) or abs.({words})"))
        }
    }

    fn complex_to_real(&self, to: DType, span: Span, arg: &Arg<'_>) -> Diagnostic {
        let words = self.words(arg);
        let message = format!("a conversion of complex numbers to {to} would drop their imaginary parts");
        self.fail_with("complex-to-real", span, message, &[arg])
            .help(format!("say which real number is meant: {to}.(real.({words})) or {to}.(abs.({words}))"))
    }

    /// An elementwise operation on nodes of one dtype already, whose axes have been aligned to `shape`: the inner step of
    /// the structured products.
    pub(super) fn product(&mut self, a: NodeId, b: NodeId, shape: Shape) -> Result<NodeId, Diagnostic> {
        let dtype = self.build.node(a).dtype;
        let map = if dtype == DType::Bool { Map::And } else { Map::Mul };
        self.build.map(map, vec![a, b], dtype, shape)
    }
}

/// Operations whose meaning on arrays is plain without a dot.
pub(crate) fn takes_arrays(map: Map) -> bool {
    matches!(map, Map::Neg | Map::Not | Map::Where | Map::Clamp | Map::SafeDiv | Map::Root)
}
