//! Counts of events, successes and trials, by inverting their distributions.

use super::ziggurat::exponential;
use super::{Source, Words, fill_all, fill_with, for_each_unit, unit, with_words};
use crate::{Result, target::Target};
use core::mem::MaybeUninit;

/// Mean number of successes up to which NumPy inverts the binomial distribution.
pub(super) const MOST_SUCCESSES: f64 = 30.0;

/// Probability from which NumPy inverts the geometric distribution by adding its terms.
const ADDED: f64 = 0.333_333_333_333_333_3;

/// Draws that are inverted side by side.
const BESIDE: usize = 8;

/// Successes that the inverse of the binomial distribution may give: up to 30 + 10 √31, and none.
const PLACES: usize = 96;

/// Fills `target` with numbers of events, `mean` in the middle: uniform numbers are multiplied until their
/// product falls below `exp(-mean)`.
pub(super) fn fill_poisson(target: &Target<'_>, source: &mut Source, mean: f64) -> Result<()> {
    let end = (-mean).exp();
    fill_all(target, |out: &mut [MaybeUninit<i64>]| {
        let (mut filled, mut events, mut product) = (0, 0i64, 1f64);
        // No processor foresees where a product ends, so what goes on is written over.
        let take = |u: f64| {
            product *= u;
            out[filled].write(events);
            let more = product > end;
            filled += usize::from(!more);
            let kept = u64::from(more).wrapping_neg();
            events = (events + 1) & kept as i64;
            product = f64::from_bits(product.to_bits() & kept | 1f64.to_bits() & !kept);
            filled < out.len()
        };
        with_words!(source, words => for_each_unit(words, take));
    })
}

/// The binomial distribution with a mean up to [`MOST_SUCCESSES`], and a probability up to a half.
struct Binomial {
    probabilities: [f64; PLACES],
    /// How many of them there are.
    len: usize,
}

impl Binomial {
    fn new(trials: i64, p: f64) -> Self {
        let (n, q) = (trials as f64, 1.0 - p);
        let mean = n * p;
        let last = n.min(mean + 10.0 * (mean * q + 1.0).sqrt()) as usize;
        let mut probabilities = [0.0; PLACES];
        let mut probability = (n * (-p).ln_1p()).exp();
        for (x, out) in probabilities.iter_mut().enumerate().take(last + 1) {
            if x > 0 {
                let left = (trials - x as i64 + 1) as f64;
                probability = left * p * probability / (x as f64 * q);
            }
            *out = probability;
        }
        Self {
            probabilities,
            len: (last + 1).min(PLACES),
        }
    }

    fn probabilities(&self) -> &[f64] {
        &self.probabilities[..self.len]
    }

    /// The successes that `u` stands for; nothing where rounding left more of it than there are.
    fn of(&self, mut u: f64) -> Option<i64> {
        for (x, &probability) in self.probabilities().iter().enumerate() {
            if u > probability {
                u -= probability;
            } else {
                return Some(x as i64);
            }
        }
        None
    }

    /// As [`Self::of`] for several numbers: none waits for how often another is subtracted from.
    fn of_several(&self, mut u: [f64; BESIDE]) -> Option<[i64; BESIDE]> {
        let mut successes = [0i64; BESIDE];
        for &probability in self.probabilities() {
            let mut any = 0;
            for (u, successes) in u.iter_mut().zip(&mut successes) {
                let more = *u > probability;
                // Less than any probability from where it ends.
                *u = if more { *u - probability } else { -1.0 };
                *successes += i64::from(more);
                any |= u8::from(more);
            }
            if any == 0 {
                return Some(successes);
            }
        }
        None
    }
}

/// Fills `target` with the successes of `trials` of a probability between 0 and 1.
pub(super) fn fill_binomial(
    target: &Target<'_>,
    source: &mut Source,
    trials: i64,
    p: f64,
) -> Result<()> {
    // Failures are counted where they are fewer.
    let (seldom, mirrored) = if p <= 0.5 {
        (p, false)
    } else {
        (1.0 - p, true)
    };
    let law = Binomial::new(trials, seldom);
    let turned = |x: i64| if mirrored { trials - x } else { x };
    fill_all(target, |out: &mut [MaybeUninit<i64>]| {
        with_words!(source, words => {
            let mut left = out.iter_mut();
            while left.len() > 0 {
                let several = match words.ready().first_chunk::<BESIDE>() {
                    Some(ready) if left.len() >= BESIDE => law.of_several(ready.map(unit)),
                    _ => None,
                };
                if let Some(several) = several {
                    words.skip(BESIDE);
                    for (x, slot) in several.into_iter().zip(left.by_ref()) {
                        slot.write(turned(x));
                    }
                } else if let Some(slot) = left.next() {
                    let mut x = None;
                    while x.is_none() {
                        x = law.of(words.f64());
                    }
                    slot.write(turned(x.unwrap_or_default()));
                }
            }
        });
    })
}

/// Fills `target` with the trials up to the first success, of a probability between 0 and 1.
pub(super) fn fill_geometric(target: &Target<'_>, source: &mut Source, p: f64) -> Result<()> {
    let (q, slope) = (1.0 - p, (-p).ln_1p());
    with_words!(source, words => fill_with(target, || {
        if p < ADDED {
            // Beyond what integers hold, the greatest.
            return (-exponential(words) / slope).ceil() as i64;
        }
        let (mut x, mut sum, mut term) = (1i64, p, p);
        let u = words.f64();
        while u > sum {
            term *= q;
            sum += term;
            x += 1;
        }
        x
    }))
}
