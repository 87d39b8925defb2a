//! Registers for values: on demand, farthest next use evicted first, which is the best there is for a straight line.

use super::assembler::{Length, Operand, RSP};
use super::emit::Emitter;
use super::isa::{self, Code, Isa};
use crate::program::{Kind, Op, Value};

/// Where a value lies.
#[derive(Clone, Copy, Default)]
pub struct Place {
    /// In this register of its file.
    pub register: Option<u8>,
    /// In this slot of the frame.
    pub slot: Option<usize>,
}

/// Moves between mask registers and memory, 64 bits.
pub const LOAD_MASK: Code = Code { prefix: 0, map: 1, byte: 0x90, wide: true };
pub const STORE_MASK: Code = Code { prefix: 0, map: 1, byte: 0x91, wide: true };

/// A register file: who is in which register.
pub struct File {
    holders: Vec<Option<Value>>,
    pinned: Vec<bool>,
    first: u8,
}

impl File {
    /// Registers `first` to `end − 1`.
    pub fn new(first: u8, end: u8) -> File {
        let n = usize::from(end - first);
        File { holders: vec![None; n], pinned: vec![false; n], first }
    }
    fn clear_pins(&mut self) {
        self.pinned.fill(false);
    }
    fn pin(&mut self, register: u8) {
        self.pinned[usize::from(register - self.first)] = true;
    }
    fn hold(&mut self, register: u8, value: Option<Value>) {
        self.holders[usize::from(register - self.first)] = value;
    }
    fn free(&self) -> Option<u8> {
        let at = (0..self.holders.len()).find(|&i| self.holders[i].is_none() && !self.pinned[i])?;
        Some(at as u8 + self.first)
    }
}

