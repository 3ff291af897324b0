//! The C symbols by which `threadpoolctl` finds and limits the thread team.

use core::ffi::{CStr, c_char, c_int};
use raptors_dispatch::team;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"unknown",
    };

/// How many threads an operation of the calling thread may use.
// SAFETY: no other library has symbols that begin with the package's name.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn raptors_get_num_threads() -> c_int {
    team::threads().try_into().unwrap_or(c_int::MAX)
}

/// Sets how many threads an operation may use. What is out of range is brought into it: there is
/// nobody to tell.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn raptors_set_num_threads(threads: c_int) {
    let threads = usize::try_from(threads).unwrap_or(1);
    let _ = team::set_threads(threads.clamp(1, team::MAX_THREADS));
}

/// The version of the package, as a C string that lives for ever.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn raptors_get_version() -> *const c_char {
    VERSION.as_ptr()
}
