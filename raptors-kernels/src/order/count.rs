//! How often each number occurs, and what its occurrences weigh.

/// Adds one to `counts[i]` for each `i` of `x`; the first number that has no count ends it, and is
/// the error.
///
/// # Errors
///
/// If a number is negative or not less than the number of counts.
pub fn count(x: &[i64], counts: &mut [i64]) -> Result<(), i64> {
    for &i in x {
        *counts.get_mut(i as usize).ok_or(i)? += 1;
    }
    Ok(())
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
