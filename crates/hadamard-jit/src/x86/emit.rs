//! The loop around a program's body: pointers, inputs, outputs, faults, and calls for rare lanes.

use super::assembler::{
    Assembler, Gpr, Label, Length, Operand, R8, R9, R10, R11, R12, R13, R14, R15, RAX, RBP, RBX, RCX, RDI, RDX, RSI,
    RSP,
};
use super::isa::{self, Code, Isa};
use super::legal::legal;
use super::registers::{File, LOAD_MASK, Place, STORE_MASK};
use super::support;
use super::unroll::{self, Unrolled, unroll};
use crate::program::{Binary, Kind, Op, Output, Program, Value};
use std::collections::HashMap;

/// Registers for pointers; further pointers are read from the table each time.
const POINTERS: [Gpr; 10] = [RDX, R8, R9, R10, R11, RBX, R12, R13, R14, R15];
/// Registers that a called function may change and the loop needs.
const CALLER_SAVED: [Gpr; 8] = [RCX, RSI, RDI, RDX, R8, R9, R10, R11];
/// Registers that belong to the caller of the loop.
const CALLEE_SAVED: [Gpr; 5] = [RBX, R12, R13, R14, R15];

/// Bytes of a cache line, and how far ahead of the loads loops over blocks ask for them.
const LINE: usize = 64;
const AHEAD: i32 = 4096;

/// Bytes of a frame at most.
const LARGEST_FRAME: usize = 4096 - 64;

/// The mask register in which faults are collected (AVX-512).
pub(super) const FAULTS: u8 = 6;
/// The mask register that is true in all lanes of an iteration (AVX-512).
pub(super) const ALL: u8 = 7;
/// The vector register in which faults are collected (AVX2).
pub(super) const FAULT_VECTOR: u8 = 15;

const MASK_AND: Code = Code { prefix: 0, map: 1, byte: 0x41, wide: true };
const MASK_OR: Code = Code { prefix: 0, map: 1, byte: 0x45, wide: true };
const MASK_XOR: Code = Code { prefix: 0, map: 1, byte: 0x47, wide: true };
const MASK_TO_GPR: Code = Code { prefix: 3, map: 1, byte: 0x93, wide: true };
const GPR_TO_MASK: Code = Code { prefix: 3, map: 1, byte: 0x92, wide: true };

/// A call for the rare lanes of a vector, out of the loop's way.
pub(super) struct Cold {
    pub label: Label,
    pub back: Label,
    pub args: [u8; 2],
    pub result: u8,
    pub rare: u8,
    /// Address of the function, and of the caller of it.
    pub scalar: u64,
    pub caller: u64,
}

/// A program being emitted.
pub(super) struct Emitter<'p> {
    pub asm: Assembler,
    pub isa: Isa,
    pub program: &'p Program,
    pub body: &'p Unrolled,
    pub lanes: usize,
    /// For each value, the operations that use it, the next one last; outputs count as one more operation.
    pub uses: Vec<Vec<usize>>,
    pub places: Vec<Place>,
    pub vectors: File,
    pub masks: File,
    pub slots: usize,
    /// Slots whose values are not needed any more, and the operation that ended each.
    pub free_slots: Vec<(usize, usize)>,
    pub constants: HashMap<(u64, usize, usize), usize>,
    pub now: usize,
    /// Whether outputs are stored as soon as they are computed, not after all operations.
    pub early: bool,
    pub cold: Vec<Cold>,
}

/// Loops of one program, in one piece of code.
pub struct Loops {
    /// The code.
    pub code: Vec<u8>,
    /// Lanes of a vector.
    pub lanes: usize,
    /// Where the loop over single vectors begins.
    pub single: usize,
    /// Where the loop over several vectors begins, and over how many.
    pub unrolled: (usize, usize),
    /// How many accumulators a fold puts out for a block.
    pub accumulators: usize,
}

/// The code of two functions `fn(pointers: *mut *mut u8, n: usize) -> u64` in the System V convention: each runs the
/// program over `n` elements, a positive multiple of the lanes of the vectors it takes at a time, and says whether
/// some lane is at fault. The pointers are those of the inputs, of the outputs, and of where folds put their
/// accumulators, which may be changed. A program with folds has only the one over a block, one that repeats elements only
/// that over several vectors. `None` if the instruction set
/// lacks an operation, or there are too many.
pub fn emit(program: &Program, isa: Isa) -> Option<Loops> {
    let program = &*legal(program, isa);
    let lanes = support::lanes(program, isa)?;
    if !program.folds.is_empty() {
        let body = unroll::block(program, isa, lanes)?;
        let (code, accumulators) = (function(&body, isa, lanes)?, body.accumulators);
        return Some(Loops { code, lanes, single: 0, unrolled: (0, body.count), accumulators });
    }
    let (several, delay) = unroll::together(program, isa);
    if unroll::times(program).is_some() {
        let code = function(&unroll(program, several, delay), isa, lanes)?;
        return Some(Loops { code, lanes, single: 0, unrolled: (0, several), accumulators: 0 });
    }
    let (mut code, mut starts) = (Vec::new(), Vec::new());
    for count in [1, several] {
        code.resize(code.len().next_multiple_of(64), 0xcc);
        starts.push(code.len());
        code.extend(function(&unroll(program, count, delay), isa, lanes)?);
    }
    Some(Loops { code, lanes, single: starts[0], unrolled: (starts[1], several), accumulators: 0 })
}

