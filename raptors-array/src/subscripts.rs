//! `einsum`: subscripts that are read once, and the views, sums and products of matrices that they
//! stand for.

mod product;

use crate::{
    Array, DType, Dims, Result, assign,
    reduce::{self, Axes, ReduceOptions, Reduction},
};
use product::product;
use raptors_kernels::fold::Fold;
use smallvec::SmallVec;

/// The labels of one operand or of the output: ASCII letters.
pub type Labels = SmallVec<[u8; 8]>;

/// Subscripts without ellipses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscripts {
    terms: SmallVec<[Labels; 2]>,
    output: Labels,
}

/// The lengths of the labels' axes.
type Lengths = [usize; 128];

impl Subscripts {
    /// Reads `text`; `None` for everything that is not plain: ellipses and errors.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut terms, mut output) = (
            SmallVec::<[Labels; 2]>::from_elem(Labels::new(), 1),
            None::<Labels>,
        );
        let mut bytes = text.bytes().filter(|&byte| byte != b' ');
        while let Some(byte) = bytes.next() {
            match (byte, &mut output) {
                (b'a'..=b'z' | b'A'..=b'Z', None) => terms.last_mut()?.push(byte),
                (b'a'..=b'z' | b'A'..=b'Z', Some(output)) => {
                    if output.contains(&byte) || !terms.iter().any(|term| term.contains(&byte)) {
                        return None;
                    }
                    output.push(byte);
                }
                (b',', None) => terms.push(Labels::new()),
                (b'-', None) if bytes.next() == Some(b'>') => output = Some(Labels::new()),
                _ => return None,
            }
        }
        let output = output.unwrap_or_else(|| {
            let every: Labels = terms.iter().flatten().copied().collect();
            let once = |label: &u8| {
                every
                    .iter()
                    .filter(|other| *other == label)
                    .nth(1)
                    .is_none()
            };
            let mut output: Labels = every.iter().copied().filter(once).collect();
            output.sort_unstable();
            output
        });
        Some(Self { terms, output })
    }

    /// The number of operands.
    pub fn operands(&self) -> usize {
        self.terms.len()
    }

    /// The lengths of the axes; `None` if the operands have others, or of no two labels one.
    fn lengths(&self, arrays: &[&Array]) -> Option<Lengths> {
        let mut lengths = [1; 128];
        for (term, array) in self.terms.iter().zip(arrays) {
            if term.len() != array.ndim() {
                return None;
            }
            for (&label, &length) in term.iter().zip(array.shape()) {
                let first = term.iter().position(|&other| other == label);
                if first.is_some_and(|first| array.shape()[first] != length) {
                    return None;
                }
                match &mut lengths[usize::from(label)] {
                    known if *known == 1 => *known = length,
                    known if length == 1 || length == *known => {}
                    _ => return None,
                }
            }
        }
        Some(lengths)
    }

    /// The sum of products that the subscripts stand for, computed in `dtype`: a view where nothing
    /// is summed or multiplied. `None` where the operands do not fit the subscripts.
    ///
    /// # Errors
    ///
    /// If memory runs out.
    pub fn evaluate(&self, arrays: &[&Array], dtype: DType) -> Result<Option<Array>> {
        if self.terms.len() != arrays.len() {
            return Ok(None);
        }
        let Some(lengths) = self.lengths(arrays) else {
            return Ok(None);
        };
        if let Some(result) = self.multiplied(arrays)? {
            return self.laid_out(result, arrays).map(Some);
        }
        let one = |i: usize| Labelled::new(self.terms[i].clone(), arrays[i].clone());
        let viewed = arrays.len() == 1 && self.terms[0].iter().all(|l| self.output.contains(l));
        if viewed {
            return one(0)
                .reduced(&self.output)?
                .ordered(self, &lengths)
                .map(Some);
        }
        let typed = |i: usize| -> Result<Labelled> {
            let array = match arrays[i] {
                array if array.dtype() == dtype => array.clone(),
                array => assign::astype(array, dtype, None)?,
            };
            Ok(Labelled::new(self.terms[i].clone(), array))
        };
        let operands = (0..arrays.len()).map(typed).collect::<Result<_>>()?;
        let result = product(operands, &self.output, &lengths)?;
        let result = result.ordered(self, &lengths)?;
        self.laid_out(result, arrays).map(Some)
    }

    /// `result` with its axes in memory as the loops of NumPy's iterator would nest them.
    fn laid_out(&self, result: Array, arrays: &[&Array]) -> Result<Array> {
        if self.output.len() < 2 && result.is_c_contiguous() {
            return Ok(result);
        }
        let axes = self.memory_axes(arrays);
        if axes.is_sorted() && result.is_c_contiguous() {
            return Ok(result);
        }
        let laid = result.transpose(&axes)?;
        if laid.is_c_contiguous() {
            return Ok(result);
        }
        let mut back: SmallVec<[i64; 4]> = (0..axes.len() as i64).collect();
        back.sort_by_key(|&i| axes[i as usize]);
        assign::copy(&laid, Some(crate::Order::C))?.transpose(&back)
    }

    /// The axes of the output, the slowest in memory first.
    fn memory_axes(&self, arrays: &[&Array]) -> SmallVec<[i64; 4]> {
        let in_order = arrays.iter().all(|array| array.is_c_contiguous());
        let steps = |label: u8| -> SmallVec<[isize; 2]> {
            let of = |(term, array): (&Labels, &&Array)| {
                let axes = term.iter().zip(array.strides()).zip(array.shape());
                axes.filter(|&((&other, _), &length)| other == label && length > 1)
                    .map(|((_, &step), _)| step.abs())
                    .sum()
            };
            self.terms.iter().zip(arrays).map(of).collect()
        };
        let mut summed: Labels = self.terms.iter().flatten().copied().collect();
        summed.retain(|label| !self.output.contains(label));
        summed.sort_unstable();
        summed.dedup();
        // Labels of operands in C order that the output has in the order of both need no search.
        let sorted = |term: &Labels| {
            let places = term.iter().map(|l| self.output.iter().position(|o| o == l));
            places.flatten().is_sorted()
        };
        if in_order && summed.is_empty() && self.terms.iter().all(sorted) {
            return (0..self.output.len() as i64).collect();
        }
        let labels: Labels = self.output.iter().chain(&summed).copied().collect();
        // From the last axis on, each goes inside those whose steps are longer in every operand that
        // has both: so loops over the operands walk through memory.
        let mut inside: SmallVec<[(u8, SmallVec<[isize; 2]>); 8]> = SmallVec::new();
        for &label in labels.iter().rev() {
            let own = steps(label);
            let mut place = inside.len();
            for i in (0..place).rev() {
                let both = inside[i].1.iter().zip(&own);
                let (mut any, mut all) = (false, true);
                for (other, step) in both.filter(|&(other, step)| *other != 0 && *step != 0) {
                    any = true;
                    all &= other > step;
                }
                if any && !all {
                    break;
                }
                if any {
                    place = i;
                }
            }
            inside.insert(place, (label, own));
        }
        let place = |label: u8| self.output.iter().position(|&other| other == label);
        let axes = inside.iter().rev().filter_map(|&(label, _)| place(label));
        axes.map(|axis| axis as i64).collect()
    }
}

