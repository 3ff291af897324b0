//! NumPy's PCG64 without a call for each number: its state is read once, numbers are computed ahead,
//! several side by side, and the state that those which were drawn leave is written back.
//!
//! The memory is private to NumPy. It is touched only for generators whose function is the one of a
//! generator that [`learn`] found to compute and to store just what is done here.

use super::{BitGenerator, Source, Words, unit};
use core::ffi::c_int;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The multiplier of the congruential generator: `PCG_DEFAULT_MULTIPLIER_128` of O'Neill (2014).
pub(super) const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

/// Numbers that are computed side by side: each step waits for two multiplications.
const BESIDE: usize = 4;

/// Most numbers that are computed before they are drawn, a power of two. The first are `BESIDE`, and each
/// time twice as many: who draws little computes little.
const AHEAD: usize = 128;

/// The multipliers of 1, 2, … steps at once, and what they multiply the increment by.
const STEPS: [[u128; 2]; BESIDE] = {
    let mut steps = [[MULTIPLIER, 1]; BESIDE];
    let mut i = 1;
    while i < BESIDE {
        let [power, sum] = steps[i - 1];
        steps[i] = [
            power.wrapping_mul(MULTIPLIER),
            sum.wrapping_mul(MULTIPLIER).wrapping_add(1),
        ];
        i += 1;
    }
    steps
};

/// The state and the increment.
type Congruence = [u128; 2];

/// NumPy's `pcg64_state`.
#[repr(C)]
struct Memory {
    congruence: *mut Congruence,
    has_half: c_int,
    half: u32,
}

/// The number that a state gives.
#[inline]
const fn output(state: u128) -> u64 {
    ((state >> 64) as u64 ^ state as u64).rotate_right((state >> 122) as u32)
}

/// The address of the function of generators that compute as this file does; 0 before one is known.
static KNOWN: AtomicUsize = AtomicUsize::new(0);

/// Draws once from a PCG64 of nobody's, and remembers its function if it does what is done here.
///
/// # Safety
///
/// As [`Source::new`]; the generator is a `numpy.random.PCG64`.
pub unsafe fn learn(generator: NonNull<BitGenerator>) {
    // SAFETY: the caller vouches for the generator.
    let generator = unsafe { generator.as_ref() };
    let memory: *const Memory = generator.state.cast_const().cast();
    // SAFETY: the state of a PCG64 begins with a pointer to its two numbers of 128 bits, which need
    // not be aligned, here and after the draw.
    let [before, increment] = unsafe { (*memory).congruence.read_unaligned() };
    let drawn = (generator.next_uint64)(generator.state);
    // SAFETY: as above.
    let after = unsafe { (*memory).congruence.read_unaligned() };
    let next = before.wrapping_mul(MULTIPLIER).wrapping_add(increment);
    if after == [next, increment] && drawn == output(next) {
        KNOWN.store(generator.next_uint64 as usize, Relaxed);
    }
}

/// A PCG64 whose numbers are drawn here; its own memory has the state again when this is dropped.
pub(super) struct Pcg<'a> {
    source: &'a Source,
    increment: u128,
    /// The state before the first of `numbers`.
    before: u128,
    /// The states that give what comes after `numbers`.
    next: [u128; BESIDE],
    numbers: [u64; AHEAD],
    /// How many of them were computed, and how many of those were drawn.
    computed: usize,
    drawn: usize,
    has_half: bool,
    half: u32,
}

impl<'a> Pcg<'a> {
    /// The generator of `source`, if it is one that is known.
    #[inline]
    pub(super) fn of(source: &'a Source) -> Option<Self> {
        let known = source.generator().next_uint64 as usize == KNOWN.load(Relaxed);
        known.then(|| Self::read(source))
    }

    fn memory(source: &Source) -> *mut Memory {
        source.generator().state.cast()
    }

    #[inline]
    fn read(source: &'a Source) -> Self {
        // SAFETY: the memory is that of a known generator, which lives as long as the source, and
        // from which nobody else draws.
        let ([state, increment], has_half, half) = unsafe {
            let memory = Self::memory(source);
            (
                (*memory).congruence.read_unaligned(),
                (*memory).has_half != 0,
                (*memory).half,
            )
        };
        Self {
            source,
            increment,
            before: state,
            next: STEPS.map(|steps| stepped(state, steps, increment)),
            numbers: [0; AHEAD],
            computed: 0,
            drawn: 0,
            has_half,
            half,
        }
    }

    /// The state after the numbers that were drawn.
    fn state(&self) -> u128 {
        let [.., leap] = STEPS;
        let mut state = self.before;
        for _ in 0..self.drawn / BESIDE {
            state = stepped(state, leap, self.increment);
        }
        match self.drawn % BESIDE {
            0 => state,
            rest => stepped(state, STEPS[rest - 1], self.increment),
        }
    }

    /// Computes more numbers in the place of those that were drawn, which are all.
    #[inline(never)]
    fn more(&mut self) {
        self.before = self.state();
        self.computed = (2 * self.computed).clamp(BESIDE, AHEAD);
        self.drawn = 0;
        let [.., [power, sum]] = STEPS;
        let (mut states, gap) = (self.next, sum.wrapping_mul(self.increment));
        for numbers in self.numbers[..self.computed].chunks_exact_mut(BESIDE) {
            for (number, state) in numbers.iter_mut().zip(&mut states) {
                *number = output(*state);
                *state = state.wrapping_mul(power).wrapping_add(gap);
            }
        }
        self.next = states;
    }
}

/// The state some steps after `state`.
#[inline]
const fn stepped(state: u128, [power, sum]: [u128; 2], increment: u128) -> u128 {
    state
        .wrapping_mul(power)
        .wrapping_add(sum.wrapping_mul(increment))
}

impl Words for Pcg<'_> {
    #[inline]
    fn u64(&mut self) -> u64 {
        if self.drawn == self.computed {
            self.more();
        }
        let number = self.numbers[self.drawn % AHEAD];
        self.drawn += 1;
        number
    }

    #[inline]
    fn u32(&mut self) -> u32 {
        if self.has_half {
            self.has_half = false;
            return self.half;
        }
        let number = self.u64();
        (self.has_half, self.half) = (true, (number >> 32) as u32);
        number as u32
    }

    #[inline]
    fn pair(&mut self) -> Option<[u32; 2]> {
        if self.has_half {
            return None;
        }
        let number = self.u64();
        // It was used, but NumPy's state shows it all the same.
        self.half = (number >> 32) as u32;
        Some([number as u32, self.half])
    }

    #[inline]
    fn f64(&mut self) -> f64 {
        unit(self.u64())
    }

    #[inline]
    fn ready(&mut self) -> &[u64] {
        if self.drawn == self.computed {
            self.more();
        }
        &self.numbers[self.drawn..self.computed]
    }

    #[inline]
    fn skip(&mut self, count: usize) {
        debug_assert!(
            self.drawn + count <= self.computed,
            "numbers that are not ready"
        );
        self.drawn += count;
    }
}

impl Drop for Pcg<'_> {
    fn drop(&mut self) {
        let state = self.state();
        // SAFETY: as in `read`; the first number of 128 bits is the state.
        unsafe {
            let memory = Self::memory(self.source);
            (*memory).congruence.cast::<u128>().write_unaligned(state);
            (*memory).has_half = c_int::from(self.has_half);
            (*memory).half = self.half;
        }
    }
}
