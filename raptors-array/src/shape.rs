//! Other shapes for the same elements: reshaping and moving axes, as views wherever possible.

use crate::{Array, AxisList, Dims, Error, MAX_NDIM, Result, Strides, create::Order, layout};

/// The shape that `shape` means for `size` elements, one negative length found out.
///
/// # Errors
///
/// [`Error::Reshape`], [`Error::UnknownDimensions`], [`Error::TooManyDimensions`].
pub fn resolve_shape(size: usize, shape: &[i64]) -> Result<Dims> {
    if shape.len() > MAX_NDIM {
        return Err(Error::TooManyDimensions { ndim: shape.len() });
    }
    if shape.iter().filter(|&&n| n < 0).count() > 1 {
        return Err(Error::UnknownDimensions);
    }
    let misfit = || Error::Reshape {
        size,
        shape: shape.to_vec(),
    };
    let known = shape.iter().filter(|&&n| n >= 0);
    let known = known
        .map(|&n| n as usize)
        .try_fold(1, usize::checked_mul)
        .ok_or_else(misfit)?;
    let unknown = if shape.iter().any(|&n| n < 0) {
        if known == 0 || !size.is_multiple_of(known) {
            return Err(misfit());
        }
        size / known
    } else if known == size {
        1
    } else {
        return Err(misfit());
    };
    Ok(shape
        .iter()
        .map(|&n| usize::try_from(n).unwrap_or(unknown))
        .collect())
}

/// The strides that give the elements `shape` in C order without a copy, where there are any. Both
/// shapes have the same number of elements.
pub fn reshape_strides(
    from: &[usize],
    strides: &[isize],
    shape: &[usize],
    itemsize: usize,
) -> Option<Strides> {
    if layout::is_c_contiguous(from, strides, itemsize) {
        return Some(layout::c_strides(shape, itemsize));
    }
    let old = from.iter().zip(strides).filter(|&(&n, _)| n != 1);
    let mut old = old.map(|(&n, &s)| (n, s)).peekable();
    let mut result = Strides::with_capacity(shape.len());
    let mut i = 0;
    // Groups of old and new axes that hold equally many elements; a group is a view if its old
    // axes are one run.
    while let Some((n, stride)) = old.next() {
        let (mut have, mut want, mut inner) = (n, 1, stride);
        let start = i;
        loop {
            while want < have && i < shape.len() {
                want *= shape[i];
                i += 1;
            }
            if want == have {
                break;
            }
            let (n, stride) = old.next()?;
            if inner != stride * n as isize {
                return None;
            }
            (have, inner) = (have * n, stride);
        }
        let mut stride = inner * have as isize;
        for &n in &shape[start..i] {
            stride /= n as isize;
            result.push(stride);
        }
    }
    let last = result.last().copied().unwrap_or(itemsize as isize);
    result.resize(shape.len(), last);
    Some(result)
}

impl Array {
    /// The same elements in `shape`, read and laid out in `order`; one negative length is found
    /// out. A view wherever possible, else a copy.
    ///
    /// # Errors
    ///
    /// As [`resolve_shape`], or [`Error::Memory`].
    pub fn reshape(&self, shape: &[i64], order: Order) -> Result<Self> {
        match self.reshape_view(shape, order)? {
            Some(view) => Ok(view),
            None if order == Order::F => {
                let reversed: Dims = resolve_shape(self.size(), shape)?
                    .into_iter()
                    .rev()
                    .collect();
                Ok(self.t().to_contiguous()?.with_shape(reversed).t())
            }
            None => Ok(self
                .to_contiguous()?
                .with_shape(resolve_shape(self.size(), shape)?)),
        }
    }

