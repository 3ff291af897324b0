//! Views of few axes, written where they are to stay: an array that goes through several results on
//! its way there is moved more often than it takes to describe it.

mod turned;

use super::basic::places;
use crate::{Array, layout};
use core::mem::MaybeUninit;
use raptors_kernels::DType;

/// Axes of a view that is written in place; those of more are allocated.
const INLINE: usize = 4;

/// A view that is chosen axis by axis, from the first. Every choice gives nothing where there is no such
/// axis or place, and where the view has more than four axes: [`Array::index`] is for these.
pub struct Choice<'a> {
    array: &'a Array,
    to: &'a mut MaybeUninit<Array>,
    /// Where the lengths of the view's axes go, and the strides.
    shape: *mut usize,
    strides: *mut isize,
    /// The axes that the view has so far.
    ndim: usize,
    /// The axes of the array that are done with.
    axis: usize,
    distance: isize,
    dtype: DType,
    /// Whether the view is not to be written, even where the array may be.
    fixed: bool,
}

impl<'a> Choice<'a> {
    /// Nothing is chosen yet of `array`; the view will be in `to`.
    #[inline(always)]
    pub fn new(array: &'a Array, to: &'a mut MaybeUninit<Array>) -> Self {
        let (shape, strides) = Array::begin(to);
        Self {
            array,
            to,
            shape,
            strides,
            ndim: 0,
            axis: 0,
            distance: 0,
            dtype: array.dtype(),
            fixed: false,
        }
    }

    /// The view of `array` that `choose` chooses.
    ///
    /// # Errors
    ///
    /// Those of `choose`.
    #[inline]
    pub fn of<E>(
        array: &Array,
        choose: impl FnOnce(&mut Choice<'_>) -> Result<Option<()>, E>,
    ) -> Result<Option<Array>, E> {
        let mut view = MaybeUninit::uninit();
        let mut choice = Choice::new(array, &mut view);
        let chosen = choose(&mut choice)?;
        let done = chosen.and_then(|()| choice.finish());
        // SAFETY: the choice came to its end.
        Ok(done.map(|()| unsafe { view.assume_init() }))
    }

    /// The array of which a view is chosen.
    #[inline(always)]
    pub const fn array(&self) -> &'a Array {
        self.array
    }

    /// The length and the stride of the next axis.
    #[inline(always)]
    fn next(&mut self) -> Option<(usize, isize)> {
        let n = *self.array.shape().get(self.axis)?;
        let stride = *self.array.strides().get(self.axis)?;
        self.axis += 1;
        Some((n, stride))
    }

    /// One more axis of the view.
    #[inline(always)]
    fn push(&mut self, n: usize, stride: isize) -> Option<()> {
        if self.ndim == INLINE {
            return None;
        }
        // SAFETY: there is room for four axes, of which fewer are written.
        unsafe {
            self.shape.add(self.ndim).write(n);
            self.strides.add(self.ndim).write(stride);
        }
        self.ndim += 1;
        Some(())
    }

    /// One place of the next axis.
    #[inline(always)]
    pub fn place(&mut self, place: i64) -> Option<()> {
        let (n, stride) = self.next()?;
        self.distance += layout::position(place, n, None).ok()? as isize * stride;
        Some(())
    }

    /// A slice of the next axis; nothing if its step is zero.
    #[inline(always)]
    pub fn slice(&mut self, start: i64, stop: i64, step: i64) -> Option<()> {
        let (n, stride) = self.next()?;
        let (first, length, step) = places(Some(start), Some(stop), Some(step), n).ok()?;
        self.distance += first as isize * stride;
        // Only a slice of at most one element can have a stride that overflows.
        self.push(length, stride.checked_mul(step).unwrap_or(stride))
    }

    /// A new axis of length one.
    #[inline(always)]
    pub fn new_axis(&mut self) -> Option<()> {
        self.push(1, 0)
    }

    /// All of the next `count` axes.
    #[inline(always)]
    pub fn all(&mut self, count: usize) -> Option<()> {
        for _ in 0..count {
            let (n, stride) = self.next()?;
            self.push(n, stride)?;
        }
        Some(())
    }

    /// All axes but the last `count`.
    #[inline(always)]
    pub fn all_but(&mut self, count: usize) -> Option<()> {
        let left = self.array.ndim() - self.axis;
        self.all(left.checked_sub(count)?)
    }

