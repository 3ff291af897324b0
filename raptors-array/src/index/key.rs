//! What a key with arrays means for an array: which axes are walked, and which are picked from.

use super::basic::{Index, places};
use super::error::PickError;
use super::mask;
use super::nonzero::nonzero;
use crate::{Array, Dims, Error, MAX_NDIM, Result, Strides, broadcast, layout};
use raptors_kernels::DType;
use smallvec::SmallVec;

/// One item between the square brackets, arrays included.
#[derive(Clone, Debug)]
pub enum Item {
    /// What makes a view.
    Basic(Index),
    /// Places on an axis, as integers of any type.
    Integers(Array),
    /// Truth values over as many axes as the mask has.
    Mask(Array),
}

impl From<Index> for Item {
    fn from(index: Index) -> Self {
        Self::Basic(index)
    }
}

impl Item {
    /// The number of axes that the item takes up.
    fn axes(&self) -> usize {
        match self {
            Self::Basic(Index::NewAxis | Index::Ellipsis) => 0,
            Self::Basic(_) | Self::Integers(_) => 1,
            Self::Mask(mask) => mask.ndim(),
        }
    }
}

/// An axis that is picked from, and the places on it.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Integers of any type.
    pub(super) places: Array,
    /// The length of the axis.
    pub(super) n: usize,
    /// Its stride in bytes.
    pub(super) stride: isize,
    /// Its number, for errors.
    pub(super) number: usize,
}

/// A key, laid out over an array.
#[derive(Debug)]
pub(super) struct Key {
    /// The array without the axes that are picked from.
    pub(super) rest: Array,
    /// The axes that are picked from.
    pub(super) axes: SmallVec<[Axis; 2]>,
    /// The shape that the places broadcast to.
    pub(super) shape: Dims,
    /// Where the axes of that shape stand among those of `rest` in the result.
    pub(super) at: usize,
}

impl Key {
    /// The shape of what is picked.
    pub(super) fn result_shape(&self) -> Dims {
        let mut shape = Dims::from_slice(&self.rest.shape()[..self.at]);
        shape.extend_from_slice(&self.shape);
        shape.extend_from_slice(&self.rest.shape()[self.at..]);
        shape
    }

    /// For every axis of the picked places and then of the rest, its number in the result.
    pub(super) fn order(&self) -> Dims {
        let (picked, ndim) = (self.shape.len(), self.shape.len() + self.rest.ndim());
        (self.at..self.at + picked)
            .chain(0..self.at)
            .chain(self.at + picked..ndim)
            .collect()
    }

    /// What `items` mean for `array`.
    pub(super) fn new(array: &Array, items: &[Item]) -> Result<Self> {
        let used: usize = items.iter().map(Item::axes).sum();
        let is_ellipsis = |item: &&Item| matches!(item, Item::Basic(Index::Ellipsis));
        if items.iter().filter(is_ellipsis).count() > 1 {
            return Err(Error::Ellipses);
        }
        if used > array.ndim() {
            return Err(Error::TooManyIndices {
                ndim: array.ndim(),
                count: used,
            });
        }
        check_masks(array, items, used)?;
        let mut state = Layout::new(array, used);
        for item in items {
            state.add(item)?;
        }
        state.finish()
    }
}

/// Every mask has the lengths of the axes that it stands for, or none: it picks nothing then.
fn check_masks(array: &Array, items: &[Item], used: usize) -> Result<()> {
    let mut axis = 0;
    for item in items {
        if let Item::Mask(mask) = item {
            let lengths = mask.shape().iter().zip(&array.shape()[axis..]);
            if let Some(i) = lengths.clone().position(|(m, n)| m != n && *m != 0) {
                return Err(PickError::MaskLength {
                    axis: axis + i,
                    size: array.shape()[axis + i],
                    mask: mask.shape()[i],
                }
                .into());
            }
        }
        axis += match item {
            Item::Basic(Index::Ellipsis) => array.ndim() - used,
            item => item.axes(),
        };
    }
    Ok(())
}

/// Whether the items that pick stand side by side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    None,
    Together(usize),
    Ended(usize),
    Apart,
}

