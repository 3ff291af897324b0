//! How often each number occurs, and what its occurrences weigh.

/// Adds one to `counts[i]` for each `i` of `x`.
///
/// # Panics
///
/// If a number is negative or not less than the number of counts.
pub fn count(x: &[i64], counts: &mut [i64]) {
    for &i in x {
        counts[i as usize] += 1;
    }
}

/// Adds the weight beside each `i` of `x` to `sums[i]`, in order.
///
/// # Panics
///
/// If a number is negative or not less than the number of sums.
pub fn weigh(x: &[i64], weights: &[f64], sums: &mut [f64]) {
    for (&i, &weight) in x.iter().zip(weights) {
        sums[i as usize] += weight;
    }
}
