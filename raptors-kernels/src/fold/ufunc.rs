//! Which fold a ufunc's `reduce` is.

use super::Fold;
use crate::Ufunc;

impl Fold {
    /// The ufunc that joins two elements as this fold does; none for folds that change elements.
    pub const fn ufunc(self) -> Option<Ufunc> {
        Some(match self {
            Self::sum => Ufunc::add,
            Self::prod => Ufunc::multiply,
            Self::min => Ufunc::minimum,
            Self::max => Ufunc::maximum,
            Self::fmin => Ufunc::fmin,
            Self::fmax => Ufunc::fmax,
            Self::any => Ufunc::logical_or,
            Self::all => Ufunc::logical_and,
            Self::logical_xor => Ufunc::logical_xor,
            Self::bitwise_and => Ufunc::bitwise_and,
            Self::bitwise_or => Ufunc::bitwise_or,
            Self::bitwise_xor => Ufunc::bitwise_xor,
            Self::count_nonzero
            | Self::sum_abs
            | Self::sum_squares
            | Self::max_abs
            | Self::nansum
            | Self::nanprod
            | Self::count_nan => return None,
        })
    }

    /// The fold that `ufunc.reduce` is, if it is one.
    pub fn of(ufunc: Ufunc) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|fold| fold.ufunc() == Some(ufunc))
    }

    /// The name in messages: that of the ufunc, where there is one.
    pub const fn name(self) -> &'static str {
        match (self.ufunc(), self) {
            (Some(ufunc), _) => ufunc.name(),
            (None, Self::count_nonzero) => "count_nonzero",
            (None, Self::sum_abs) => "norm_l1",
            (None, Self::max_abs) => "norm_linf",
            (None, Self::nansum) => "nansum",
            (None, Self::nanprod) => "nanprod",
            (None, Self::count_nan) => "isnan",
            (None, _) => "norm_l2",
        }
    }
}
