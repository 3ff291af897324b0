//! The sticky flags that the processor keeps of floating-point exceptions, one set for each thread.

#[cfg(target_arch = "x86_64")]
mod flags {
    use core::arch::asm;

    /// Where divide-by-zero, overflow, underflow and invalid are in the register.
    pub(super) const PLACES: [u32; 4] = [2, 3, 4, 0];

    #[inline(always)]
    pub(super) fn read() -> u32 {
        let mut word = 0u32;
        // SAFETY: stores the register in a word of ours.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
        word
    }

    #[inline(always)]
    pub(super) fn write(word: u32) {
        // SAFETY: the word is what was read, but for its exception flags, which Rust lets asm change.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod flags {
    use core::arch::asm;

    /// Where divide-by-zero, overflow, underflow and invalid are in the register.
    pub(super) const PLACES: [u32; 4] = [1, 2, 3, 0];

    #[inline(always)]
    pub(super) fn read() -> u32 {
        let word: u64;
        // SAFETY: reads the register, which every program may.
        unsafe { asm!("mrs {}, fpsr", out(reg) word, options(nostack, preserves_flags)) };
        word as u32
    }

    #[inline(always)]
    pub(super) fn write(word: u32) {
        // SAFETY: the word is what was read, but for its exception flags, which Rust lets asm change.
        unsafe { asm!("msr fpsr, {}", in(reg) u64::from(word), options(nostack)) };
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod flags {
    use core::cell::Cell;

    thread_local! {
        /// What was raised explicitly: other processors are not asked.
        static FLAGS: Cell<u32> = const { Cell::new(0) };
    }

    pub(super) const PLACES: [u32; 4] = [0, 1, 2, 3];

    pub(super) fn read() -> u32 {
        FLAGS.get()
    }

    pub(super) fn write(word: u32) {
        FLAGS.set(word);
    }
}

use flags::PLACES;

const MASK: u32 = 1 << PLACES[0] | 1 << PLACES[1] | 1 << PLACES[2] | 1 << PLACES[3];

/// The flags of the calling thread: divide-by-zero, overflow, underflow, invalid from bit 0 on.
#[inline(always)]
pub(crate) fn read() -> u8 {
    let word = flags::read();
    if word & MASK == 0 {
        return 0;
    }
    (0..4).fold(0, |all, i| all | (((word >> PLACES[i]) & 1) as u8) << i)
}

/// Whether the calling thread takes numbers less than every normal one for zeros, as some libraries ask
/// the processor to: then some of them are neither less than others nor equal to them.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn takes_subnormals_for_zeros() -> bool {
    const DENORMALS_ARE_ZEROS: u32 = 1 << 6;
    flags::read() & DENORMALS_ARE_ZEROS != 0
}

/// Makes `bits` the flags of the calling thread. Nothing is written where they are so already:
/// that is the rule, and writing is slow.
#[inline(always)]
pub(crate) fn write(bits: u8) {
    let word = flags::read();
    let wanted = (0..4).fold(word & !MASK, |all, i| {
        all | u32::from((bits >> i) & 1) << PLACES[i]
    });
    if wanted != word {
        flags::write(wanted);
    }
}
