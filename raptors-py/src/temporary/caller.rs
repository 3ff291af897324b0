//! Whether Python's evaluation loop called an operator, or C code did: the return addresses on the
//! stack say so.
//!
//! Which addresses those of an operator of the evaluation loop are is learnt once, from operators that are
//! evaluated for it. Anything else is not taken for one: other interpreters, compilers, or C code
//! between.

use super::LEAST;
use crate::array;
use core::cell::RefCell;
use core::ffi::{c_int, c_void};
use core::ops::Range;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::{Array, DType, Order};
use std::sync::OnceLock;

/// Return addresses from the caller of this module's functions on.
type Chain = Vec<usize>;

/// Addresses up to the evaluation loop's: more lie nowhere between it and an operator.
const DEPTH: usize = 6;

/// The chains of operators that the evaluation loop calls, without those of its own callers.
static LEARNT: OnceLock<Vec<Chain>> = OnceLock::new();

thread_local! {
    /// Chains seen so far by a thread that is learning.
    static SEEN: RefCell<Option<Vec<Chain>>> = const { RefCell::new(None) };
}

/// Whether the evaluation loop of Python called what calls this.
pub(super) fn is_evaluation(py: Python<'_>) -> bool {
    let chain = chain(DEPTH);
    let learning = SEEN.with_borrow_mut(|seen| seen.as_mut().map(|seen| seen.push(chain.clone())));
    if learning.is_some() {
        return false;
    }
    if LEARNT.get().is_none() {
        // Not inside the cell's closure, as other threads run meanwhile.
        let learnt = learn(py).unwrap_or_default();
        let _ = LEARNT.set(learnt);
    }
    LEARNT
        .get()
        .is_some_and(|learnt| learnt.iter().any(|known| chain.starts_with(known)))
}

/// The chains of all operators whose result may take an operand's place.
fn learn(py: Python<'_>) -> PyResult<Vec<Chain>> {
    let code = c"lambda x, n: [
        (x + x) + x, x + (x + x), (x + x) + 1, 1 + (x + x), (x + x) - x, x - (x + x), (x + x) - 1,
        1 - (x + x), (x + x) * x, x * (x + x), (x + x) * 2, 2 * (x + x), (x + x) / x, x / (x + x),
        (x + x) / 2, 2 / (x + x), (x + x) // x, x // (x + x), (x + x) // 2, 2 // (x + x),
        (x + x) % x, x % (x + x), (x + x) % 2, 2 % (x + x), (x + x) ** x, x ** (x + x),
        (x + x) ** 2, 2 ** (x + x), -(x + x), +(x + x), (n + n) & n, n & (n + n), (n + n) & 1,
        1 & (n + n), (n + n) | n, n | (n + n), (n + n) | 1, 1 | (n + n), (n + n) ^ n, n ^ (n + n),
        (n + n) ^ 1, 1 ^ (n + n), (n + n) << n, n << (n + n), (n + n) << 1, 1 << (n + n),
        (n + n) >> n, n >> (n + n), (n + n) >> 1, 1 >> (n + n), ~(n + n)]";
    let ones = |dtype: DType| {
        let ones = Array::ones(&[LEAST / dtype.size()], dtype, Order::C);
        array::fresh(py, ones.map_err(|error| crate::error::raise(&error))?)
    };
    let function = py.eval(code, None, None)?;
    let operands = PyTuple::new(py, [ones(DType::F64)?, ones(DType::I64)?])?;
    let temporary = ones(DType::F64)?;
    SEEN.set(Some(Vec::new()));
    // SAFETY: the interpreter is attached, and both are live objects; so is what comes back, if it is not null.
    let direct = unsafe {
        let sum = ffi::PyNumber_Add(temporary.as_ptr(), temporary.as_ptr());
        Bound::from_owned_ptr_or_err(py, sum)
    };
    let evaluated = function.call1(operands);
    let seen = SEEN.take().unwrap_or_default();
    direct?;
    evaluated?;
    Ok(of_evaluation(&seen).unwrap_or_default())
}

