//! Singular values of bidiagonal matrices, for where no vectors are asked for: quotients and differences
//! with shifts (Fernando and Parlett, *Accurate singular values and differential qd algorithms*, 1994).
//! All of it is on squares, none of which is ever taken from another but the shift, so small values keep
//! their digits.
//!
//! A sweep waits for one division after the other: a second one, without a shift, goes along behind it and costs
//! little time.

use super::packs::multiply_add;
use super::range::{exponent, power};
use raptors_kernels::{Isa, Level, with_isa};

/// Pairs of sweeps for each value on average, after which something is wrong; two are usual.
const MOST: usize = 30;
/// Values that there are thought to be at least: those of few that are nearly equal take more sweeps.
const FEW: usize = 16;
/// The least value is looked for nearer to the least remainder by this part of the distance, each time that it was no less
/// than thought.
const NEARER: f64 = 0.25;
/// What is negligible beside one, squared.
const NEGLIGIBLE: f64 = (64.0 * f64::EPSILON) * (64.0 * f64::EPSILON);
/// By how much of the square of what couples the last two values to the others these are thought to be
/// greater than the least one. With less, shifts are too great as often as not.
const COUPLED: f64 = 2.0;

/// The power of two that the greatest element is brought to.
const GREATEST: i32 = 240;

/// What is less by this beside others has no square beside theirs.
const LITTLE: f64 = power(-700);

/// Room for the values of matrices of one size.
pub(super) struct Room {
    /// The squares beside the diagonal, and of the next sweep those on and beside it.
    pub(super) beside: Vec<f64>,
    next: [Vec<f64>; 2],
    /// Blocks that stand alone: where they begin and end, and what was taken off their values.
    blocks: Vec<(usize, usize, f64)>,
}

impl Room {
    pub(super) fn new([beside, on, next]: [Vec<f64>; 3]) -> Self {
        Self {
            beside,
            next: [on, next],
            blocks: Vec::new(),
        }
    }
}

/// Makes the absolute values on the diagonal singular values, in no order: whether that was done, and
/// they are worthless if not. `room.beside[i]` is the absolute value beside element `i`.
pub(super) fn singular_values(diagonal: &mut [f64], room: &mut Room) -> bool {
    let n = diagonal.len();
    forget(diagonal, &mut room.beside);
    let all = diagonal.iter().chain(&room.beside);
    let greatest = all.fold(0.0, |a: f64, &b| a.max(b));
    // Products of squares stay finite, and squares of small values normal, where they can.
    let up = GREATEST - exponent(greatest).clamp(-700, 700);
    let (factor, inverse) = (power(up), power(-up));
    let square = |x: f64| (x * factor) * (x * factor);
    let lost = |&x: &f64| x != 0.0 && square(x) < f64::MIN_POSITIVE;
    if diagonal.iter().any(lost) {
        return false;
    }
    let squared = diagonal.iter_mut().chain(&mut room.beside);
    squared.for_each(|x| *x = square(*x));
    // What is far below the error that the elements have: small values beside it stay what they are.
    let greatest = diagonal
        .iter()
        .chain(&room.beside)
        .fold(0.0, |a: f64, &b| a.max(b));
    let none = greatest * (f64::EPSILON * f64::EPSILON) * (f64::EPSILON * f64::EPSILON);
    for x in &mut room.beside {
        *x = if *x <= none { 0.0 } else { *x };
    }
    room.blocks.clear();
    room.blocks.push((0, n, 0.0));
    let found = with_isa!(Level::get(), isa => isa.vectorize(
        #[inline(always)]
        || blocks(isa, diagonal, room),
    ));
    for x in diagonal {
        *x = x.sqrt() * inverse;
    }
    found
}

/// Makes zero what is so little beside other elements of its block that squares of both have no common range: far less than
/// the errors that reflections leave, as in matrices of low rank.
fn forget(diagonal: &mut [f64], beside: &mut [f64]) {
    let mut first = 0;
    while first < diagonal.len() {
        let coupled = beside[first..].iter().take_while(|&&x| x != 0.0).count();
        let (on, next) = (
            &mut diagonal[first..=first + coupled],
            &mut beside[first..first + coupled],
        );
        let greatest = on.iter().chain(&*next).fold(0.0, |a: f64, &b| a.max(b));
        for x in on.iter_mut().chain(next) {
            *x = if *x < greatest * LITTLE { 0.0 } else { *x };
        }
        first += coupled + 1;
    }
}

/// Finds the squares of the values of all blocks: whether that worked.
#[inline(always)]
fn blocks<I: Isa>(_: I, diagonal: &mut [f64], room: &mut Room) -> bool {
    let mut left = MOST * diagonal.len().max(FEW);
    while let Some(next) = room.blocks.pop() {
        if !block::<I>(diagonal, room, next, &mut left) {
            return false;
        }
    }
    true
}