    /// As [`Array::reshape`], or `None` where that takes a copy.
    ///
    /// # Errors
    ///
    /// As [`resolve_shape`].
    pub fn reshape_view(&self, shape: &[i64], order: Order) -> Result<Option<Self>> {
        let shape = resolve_shape(self.size(), shape)?;
        layout::bytes(&shape, self.dtype())?;
        let strides = match order {
            Order::C => reshape_strides(self.shape(), self.strides(), &shape, self.itemsize()),
            Order::F => {
                let t = self.t();
                let reversed: Dims = shape.iter().rev().copied().collect();
                reshape_strides(t.shape(), t.strides(), &reversed, self.itemsize())
                    .map(|strides| strides.into_iter().rev().collect())
            }
        };
        // SAFETY: the strides reach the elements of this array in another grouping.
        Ok(strides.map(|strides| unsafe { self.view(0, shape, strides) }))
    }

    /// This C-contiguous array in a shape with as many elements.
    fn with_shape(self, shape: Dims) -> Self {
        let strides = layout::c_strides(&shape, self.itemsize());
        // SAFETY: the elements are contiguous and as many as before.
        unsafe { self.view(0, shape, strides) }
    }

    /// All elements along one axis, in `order`: a view wherever possible.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] for the copy.
    pub fn ravel(&self, order: Order) -> Result<Self> {
        if order == Order::C && self.is_c_contiguous() {
            let (n, stride) = (self.size(), self.itemsize() as isize);
            let (shape, strides) = (Dims::from_elem(n, 1), Strides::from_elem(stride, 1));
            // SAFETY: the elements lie one after the other, and the view has as many.
            return Ok(unsafe { self.view(0, shape, strides) });
        }
        self.reshape(&[-1], order)
    }

    /// The axes in the order of `axes`, which are places in this array; unchecked.
    fn permuted(&self, axes: &[usize]) -> Self {
        let shape = axes.iter().map(|&axis| self.shape()[axis]).collect();
        let strides = axes.iter().map(|&axis| self.strides()[axis]).collect();
        // SAFETY: the axes of this array, each used once, reach the same elements.
        unsafe { self.view(0, shape, strides) }
    }

    /// The axes in reverse order.
    #[must_use]
    #[inline]
    pub fn t(&self) -> Self {
        if self.ndim() <= 1 {
            return self.clone();
        }
        let (mut shape, mut strides) = (
            Dims::from_slice(self.shape()),
            Strides::from_slice(self.strides()),
        );
        shape.reverse();
        strides.reverse();
        // SAFETY: the axes of this array, each used once, reach the same elements.
        unsafe { self.view(0, shape, strides) }
    }

    /// The axes in the order of `axes`.
    ///
    /// # Errors
    ///
    /// [`Error::PermutationLength`], [`Error::Axis`], [`Error::RepeatedAxis`].
    pub fn transpose(&self, axes: &[i64]) -> Result<Self> {
        if axes.len() != self.ndim() {
            return Err(Error::PermutationLength);
        }
        Ok(self.permuted(&distinct_axes(
            axes,
            self.ndim(),
            None,
            AxisList::Transpose,
        )?))
    }

    /// Two axes exchanged.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`].
    pub fn swapaxes(&self, axis1: i64, axis2: i64) -> Result<Self> {
        let axis1 = layout::axis(axis1, self.ndim(), Some("axis1"))?;
        let axis2 = layout::axis(axis2, self.ndim(), Some("axis2"))?;
        let mut axes: Dims = (0..self.ndim()).collect();
        axes.swap(axis1, axis2);
        Ok(self.permuted(&axes))
    }

    /// The axes `source` moved to the places `destination`, the others in their order.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], [`Error::RepeatedAxis`], [`Error::MoveLength`].
    pub fn moveaxis(&self, source: &[i64], destination: &[i64]) -> Result<Self> {
        let ndim = self.ndim();
        let source = distinct_axes(source, ndim, Some("source"), AxisList::Source)?;
        let destination = distinct_axes(
            destination,
            ndim,
            Some("destination"),
            AxisList::Destination,
        )?;
        if source.len() != destination.len() {
            return Err(Error::MoveLength);
        }
        let mut axes: Dims = (0..ndim).filter(|axis| !source.contains(axis)).collect();
        let mut moves: Vec<_> = destination.into_iter().zip(source).collect();
        moves.sort_unstable();
        for (to, from) in moves {
            axes.insert(to, from);
        }
        Ok(self.permuted(&axes))
    }

