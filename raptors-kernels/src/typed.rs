//! Ufuncs on slices: checked calls at the best level of the running CPU, for Rust programs.

use crate::{
    dtype::{DType, Element},
    isa::Level,
    slice::{In, Out},
    ufuncs::Ufunc,
};
use core::fmt;

/// Why a ufunc cannot run on the slices given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no loop for the dtype of the first input.
    NoLoop {
        /// The ufunc called.
        ufunc: Ufunc,
        /// The dtype of the first input.
        dtype: DType,
    },
    /// The number of inputs or outputs is not the ufunc's.
    Arity {
        /// The ufunc called.
        ufunc: Ufunc,
        /// The inputs and outputs given.
        given: (usize, usize),
    },
    /// An input is not of the dtype that the first input asks for.
    Input {
        /// The ufunc called.
        ufunc: Ufunc,
        /// The position of the input.
        index: usize,
        /// Its dtype.
        given: DType,
        /// The dtype that the loop takes.
        wanted: DType,
    },
    /// An output is not of the dtype that the ufunc gives.
    Output {
        /// The ufunc called.
        ufunc: Ufunc,
        /// The position of the output.
        index: usize,
        /// Its dtype.
        given: DType,
        /// The dtype of the results.
        wanted: DType,
    },
    /// A slice is not as long as the first input.
    Length {
        /// The ufunc called.
        ufunc: Ufunc,
        /// The length of the slice.
        given: usize,
        /// The length of the first input.
        wanted: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLoop { ufunc, dtype } => {
                write!(f, "{}: no loop for {}", ufunc.name(), dtype.name())
            }
            Self::Arity { ufunc, given } => write!(
                f,
                "{}: takes {} inputs and {} outputs, {} and {} were given",
                ufunc.name(),
                ufunc.nin(),
                ufunc.nout(),
                given.0,
                given.1
            ),
            Self::Input {
                ufunc,
                index,
                given,
                wanted,
            } => write!(
                f,
                "{}: input {index} is {}, not {}",
                ufunc.name(),
                given.name(),
                wanted.name()
            ),
            Self::Output {
                ufunc,
                index,
                given,
                wanted,
            } => write!(
                f,
                "{}: output {index} is {}, not {}",
                ufunc.name(),
                given.name(),
                wanted.name()
            ),
            Self::Length {
                ufunc,
                given,
                wanted,
            } => write!(
                f,
                "{}: slices of {wanted} and {given} elements",
                ufunc.name()
            ),
        }
    }
}

impl core::error::Error for Error {}

impl Ufunc {
    /// Computes `out[i] = self(x[i])`.
    ///
    /// ```
    /// use raptors_kernels::Ufunc;
    ///
    /// let mut roots = [0.0f32; 3];
    /// Ufunc::sqrt.unary(&[1.0f32, 4.0, 9.0], &mut roots)?;
    /// assert_eq!(roots, [1.0, 2.0, 3.0]);
    /// # Ok::<(), raptors_kernels::typed::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the ufunc does not take one input and give one output, has no loop for `T`, does not
    /// give `U`, or the lengths differ.
    pub fn unary<T: Element, U: Element>(self, x: &[T], out: &mut [U]) -> Result<(), Error> {
        self.call(&[x.into()], &mut [out.into()])
    }

    /// Computes `out[i] = self(x[i], y[i])`.
    ///
    /// # Errors
    ///
    /// As [`Ufunc::unary`], for two inputs.
    pub fn binary<T: Element, S: Element, U: Element>(
        self,
        x: &[T],
        y: &[S],
        out: &mut [U],
    ) -> Result<(), Error> {
        self.call(&[x.into(), y.into()], &mut [out.into()])
    }

    /// Computes `out[i] = self(x[i], y[i], z[i])`.
    ///
    /// # Errors
    ///
    /// As [`Ufunc::unary`], for three inputs.
    pub fn ternary<T: Element, U: Element>(
        self,
        x: &[T],
        y: &[T],
        z: &[T],
        out: &mut [U],
    ) -> Result<(), Error> {
        self.call(&[x.into(), y.into(), z.into()], &mut [out.into()])
    }

    /// Computes every output element by element, for any number of inputs and outputs and for
    /// types known only at run time. The first input decides which loop runs; there is no
    /// promotion. float16 goes through float32 where the ufunc has no loop of its own.
    ///
    /// ```
    /// use raptors_kernels::{In, Out, Ufunc};
    ///
    /// let (mut quotients, mut rests) = ([0i64; 2], [0i64; 2]);
    /// Ufunc::divmod.call(
    ///     &[In::from(&[7i64, -7][..]), In::from(&[2i64, 2][..])],
    ///     &mut [Out::from(&mut quotients[..]), Out::from(&mut rests[..])],
    /// )?;
    /// assert_eq!((quotients, rests), ([3, -4], [1, 1]));
    /// # Ok::<(), raptors_kernels::typed::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the numbers, dtypes or lengths of the runs do not fit.
    pub fn call(self, ins: &[In<'_>], outs: &mut [Out<'_>]) -> Result<(), Error> {
        let given = (ins.len(), outs.len());
        if given != (self.nin(), self.nout()) {
            return Err(Error::Arity { ufunc: self, given });
        }
        let (level, dtype, len) = (Level::get(), ins[0].dtype(), ins[0].len());
        let Some(bound) = self.bind(level, dtype) else {
            return Err(Error::NoLoop { ufunc: self, dtype });
        };
        let runs = ins.iter().map(|run| (run.dtype(), run.len()));
        for (index, ((given, length), &wanted)) in runs.zip(bound.inputs()).enumerate() {
            if given != wanted {
                return Err(Error::Input {
                    ufunc: self,
                    index,
                    given,
                    wanted,
                });
            }
            if length != len {
                return Err(Error::Length {
                    ufunc: self,
                    given: length,
                    wanted: len,
                });
            }
        }
        let runs = outs.iter().map(|run| (run.dtype(), run.len()));
        for (index, ((given, length), &wanted)) in runs.zip(bound.outputs()).enumerate() {
            if given != wanted {
                return Err(Error::Output {
                    ufunc: self,
                    index,
                    given,
                    wanted,
                });
            }
            if length != len {
                return Err(Error::Length {
                    ufunc: self,
                    given: length,
                    wanted: len,
                });
            }
        }
        bound.run(ins, outs);
        Ok(())
    }
}