/// Finds the squares of the values of a block, less `sum`, from the end on; what comes apart on the way
/// is left for later. Whether that worked.
#[inline(always)]
fn block<I: Isa>(
    diagonal: &mut [f64],
    room: &mut Room,
    (mut start, mut end, mut sum): (usize, usize, f64),
    left: &mut usize,
) -> bool {
    // The least remainder of the last sweep, and whether it was the last one.
    let mut before: Option<(f64, bool)> = None;
    // How much of the least remainder is taken off where it is not the last one.
    let mut part = 0.0;
    while end > start {
        let m = end - start;
        let (q, e) = (&mut diagonal[start..end], &mut room.beside[start..end - 1]);
        if m == 1 || e[m - 2] <= NEGLIGIBLE * (sum + q[m - 1]) {
            q[m - 1] += sum;
            end -= 1;
            continue;
        }
        let apart = |i: usize| e[i] <= NEGLIGIBLE * (sum + q[i].min(q[i + 1]));
        if m == 2 || apart(m - 3) {
            let (greater, lesser) = pair(q[m - 2], e[m - 2], q[m - 1]);
            (q[m - 2], q[m - 1]) = (greater + sum, lesser + sum);
            end -= 2;
            continue;
        }
        if let Some(i) = (0..m - 3).rev().find(|&i| apart(i)) {
            room.blocks.push((start, start + i + 1, sum));
            start += i + 1;
            before = None;
            continue;
        }
        // Small values come out at the end, and soon if they are there.
        if before.is_none() && q[0] * 1.5 < q[m - 1] {
            q.reverse();
            e.reverse();
        }
        let mut shift = match before {
            None => 0.0,
            Some((_, true)) => least(q, e).max(0.0),
            Some((remainder, false)) => {
                part += NEARER * (1.0 - part);
                part * remainder
            }
        };
        let [next_q, next_e] = &mut room.next;
        let next = (&mut next_q[..m], &mut next_e[..m - 1]);
        let mut tries = 0;
        loop {
            if *left == 0 {
                return false;
            }
            *left -= 1;
            let (remainder, last) = sweeps::<I>((q, e), (next.0, next.1), shift);
            if remainder >= 0.0 {
                before = Some((remainder, last == remainder));
                break;
            }
            if shift == 0.0 {
                return false;
            }
            (tries, part) = (tries + 1, 0.0);
            shift = match tries {
                // Only the last remainder is negative: the least value is just below.
                1 if last < 0.0 && shift + last > 0.0 => {
                    (shift + last) * (1.0 - 4.0 * f64::EPSILON)
                }
                1 | 2 => 0.25 * shift,
                _ => 0.0,
            };
        }
        q.copy_from_slice(next.0);
        e.copy_from_slice(next.1);
        sum += shift;
    }
    true
}

/// A sweep with the shift and one without: the least remainder of the second and its last one. Where the shift is too great,
/// a negative number and the first sweep's last remainder, which is NaN if one before it was negative.
#[inline(always)]
fn sweeps<I: Isa>(
    (q, e): (&[f64], &[f64]),
    (next_q, next_e): (&mut [f64], &mut [f64]),
    shift: f64,
) -> (f64, f64) {
    let last = e.len() - 1;
    let (q, next_q, next_e) = (
        &q[..last + 2],
        &mut next_q[..last + 2],
        &mut next_e[..=last],
    );
    let start = q[0] - shift;
    let (mut sum, mut beside, mut first) = step::<I>(start, e[0], q[1], shift);
    // The second sweep is at the element before that of the first one.
    let (mut second, mut least) = (sum, sum);
    let mut negative = start < 0.0;
    for i in 1..=last {
        negative |= first < 0.0;
        let ahead;
        (sum, ahead, first) = step::<I>(first, e[i], q[i + 1], shift);
        (next_q[i - 1], next_e[i - 1], second) = step::<I>(second, beside, sum, 0.0);
        (beside, least) = (ahead, if second < least { second } else { least });
    }
    let end;
    (next_q[last], next_e[last], end) = step::<I>(second, beside, first, 0.0);
    next_q[last + 1] = end;
    if negative || first < 0.0 || first.is_nan() {
        return (-1.0, if negative { f64::NAN } else { first });
    }
    (if end < least { end } else { least }, end)
}

/// The sum of a remainder and `e`, what stands beside it next, and the remainder of `q`.
#[inline(always)]
fn step<I: Isa>(remainder: f64, e: f64, q: f64, shift: f64) -> (f64, f64, f64) {
    let sum = remainder + e;
    if sum == 0.0 {
        // A row of zeros.
        return (sum, 0.0, q - shift);
    }
    let ratio = q / sum;
    (sum, e * ratio, multiply_add::<I>(remainder, ratio, -shift))
}

