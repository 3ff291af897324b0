//! What NumPy's `SeedSequence` makes of an integer: O'Neill's `seed_seq_fe` (2015), a pool of hashed words
//! of which the state of a generator is drawn.

use super::pcg::MULTIPLIER;

/// Words of the pool.
pub type Pool = [u32; 4];

/// A multiplicative hash whose multiplier changes with every word.
struct Hash {
    factor: u32,
    growth: u32,
}

impl Hash {
    fn of(&mut self, word: u32) -> u32 {
        let word = word ^ self.factor;
        self.factor = self.factor.wrapping_mul(self.growth);
        let word = word.wrapping_mul(self.factor);
        word ^ word >> 16
    }
}

const fn mixed(x: u32, y: u32) -> u32 {
    let sum = x
        .wrapping_mul(0xca01_f9dd)
        .wrapping_sub(y.wrapping_mul(0x4973_f715));
    sum ^ sum >> 16
}

/// The pool that stands for an integer.
#[must_use]
pub fn pool(seed: u128) -> Pool {
    let mut hash = Hash {
        factor: 0x43b0_d7e5,
        growth: 0x931e_8875,
    };
    let mut pool = [0, 32, 64, 96].map(|bits| hash.of((seed >> bits) as u32));
    for from in 0..pool.len() {
        for to in 0..pool.len() {
            if from != to {
                pool[to] = mixed(pool[to], hash.of(pool[from]));
            }
        }
    }
    pool
}

/// The state and the increment of a PCG64 that a pool seeds.
#[must_use]
pub fn congruence(pool: Pool) -> [u128; 2] {
    let mut hash = Hash {
        factor: 0x8b51_f9dd,
        growth: 0x58f3_8ded,
    };
    let mut word = |i: usize| u128::from(hash.of(pool[i % pool.len()]));
    // Numbers of 128 bits are two of 64 bits, the higher first, whose lower half comes first.
    let [start, stream] = [0, 4].map(|i| {
        let [high, low] = [i, i + 2].map(|i| word(i) | word(i + 1) << 32);
        high << 64 | low
    });
    let increment = stream << 1 | 1;
    let state = start
        .wrapping_add(increment)
        .wrapping_mul(MULTIPLIER)
        .wrapping_add(increment);
    [state, increment]
}
