//! A compiled formula.

use crate::Error;
use crate::applied::applied;
use crate::planned;
use hadamard_algebra::laws::{Class, Law};
use hadamard_algebra::{Formula, Graph, Policy};
use hadamard_array::{Array, DType, Shape, Source, View, ViewMut};
use hadamard_engine::{Out, Prepared, Settings, Unwatched, Watch, execute, execute_in_place};
use hadamard_plan::{Contraction, Explanation, Optimised, Places, Plan, Prediction, Rewriting, Sparsity};
use std::sync::{Arc, OnceLock};

/// How many policies there are: three decisions of three, three and two answers.
const POLICIES: usize = 18;

/// A formula checked for operands of given dtypes and shapes, and planned. Immutable; share it between threads.
#[derive(Clone, Debug)]
pub struct Program {
    text: String,
    formula: Arc<Formula>,
    /// As written.
    graph: Graph,
    /// As planned, where that is not as written.
    planned: Option<Graph>,
    plan: Arc<Plan>,
    written: Prediction,
    chosen: Prediction,
    contractions: Vec<Contraction>,
    class: Class,
    places: Vec<Option<Places>>,
    sparse: Option<Sparsity>,
    /// Ready to run, once for each policy it is first run under; clones share it.
    prepared: Arc<[OnceLock<Prepared>; POLICIES]>,
}

/// A value's name, dtype and shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signature<'p> {
    /// Its name; a result may have none.
    pub name: Option<&'p str>,
    /// Its element type.
    pub dtype: DType,
    /// The lengths of its axes.
    pub shape: &'p Shape,
}

impl Signature<'_> {
    /// Whether an array is one of these.
    #[inline]
    fn admits(&self, dtype: DType, shape: &Shape) -> Result<(), Error> {
        // Axis by axis: comparing them as memory is a call.
        let same = self.dtype == dtype && self.shape.iter().eq(shape.iter());
        if same { Ok(()) } else { Err(self.refused(dtype, shape)) }
    }

    #[cold]
    fn refused(&self, dtype: DType, shape: &Shape) -> Error {
        Error::Operand {
            name: self.name.unwrap_or("result").to_string(),
            compiled: format!("{}{}", self.dtype, self.shape),
            given: format!("{dtype}{shape}"),
        }
    }
}

/// Whether a sparse operand stores as many entries as it was compiled for.
fn stores(operand: &hadamard_algebra::Operand, source: &dyn Source) -> Result<(), Error> {
    let Some(count) = operand.stored else { return Ok(()) };
    let found = source.stored().map_err(|error| Error::Source { name: operand.name.clone(), error })?;
    match found.map(hadamard_array::Sparse::count) {
        Some(found) if found == count => Ok(()),
        found => Err(Error::Operand {
            name: operand.name.clone(),
            compiled: format!("a sparse matrix of {count} entries"),
            given: found.map_or("dense".to_string(), |n| format!("one of {n}")),
        }),
    }
}

impl Program {
    pub(crate) fn new(text: &str, formula: Formula, graph: Graph, rewriting: &Rewriting, stored: &[usize]) -> Program {
        let Optimised { graph: planned, plan, written, chosen, contractions, class, places, sparse } =
            planned::optimised(&graph, rewriting, stored);
        let program = Program {
            text: text.to_string(),
            formula: Arc::new(formula),
            graph,
            planned,
            plan: Arc::new(plan),
            written,
            chosen,
            contractions,
            class,
            places,
            sparse,
            prepared: Arc::default(),
        };
        program.prepared(Policy::default());
        program
    }

    /// The plan made ready for a policy. Compiling has done so for the default one.
    fn prepared(&self, policy: Policy) -> &Prepared {
        let Policy { overflow, zeros, math } = policy;
        let at = (overflow as usize * 3 + zeros as usize) * 2 + math as usize;
        self.prepared[at].get_or_init(|| Prepared::new(Arc::clone(&self.plan), policy))
    }