/// What of `seen` ends in the evaluation loop: the first is what Python's own addition, called from
/// here, adds to the stack; the second is an addition that was evaluated.
fn of_evaluation(seen: &[Chain]) -> Option<Vec<Chain>> {
    let [direct, evaluated, ..] = seen else {
        return None;
    };
    if !evaluated.starts_with(direct) {
        return None;
    }
    let evaluation = function(*evaluated.get(direct.len())?);
    let ends = |&address: &usize| !evaluation.is_null() && function(address) == evaluation;
    let mut chains: Vec<Chain> = seen[1..]
        .iter()
        .filter_map(|chain| Some(chain[..=chain.iter().position(ends)?].to_vec()))
        .collect();
    chains.sort();
    chains.dedup();
    Some(chains)
}

type Callback = extern "C" fn(*mut c_void, *mut c_void) -> c_int;

// The unwinder that Rust's own panics use.
unsafe extern "C" {
    fn _Unwind_Backtrace(callback: Callback, data: *mut c_void) -> c_int;
    fn _Unwind_GetIP(context: *mut c_void) -> usize;
    fn _Unwind_FindEnclosingFunction(address: *mut c_void) -> *mut c_void;
}

/// Where the function that `address` is in starts; null where that is not known.
fn function(address: usize) -> *mut c_void {
    // A return address may be behind the end of a function.
    let inside = (address - 1) as *mut c_void;
    // SAFETY: the address is only looked up.
    unsafe { _Unwind_FindEnclosingFunction(inside) }
}

/// How far a walk has come.
struct Walk {
    code: Range<usize>,
    most: usize,
    chain: Chain,
}

/// At most `most` return addresses from the caller of this library on, up to the next of this library.
fn chain(most: usize) -> Chain {
    extern "C" fn visit(context: *mut c_void, data: *mut c_void) -> c_int {
        /// Any reason but `_URC_NO_REASON` ends the walk.
        const GO_ON: c_int = 0;
        const STOP: c_int = 4;
        // SAFETY: the unwinder passes on the context of a frame and the walk that it was given.
        let (walk, address) = unsafe { (&mut *data.cast::<Walk>(), _Unwind_GetIP(context)) };
        let ours = walk.code.contains(&address);
        if ours && walk.chain.is_empty() {
            return GO_ON;
        }
        if ours || walk.chain.len() == walk.most {
            return STOP;
        }
        walk.chain.push(address);
        GO_ON
    }
    let mut walk = Walk {
        code: code(),
        most,
        chain: Vec::with_capacity(most),
    };
    // SAFETY: the callback takes the walk, which outlives the call, and does not unwind.
    unsafe { _Unwind_Backtrace(visit, (&raw mut walk).cast()) };
    walk.chain
}

/// The addresses of this library's code; nothing if the system does not know them.
fn code() -> Range<usize> {
    static CODE: OnceLock<Range<usize>> = OnceLock::new();

    unsafe extern "C" fn visit(
        info: *mut libc::dl_phdr_info,
        _: libc::size_t,
        found: *mut c_void,
    ) -> c_int {
        // SAFETY: the system describes a loaded library, with as many headers as it says, and passes on the range.
        unsafe {
            let (info, found) = (&*info, &mut *found.cast::<Range<usize>>());
            for i in 0..usize::from(info.dlpi_phnum) {
                let part = &*info.dlpi_phdr.add(i);
                let start = info.dlpi_addr.wrapping_add(part.p_vaddr) as usize;
                let range = start..start.wrapping_add(part.p_memsz as usize);
                if part.p_type == libc::PT_LOAD && range.contains(&(code as fn() -> _ as usize)) {
                    *found = range;
                    return 1;
                }
            }
            0
        }
    }
    CODE.get_or_init(|| {
        let mut found = 0..0;
        // SAFETY: the callback takes the range, which outlives the call.
        unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut found).cast()) };
        found
    })
    .clone()
}
