//! Machines for which no code is made: nothing compiles, and what never is needs no meaning.

use crate::program::Program;

/// An instruction set: there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {}

impl Isa {
    /// Those that this machine has.
    pub fn available() -> impl Iterator<Item = Isa> {
        std::iter::empty()
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {}
    }
}

/// A compiled program: there is none.
#[derive(Debug)]
pub struct Compiled(Isa);

/// What is wrong in some lane of the elements run over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

impl Compiled {
    /// Never.
    pub fn new(_: &Program, isa: Isa) -> Option<Compiled> {
        match isa {}
    }
    /// How many accumulators a fold puts out for a block.
    pub fn accumulators(&self) -> usize {
        match self.0 {}
    }
    /// Runs over `n` elements.
    ///
    /// # Errors
    /// [`Fault`] if some lane is at fault.
    pub fn run(&self, _: &[&[u8]], _: &mut [&mut [u8]], _: usize) -> Result<(), Fault> {
        match self.0 {}
    }
    /// Begins several runs.
    pub fn over<'r, 'o>(&'r self, _: &'r mut [&'o mut [u8]]) -> Runs<'r, 'o> {
        match self.0 {}
    }
}

/// Several runs: there are none.
#[derive(Debug)]
pub struct Runs<'r, 'o>(Isa, std::marker::PhantomData<&'r mut &'o mut [u8]>);

impl Runs<'_, '_> {
    /// Runs over `n` elements.
    ///
    /// # Errors
    /// [`Fault`] if some lane is at fault.
    pub fn run(&mut self, _: &[&[u8]], _: usize, _: usize) -> Result<(), Fault> {
        match self.0 {}
    }
}