    /// The diagonal of a matrix, which is not to be written.
    #[inline(always)]
    pub fn diagonal(&mut self) -> Option<()> {
        let (&[m, n], &[down, right]) = (self.array.shape(), self.array.strides()) else {
            return None;
        };
        (self.axis, self.fixed) = (2, true);
        self.push(m.min(n), down.wrapping_add(right))
    }

    /// The elements along one axis, if they lie in C order without gaps.
    #[inline(always)]
    pub fn flat(&mut self) -> Option<()> {
        self.array.is_c_contiguous().then(|| self.one_axis())?
    }

    fn one_axis(&mut self) -> Option<()> {
        if self.array.ndim() == 1 {
            return self.all(1);
        }
        self.push(self.array.size(), self.array.itemsize() as isize)?;
        self.axis = self.array.ndim();
        Some(())
    }

    /// All elements along one axis, in the order in which they lie, if that is C's or Fortran's.
    #[inline(always)]
    pub fn line(&mut self) -> Option<()> {
        (self.array.is_c_contiguous() || self.array.is_f_contiguous()).then(|| self.one_axis())?
    }

    /// The elements in another `shape`, one negative length of which is found out, if they lie equally far
    /// apart in C order, and if there are any.
    #[inline(always)]
    pub fn reshaped(&mut self, shape: &[i64]) -> Option<()> {
        let size = self.array.size();
        if size == 0 || shape.len() > INLINE {
            return None;
        }
        let mut stride = match self.array.strides() {
            _ if self.array.is_c_contiguous() => self.array.itemsize() as isize,
            &[stride] => stride,
            _ => layout::even_step(self.array.shape(), self.array.strides())?,
        };
        let (mut known, mut unknown) = (1usize, 0);
        for &n in shape {
            match usize::try_from(n) {
                Ok(n) => known = known.checked_mul(n)?,
                Err(_) => unknown += 1,
            }
        }
        if unknown > 1 || known == 0 || !size.is_multiple_of(known) {
            return None;
        }
        let rest = size / known;
        if unknown == 0 && rest != 1 {
            return None;
        }
        for (axis, &n) in shape.iter().enumerate().rev() {
            let n = usize::try_from(n).unwrap_or(rest);
            // SAFETY: there is room for four axes, and the shape has no more.
            unsafe {
                self.shape.add(axis).write(n);
                self.strides.add(axis).write(stride);
            }
            stride *= n as isize;
        }
        (self.ndim, self.axis) = (shape.len(), self.array.ndim());
        Some(())
    }

    /// The real or the imaginary parts, for complex numbers.
    #[inline(always)]
    pub fn part(&mut self, imaginary: bool) -> Option<()> {
        self.dtype = match self.array.dtype() {
            DType::C64 => DType::F32,
            DType::C128 => DType::F64,
            _ => return None,
        };
        if imaginary {
            self.distance += self.dtype.size() as isize;
        }
        Some(())
    }

    /// Ends the view, with all axes that are left.
    #[inline(always)]
    pub fn finish(mut self) -> Option<()> {
        self.end(false)
    }

    /// As [`Choice::finish`], without a share in the memory.
    ///
    /// # Safety
    ///
    /// The view is never dropped, and used only while an array with a share in its memory lives.
    #[inline(always)]
    pub unsafe fn finish_lent(mut self) -> Option<()> {
        self.end(true)
    }