fn function(body: &Unrolled, isa: Isa, lanes: usize) -> Option<Vec<u8>> {
    let program = &body.program;
    let n = program.ops.len();
    let mut uses: Vec<Vec<usize>> = vec![Vec::new(); n];
    // What lies where outputs will is read before they are written.
    let early = !program.ops.iter().any(|op| matches!(op, Op::Carried(_)));
    for output in program.outputs.iter().filter(|_| !early) {
        uses[output.value.at()] = vec![n];
    }
    for (i, op) in program.ops.iter().enumerate().rev() {
        for value in op.args() {
            if uses[value.at()].last() != Some(&i) {
                uses[value.at()].push(i);
            }
        }
    }
    let vectors = match isa {
        Isa::Avx2 if !program.faults.is_empty() => File::new(0, FAULT_VECTOR),
        _ => File::new(0, isa.registers()),
    };
    let mut emitter = Emitter {
        asm: Assembler::new(isa),
        isa,
        program,
        body,
        lanes,
        uses,
        places: vec![Place::default(); n],
        vectors,
        masks: File::new(1, FAULTS),
        slots: 0,
        free_slots: Vec::new(),
        constants: HashMap::new(),
        now: 0,
        early,
        cold: Vec::new(),
    };
    let frame = emitter.all();
    // A frame within a page cannot step over the guard below a thread's stack.
    (frame <= LARGEST_FRAME).then(|| emitter.asm.finish())
}