    /// The formula as written.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The checked graph of the formula as written.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
    /// The graph that the plan computes: the one as written, or one with the same results that is predicted to take less.
    pub fn planned(&self) -> &Graph {
        self.planned.as_ref().unwrap_or(&self.graph)
    }
    /// What the formula as written is predicted to take, and what the plan is.
    pub fn predicted(&self) -> (Prediction, Prediction) {
        (self.written, self.chosen)
    }
    /// What the plan computes in another order than written.
    pub fn contractions(&self) -> &[Contraction] {
        &self.contractions
    }
    /// What the plan does to floats, compared with the plan as written: [`Class::Exact`] for that one itself.
    pub fn class(&self) -> Class {
        self.class
    }
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    /// What will be done, for people.
    pub fn explain(&self) -> Explanation<'_> {
        Explanation { graph: self.planned(), plan: &self.plan }
    }
    /// The laws of the table that what the plan computes otherwise than written is an instance of.
    pub fn laws(&self) -> Vec<&'static Law> {
        if self.contractions.is_empty() { Vec::new() } else { applied(self, &self.formula) }
    }
    /// What the plan does with sparse operands, if there are any.
    pub fn sparse(&self) -> Option<&Sparsity> {
        self.sparse.as_ref()
    }
    /// For each result, the places of its entries if it is sparse: [`compile_formula`](crate::compile_formula) makes
    /// programs that give only the values there.
    pub fn places(&self) -> &[Option<Places>] {
        &self.places
    }
    /// The operands, in the order in which runs take them.
    pub fn operands(&self) -> impl Iterator<Item = Signature<'_>> {
        self.graph.operands.iter().map(|o| Signature { name: Some(&o.name), dtype: o.dtype, shape: &o.shape })
    }
    /// The results, one for each statement, in the order in which runs give them.
    pub fn outputs(&self) -> impl Iterator<Item = Signature<'_>> {
        self.planned().outputs.iter().map(|o| {
            let node = self.planned().node(o.node);
            Signature { name: o.name.as_deref(), dtype: node.dtype, shape: &node.shape }
        })
    }

    /// Runs with operands that may be larger than memory, to results that may be.
    ///
    /// # Errors
    /// [`Error::Number`], [`Error::Operand`] if these are not what the program was compiled for; [`Error::Entry`] for
    /// an entry without a value; [`Error::Run`] for reading, writing, memory and interruption.
    pub fn execute(
        &self,
        sources: &[&dyn Source],
        outs: Vec<Out<'_>>,
        settings: &Settings,
        watch: &dyn Watch,
    ) -> Result<(), Error> {
        self.counts(sources.len(), outs.len())?;
        self.operands().zip(sources).try_for_each(|(operand, s)| operand.admits(s.dtype(), s.shape()))?;
        if self.sparse.is_some() {
            self.graph.operands.iter().zip(sources).try_for_each(|(operand, s)| stores(operand, *s))?;
        }
        execute(self.prepared(settings.policy), sources, outs, settings, watch).map_err(|e| Error::of_run(e, self))
    }

    /// Runs on arrays in memory; gives one array for each statement.
    ///
    /// # Errors
    /// As [`Program::execute`].
    pub fn run(&self, operands: &[View<'_>], settings: &Settings) -> Result<Vec<Array>, Error> {
        let mut results =
            self.outputs().map(|o| Array::for_overwriting(o.dtype, o.shape.clone())).collect::<Result<Vec<_>, _>>()?;
        let mut views: Vec<ViewMut<'_>> = results.iter_mut().map(Array::view_mut).collect();
        self.run_into(operands, &mut views, settings)?;
        drop(views);
        Ok(results)
    }

    /// Runs on arrays in memory into existing arrays, which have the dtypes and shapes of [`Program::outputs`] and any
    /// strides; contiguous ones are written directly.
    ///
    /// # Errors
    /// As [`Program::execute`]; on an error the results' contents are unspecified.
    pub fn run_into(
        &self,
        operands: &[View<'_>],
        results: &mut [ViewMut<'_>],
        settings: &Settings,
    ) -> Result<(), Error> {
        // It looks at the arrays itself, in less time than it takes to say what is wrong with them.
        if self.prepared(settings.policy).run_small(operands, results) {
            return Ok(());
        }
        self.counts(operands.len(), results.len())?;
        self.outputs().zip(results.iter()).try_for_each(|(result, r)| result.admits(r.dtype(), r.shape()))?;
        self.operands().zip(operands).try_for_each(|(operand, o)| operand.admits(o.dtype(), o.shape()))?;
        let mut aside: Vec<Option<Array>> = Vec::new();
        for view in results.iter() {
            let strided = !view.layout().is_c_contiguous();
            aside.push(if strided { Some(Array::for_overwriting(view.dtype(), view.shape().clone())?) } else { None });
        }
        {
            let sources: Vec<&dyn Source> = operands.iter().map(|v| v as &dyn Source).collect();
            let mut outs = Vec::new();
            for (view, aside) in results.iter_mut().zip(&mut aside) {
                outs.push(Out::Memory(match aside {
                    Some(array) => array.bytes_mut()?,
                    None => view.slice_bytes_mut()?,
                }));
            }
            self.execute(&sources, outs, settings, &Unwatched)?;
        }
        for (view, aside) in results.iter_mut().zip(&aside) {
            if let Some(array) = aside {
                view.assign(&array.view())?;
            }
        }
        Ok(())
    }

    /// Whether [`Program::run_in_place`] on operand `k` needs no copy of it: whether every entry of the operand is read
    /// only for the same entry of the only result.
    pub fn works_in_place(&self, k: usize) -> bool {
        self.prepared(Policy::default()).works_in_place(k)
    }

    /// Runs with operand `k` and the only result in one array, which holds the operand before and the result after;
    /// `others` are the operands without it. An operand that is read elsewhere than where it is overwritten (see
    /// [`Program::works_in_place`]), or does not lie in C order without gaps, is copied first.
    ///
    /// # Errors
    /// As [`Program::execute`]; on an error the array's contents are unspecified.
    pub fn run_in_place(
        &self,
        k: usize,
        array: &mut ViewMut<'_>,
        others: &[View<'_>],
        settings: &Settings,
    ) -> Result<(), Error> {
        self.counts(others.len() + 1, 1)?;
        let operands = self.graph.operands.len();
        let Some(own) = self.operands().nth(k) else {
            return Err(Error::Number { what: "operands", needed: k + 1, given: operands });
        };
        own.admits(array.dtype(), array.shape())?;
        self.outputs().try_for_each(|result| result.admits(array.dtype(), array.shape()))?;
        let prepared = self.prepared(settings.policy);
        if prepared.works_in_place(k) && array.layout().is_c_contiguous() {
            let others: Vec<&dyn Source> = others.iter().map(|v| v as &dyn Source).collect();
            let expected = self.operands().enumerate().filter(|(o, _)| *o != k);
            expected.zip(&others).try_for_each(|((_, operand), v)| operand.admits(v.dtype(), v.shape()))?;
            let bytes = array.slice_bytes_mut()?;
            return execute_in_place(prepared, k, bytes, &others, settings, &Unwatched)
                .map_err(|e| Error::of_run(e, self));
        }
        let copy = array.as_view().to_array();
        let mut operands = others.to_vec();
        operands.insert(k, copy.view());
        self.run_into(&operands, std::slice::from_mut(array), settings)
    }

    fn counts(&self, operands: usize, results: usize) -> Result<(), Error> {
        let needed = self.graph.operands.len();
        if operands != needed {
            return Err(Error::Number { what: "operands", needed, given: operands });
        }
        let needed = self.graph.outputs.len();
        if results != needed {
            return Err(Error::Number { what: "results", needed, given: results });
        }
        Ok(())
    }
}
