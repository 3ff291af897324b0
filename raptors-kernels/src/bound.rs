//! Loops bound to the instruction set that they were compiled for.

use crate::{
    dtype::DType,
    gaps::Spaced,
    halves,
    isa::Level,
    slice::{In, Out},
};

/// An erased loop.
pub(crate) type Run<I> = fn(I, &[In<'_>], &mut [Out<'_>]);

/// An erased loop over elements that lie apart: inputs, output, rows and elements of each.
pub(crate) type RunSpaced<I> = unsafe fn(I, &[Spaced], Spaced, [usize; 2]);

/// A loop for one ufunc, element type and instruction set, with the types it takes and gives.
#[derive(Clone, Copy)]
pub(crate) struct Kernel<I> {
    pub(crate) run: Run<I>,
    pub(crate) inputs: &'static [DType],
    pub(crate) outputs: &'static [DType],
    /// Whether one of two inputs may be a run of one element, which is repeated.
    pub(crate) repeats: bool,
    /// Whether an input of no elements is the output.
    pub(crate) in_place: bool,
    /// Whether an input may be a run of which every second element counts.
    pub(crate) skips: bool,
    /// A second form of the loop, if there is one.
    pub(crate) other: Option<Other<I>>,
    /// The loop over elements that lie apart, if there is one.
    pub(crate) spaced: Option<RunSpaced<I>>,
}

/// A second form of a loop.
#[derive(Clone, Copy)]
pub(crate) enum Other<I> {
    /// Over runs of float16 in place of float32.
    Halves(Run<I>),
    /// Whose stores go around the caches.
    Around(Run<I>),
}

/// A loop bound to the instruction set that it was compiled for: what [`crate::Ufunc::bind`] gives.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a loop takes and what it does not: independent of each other"
)]
pub struct Loop {
    bound: Bound,
    inputs: &'static [DType],
    outputs: &'static [DType],
    repeats: bool,
    in_place: bool,
    skips: bool,
    /// Whether runs are float16 where the loop computes in float32.
    halves: bool,
    /// Whether the loop itself is one for float32, so that runs must be converted for it.
    staged: bool,
    /// Whether such a loop takes its first two inputs in the other order.
    turned: bool,
}

