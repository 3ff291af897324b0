//! What lies beside a picked place: runs of bytes or planes of elements, and how they are moved.

use super::distance::Distances;
use crate::{Array, Dims, Result, Strides, assign, collapse, layout};
use raptors_dispatch::machine::machine;
use raptors_kernels::moves;

/// Elements beside a place from which they are moved place by place: fewer take less time than
/// finding out how they lie. A vector's worth of bytes.
const FEW: usize = 16;
/// Bytes of a cache line: where elements lie closer together, any order uses all of each.
const LINE: usize = 64;

/// The elements beside a picked place, as they lie on the side that is read and on the one that is
/// written.
pub(super) struct Beside {
    /// The axes over which the parts lie.
    shape: Dims,
    strides: [Strides; 2],
    offsets: [isize; 2],
    part: Part,
}

/// What is moved at one go.
enum Part {
    /// Bytes that lie in one piece on both sides, one place after the other.
    Run(usize),
    /// Elements along two axes, all of a place before those of the next.
    Plane {
        size: usize,
        shape: [usize; 2],
        strides: [[isize; 2]; 2],
    },
}

impl Beside {
    /// What an array of `shape` is beside a place, that lies with `first` where it is read and with
    /// `second` where it is written; `like` has its element type. Written places are `apart` bytes
    /// from each other: what lies closer together is moved place by place.
    pub(super) fn new(
        shape: &[usize],
        first: &[isize],
        second: &[isize],
        like: &Array,
        apart: usize,
    ) -> Self {
        let collapsed = collapse(shape, &[first, second], 1);
        let size = like.itemsize();
        let mut axes = collapsed.shape;
        let [mut first, mut second]: [Strides; 2] =
            [collapsed.strides[0].clone(), collapsed.strides[1].clone()];
        let offsets = [collapsed.offsets[0], collapsed.offsets[1]];
        // The axes are in the order of what is written.
        let closer = second.iter().rev();
        let closer = closer
            .take_while(|stride| stride.unsigned_abs() < apart)
            .count();
        let elements: usize = axes[axes.len() - closer..].iter().product();
        let dense = |strides: &Strides| strides.last() == Some(&(size as isize));
        let run = axes.last() == Some(&1) || (closer > 0 && dense(&first) && dense(&second));
        let part = if closer == 0 || elements < FEW || (run && closer == 1) {
            let mut bytes = size;
            if run {
                bytes *= axes.pop().unwrap_or(1);
                first.pop();
                second.pop();
            }
            Part::Run(bytes)
        } else {
            let mut shape = [1; 2];
            let mut strides = [[0; 2]; 2];
            for i in (0..2).rev().take(closer) {
                if let (Some(n), Some(s), Some(t)) = (axes.pop(), first.pop(), second.pop()) {
                    shape[i] = n;
                    (strides[0][i], strides[1][i]) = (s, t);
                }
            }
            Part::Plane {
                size,
                shape,
                strides,
            }
        };
        Self {
            shape: axes,
            strides: [first, second],
            offsets,
            part,
        }
    }

    /// The number of pieces that a place is moved in.
    pub(super) fn count(&self) -> usize {
        let parts = layout::size(&self.shape);
        match self.part {
            Part::Run(_) => parts,
            Part::Plane { shape, .. } => parts * layout::size(&shape),
        }
    }

    /// Copies what lies at `distances` from `from` to places `step` bytes apart from `to` on.
    ///
    /// # Safety
    ///
    /// Beside each distance there are the elements that this is made for, to be read, and beside
    /// each place to be written; none of these overlaps one of those.
    pub(super) unsafe fn gather(
        &self,
        from: *const u8,
        distances: &[i64],
        to: *mut u8,
        step: isize,
    ) {
        self.each(|source, target| {
            let (from, to) = (from.wrapping_offset(source), to.wrapping_offset(target));
            // SAFETY: the caller vouches for the elements beside each distance and place.
            unsafe {
                match self.part {
                    Part::Run(bytes) => moves::gather(from, distances, to, step, bytes),
                    Part::Plane { .. } => {
                        if let Some((source, target)) = self.plane(from, to) {
                            moves::gather_views(source, distances, target, step);
                        }
                    }
                }
            }
        });
    }

    /// Copies what lies at places `step` bytes apart from `from` on to `distances` from `to`, in
    /// order: where a distance repeats, the last one stays.
    ///
    /// # Safety
    ///
    /// As [`Self::gather`], with the distances on the side that is written.
    pub(super) unsafe fn scatter(
        &self,
        from: *const u8,
        step: isize,
        distances: &[i64],
        to: *mut u8,
    ) {
        self.each(|source, target| {
            let (from, to) = (from.wrapping_offset(source), to.wrapping_offset(target));
            // SAFETY: the caller vouches for the elements beside each place and distance.
            unsafe {
                match self.part {
                    Part::Run(bytes) => moves::scatter(from, step, distances, to, bytes),
                    Part::Plane { .. } => {
                        if let Some((source, target)) = self.plane(from, to) {
                            moves::scatter_views(source, step, distances, target);
                        }
                    }
                }
            }
        });
    }

