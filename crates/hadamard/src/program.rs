//! A compiled formula.

use crate::Error;
use hadamard_algebra::Graph;
use hadamard_array::{Array, DType, Shape, Source, View, ViewMut};
use hadamard_engine::{Out, Settings, Unwatched, Watch, execute};
use hadamard_plan::{Explanation, Plan};

/// A formula checked for operands of given dtypes and shapes, and planned. Immutable; share it between threads.
#[derive(Clone, Debug)]
pub struct Program {
    text: String,
    graph: Graph,
    plan: Plan,
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

impl Program {
    pub(crate) fn new(text: &str, graph: Graph) -> Program {
        let plan = hadamard_plan::plan(&graph);
        Program { text: text.to_string(), graph, plan }
    }

    /// The formula as written.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The checked graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    /// What will be done, for people.
    pub fn explain(&self) -> Explanation<'_> {
        Explanation { graph: &self.graph, plan: &self.plan }
    }
    /// The operands, in the order in which runs take them.
    pub fn operands(&self) -> impl Iterator<Item = Signature<'_>> {
        self.graph.operands.iter().map(|o| Signature { name: Some(&o.name), dtype: o.dtype, shape: &o.shape })
    }
    /// The results, one for each statement, in the order in which runs give them.
    pub fn outputs(&self) -> impl Iterator<Item = Signature<'_>> {
        self.graph.outputs.iter().map(|o| {
            let node = self.graph.node(o.node);
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
        for (operand, source) in self.graph.operands.iter().zip(sources) {
            if operand.dtype != source.dtype() || operand.shape != *source.shape() {
                return Err(Error::Operand {
                    name: operand.name.clone(),
                    compiled: format!("{}{}", operand.dtype, operand.shape),
                    given: format!("{}{}", source.dtype(), source.shape()),
                });
            }
        }
        execute(&self.plan, sources, outs, settings, watch).map_err(|e| Error::of_run(e, self))
    }

    /// Runs on arrays in memory; gives one array for each statement.
    ///
    /// # Errors
    /// As [`Program::execute`].
    pub fn run(&self, operands: &[View<'_>], settings: &Settings) -> Result<Vec<Array>, Error> {
        let mut results =
            self.outputs().map(|o| Array::for_overwriting(o.dtype, o.shape.clone())).collect::<Result<Vec<_>, _>>()?;
        {
            let sources: Vec<&dyn Source> = operands.iter().map(|v| v as &dyn Source).collect();
            let mut outs = Vec::new();
            for array in &mut results {
                outs.push(Out::Memory(array.bytes_mut()?));
            }
            self.execute(&sources, outs, settings, &Unwatched)?;
        }
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
        self.counts(operands.len(), results.len())?;
        for (wanted, given) in self.outputs().zip(results.iter()) {
            if wanted.dtype != given.dtype() || wanted.shape != given.shape() {
                return Err(Error::Operand {
                    name: wanted.name.unwrap_or("result").to_string(),
                    compiled: format!("{}{}", wanted.dtype, wanted.shape),
                    given: format!("{}{}", given.dtype(), given.shape()),
                });
            }
        }
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