macro_rules! bound {
    ($($(#[$cfg:meta])* $isa:ident),*) => {
        #[derive(Clone, Copy)]
        enum Bound { $($(#[$cfg])* $isa(crate::isa::$isa, Run<crate::isa::$isa>, Option<Other<crate::isa::$isa>>, Option<RunSpaced<crate::isa::$isa>>),)* }

        $($(#[$cfg])*
        impl Loop {
            #[doc(hidden)]
            #[allow(non_snake_case, reason = "named after the level")]
            pub(crate) fn $isa(isa: crate::isa::$isa, kernel: Kernel<crate::isa::$isa>) -> Self {
                Self { bound: Bound::$isa(isa, kernel.run, kernel.other, kernel.spaced), inputs: kernel.inputs, outputs: kernel.outputs, repeats: kernel.repeats, in_place: kernel.in_place, skips: kernel.skips, halves: false, staged: false, turned: false }
            }
        })*

        impl Loop {
            /// Runs the loop.
            ///
            /// # Panics
            ///
            /// If the number, the types or the lengths of the runs are not what the loop takes.
            #[inline(always)]
            pub fn run(&self, ins: &[In<'_>], outs: &mut [Out<'_>]) {
                if self.staged {
                    return halves::run(self, ins, outs);
                }
                self.run_wide(ins, outs);
            }

            /// As [`Loop::run`], for runs of the dtypes that the loop computes in.
            #[inline(always)]
            pub(crate) fn run_wide(&self, ins: &[In<'_>], outs: &mut [Out<'_>]) {
                match self.bound { $($(#[$cfg])* Bound::$isa(isa, run, ..) => run(isa, ins, outs),)* }
            }

            /// The loop over float16 in place of float32, if there is one of its own.
            const fn own_halves(&self) -> Option<Bound> {
                match self.bound {
                    $($(#[$cfg])* Bound::$isa(isa, _, Some(Other::Halves(run)), _) => Some(Bound::$isa(isa, run, None, None)),)*
                    _ => None,
                }
            }

            /// This loop with stores that go around the caches, for results that no cache would
            /// hold until they are read; nothing where there is none. It reads no output.
            pub const fn around(self) -> Option<Self> {
                let bound = match self.bound {
                    $($(#[$cfg])* Bound::$isa(isa, _, Some(Other::Around(run)), _) if !self.halves => Bound::$isa(isa, run, None, None),)*
                    _ => return None,
                };
                Some(Self { bound, in_place: false, skips: false, ..self })
            }

            /// Whether the loop has a form over elements that lie apart: [`Loop::run_spaced`].
            pub const fn takes_gaps(&self) -> bool {
                !self.halves && match self.bound { $($(#[$cfg])* Bound::$isa(.., spaced) => spaced.is_some(),)* }
            }

            /// Whether that form reads inputs that all run backwards as vectors, where results lie one after
            /// the other.
            pub const fn turns(&self) -> bool {
                self.takes_gaps() && match self.bound { $($(#[$cfg])* Bound::$isa(..) => <crate::isa::$isa as crate::Isa>::SKIPS,)* }
            }

            /// Runs the loop over rows of elements that lie apart, of a `shape`; each element is read before its
            /// result is written.
            ///
            /// # Panics
            ///
            /// If the loop does not take gaps, or other than so many inputs.
            ///
            /// # Safety
            ///
            /// Aligned elements of the types that the loop takes and gives are at each input and at the output, in
            /// rows of this `shape`; nobody else reads or writes those of the output meanwhile, and no input has one but
            /// as the element that the result replaces.
            pub unsafe fn run_spaced(&self, ins: &[Spaced], out: Spaced, shape: [usize; 2]) {
                assert!(self.takes_gaps(), "a loop without gaps");
                match self.bound {
                    $($(#[$cfg])* Bound::$isa(isa, .., Some(run)) => {
                        // SAFETY: the loop is the one for these types, and the caller vouches for the elements.
                        unsafe { run(isa, ins, out, shape) }
                    })*
                    _ => {}
                }
            }

            /// The level that the loop was compiled for: at most the one asked for.
            pub const fn level(&self) -> Level {
                match self.bound { $($(#[$cfg])* Bound::$isa(isa, ..) => Level::$isa(isa),)* }
            }
        }
    };
}

bound!(
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Sse2,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon
);

impl Loop {
    /// This loop, for runs that are float16 where it has float32, with its first two inputs in the other order
    /// if `turned`.
    pub(crate) const fn through_halves(self, turned: bool) -> Self {
        let (bound, staged) = match self.own_halves() {
            Some(bound) => (bound, false),
            None => (self.bound, true),
        };
        Self {
            bound,
            staged,
            turned,
            inputs: halves::narrow(self.inputs),
            outputs: halves::narrow(self.outputs),
            in_place: false,
            skips: false,
            halves: true,
            ..self
        }
    }

    /// Whether runs of float16 are converted for a loop that takes its first two inputs in the other order.
    pub(crate) const fn is_turned(&self) -> bool {
        self.turned
    }

    /// Whether the runs that this loop takes and gives are those of `other`.
    pub fn is_like(&self, other: &Self) -> bool {
        let runs = |of: &Self| (of.inputs, of.outputs, of.repeats, of.in_place, of.skips);
        runs(self) == runs(other)
    }

    /// Whether float16 is computed in float32.
    pub const fn widens(&self) -> bool {
        self.halves
    }

    /// The element types of the inputs.
    #[inline(always)]
    pub const fn inputs(&self) -> &'static [DType] {
        self.inputs
    }

    /// Whether one of two inputs, or any of three, may be a run of one element, which stands for as
    /// many as there are results.
    #[inline(always)]
    pub const fn repeats(&self) -> bool {
        self.repeats
    }

    /// Whether an input of the type of the output may be a run of no elements, which stands for the
    /// output as it was.
    #[inline(always)]
    pub const fn in_place(&self) -> bool {
        self.in_place
    }

    /// Whether an input may be a run of `2 n - 1` elements for `n` results, more than one, of which
    /// every second counts: beside an input that is the output, too, where the loop has that.
    #[inline(always)]
    pub const fn skips(&self) -> bool {
        self.skips
    }

    /// The element types of the outputs.
    #[inline(always)]
    pub const fn outputs(&self) -> &'static [DType] {
        self.outputs
    }
}
