//! Arrays of few numbers, made inside loops that are compiled for one SIMD level.

/// The array of what `of` gives for each index, asked in order; `N` is at least 1.
///
/// The library's `core::array::from_fn` guards against a closure that panics, in functions of its own
/// which know of no level: unless all crates are optimised together once more, the compiler leaves
/// a call to them, element by element, where vectors are meant.
#[inline(always)]
pub(crate) fn from_fn<T: Copy, const N: usize>(mut of: impl FnMut(usize) -> T) -> [T; N] {
    const { assert!(N > 0) };
    let mut all = [of(0); N];
    let mut k = 1;
    while k < N {
        all[k] = of(k);
        k += 1;
    }
    all
}