/// A key while its items are read.
struct Layout<'a> {
    array: &'a Array,
    used: usize,
    axis: usize,
    offset: isize,
    shape: Dims,
    strides: Strides,
    axes: SmallVec<[Axis; 2]>,
    side: Side,
}

impl<'a> Layout<'a> {
    fn new(array: &'a Array, used: usize) -> Self {
        Self {
            array,
            used,
            axis: 0,
            offset: 0,
            shape: Dims::new(),
            strides: Strides::new(),
            axes: SmallVec::new(),
            side: Side::None,
        }
    }

    fn picks(&mut self) {
        self.side = match self.side {
            Side::None => Side::Together(self.shape.len()),
            Side::Ended(_) => Side::Apart,
            side => side,
        };
    }

    fn walks(&mut self) {
        if let Side::Together(at) = self.side {
            self.side = Side::Ended(at);
        }
    }

    fn pick(&mut self, places: Array) {
        self.axes.push(Axis {
            places,
            n: self.array.shape()[self.axis],
            stride: self.array.strides()[self.axis],
            number: self.axis,
        });
        self.axis += 1;
    }

    fn add(&mut self, item: &Item) -> Result<()> {
        let array = self.array;
        match item {
            Item::Basic(Index::Int(i)) => {
                self.picks();
                let place = layout::position(*i, array.shape()[self.axis], Some(self.axis))?;
                self.offset += place as isize * array.strides()[self.axis];
                self.axis += 1;
            }
            &Item::Basic(Index::Slice { start, stop, step }) => {
                self.walks();
                let (first, length, step) = places(start, stop, step, array.shape()[self.axis])?;
                let stride = array.strides()[self.axis];
                self.offset += first as isize * stride;
                self.shape.push(length);
                // Only a slice of at most one element can have a stride that overflows.
                self.strides
                    .push(stride.checked_mul(step).unwrap_or(stride));
                self.axis += 1;
            }
            Item::Basic(Index::NewAxis) => {
                self.walks();
                self.shape.push(1);
                self.strides.push(0);
            }
            Item::Basic(Index::Ellipsis) => {
                self.walks();
                self.walk_to(self.axis + array.ndim() - self.used);
            }
            Item::Integers(places) => {
                self.picks();
                self.pick(places.clone());
            }
            Item::Mask(mask) if mask.ndim() == 0 => {
                self.picks();
                // One place, or none, on an axis that is not there.
                let count = mask::count_nonzero(mask)?;
                self.axes.push(Axis {
                    places: Array::zeros(&[count], DType::I64, crate::Order::C)?,
                    n: 1,
                    stride: 0,
                    number: self.axis,
                });
            }
            Item::Mask(mask) => {
                self.picks();
                for places in nonzero(mask)? {
                    self.pick(places);
                }
            }
        }
        Ok(())
    }

    /// Keeps the axes up to `end` whole.
    fn walk_to(&mut self, end: usize) {
        self.shape
            .extend_from_slice(&self.array.shape()[self.axis..end]);
        self.strides
            .extend_from_slice(&self.array.strides()[self.axis..end]);
        self.axis = end;
    }

    fn finish(mut self) -> Result<Key> {
        self.walk_to(self.array.ndim());
        let shapes: SmallVec<[&[usize]; 4]> =
            self.axes.iter().map(|axis| axis.places.shape()).collect();
        let shape = broadcast(&shapes).map_err(|_| PickError::Broadcast {
            shapes: shapes.iter().map(|&shape| shape.into()).collect(),
        })?;
        let ndim = shape.len() + self.shape.len();
        if ndim > MAX_NDIM {
            return Err(Error::IndexDimensions { ndim });
        }
        let at = match self.side {
            Side::Together(at) | Side::Ended(at) => at,
            Side::None | Side::Apart => 0,
        };
        if self.shape.contains(&0) {
            self.offset = 0;
        }
        // SAFETY: integers and slices were checked against their axes, the axes that are picked
        // from stay at their first place, and an axis of length one was added where none was.
        let rest = unsafe { self.array.view(self.offset, self.shape, self.strides) };
        drop(shapes);
        Ok(Key {
            rest,
            axes: self.axes,
            shape,
            at,
        })
    }
}
