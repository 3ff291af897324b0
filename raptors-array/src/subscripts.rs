//! `einsum`: subscripts that are read once, and the views, sums and products of matrices that they
//! stand for.

mod labelled;
mod product;
mod stacked;

use crate::{Array, DType, Kind, Result, assign};
use labelled::Labelled;
use product::product;
use smallvec::SmallVec;

/// The labels of one operand or of the output: ASCII letters, and [`ELLIPSIS`] or the numbers of the
/// axes that it stands for.
pub type Labels = SmallVec<[u8; 8]>;

/// Stands among the labels for the axes that have none.
const ELLIPSIS: u8 = b'.';

/// Subscripts as they are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscripts {
    terms: SmallVec<[Labels; 2]>,
    output: Labels,
    /// Whether NumPy would look for a path, and so multiply two operands as stacks of matrices.
    optimized: bool,
}

/// The lengths of the labels' axes.
type Lengths = [usize; 128];

/// Labels in no order, a bit for each.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Set(u128);

impl Set {
    /// The labels of `all`.
    fn of(all: &[u8]) -> Self {
        Self(all.iter().fold(0, |set, label| set | (1 << label)))
    }

    /// Whether `label` is one of them.
    fn has(self, label: u8) -> bool {
        (self.0 >> label) & 1 == 1
    }

    /// The labels of both.
    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Subscripts {
    /// Reads `text`; `None` if there are errors in it.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut terms, mut output) = (
            SmallVec::<[Labels; 2]>::from_elem(Labels::new(), 1),
            None::<Labels>,
        );
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            if byte == b' ' {
                continue;
            }
            if byte == ELLIPSIS {
                let again = terms.last()?.contains(&ELLIPSIS) && output.is_none();
                if again || bytes.next() != Some(ELLIPSIS) || bytes.next() != Some(ELLIPSIS) {
                    return None;
                }
            }
            match (byte, &mut output) {
                (b'a'..=b'z' | b'A'..=b'Z' | ELLIPSIS, None) => terms.last_mut()?.push(byte),
                (b'a'..=b'z' | b'A'..=b'Z' | ELLIPSIS, Some(output)) => {
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
            let kept = |label: &u8| *label == ELLIPSIS || once(label);
            let mut output: Labels = every.iter().copied().filter(kept).collect();
            output.sort_unstable();
            output.dedup();
            output
        });
        Some(Self {
            terms,
            output,
            optimized: false,
        })
    }

    /// The number of operands.
    pub fn operands(&self) -> usize {
        self.terms.len()
    }

    /// With a number for each axis that an ellipsis stands for, the same for those that broadcast
    /// against each other. `None` where the operands have fewer axes than labels, or the output has
    /// no place for such axes, unless the product is `optimized`, where they are summed.
    pub fn spread(mut self, arrays: &[&Array], optimized: bool) -> Option<Self> {
        self.optimized = optimized;
        if !self.terms.iter().any(|term| term.contains(&ELLIPSIS)) {
            // Whether there is an axis for each label shows when their lengths are looked at.
            return Some(self);
        }
        let terms = self.terms.iter().zip(arrays);
        let without = terms.map(|(term, array)| {
            let named = term.iter().filter(|&&label| label != ELLIPSIS).count();
            array.ndim().checked_sub(named)
        });
        let axes: SmallVec<[usize; 2]> = without.collect::<Option<_>>()?;
        let every = || self.terms.iter().zip(&axes);
        let most = every().filter(|(term, _)| term.contains(&ELLIPSIS));
        let most = most.map(|(_, &axes)| axes).max().unwrap_or(0);
        if most > 0 && !optimized && !self.output.contains(&ELLIPSIS) {
            return None;
        }
        let terms = self.terms.iter_mut().zip(axes);
        for (labels, axes) in terms.chain([(&mut self.output, most)]) {
            if let Some(place) = labels.iter().position(|&label| label == ELLIPSIS) {
                labels.remove(place);
                // Axes broadcast from the last one on, and there are fewer than letters begin at.
                labels.insert_many(place, (most - axes..most).map(|axis| axis as u8));
            }
        }
        Some(self)
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
        if let Some(mut result) = self.multiplied(arrays)? {
            // The sums of real products start from zero anyway.
            if result.dtype().kind() == Kind::Complex {
                result = self.added(result)?;
            }
            return self.laid_out(result, arrays).map(Some);
        }
        let one = |i: usize| Labelled::new(self.terms[i].clone(), arrays[i].clone());
        let viewed = arrays.len() == 1 && self.terms[0].iter().all(|l| self.output.contains(l));
        if viewed {
            return one(0)
                .reduced(Set::of(&self.output))?
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
        let result = self.added(result.ordered(self, &lengths)?)?;
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
        if let Some(axes) = self.stacked_axes(arrays) {
            return axes;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscripts_are_read() {
        let read = |text| Subscripts::parse(text).map(|read| read.output.to_vec());
        assert_eq!(read("ij, jk"), Some(b"ik".to_vec()));
        assert_eq!(read("ba"), Some(b"ab".to_vec()));
        assert_eq!(read("ii->i"), Some(b"i".to_vec()));
        assert_eq!(read("ij->"), Some(Vec::new()));
        assert_eq!(read("b...,...a"), Some(b".ab".to_vec()));
        assert_eq!(read("i...->...i"), Some(b".i".to_vec()));
        for text in [
            "..i",
            "i...j...",
            "i->...i",
            "...->......",
            "ij->k",
            "ij->jj",
            "i>j",
            "i,j,k->l",
            "i->j->k",
            "i1",
            "ij->i,j",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn ellipses_stand_for_the_axes_that_are_left() {
        let [flat, deep] = [&[2, 3][..], &[4, 2, 3]].map(|shape| {
            let zeros = vec![0i8; shape.iter().product()];
            Array::from_shape(shape, &zeros).unwrap()
        });
        let spread = |text: &str, arrays: &[&Array]| {
            let spread = Subscripts::parse(text).unwrap().spread(arrays, false)?;
            Some([&spread.terms[0][..], &spread.output].map(<[u8]>::to_vec))
        };
        let both = |term: &[u8], output: &[u8]| Some([term.to_vec(), output.to_vec()]);
        assert_eq!(spread("...i", &[&deep]), both(&[0, 1, b'i'], &[0, 1, b'i']));
        assert_eq!(
            spread("...i,...i", &[&flat, &deep]),
            both(&[1, b'i'], &[0, 1])
        );
        assert_eq!(
            spread("i...,ij...->j...", &[&flat, &deep]),
            both(&[b'i', 0], &[b'j', 0])
        );
        assert_eq!(spread("ij...->ji", &[&flat]), both(b"ij", b"ji"));
        assert_eq!(spread("ij...->ji", &[&deep]), None);
        assert_eq!(spread("ijkl...", &[&deep]), None);
        let summed = Subscripts::parse("ij...->ji").unwrap();
        let summed = summed.spread(&[&deep], true).unwrap();
        let deep = [&deep];
        let sums = summed.evaluate(&deep, DType::I8).unwrap().unwrap();
        assert_eq!(sums.shape(), [2, 4]);
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