    /// # Invariant
    ///
    /// Only [`Choice::finish_lent`] lends memory, whose callers answer for that.
    #[inline(always)]
    fn end(&mut self, lent: bool) -> Option<()> {
        while self.axis < self.array.ndim() {
            self.all(1)?;
        }
        let what = (self.distance, self.dtype, self.ndim);
        // SAFETY: every place is inside its axis, and no axis is used twice, so that only elements of
        // the array are reached; the axes were written. Then the view is there.
        unsafe {
            self.array.complete(self.to, what, lent);
            if self.fixed {
                self.to.assume_init_mut().set_writeable(false);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raptors_kernels::dtype::Complex64;

    fn cube() -> Array {
        Array::from_shape(&[2, 3, 4], &(0..24).collect::<Vec<i32>>()).unwrap()
    }

    fn chosen(array: &Array, choose: impl FnOnce(&mut Choice<'_>) -> Option<()>) -> Option<Array> {
        Choice::of(array, |choice| Ok::<_, ()>(choose(choice))).unwrap()
    }

    fn axes(array: &Array) -> (&[usize], &[isize]) {
        (array.shape(), array.strides())
    }

    fn reversed(choice: &mut Choice<'_>) -> Option<()> {
        choice.reversed()
    }

    fn flat(choice: &mut Choice<'_>) -> Option<()> {
        choice.flat()
    }

    fn diagonal(choice: &mut Choice<'_>) -> Option<()> {
        choice.diagonal()
    }

    #[test]
    fn views_are_chosen_axis_by_axis() {
        let cube = cube();
        let view = chosen(&cube, |choice| {
            choice.place(-1)?;
            choice.new_axis()?;
            choice.slice(2, i64::MIN, -2)
        });
        let view = view.unwrap();
        assert_eq!(view.shape(), [1, 2, 4]);
        let values = view.to_vec::<i32>().unwrap();
        assert_eq!(values, [20, 21, 22, 23, 12, 13, 14, 15]);
        assert!(chosen(&cube, |choice| choice.all(4)).is_none());
        assert!(chosen(&cube, |choice| choice.slice(0, 1, 0)).is_none());
        assert!(chosen(&cube, |choice| choice.place(2)).is_none());
        let two = |choice: &mut Choice<'_>| choice.new_axis().and_then(|()| choice.new_axis());
        assert!(chosen(&cube, two).is_none());
        let whole = chosen(&cube, |_| Some(())).unwrap();
        assert!(whole.buffer().same(cube.buffer()));
        assert_eq!(axes(&whole), axes(&cube));
    }

    #[test]
    fn whole_views_are_what_the_general_ways_give() {
        let cube = cube();
        let same = |ours: Option<Array>, general: Array| {
            let ours = ours.unwrap();
            assert_eq!(axes(&ours), axes(&general));
            assert_eq!(
                (ours.as_ptr(), ours.dtype()),
                (general.as_ptr(), general.dtype())
            );
        };
        same(chosen(&cube, reversed), cube.t());
        for (first, second) in [(0, 1), (-1, 0), (2, 2)] {
            let ours = chosen(&cube, |choice| choice.exchanged(first, second));
            same(ours, cube.swapaxes(first, second).unwrap());
        }
        assert!(chosen(&cube, |choice| choice.exchanged(0, 3)).is_none());
        for axes in [[0, 1, 2], [2, 0, 1], [-1, 0, -2]] {
            let ours = chosen(&cube, |choice| choice.permuted(&axes));
            same(ours, cube.transpose(&axes).unwrap());
        }
        for axes in [&[0, 1, 3][..], &[0, 1, -2], &[0, 1], &[0, 1, 2, 3]] {
            assert!(chosen(&cube, |choice| choice.permuted(axes)).is_none());
        }
        same(chosen(&cube, flat), cube.ravel(crate::Order::C).unwrap());
        assert!(chosen(&cube.t(), flat).is_none());
        for shape in [&[24][..], &[-1], &[4, 6], &[2, -1, 2, 1], &[1, 24]] {
            let ours = chosen(&cube, |choice| choice.reshaped(shape));
            same(ours, cube.reshape(shape, crate::Order::C).unwrap());
        }
        for shape in [
            &[5][..],
            &[-1, -1],
            &[0, -1],
            &[1, 1, 1, 1, 24],
            &[2, 3],
            &[],
        ] {
            assert!(chosen(&cube, |choice| choice.reshaped(shape)).is_none());
        }
        let z = Array::from_slice(&[Complex64::new(1.0, 2.0), Complex64::new(3.0, 4.0)]).unwrap();
        for imaginary in [false, true] {
            let ours = chosen(&z, |choice| choice.part(imaginary));
            same(ours, z.part(imaginary).unwrap());
        }
        assert!(chosen(&cube, |choice| choice.part(false)).is_none());
        let matrix = cube.row(1).unwrap();
        let line = chosen(&matrix.t(), diagonal).unwrap();
        assert_eq!(line.to_vec::<i32>().unwrap(), [12, 17, 22]);
        assert!(!line.writeable() && matrix.writeable());
        assert!(chosen(&cube, diagonal).is_none());
    }

    #[test]
    fn lent_memory_is_not_counted() {
        let cube = cube();
        let mut place = MaybeUninit::uninit();
        let choice = Choice::new(&cube, &mut place);
        // SAFETY: the array lives on, and the view is not dropped.
        unsafe { choice.finish_lent() }.unwrap();
        // SAFETY: the choice ended.
        let view = unsafe { place.assume_init_ref() };
        assert!(cube.buffer().is_unique() && view.buffer().same(cube.buffer()));
        let share = view.clone();
        assert!(!cube.buffer().is_unique());
        drop(cube);
        assert_eq!(share.to_vec::<i32>().unwrap()[23], 23);
    }
}