/// An array and one label for each of its axes.
struct Labelled {
    labels: Labels,
    array: Array,
}

impl Labelled {
    fn new(labels: Labels, array: Array) -> Self {
        Self { labels, array }
    }

    /// One axis for each label, and only labels that are `needed`.
    fn reduced(self, needed: &[u8]) -> Result<Self> {
        let Self { labels, array } = self.without_repeats()?;
        let gone = |label: &u8| !needed.contains(label);
        let axes: SmallVec<[isize; 4]> = (0..labels.len())
            .filter(|&axis| gone(&labels[axis]))
            .map(|axis| axis as isize)
            .collect();
        if axes.is_empty() {
            return Ok(Self { labels, array });
        }
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
    fn without_repeats(self) -> Result<Self> {
        let Self { labels, array } = self;
        let mut once = Labels::new();
        for &label in &labels {
            if !once.contains(&label) {
                once.push(label);
            }
        }
        if once.len() == labels.len() {
            return Ok(Self { labels, array });
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
    fn without_short(self, lengths: &Lengths) -> Result<Self> {
        let Self { labels, array } = self;
        let length = |axis: usize| lengths[usize::from(labels[axis])];
        let short: SmallVec<[i64; 4]> = (0..labels.len())
            .filter(|&axis| array.shape()[axis] == 1 && length(axis) != 1)
            .map(|axis| axis as i64)
            .collect();
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
    fn ordered(self, subscripts: &Subscripts, lengths: &Lengths) -> Result<Array> {
        let output = &subscripts.output;
        let array = self.arranged(output)?;
        let shape: Dims = output.iter().map(|&l| lengths[usize::from(l)]).collect();
        if array.shape() == shape.as_slice() {
            return Ok(array);
        }
        assign::copy(&array.broadcast_to(&shape)?, None)
    }

    /// The array with its axes in the order of `labels`, which are its own.
    fn arranged(&self, labels: &[u8]) -> Result<Array> {
        if labels == self.labels.as_slice() {
            return Ok(self.array.clone());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_subscripts_are_read() {
        let read = |text| Subscripts::parse(text).map(|read| read.output.to_vec());
        assert_eq!(read("ij, jk"), Some(b"ik".to_vec()));
        assert_eq!(read("ba"), Some(b"ab".to_vec()));
        assert_eq!(read("ii->i"), Some(b"i".to_vec()));
        assert_eq!(read("ij->"), Some(Vec::new()));
        for text in [
            "...i", "ij->k", "ij->jj", "i>j", "i,j,k->l", "i->j->k", "i1", "ij->i,j",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_left_to_the_caller() {
        let flat = Array::from_shape(&[2, 3], &[0i8; 6]).unwrap();
        for text in ["ii", "i", "ij,ji"] {
            let subscripts = Subscripts::parse(text).unwrap();
            assert!(subscripts.evaluate(&[&flat], DType::I8).unwrap().is_none());
        }
    }

    #[test]
    fn products_are_laid_out_as_the_operands_are() {
        let count: Vec<i64> = (0..6).collect();
        let a = Array::from_shape(&[2, 3], &count).unwrap();
        let evaluate = |text: &str, arrays: &[&Array]| {
            let subscripts = Subscripts::parse(text).unwrap();
            subscripts.evaluate(arrays, DType::I64).unwrap().unwrap()
        };
        let product = evaluate("ij,kj->ki", &[&a, &a]);
        assert_eq!(product.to_vec::<i64>().unwrap(), [5, 14, 14, 50]);
        assert_eq!(
            evaluate("ij,ij->", &[&a, &a]).to_vec::<i64>().unwrap(),
            [55]
        );
        assert_eq!(evaluate("ij->j", &[&a]).to_vec::<i64>().unwrap(), [3, 5, 7]);
        let row = Array::from_shape(&[3], &[1i64, 0, 2]).unwrap();
        for (text, expected) in [("ij,kj,j->ik", vec![8, 20, 20, 59]), ("ij,j,j->", vec![31])] {
            let arrays = if text.len() > 10 {
                [&a, &a, &row]
            } else {
                [&a, &row, &row]
            };
            assert_eq!(
                evaluate(text, &arrays).to_vec::<i64>().unwrap(),
                expected,
                "{text}"
            );
        }
        let turned = evaluate("ij->ji", &[&a]);
        assert!(turned.buffer().same(a.buffer()) && turned.shape() == [3, 2]);
    }
}