impl Emitter<'_> {
    /// Everything; the bytes of the frame.
    fn all(&mut self) -> usize {
        self.asm.push(RBP);
        CALLEE_SAVED.iter().for_each(|&r| self.asm.push(r));
        self.asm.copy(RBP, RSP);
        let frame = self.asm.reserve(RSP);
        self.asm.and(RSP, -64);
        self.constants_before_the_loop();
        self.asm.align();
        let top = self.asm.label();
        self.asm.place(top);
        let program = self.program;
        let early = self.early;
        for now in 0..self.program.ops.len() {
            self.now = now;
            self.begin();
            self.operation(self.program.ops[now]);
            if self.program.faults.contains(&Value(now as u32)) {
                self.collect();
            }
            if early {
                self.store(|output| output.value.at() == now);
            }
        }
        self.now = self.program.ops.len();
        self.store(|output| !early || matches!(program.ops[output.value.at()], Op::Const(_) | Op::Splat(_)));
        self.advance();
        self.asm.add(RCX, (self.lanes * self.body.count) as i32);
        self.asm.compare(RCX, RSI);
        self.asm.jump_below(top);
        self.give_back();
        let save = self.slots * self.isa.bytes();
        // The registers of a call for rare lanes: vectors, masks, general ones.
        let saved = if self.cold.is_empty() { 0 } else { usize::from(self.isa.registers()) * self.isa.bytes() + 128 };
        self.calls(save as i32);
        self.asm.fill_reserved(frame, save + saved);
        save + saved
    }

    /// Pointers into registers, single elements into slots, masks that do not change.
    fn constants_before_the_loop(&mut self) {
        for (k, &register) in (0..self.pointers()).zip(&POINTERS) {
            self.asm.load(register, RDI, 8 * k as i32);
        }
        let splats: Vec<(usize, usize)> = (0..self.program.ops.len())
            .filter_map(|i| if let Op::Splat(k) = self.program.ops[i] { Some((i, k)) } else { None })
            .collect();
        for (i, k) in splats {
            let base = self.pointer(k);
            let from = Operand::Memory { base, index: None, displacement: 0 };
            let code = isa::broadcast(self.program.kinds[i], self.isa);
            self.asm.vector(code, self.full(), 0, 0, from, None);
            let slot = self.slot();
            self.asm.vector(isa::STORE, self.full(), 0, 0, self.slot_operand(slot), None);
            self.places[i].slot = Some(slot);
        }
        if self.isa == Isa::Avx512 {
            self.asm.immediate(RAX, u64::MAX >> (64 - self.lanes));
            self.asm.mask(GPR_TO_MASK, Length::X, ALL, 0, Operand::Reg(RAX.0));
            self.asm.mask(MASK_XOR, Length::Y, FAULTS, FAULTS, Operand::Reg(FAULTS));
        } else if !self.program.faults.is_empty() {
            self.asm.vector(isa::XOR, Length::Y, FAULT_VECTOR, FAULT_VECTOR, Operand::Reg(FAULT_VECTOR), None);
        }
        self.asm.immediate(RCX, 0);
    }

    fn pointers(&self) -> usize {
        self.program.inputs.len() + self.body.outputs.last().map_or(0, |&(k, _)| k + 1)
    }

    /// How many bytes pointer `k` moves on in an iteration, if it does not move with the elements: those of folds move
    /// with blocks, those of repeated elements more slowly.
    fn stride(&self, k: usize) -> Option<usize> {
        if k + self.body.folds >= self.pointers() {
            let output = k - self.program.inputs.len();
            let of = self.body.outputs.iter().position(|o| o.0 == output).expect("every fold puts out accumulators");
            return Some(self.body.accumulators * self.program.kind(self.program.outputs[of].value).size());
        }
        let times = usize::from(*self.body.repeated.get(k)?.as_ref()?);
        Some(self.body.count / times * self.lanes * self.program.inputs[k].size())
    }

    /// Moves those pointers on.
    fn advance(&mut self) {
        for k in 0..self.pointers() {
            let Some(bytes) = self.stride(k) else { continue };
            let pointer = self.pointer(k);
            self.asm.add(pointer, bytes as i32);
            if k >= POINTERS.len() {
                self.asm.store(RDI, 8 * k as i32, pointer);
            }
        }
    }

    /// The register with pointer `k`.
    fn pointer(&mut self, k: usize) -> Gpr {
        match POINTERS.get(k) {
            Some(&register) => register,
            None => {
                self.asm.load(RAX, RDI, 8 * k as i32);
                RAX
            }
        }
    }

    /// Where the lanes of pointer `k` lie, for the vector that many further.
    fn elements(&mut self, k: usize, kind: Kind, vector: usize) -> Operand {
        let base = self.pointer(k);
        let displacement = (vector * self.lanes * kind.size()) as i32;
        let index = self.stride(k).is_none().then_some((RCX, kind.size().trailing_zeros() as u8));
        Operand::Memory { base, index, displacement }
    }

    /// Loads the lanes of an input.
    pub(super) fn input(&mut self, k: usize, kind: Kind, register: u8, vector: usize) {
        let from = self.elements(k, kind, vector);
        let bytes = self.lanes * kind.size();
        let code = match bytes {
            8 => isa::LOAD_8,
            4 => isa::LOAD_4,
            _ => isa::LOAD,
        };
        self.asm.vector(code, Length::of(bytes), register, 0, from, None);
    }

    /// Where the lanes of a value lie, if it is an input's and instructions can take them from there.
    pub(super) fn in_memory(&mut self, value: Value) -> Option<Operand> {
        let kind = self.program.kind(value);
        match self.program.ops[value.at()] {
            // Further pointers are in a register for one instruction only.
            Op::Input(k) if k < POINTERS.len() && self.lanes * kind.size() >= 16 => {
                Some(self.elements(k, kind, self.body.vector[value.at()]))
            }
            _ => None,
        }
    }

    /// Asks for the line so far behind a vector that begins one, in loops that fold blocks: what is done with the
    /// accumulators between two runs would leave memory idle. Of two operands the machine's own prefetchers bring more than
    /// this does (one alternating run each: 10 to 17% less time with one operand, 3 to 17% more with two).
    pub(super) fn prefetch(&mut self, k: usize, kind: Kind, vector: usize) {
        if self.body.folds > 0
            && self.program.inputs.len() == 1
            && (vector * self.lanes * kind.size()).is_multiple_of(LINE)
            && let Operand::Memory { base, index, displacement } = self.elements(k, kind, vector)
        {
            let ahead = Operand::Memory { base, index, displacement: displacement + AHEAD };
            self.asm.general(&[0x0f, 0x18], 1, ahead);
        }
    }

    /// Stores those outputs; what no operation needs after it leaves its register.
    fn store(&mut self, which: impl Fn(&Output) -> bool) {
        let program = self.program;
        for (output, &(k, vector)) in program.outputs.iter().zip(&self.body.outputs).filter(|(output, _)| which(output))
        {
            self.begin();
            let kind = program.kind(output.value);
            let register = self.source(output.value);
            let to = self.elements(program.inputs.len() + k, kind, vector);
            let bytes = self.lanes * kind.size();
            let code = match bytes {
                8 => isa::STORE_8,
                4 => isa::STORE_4,
                _ if output.streamed => isa::STREAM,
                _ => isa::STORE,
            };
            self.asm.vector(code, Length::of(bytes), register, 0, to, None);
        }
        // A value may be put out more than once.
        program.outputs.iter().filter(|output| which(output)).for_each(|output| self.release_unused(output.value));
    }

    /// Collects the fault that has just been computed: kept until the end, those of several vectors would fill all mask
    /// registers.
    fn collect(&mut self) {
        let register = self.source(Value(self.now as u32));
        match self.isa {
            Isa::Avx512 => self.asm.mask(MASK_OR, Length::Y, FAULTS, FAULTS, Operand::Reg(register)),
            Isa::Avx2 => {
                self.asm.vector(isa::OR, Length::Y, FAULT_VECTOR, FAULT_VECTOR, Operand::Reg(register), None);
            }
        }
        self.release_unused(Value(self.now as u32));
    }

    /// The end: whether there was a fault, and everything as the caller had it, who must fence what was streamed.
    fn give_back(&mut self) {
        match (self.isa, self.program.faults.is_empty()) {
            (_, true) => self.asm.immediate(RAX, 0),
            (Isa::Avx512, _) => {
                self.asm.mask(MASK_AND, Length::Y, FAULTS, FAULTS, Operand::Reg(ALL));
                self.asm.mask(MASK_TO_GPR, Length::X, RAX.0, 0, Operand::Reg(FAULTS));
            }
            (Isa::Avx2, _) => {
                let last = Operand::Reg(FAULT_VECTOR);
                self.asm.vector(isa::SIGNS_OF_BYTES, Length::Y, RAX.0, 0, last, None);
            }
        }
        self.asm.zero_upper();
        self.asm.copy(RSP, RBP);
        CALLEE_SAVED.iter().rev().for_each(|&r| self.asm.pop(r));
        self.asm.pop(RBP);
        self.asm.ret();
    }

    /// Registers of the loop that a call must not lose, `save` bytes into the frame.
    fn calls(&mut self, save: i32) {
        let bytes = self.isa.bytes() as i32;
        let at = |r: u8| Operand::Memory { base: RSP, index: None, displacement: save + i32::from(r) * bytes };
        let behind = save + i32::from(self.isa.registers()) * bytes;
        let mask_at = |k: u8| Operand::Memory { base: RSP, index: None, displacement: behind + 8 * i32::from(k) };
        let full = self.full();
        for cold in std::mem::take(&mut self.cold) {
            self.asm.place(cold.label);
            for r in 0..self.isa.registers() {
                self.asm.vector(isa::STORE, full, r, 0, at(r), None);
            }
            if self.isa == Isa::Avx512 {
                (1..8).for_each(|k| self.asm.mask(STORE_MASK, Length::X, k, 0, mask_at(k)));
            }
            for (i, &r) in CALLER_SAVED.iter().enumerate() {
                self.asm.store(RSP, behind + 64 + 8 * i as i32, r);
            }
            let address = |r: u8| save + i32::from(r) * bytes;
            match self.isa {
                Isa::Avx512 => {
                    self.asm.mask(MASK_TO_GPR, Length::X, R8.0, 0, Operand::Reg(cold.rare));
                    self.asm.immediate(RAX, u64::MAX >> (64 - self.lanes));
                    self.asm.general(&[0x23], R8.0, Operand::Reg(RAX.0));
                }
                Isa::Avx2 => {
                    let code = if self.lanes == 4 { isa::SIGNS_OF_DOUBLES } else { isa::SIGNS_OF_SINGLES };
                    self.asm.vector(code, Length::Y, R8.0, 0, Operand::Reg(cold.rare), None);
                }
            }
            self.asm.immediate(RDI, cold.scalar);
            self.asm.lea(RSI, RSP, address(cold.args[0]));
            self.asm.lea(RDX, RSP, address(cold.args[1]));
            self.asm.lea(RCX, RSP, address(cold.result));
            self.asm.immediate(RAX, cold.caller);
            self.asm.zero_upper();
            self.asm.call(RAX);
            for (i, &r) in CALLER_SAVED.iter().enumerate() {
                self.asm.load(r, RSP, behind + 64 + 8 * i as i32);
            }
            if self.isa == Isa::Avx512 {
                (1..8).for_each(|k| self.asm.mask(LOAD_MASK, Length::X, k, 0, mask_at(k)));
            }
            for r in 0..self.isa.registers() {
                self.asm.vector(isa::LOAD, full, r, 0, at(r), None);
            }
            self.asm.jump(cold.back);
        }
    }

    /// A connective of two masks in mask registers.
    pub(super) fn connect(&mut self, op: Binary, to: u8, a: u8, b: u8) {
        let code = match op {
            Binary::And => MASK_AND,
            Binary::Or => MASK_OR,
            _ => MASK_XOR,
        };
        self.asm.mask(code, Length::Y, to, a, Operand::Reg(b));
    }
}