/// What the least eigenvalue is expected not to be less than, from the last three elements.
fn least(q: &[f64], e: &[f64]) -> f64 {
    let m = q.len();
    let above = if m > 2 { e[m - 3] } else { 0.0 };
    let (a, c, b) = (q[m - 2] + above, q[m - 1] + e[m - 2], q[m - 2] * e[m - 2]);
    let half = 0.5 * (a - c);
    let greater = 0.5 * (a + c) + (half * half + b).sqrt();
    let lesser = (q[m - 2] * q[m - 1] + above * c) / greater;
    if m == 2 {
        return lesser;
    }
    // How much of the vector of the lesser one is in the place that is coupled to the others.
    let part = b / (b + (a - lesser) * (a - lesser)).max(f64::MIN_POSITIVE);
    let residual = q[m - 3] * above * part;
    let gap = q[m - 3] + if m > 3 { e[m - 4] } else { 0.0 } - lesser;
    let near = (lesser - COUPLED * residual / gap).max(lesser - residual.sqrt());
    if gap > 0.0 && near > 0.0 {
        near
    } else {
        0.25 * lesser
    }
}

/// The eigenvalues of two elements, the greater first; `e` stands between them.
fn pair(x: f64, e: f64, y: f64) -> (f64, f64) {
    let (x, y) = if y > x { (y, x) } else { (x, y) };
    let t = 0.5 * ((x - y) + e);
    if e <= y * NEGLIGIBLE || t == 0.0 {
        return (x, y);
    }
    let s = y * (e / t);
    let s = if s <= t {
        y * (e / (t * (1.0 + (1.0 + s / t).sqrt())))
    } else {
        y * (e / (t + t.sqrt() * (t + s).sqrt()))
    };
    let greater = x + (s + e);
    (greater, y * (x / greater))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(diagonal: &[f64], beside: &[f64]) -> Option<Vec<f64>> {
        let mut d = diagonal.to_vec();
        let zeros = vec![0.0; d.len()];
        let mut room = Room::new([beside.to_vec(), zeros.clone(), zeros]);
        let done = singular_values(&mut d, &mut room);
        d.sort_by(f64::total_cmp);
        done.then_some(d)
    }

    #[test]
    fn sums_of_squares_and_products_stay() {
        for n in 1..60 {
            let d: Vec<f64> = (0..n).map(|i| 0.1 + (i as f64 * 0.7).sin().abs()).collect();
            let e: Vec<f64> = (1..n).map(|i| (i as f64 * 1.3).cos().abs()).collect();
            let found = values(&d, &e).unwrap();
            let square = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
            let whole = square(&d) + square(&e);
            assert!((square(&found) - whole).abs() < 1e-13 * whole, "{n}");
            let logarithm = |x: &[f64]| x.iter().map(|x| x.ln()).sum::<f64>();
            let error = (logarithm(&found) - logarithm(&d)).abs();
            assert!(error < 1e-12 * n as f64, "{n}: {error}");
        }
    }

    #[test]
    fn nearly_equal_ones_are_found() {
        for n in 2..12 {
            for exponent in 1..16 {
                let size = 0.1f64.powi(exponent);
                let d: Vec<f64> = (0..n)
                    .map(|i| 1.0 + size * (i as f64 * 0.7).sin())
                    .collect();
                let e: Vec<f64> = (1..n)
                    .map(|i| (size * (i as f64 * 1.3).cos()).abs())
                    .collect();
                let found = values(&d, &e).unwrap();
                assert!(
                    found.iter().all(|x| (x - 1.0).abs() < 3.0 * size),
                    "{n} {exponent} {found:?}"
                );
            }
        }
    }

    #[test]
    fn known_ones_are_found() {
        assert_eq!(values(&[], &[]), Some(vec![]));
        assert_eq!(values(&[3.0], &[]), Some(vec![3.0]));
        assert_eq!(values(&[0.0; 5], &[0.0; 4]), Some(vec![0.0; 5]));
        assert_eq!(
            values(&[1.0, 3.0, 2.0], &[0.0; 2]),
            Some(vec![1.0, 2.0, 3.0])
        );
        // Ones on and beside the diagonal: cosines.
        for n in [2, 3, 7, 40] {
            let found = values(&vec![1.0; n], &vec![1.0; n - 1]).unwrap();
            for (i, x) in found.iter().enumerate() {
                let angle = (n - i) as f64 * core::f64::consts::PI / (2 * n + 1) as f64;
                assert!((x - 2.0 * angle.cos()).abs() < 1e-14, "{n} {i} {x}");
            }
        }
        assert_eq!(values(&[1.0, 1e-200], &[0.0]), Some(vec![1e-200, 1.0]));
        let found = values(&[1.0, 1e-150, 1e-290], &[1e-100, 1e-260]).unwrap();
        assert_eq!(found, [0.0, 1e-150, 1.0]);
        // What is lost when it is squared is not found.
        assert_eq!(values(&[1.0, 1e-300], &[0.0]), None);
        let zero = values(&[0.0, 1.0, 1.0], &[1.0, 1.0]).unwrap();
        assert!(zero[0] < 1e-15 && (zero[2] * zero[2] + zero[1] * zero[1] - 4.0).abs() < 1e-14);
    }
}
