//! Places brought to those that an axis has.

use crate::{Isa, Level, with_isa};

/// `out[i]` the place of an axis of `n` elements that is next to `places[i]`.
///
/// # Panics
///
/// If `n` is not positive, or the lengths differ.
pub fn clip_places(places: &[i64], n: i64, out: &mut [i64]) {
    assert!(n > 0, "an axis without places");
    assert_eq!(places.len(), out.len(), "runs of different lengths");
    with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        || {
            for (out, &place) in out.iter_mut().zip(places) {
                *out = place.clamp(0, n - 1);
            }
        },
    ));
}

/// `out[i]` the place of an axis of `n` elements that `places[i]` is, counted on from its end to its start.
///
/// # Panics
///
/// If `n` is not positive, or the lengths differ.
pub fn wrap_places(places: &[i64], n: i64, out: &mut [i64]) {
    assert!(n > 0, "an axis without places");
    assert_eq!(places.len(), out.len(), "runs of different lengths");
    // Most are at most once around, which takes no division.
    let mut far = false;
    with_isa!(Level::get(), isa => isa.narrow().vectorize(
        #[inline(always)]
        || {
            for (out, &place) in out.iter_mut().zip(places) {
                let place = place + if place < 0 { n } else { 0 };
                *out = place - if place >= n { n } else { 0 };
                far |= *out < 0 || *out >= n;
            }
        },
    ));
    if far {
        for (out, &place) in out.iter_mut().zip(places) {
            *out = place.rem_euclid(n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_at_the_ends_or_start_again() {
        let ends = [
            0,
            1,
            -1,
            6,
            7,
            8,
            -7,
            -8,
            13,
            14,
            -14,
            -15,
            700,
            i64::MIN,
            i64::MAX,
        ];
        for n in [1, 2, 7, 1 << 40, i64::MAX] {
            for len in [0, 1, 8, ends.len()] {
                let mut out = vec![-1; len];
                clip_places(&ends[..len], n, &mut out);
                assert!(
                    out.iter()
                        .zip(&ends)
                        .all(|(&out, &place)| out == place.clamp(0, n - 1))
                );
                wrap_places(&ends[..len], n, &mut out);
                assert!(
                    out.iter()
                        .zip(&ends)
                        .all(|(&out, &place)| out == place.rem_euclid(n))
                );
            }
        }
    }
}