    /// The planes that start at two addresses; nothing where runs are moved.
    fn plane(&self, from: *const u8, to: *mut u8) -> Option<(moves::Source, moves::Target)> {
        let Part::Plane {
            size,
            shape,
            strides,
        } = self.part
        else {
            return None;
        };
        let source = moves::Source {
            ptr: from,
            size,
            shape,
            strides: strides[0],
        };
        let target = moves::Target {
            ptr: to,
            size,
            shape,
            strides: strides[1],
        };
        Some((source, target))
    }

    /// Calls `visit` with where each part starts on both sides.
    fn each(&self, mut visit: impl FnMut(isize, isize)) {
        let [mut first, mut second] = self.offsets;
        if let (&[n], &[from], &[to]) =
            (&self.shape[..], &self.strides[0][..], &self.strides[1][..])
        {
            for _ in 0..n {
                visit(first, second);
                (first, second) = (first + from, second + to);
            }
            return;
        }
        let mut index = Dims::from_elem(0, self.shape.len());
        if self.shape.contains(&0) {
            return;
        }
        loop {
            visit(first, second);
            let mut axis = self.shape.len();
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                first += self.strides[0][axis];
                second += self.strides[1][axis];
                if index[axis] < self.shape[axis] {
                    break;
                }
                let n = self.shape[axis] as isize;
                first -= self.strides[0][axis] * n;
                second -= self.strides[1][axis] * n;
                index[axis] = 0;
            }
        }
    }
}

/// The axis along which elements lie closest: 0 for `n` places `stride` bytes apart, then those of
/// `shape`. Nothing where there is one element.
fn closest(n: usize, stride: isize, shape: &[usize], strides: &[isize]) -> Option<usize> {
    let axes = shape.iter().zip(strides).map(|(&n, &stride)| (n, stride));
    let axes = core::iter::once((n, stride)).chain(axes).enumerate();
    let apart = axes.filter(|&(_, (n, stride))| n > 1 && stride != 0);
    let closest = apart.min_by_key(|&(_, (_, stride))| stride.unsigned_abs());
    closest.map(|(axis, _)| axis)
}

/// Whether the first-level cache holds the lines of `count` elements `stride` bytes apart: as many of them as it
/// has pages find a place where addresses differ by whole pages only.
fn held(count: usize, stride: isize) -> bool {
    let (l1, page) = (machine().l1.bytes, machine().page.max(LINE));
    let apart = 1 << (stride.unsigned_abs() | page).trailing_zeros();
    count <= l1 / page * (page / LINE.max(apart))
}

/// What is picked from, `rest` beside each place of one axis, copied to the order in which it is
/// wanted (`to` beside each place, the places `step` bytes apart), and the distances in the copy:
/// where lines would else be brought near for a single element each, and most places are picked, or
/// all where the lines stay near for the next places.
pub(super) fn turned(
    rest: &Array,
    distances: &Distances,
    to: &[isize],
    step: isize,
) -> Result<Option<(Array, Distances)>> {
    let Some((n, stride)) = distances.axis() else {
        return Ok(None);
    };
    let near = closest(n, stride, rest.shape(), rest.strides());
    let Some(wanted) = closest(distances.len(), step, rest.shape(), to) else {
        return Ok(None);
    };
    let lies = match wanted.checked_sub(1) {
        None => stride,
        Some(axis) => rest.strides()[axis],
    };
    if near == Some(wanted)
        || lies.unsigned_abs() < LINE
        || rest.size() < FEW
        || distances.len() < if held(rest.size(), lies) { n } else { n / 2 }
    {
        return Ok(None);
    }
    let mut shape = Dims::from_elem(n, 1);
    let (mut lies, mut wanted) = (Strides::from_elem(stride, 1), Strides::from_elem(step, 1));
    shape.extend_from_slice(rest.shape());
    lies.extend_from_slice(rest.strides());
    wanted.extend_from_slice(to);
    // SAFETY: `rest` lies beside the first of the axis's `n` places, so that these are the elements
    // of the array that is picked from.
    let whole = unsafe { rest.view(0, shape, lies) };
    let inside = |a: usize, b: usize| wanted[a].unsigned_abs() < wanted[b].unsigned_abs();
    let copy = Array::empty_sorted(whole.shape(), whole.dtype(), inside)?;
    assign::write(&whole, whole.strides(), &copy, copy.buffer().cold())?;
    let (shape, strides) = (rest.shape().into(), copy.strides()[1..].into());
    // SAFETY: what lies beside the first place of the copy.
    let first = unsafe { copy.view(0, shape, strides) };
    Ok(Some((first, distances.with_stride(copy.strides()[0]))))
}