    /// New axes of length one at the places `axes` of the result.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], [`Error::RepeatedAxis`], [`Error::TooManyDimensions`].
    pub fn expand_dims(&self, axes: &[i64]) -> Result<Self> {
        let ndim = self.ndim() + axes.len();
        let new = distinct_axes(axes, ndim, None, AxisList::Expand)?;
        if ndim > MAX_NDIM {
            return Err(Error::TooManyDimensions { ndim });
        }
        let mut old = self.shape().iter().zip(self.strides());
        let axes = (0..ndim).map(|axis| {
            let old = if new.contains(&axis) {
                None
            } else {
                old.next()
            };
            old.map_or((1, 0), |(&n, &stride)| (n, stride))
        });
        let (shape, strides) = axes.unzip();
        // SAFETY: axes of length one reach nothing new.
        Ok(unsafe { self.view(0, shape, strides) })
    }

    /// Without the axes of length one, or without those of them that `axes` names.
    ///
    /// # Errors
    ///
    /// [`Error::Axis`], [`Error::RepeatedAxis`], [`Error::Squeeze`].
    pub fn squeeze(&self, axes: Option<&[i64]>) -> Result<Self> {
        let gone = match axes {
            Some(axes) => distinct_axes(axes, self.ndim(), None, AxisList::Axis)?,
            None => (0..self.ndim())
                .filter(|&axis| self.shape()[axis] == 1)
                .collect(),
        };
        if gone.iter().any(|&axis| self.shape()[axis] != 1) {
            return Err(Error::Squeeze);
        }
        let kept: Dims = (0..self.ndim())
            .filter(|axis| !gone.contains(axis))
            .collect();
        Ok(self.permuted(&kept))
    }

    /// The elements where the places on `axis1` and `axis2` differ by `offset`, along a new last
    /// axis; read-only, as in NumPy.
    ///
    /// # Errors
    ///
    /// [`Error::DiagonalDimensions`], [`Error::DiagonalAxes`], [`Error::Axis`].
    pub fn diagonal(&self, offset: i64, axis1: i64, axis2: i64) -> Result<Self> {
        if self.ndim() < 2 {
            return Err(Error::DiagonalDimensions);
        }
        let axis1 = layout::axis(axis1, self.ndim(), Some("axis1"))?;
        let axis2 = layout::axis(axis2, self.ndim(), Some("axis2"))?;
        if axis1 == axis2 {
            return Err(Error::DiagonalAxes);
        }
        let (axis, other) = if offset < 0 {
            (axis1, axis2)
        } else {
            (axis2, axis1)
        };
        let skip = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        let length = self.shape()[axis]
            .saturating_sub(skip)
            .min(self.shape()[other]);
        let start = if length == 0 {
            0
        } else {
            skip as isize * self.strides()[axis]
        };
        let kept = (0..self.ndim()).filter(|&axis| axis != axis1 && axis != axis2);
        let axes = kept.map(|axis| (self.shape()[axis], self.strides()[axis]));
        let stride = self.strides()[axis1].wrapping_add(self.strides()[axis2]);
        let (shape, strides) = axes.chain([(length, stride)]).unzip();
        // SAFETY: both places are inside their axes for `length` steps from `start`.
        let mut view = unsafe { self.view(start, shape, strides) };
        view.set_writeable(false);
        Ok(view)
    }
}

/// The distinct axes that `axes` mean.
///
/// # Errors
///
/// [`Error::Axis`] with the `argument` to name, or [`Error::RepeatedAxis`] of the `list`.
pub fn distinct_axes(
    axes: &[i64],
    ndim: usize,
    argument: Option<&'static str>,
    list: AxisList,
) -> Result<Dims> {
    let mut result = Dims::with_capacity(axes.len());
    for &axis in axes {
        let axis = layout::axis(axis, ndim, argument)?;
        if result.contains(&axis) {
            return Err(Error::RepeatedAxis(list));
        }
        result.push(axis);
    }
    Ok(result)
}
