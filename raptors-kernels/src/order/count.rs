//! How often each number occurs, and what its occurrences weigh.

/// Numbers up to which counts are kept side by side: all of them stay in the first cache.
const FEW: usize = 256;
/// Counts side by side: a count that was just written is not read before it arrived in the cache.
const BESIDE: usize = 4;

/// Adds one to `counts[i]` for each `i` of `x`; the first number that has no count ends it, and is
/// the error.
///
/// # Errors
///
/// If a number is negative or not less than the number of counts.
pub fn count(x: &[i64], counts: &mut [i64]) -> Result<(), i64> {
    let rest = if counts.len() <= FEW && x.len() >= BESIDE * FEW {
        beside(x, counts)
    } else {
        x
    };
    for &i in rest {
        *counts.get_mut(i as usize).ok_or(i)? += 1;
    }
    Ok(())
}

/// Counts fours of `x`, each of which counts for itself: those that are left, from the first four on of
/// which one has no count.
fn beside<'a>(x: &'a [i64], counts: &mut [i64]) -> &'a [i64] {
    let (mut own, n) = ([[0i64; FEW]; BESIDE], counts.len());
    let mut done = 0;
    for four in x.as_chunks::<BESIDE>().0 {
        if !four.iter().all(|&i| (i as u64) < n as u64) {
            break;
        }
        for (own, &i) in own.iter_mut().zip(four) {
            own[i as usize % FEW] += 1;
        }
        done += BESIDE;
    }
    for (i, count) in counts.iter_mut().enumerate() {
        *count += own.iter().map(|own| own[i]).sum::<i64>();
    }
    &x[done..]
}

/// Adds the weight beside each `i` of `x` to `sums[i]`, in order; as [`count`] otherwise.
///
/// # Errors
///
/// If a number is negative or not less than the number of sums.
pub fn weigh(x: &[i64], weights: &[f64], sums: &mut [f64]) -> Result<(), i64> {
    for (&i, &weight) in x.iter().zip(weights) {
        *sums.get_mut(i as usize).ok_or(i)? += weight;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn counts_beside_each_other_are_those_of_one() {
        for (n, bins) in [(1030, 1), (1029, 7), (5000, 256), (5000, 257), (100, 3)] {
            let mut x: Vec<i64> = (0..n).map(|i| i * i * 7 % 1009 % bins).collect();
            let mut expected = vec![1; bins as usize];
            for &i in &x {
                expected[i as usize] += 1;
            }
            let mut counts = vec![1; bins as usize];
            assert_eq!(count(&x, &mut counts), Ok(()));
            assert_eq!(counts, expected, "{n} {bins}");
            for (place, bad) in [(0, -1), (n as usize / 2, bins), (n as usize - 1, i64::MIN)] {
                let good = core::mem::replace(&mut x[place], bad);
                assert_eq!(count(&x, &mut counts), Err(bad));
                x[place] = good;
            }
        }
    }
}
