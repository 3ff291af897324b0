//! Results in the memory of temporaries: `a * b + c` adds to the product, which nobody else can see.
//!
//! Python's evaluation loop lends operators the references on its stack. An array to which there is
//! no other reference is gone after the operator, so that its memory can take the result. C code
//! that calls an operator may go on using what it holds: [`caller`] tells the two apart.

mod caller;

use crate::array::{self, NdArray};
use crate::{guard, interop, object};
use pyo3::prelude::*;
use raptors_array::map::{self, MapOptions, Operand};
use raptors_array::{Arg, Array, Ufunc, broadcast, resolve};
use smallvec::SmallVec;

type Any<'py> = Bound<'py, PyAny>;

/// Bytes from which a temporary is reused: to see who calls takes 1 to 2 µs, a tenth of what
/// computing as many bytes takes.
const LEAST: usize = 256 << 10;

/// The result of `op` in the memory of that of `objects`, the operands, which is a temporary and fits;
/// nothing where none does, or where Raptors has no loop.
#[inline(always)]
pub(crate) fn reuse<'py, const N: usize>(
    op: Ufunc,
    objects: [&Any<'py>; N],
    operands: [Operand<'_>; N],
) -> Option<PyResult<Any<'py>>> {
    let i = objects.iter().position(|object| may_be(object))?;
    write(op, objects[i], &operands, i)
}

/// Whether `object` may be a temporary, and is worth being reused.
#[inline(always)]
fn may_be(object: &Any<'_>) -> bool {
    array::of(object).is_some_and(|array| array.nbytes() >= LEAST) && object::is_unseen(object)
}

/// Operators that NumPy turns around to write their result to the second operand.
const TURNED: [Ufunc; 5] = [
    Ufunc::add,
    Ufunc::multiply,
    Ufunc::bitwise_and,
    Ufunc::bitwise_or,
    Ufunc::bitwise_xor,
];

/// [`reuse`] of the memory of `object`, the operand at this place, if the evaluation loop called.
#[cold]
#[inline(never)]
fn write<'py>(
    op: Ufunc,
    object: &Any<'py>,
    operands: &[Operand<'_>],
    place: usize,
) -> Option<PyResult<Any<'py>>> {
    let this = object.cast_exact::<NdArray>().ok()?.get();
    let array: &Array = &this.array;
    let fresh = this.writeable() && !this.is_view() && array.buffer().is_unique();
    if !fresh || array.repeats() || !array.is_aligned() || op.nout() != 1 {
        return None;
    }
    let args: SmallVec<[Arg; 2]> = operands.iter().map(Operand::arg).collect();
    let shapes: SmallVec<[&[usize]; 2]> = operands.iter().map(Operand::shape).collect();
    // In another order than C, only where NumPy overwrites it as well, and a result of its own might
    // lie otherwise.
    let turns = place == 0 || TURNED.contains(&op);
    let alike = |shape: &[usize]| turns && shape == array.shape() || shape.iter().all(|&n| n == 1);
    let fits = resolve(op, &args).is_ok_and(|it| it.outputs() == [array.dtype()])
        && broadcast(&shapes).is_ok_and(|shape| *shape == *array.shape())
        && (array.is_c_contiguous() || shapes.iter().all(|shape| alike(shape)));
    let py = object.py();
    if !fits {
        return None;
    }
    match caller::is_evaluation(py) {
        Ok(true) => {}
        Ok(false) => return None,
        Err(error) => return Some(Err(error)),
    }
    let out = match interop::output(array) {
        Ok(out) => out,
        Err(error) => return Some(Err(error)),
    };
    let work = array.size() * op.cost() as usize;
    let mut outs = [Some(out)];
    // Finding out who calls may have run Python code, which may have found the object.
    if !object::is_unseen(object) {
        return None;
    }
    let made = object::hidden(object, || {
        guard::call(py, op, work, || {
            map::map(op, operands, &mut outs, &MapOptions::default())
        })
    });
    match made {
        Ok(_) => Some(Ok(object.clone())),
        Err(failure) if failure.lacks_loop() => None,
        Err(failure) => Some(Err(failure.into())),
    }
}
