//! How the result of two operands lies in memory that NumPy multiplies as stacks of matrices.

use super::{Labels, Subscripts};
use crate::Array;
use smallvec::SmallVec;

impl Subscripts {
    /// The axes of the output, the slowest in memory first, as an optimized product of two operands that is summed
    /// leaves them: NumPy multiplies stacks of matrices, those of the second operand by those of the first.
    pub(super) fn stacked_axes(&self, arrays: &[&Array]) -> Option<SmallVec<[i64; 4]>> {
        let ([right, left], [b, a]) = (&self.terms[..], arrays) else {
            return None;
        };
        let long = |term: &Labels, array: &Array| -> Labels {
            let axes = term.iter().zip(array.shape());
            axes.filter(|&(_, &len)| len != 1)
                .map(|(&l, _)| l)
                .collect()
        };
        let (left, right) = (long(left, a), long(right, b));
        let both = |label: &&u8| right.contains(label);
        if !self.optimized || left.iter().filter(both).all(|l| self.output.contains(l)) {
            return None;
        }
        let short = self.output.iter();
        let short = short.filter(|label| !left.contains(label) && !right.contains(label));
        let stacks = left.iter().filter(both);
        let rows = left.iter().filter(|label| !both(label));
        let columns = right.iter().filter(|label| !left.contains(label));
        let mut axes = SmallVec::new();
        for &label in short.chain(stacks).chain(rows).chain(columns) {
            let axis = self.output.iter().position(|&other| other == label);
            if let Some(axis) = axis.filter(|&axis| !axes.contains(&(axis as i64))) {
                axes.push(axis as i64);
            }
        }
        Some(axes)
    }
}
