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
use core::ptr::null_mut;
use pyo3::exceptions::PyException;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use raptors_array::{Array, DType, Order};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Return addresses from the caller of this module's functions on.
type Chain = Vec<usize>;

/// Addresses up to the evaluation loop's: more lie nowhere between it and an operator.
const DEPTH: usize = 6;

/// The chains of operators that the evaluation loop calls, without those of its own callers.
static LEARNT: OnceLock<Vec<Chain>> = OnceLock::new();

/// Attempts to learn, of which memory, the limit of recursion or an interruption can end each.
const TRIES: u32 = 8;

/// What a thread that is learning has seen.
struct Seen {
    /// The code whose operators are looked at: not those of what else may run meanwhile, such as
    /// handlers of signals. Null for a call without code of Python.
    code: *mut ffi::PyObject,
    chains: Vec<Chain>,
}

thread_local! {
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// Whether the evaluation loop of Python called what calls this. No, while that is not learnt: whoever asks
/// first would have to look once more at what it asks about, as learning runs code.
///
/// # Errors
///
/// What interrupted learning, such as `KeyboardInterrupt`.
pub(super) fn is_evaluation(py: Python<'_>) -> PyResult<bool> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let chain = chain(DEPTH);
    if let Some(learnt) = LEARNT.get() {
        return Ok(learnt.iter().any(|known| chain.starts_with(known)));
    }
    let learning = SEEN.with_borrow_mut(|seen| {
        let Some(seen) = seen else { return false };
        if seen.code.is_null() || seen.code == running(py) {
            seen.chains.push(chain);
        }
        true
    });
    if learning {
        return Ok(false);
    }
    let learnt = match learn(py) {
        Ok(learnt) => learnt,
        Err(error) if error.is_instance_of::<PyException>(py) => None,
        Err(error) => return Err(error),
    };
    let last = TRIED.fetch_add(1, Relaxed) + 1 >= TRIES;
    if learnt.is_some() || last {
        // Another thread may have learnt meanwhile; it learnt the same.
        let _ = LEARNT.set(learnt.unwrap_or_default());
    }
    Ok(false)
}

/// The code that Python runs; null for none. Only to be compared.
fn running(_: Python<'_>) -> *mut ffi::PyObject {
    // SAFETY: the interpreter is attached; the frame is borrowed, and its code is given back at once.
    unsafe {
        let frame = ffi::PyEval_GetFrame();
        if frame.is_null() {
            return null_mut();
        }
        let code = ffi::PyFrame_GetCode(frame).cast::<ffi::PyObject>();
        ffi::Py_XDECREF(code);
        code
    }
}

/// What `f` gives, and the chains of operators on temporaries meanwhile.
fn watched<R>(code: *mut ffi::PyObject, f: impl FnOnce() -> R) -> (R, Vec<Chain>) {
    SEEN.set(Some(Seen {
        code,
        chains: Vec::new(),
    }));
    let result = f();
    let seen = SEEN.take().map(|seen| seen.chains);
    (result, seen.unwrap_or_default())
}

/// The chains of all operators whose result may take an operand's place; nothing where they are not what
/// is expected.
fn learn(py: Python<'_>) -> PyResult<Option<Vec<Chain>>> {
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
    // SAFETY: the interpreter is attached, and both are live objects; so is what comes back, if it is not
    // null.
    let (sum, direct) = watched(null_mut(), || unsafe {
        let sum = ffi::PyNumber_Add(temporary.as_ptr(), temporary.as_ptr());
        Bound::from_owned_ptr_or_err(py, sum)
    });
    sum?;
    let code = function.getattr("__code__")?;
    let (results, evaluated) = watched(code.as_ptr(), || function.call1(operands));
    let expected = results?.len()?;
    let [direct] = direct.as_slice() else {
        return Ok(None);
    };
    if evaluated.len() < expected {
        return Ok(None);
    }
    Ok(of_evaluation(direct, &evaluated))
}

/// The chains of `evaluated` up to the evaluation loop. `direct` is what Python's own addition, called from
/// here, adds to the stack; the first of the others is an addition that was evaluated. No operator has
/// more than two functions more.
fn of_evaluation(direct: &Chain, evaluated: &[Chain]) -> Option<Vec<Chain>> {
    let first = evaluated.first().filter(|it| it.starts_with(direct))?;
    let evaluation = function(*first.get(direct.len())?);
    if evaluation.is_null() {
        return None;
    }
    let most = direct.len() + 2;
    let mut chains = Vec::with_capacity(evaluated.len());
    for chain in evaluated {
        let mut found = chain.iter().take(most + 1);
        let end = found.position(|&address| function(address) == evaluation)?;
        chains.push(chain[..=end].to_vec());
    }
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
    let inside = address.wrapping_sub(1) as *mut c_void;
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
