//! Whether operands fit an iteration over several axes, some of which an operand may lack, as NumPy judges it.

use crate::{Array, Dims, Error, Result, message::Tight};
use core::fmt;
use smallvec::SmallVec;

/// The axis of an operand that an axis of the iteration goes along.
#[derive(Clone, Copy, Debug)]
pub(super) struct Along {
    /// The axis; `None` where the operand has none for it.
    pub(super) axis: Option<usize>,
    /// Whether the operand gathers what lies along the axis of the iteration.
    pub(super) gathers: bool,
}

/// An operand of an iteration.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    /// Its shape.
    pub(super) shape: &'a [usize],
    /// Its axes; `None` where its last are the last of the iteration.
    pub(super) axes: Option<SmallVec<[Along; 4]>>,
    /// Whether it may be repeated along an axis.
    pub(super) repeats: bool,
    /// Whether it is written to.
    pub(super) written: bool,
}

impl<'a> Part<'a> {
    /// An operand that is read, whose last axes are the last of the iteration.
    pub(super) fn read(shape: &'a [usize], repeats: bool) -> Self {
        Self {
            shape,
            axes: None,
            repeats,
            written: false,
        }
    }

    /// The lengths along the axes of the iteration, if others than its last: -1 where it has none.
    fn seen(&self) -> Option<Vec<i64>> {
        let length = |along: &Along| {
            let length = along.axis.and_then(|axis| self.shape.get(axis));
            length.map_or(-1, |&n| n as i64)
        };
        let axes = self.axes.as_ref()?;
        Some(axes.iter().map(length).collect())
    }
}

/// Why operands do not fit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FitFault {
    /// An operand with more axes than the iteration.
    Dimensions,
    /// An operand that has not the axis that the iteration is to go along.
    Axis {
        /// The operand.
        operand: usize,
        /// The axis of the iteration, counted from the last.
        place: usize,
        /// The axis that it has not.
        axis: usize,
        /// The number of its axes.
        ndim: usize,
    },
    /// Lengths that differ: the shapes, and as what they are seen if by other axes, where -1 is an axis not there.
    Lengths(Vec<(Dims, Option<Vec<i64>>)>),
    /// An operand that would have to be repeated.
    Repeated {
        /// Its shape.
        shape: Dims,
        /// As what it is seen, if by other axes.
        seen: Option<Vec<i64>>,
        /// The shape of the iteration.
        broadcast: Dims,
        /// Whether it is written to.
        written: bool,
    },
    /// An output of another length than the run whose prefixes go there.
    Prefixes,
    /// An output that would have to gather what lies along an axis.
    Gathered {
        /// The axis.
        axis: i64,
    },
    /// An axis of an output that gathers, and is longer than one.
    Long {
        /// The axis.
        axis: usize,
        /// Its length.
        length: usize,
    },
}

impl From<FitFault> for Error {
    fn from(fault: FitFault) -> Self {
        Self::Fit(fault)
    }
}

impl fmt::Display for FitFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dimensions => {
                f.write_str("input operand has more dimensions than allowed by the axis remapping")
            }
            Self::Axis {
                operand,
                place,
                axis,
                ndim,
            } => write!(
                f,
                "Iterator input op_axes[{operand}][{place}] (=={axis}) is not a valid axis of \
                 op[{operand}], which has {ndim} dimensions "
            ),
            Self::Lengths(parts) => {
                f.write_str(
                    "operands could not be broadcast together with remapped shapes \
                     [original->remapped]: ",
                )?;
                for (shape, seen) in parts {
                    match seen {
                        Some(seen) => write!(f, "{}->{} ", Tight(shape), Tight(seen))?,
                        None => write!(f, "{} ", Tight(shape))?,
                    }
                }
                Ok(())
            }
            Self::Repeated {
                shape,
                seen,
                broadcast,
                written,
            } => {
                let kind = if *written {
                    "output operand"
                } else {
                    "operand"
                };
                write!(f, "non-broadcastable {kind} with shape {} ", Tight(shape))?;
                if let Some(seen) = seen {
                    write!(f, "[remapped to {}] ", Tight(seen))?;
                }
                write!(f, "doesn't match the broadcast shape {}", Tight(broadcast))
            }
            Self::Prefixes => f.write_str("provided out is the wrong size for the accumulation."),
            Self::Gathered { axis } => write!(
                f,
                "output operand requires a reduction along dimension {axis}, but the reduction is \
                 not enabled. The dimension size of 1 does not match the expected output shape."
            ),
            Self::Long { axis, length } => write!(
                f,
                "operand was set up as a reduction along axis {axis}, but the length of the axis is \
                 {length} (it has to be 1)"
            ),
        }
    }
}