impl Emitter<'_> {
    /// Whether values of that kind live in mask registers.
    pub fn in_masks(&self, kind: Kind) -> bool {
        kind == Kind::Mask && self.isa == Isa::Avx512
    }

    fn file(&mut self, kind: Kind) -> &mut File {
        if self.in_masks(kind) { &mut self.masks } else { &mut self.vectors }
    }

    /// Length of a vector of that kind.
    pub fn length(&self, kind: Kind) -> Length {
        if kind == Kind::Mask { self.full() } else { Length::of(self.lanes * kind.size()) }
    }

    /// The longest vectors.
    pub fn full(&self) -> Length {
        Length::of(self.isa.bytes())
    }

    /// A place in the frame.
    pub fn slot(&mut self) -> usize {
        // The operation under way may still read what it ended.
        let free = self.free_slots.iter().rposition(|&(_, ended)| ended != self.now);
        free.map(|at| self.free_slots.swap_remove(at).0).unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        })
    }

    /// A slot as an operand.
    pub fn slot_operand(&self, slot: usize) -> Operand {
        Operand::Memory { base: RSP, index: None, displacement: (slot * self.isa.bytes()) as i32 }
    }

    /// Forgets the pins of the operation before.
    pub fn begin(&mut self) {
        self.vectors.clear_pins();
        self.masks.clear_pins();
    }

    /// Whether the operation under way is the last to use a value.
    pub fn dies(&self, value: Value) -> bool {
        self.uses[value.at()].last() == Some(&self.now)
            && self.uses[value.at()].len() == 1
            && self.places[value.at()].register.is_some()
    }

    /// A register of that kind's file, held by nobody; somebody may be evicted for it.
    pub fn allocate(&mut self, kind: Kind) -> u8 {
        if let Some(register) = self.file(kind).free() {
            self.file(kind).pin(register);
            return register;
        }
        let uses = std::mem::take(&mut self.uses);
        let file = self.file(kind);
        let candidates = file.holders.iter().zip(&file.pinned).enumerate().filter(|(_, (_, pinned))| !**pinned);
        let next = |value: Value| uses[value.at()].last().copied().unwrap_or(usize::MAX);
        let farthest = candidates.filter_map(|(i, (holder, _))| holder.map(|v| (next(v), i, v))).max();
        let (_, at, value) = farthest.expect("an operation needs fewer registers than there are");
        let register = at as u8 + file.first;
        self.uses = uses;
        self.evict(value, register);
        self.file(kind).pin(register);
        register
    }

    fn evict(&mut self, value: Value, register: u8) {
        let kind = self.program.kind(value);
        let elsewhere = matches!(self.program.ops[value.at()], Op::Const(_)) || self.in_memory(value).is_some();
        if !elsewhere && self.places[value.at()].slot.is_none() {
            let slot = self.slot();
            let to = self.slot_operand(slot);
            if self.in_masks(kind) {
                self.asm.mask(STORE_MASK, Length::X, register, 0, to);
            } else {
                self.asm.vector(isa::STORE, self.full(), register, 0, to, None);
            }
            self.places[value.at()].slot = Some(slot);
        }
        self.places[value.at()].register = None;
        self.file(kind).hold(register, None);
    }

    /// A register that holds the value.
    pub fn source(&mut self, value: Value) -> u8 {
        let kind = self.program.kind(value);
        if let Some(register) = self.places[value.at()].register {
            self.file(kind).pin(register);
            return register;
        }
        let register = self.allocate(kind);
        self.fill(value, register);
        self.file(kind).hold(register, Some(value));
        self.places[value.at()].register = Some(register);
        register
    }

    /// Loads a value that is in no register into one, or copies it.
    pub fn fill(&mut self, value: Value, register: u8) {
        let kind = self.program.kind(value);
        match (self.places[value.at()].register, self.program.ops[value.at()]) {
            (Some(from), _) => self.asm.vector(isa::LOAD, self.full(), register, 0, Operand::Reg(from), None),
            (None, Op::Const(bits)) => {
                let at = self.constant(bits, kind, kind.size());
                let length = self.length(kind);
                let from = Operand::Pool { at, broadcast: false };
                self.asm.vector(isa::broadcast(kind, self.isa), length, register, 0, from, None);
            }
            (None, Op::Input(k)) if self.places[value.at()].slot.is_none() => {
                self.input(k, kind, register, self.body.vector[value.at()]);
            }
            _ => {
                let slot = self.places[value.at()].slot.expect("values not in registers were put in slots");
                let from = self.slot_operand(slot);
                if self.in_masks(kind) {
                    self.asm.mask(LOAD_MASK, Length::X, register, 0, from);
                } else {
                    self.asm.vector(isa::LOAD, self.full(), register, 0, from, None);
                }
            }
        }
    }

    /// The value as a last operand: where it lies, constants in the pool.
    pub fn operand(&mut self, value: Value) -> Operand {
        let kind = self.program.kind(value);
        match (self.places[value.at()], self.program.ops[value.at()]) {
            (Place { register: Some(_), .. }, _) => Operand::Reg(self.source(value)),
            (_, Op::Const(bits)) => self.pooled(bits, kind),
            (Place { slot: Some(slot), .. }, _) if kind != Kind::Mask => self.slot_operand(slot),
            // Loaded for itself if it will be needed again.
            (_, Op::Input(_)) if self.uses[value.at()].len() == 1 => match self.in_memory(value) {
                Some(operand) => operand,
                None => Operand::Reg(self.source(value)),
            },
            _ => Operand::Reg(self.source(value)),
        }
    }

    /// A constant as a last operand.
    pub fn pooled(&mut self, bits: u64, kind: Kind) -> Operand {
        let broadcast = self.isa == Isa::Avx512 && kind.size() >= 4;
        let bytes = if broadcast { kind.size() } else { self.isa.bytes() };
        Operand::Pool { at: self.constant(bits, kind, bytes), broadcast }
    }

    fn constant(&mut self, bits: u64, kind: Kind, bytes: usize) -> usize {
        let (asm, size) = (&mut self.asm, kind.size().max(1));
        *self.constants.entry((bits, size, bytes)).or_insert_with(|| {
            let element = &bits.to_le_bytes()[..size];
            asm.constant(&element.repeat(bytes / size))
        })
    }

    /// Ends the arguments that the operation under way uses last.
    pub fn release(&mut self, op: Op) {
        for value in op.args() {
            let uses = &mut self.uses[value.at()];
            if uses.last() == Some(&self.now) {
                uses.pop();
            }
            self.release_unused(value);
        }
    }

    /// Ends a value if nothing uses it any more.
    pub fn release_unused(&mut self, value: Value) {
        if !self.uses[value.at()].is_empty() {
            return;
        }
        if let Some(register) = self.places[value.at()].register.take() {
            let kind = self.program.kind(value);
            self.file(kind).hold(register, None);
        }
        // Single elements stay for the next iteration.
        if !matches!(self.program.ops[value.at()], Op::Splat(_)) {
            self.free_slots.extend(self.places[value.at()].slot.take().map(|slot| (slot, self.now)));
        }
    }

    /// A register for the value of the operation under way, after its arguments were released.
    pub fn result(&mut self) -> u8 {
        let kind = self.program.kinds[self.now];
        // An argument that ended here may lend its register, though it was pinned.
        self.begin();
        let register = self.allocate(kind);
        self.hold(register);
        register
    }

    /// The value of the operation under way is in this register.
    pub fn hold(&mut self, register: u8) {
        let (value, kind) = (Value(self.now as u32), self.program.kinds[self.now]);
        self.file(kind).hold(register, Some(value));
        self.places[self.now].register = Some(register);
    }
}
