//! Arrays whose axes have labels, on the way from operands to the output.

use super::{Labels, Lengths, Set, Subscripts};
use crate::{
    Array, Dims, Result, assign,
    reduce::{self, Axes, ReduceOptions, Reduction},
};
use raptors_kernels::fold::Fold;
use smallvec::SmallVec;

/// An array and one label for each of its axes.
pub(super) struct Labelled {
    pub(super) labels: Labels,
    pub(super) array: Array,
}

impl Labelled {
    pub(super) fn new(labels: Labels, array: Array) -> Self {
        Self { labels, array }
    }

    /// The length of the axis with `label`, and the bytes from one element of it to the next; of no axis nothing.
    pub(super) fn axis(&self, label: u8) -> (usize, isize) {
        let axis = self.labels.iter().position(|&other| other == label);
        axis.map_or((1, 0), |axis| {
            (self.array.shape()[axis], self.array.strides()[axis])
        })
    }

    /// Whether there is one axis for each label, as long as it is to be, and every label is `needed`.
    pub(super) fn is_plain(&self, needed: Set, lengths: &Lengths) -> bool {
        let labels = Set::of(&self.labels).0;
        let long = |(&label, &len): (&u8, &usize)| len == lengths[usize::from(label)];
        labels.count_ones() as usize == self.labels.len()
            && labels & !needed.0 == 0
            && self.labels.iter().zip(self.array.shape()).all(long)
    }

    /// One axis for each label, and only labels that are `needed`.
    pub(super) fn reduced(self, needed: Set) -> Result<Self> {
        let Self { labels, array } = self.without_repeats()?;
        let gone = |label: &u8| !needed.has(*label);
        if !labels.iter().any(gone) {
            return Ok(Self { labels, array });
        }
        let axes: SmallVec<[isize; 4]> = (0..labels.len())
            .filter(|&axis| gone(&labels[axis]))
            .map(|axis| axis as isize)
            .collect();
        let options = ReduceOptions {
            axes: Axes::List(&axes),
            dtype: Some(array.dtype()),
            ..ReduceOptions::default()
        };
        let array = reduce::reduce(Reduction::Fold(Fold::sum), &array, options)?;
        let labels = labels.into_iter().filter(|label| !gone(label)).collect();
        Ok(Self { labels, array })
    }

    /// The diagonal where a label stands twice.
    pub(super) fn without_repeats(self) -> Result<Self> {
        if Set::of(&self.labels).0.count_ones() as usize == self.labels.len() {
            return Ok(self);
        }
        let Self { labels, array } = self;
        let mut once = Labels::new();
        for &label in &labels {
            if !once.contains(&label) {
                once.push(label);
            }
        }
        let group = |label: &u8| -> SmallVec<[usize; 4]> {
            let axes = labels
                .iter()
                .enumerate()
                .filter(|(_, other)| *other == label);
            axes.map(|(axis, _)| axis).collect()
        };
        let groups: SmallVec<[SmallVec<[usize; 4]>; 4]> = once.iter().map(group).collect();
        let groups: SmallVec<[&[usize]; 4]> = groups.iter().map(SmallVec::as_slice).collect();
        let array = array.diagonals(&groups)?;
        Ok(Self {
            labels: once,
            array,
        })
    }

    /// Without axes of length one that stand for others.
    pub(super) fn without_short(self, lengths: &Lengths) -> Result<Self> {
        let Self { labels, array } = self;
        let length = |axis: usize| lengths[usize::from(labels[axis])];
        let is_short = |axis: &usize| array.shape()[*axis] == 1 && length(*axis) != 1;
        let short = (0..labels.len()).filter(is_short);
        let short: SmallVec<[i64; 4]> = short.map(|axis| axis as i64).collect();
        if short.is_empty() {
            return Ok(Self { labels, array });
        }
        let array = array.squeeze(Some(&short))?;
        let axes = labels.iter().enumerate();
        let kept = axes.filter(|(axis, _)| !short.contains(&(*axis as i64)));
        let labels = kept.map(|(_, &label)| label).collect();
        Ok(Self { labels, array })
    }

    /// The axes in the order of the output's labels, all as long as they are to be.
    pub(super) fn ordered(self, subscripts: &Subscripts, lengths: &Lengths) -> Result<Array> {
        let output = &subscripts.output;
        let array = self.arranged(output)?;
        let shape: Dims = output.iter().map(|&l| lengths[usize::from(l)]).collect();
        if array.shape() == shape.as_slice() {
            return Ok(array);
        }
        assign::copy(&array.broadcast_to(&shape)?, None)
    }

    /// The array with its axes in the order of `labels`, which are its own.
    pub(super) fn arranged(self, labels: &[u8]) -> Result<Array> {
        if labels == self.labels.as_slice() {
            return Ok(self.array);
        }
        let place = |label: &u8| self.labels.iter().position(|other| other == label);
        let axes: SmallVec<[i64; 4]> = labels
            .iter()
            .filter_map(place)
            .map(|axis| axis as i64)
            .collect();
        self.array.transpose(&axes)
    }
}