/// Judges `parts` in an iteration over `ndim` axes.
pub(super) fn fit(ndim: usize, parts: &[Part<'_>]) -> Result<()> {
    let mut lengths = Dims::from_elem(1, ndim);
    for (operand, part) in parts.iter().enumerate() {
        let Some(axes) = &part.axes else {
            let front = ndim.checked_sub(part.shape.len());
            let front = front.ok_or(FitFault::Dimensions)?;
            for (length, &n) in lengths[front..].iter_mut().zip(part.shape) {
                widen(length, n, parts)?;
            }
            continue;
        };
        for (at, (length, along)) in lengths.iter_mut().zip(axes).enumerate() {
            let Some(axis) = along.axis else { continue };
            let n = part.shape.get(axis).ok_or(FitFault::Axis {
                operand,
                place: ndim - at - 1,
                axis,
                ndim: part.shape.len(),
            })?;
            widen(length, *n, parts)?;
        }
    }
    for at in (0..ndim).rev() {
        for part in parts {
            judge(part, at, &lengths)?;
        }
    }
    Ok(())
}

/// Makes `length` that of an axis of `n` elements where it is one.
fn widen(length: &mut usize, n: usize, parts: &[Part<'_>]) -> Result<()> {
    if *length == 1 {
        *length = n;
    } else if *length != n && n != 1 {
        let shapes = parts.iter().map(|part| (part.shape.into(), part.seen()));
        return Err(FitFault::Lengths(shapes.collect()).into());
    }
    Ok(())
}

/// Judges `part` along the axis `at` of an iteration of these `lengths`.
fn judge(part: &Part<'_>, at: usize, lengths: &Dims) -> Result<()> {
    let one = lengths[at] == 1;
    let repeated = || {
        Error::from(FitFault::Repeated {
            shape: part.shape.into(),
            // NumPy tells of these axes from the last to the first.
            seen: part.seen().map(|seen| seen.into_iter().rev().collect()),
            broadcast: lengths.clone(),
            written: part.written,
        })
    };
    let (axis, dimension) = match &part.axes {
        None => {
            let axis = (at + part.shape.len()).checked_sub(lengths.len());
            if one && axis.is_none() && !part.repeats {
                return Err(repeated());
            }
            (axis, (lengths.len() - at - 1) as i64)
        }
        Some(axes) => {
            let Along { axis, gathers } = axes[at];
            if gathers {
                return match axis.map(|axis| (axis, part.shape[axis])) {
                    Some((axis, length)) if length != 1 => {
                        Err(FitFault::Long { axis, length }.into())
                    }
                    _ => Ok(()),
                };
            }
            (axis, axis.map_or(-1, |axis| axis as i64))
        }
    };
    if one || axis.is_some_and(|axis| part.shape[axis] != 1) {
        return Ok(());
    }
    if !part.repeats {
        return Err(repeated());
    }
    if part.written {
        return Err(FitFault::Gathered { axis: dimension }.into());
    }
    Ok(())
}

/// Axes of an operand that are those of the iteration, but for those that it has not.
fn same(ndim: usize, has: impl Fn(usize) -> Option<usize>) -> SmallVec<[Along; 4]> {
    let along = |at| Along {
        axis: has(at),
        gathers: false,
    };
    (0..ndim).map(along).collect()
}

/// An output of its own shape, in which nothing is repeated.
fn output(out: &Array, ndim: usize) -> Part<'_> {
    Part {
        shape: out.shape(),
        axes: Some(same(ndim, Some)),
        repeats: false,
        written: true,
    }
}

/// Refuses an output in which the prefixes of `array` do not fit; `alike` are those of one dtype, which take no
/// conversion.
///
/// # Errors
///
/// [`Error::Fit`].
pub fn fit_prefixes(array: &Array, out: &Array, alike: bool) -> Result<()> {
    let ndim = array.ndim();
    if array.shape() == out.shape() {
        return Ok(());
    }
    if ndim == 1 && alike {
        return Err(FitFault::Prefixes.into());
    }
    let input = Part {
        shape: array.shape(),
        axes: Some(same(ndim, Some)),
        repeats: true,
        written: false,
    };
    fit(ndim, &[output(out, ndim), input])
}

/// Refuses an output in which so many segments of `array` along `axis` do not fit.
///
/// # Errors
///
/// [`Error::Fit`].
pub fn fit_segments(array: &Array, out: &Array, segments: usize, axis: usize) -> Result<()> {
    let ndim = array.ndim();
    let input = Part {
        shape: array.shape(),
        axes: Some(same(ndim, |at| (at != axis).then_some(at))),
        repeats: true,
        written: false,
    };
    let starts = Part {
        shape: &[segments],
        axes: Some(same(ndim, |at| (at == axis).then_some(0))),
        repeats: true,
        written: false,
    };
    fit(ndim, &[output(out, ndim), input, starts])
}
