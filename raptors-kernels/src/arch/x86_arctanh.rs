//! Inverse hyperbolic tangents of float64 with AVX-512, from the table of the logarithms.
//!
//! With `c` of five bits next to `(1 - |x|) / (1 + |x|)`, half the logarithm of the inverse quotient is half of
//! `log (1 / c)` and the hyperbolic arctangent of `(c (1 + |x|) - (1 - |x|)) / (c (1 + |x|) + (1 - |x|))`, which
//! is at most 1/62. Sums are unevaluated: at most 0.51 ulp.
#![allow(
    clippy::unreadable_literal,
    clippy::excessive_precision,
    reason = "coefficients as computed"
)]

use super::{
    x86_log::NATURAL,
    x86_sixteen::horner,
    x86_wide::{Wide, packs, quick_sum},
};

#[inline(always)]
fn arctanh(x: Wide) -> Wide {
    let (a, one) = (x.abs(), x.all(1.0));
    let (above, above_low) = quick_sum(one, a);
    let below = one - a;
    let below_low = (one - below) - a;
    let c = (below * above.reciprocal()).in_five_bits();
    let e = c.exponent();
    let (two, two_low) = NATURAL.two;
    let whole = e.mul_from(e.all(two), c.entries::<48>(&NATURAL.table));
    let whole_low = e.mul_from(e.all(two_low), c.entries::<48>(&NATURAL.table_low));
    // The first difference is exact, and zero or at least as large as the second one's last place.
    let difference = above.mul_less(c, below);
    let (n, n_low) = quick_sum(difference, above_low.mul_less(c, below_low));
    let (d, d_lost) = quick_sum(below + below, difference);
    let d_low = d_lost + above_low.mul_add(c, below_low);
    let near = d.reciprocal();
    let near = near.mul_add(d.mul_from(near, one), near);
    let inverse = near.mul_add(d.mul_from(near, one), near);
    let s = n * inverse;
    let s_low = (s.mul_from(d, n) + s.mul_from(d_low, n_low)) * inverse;
    let z = s * s;
    let tail = horner!(z; 0.3333333333333333, 0.2, 0.14285714285714285, 0.1111111111111111);
    // What is not zero of half the whole is greater than the arctangent.
    let (sum, low) = quick_sum(whole * 0.5, s);
    let rest = whole_low.mul_add(x.all(0.5), s_low + low);
    let y = sum + (s * z).mul_add(tail, rest);
    // By `1 - a`: infinity for zero, NaN below.
    y.by_class(below, 0x0303_0522).with_sign_of(x)
}

packs! {
    arctanh_pack = arctanh;
}
