//! Where the rules give way: files, or folders with a `/` at the end, and the reason for each.

pub(super) type Allowed = &'static [(&'static str, &'static str)];

/// The one list of ufuncs.
pub(super) const TABLE: &str = "raptors-kernels/src/ufuncs.rs";

/// Whether `list` names the file or a folder that it is in.
pub(super) fn holds(list: Allowed, path: &str) -> bool {
    let mut names = list.iter().map(|(name, _)| *name);
    names.any(|name| name == path || (name.ends_with('/') && path.starts_with(name)))
}

/// Files that may be longer than the rest.
pub(super) const LONG: Allowed = &[
    (TABLE, "one row after the other: a list, not a text"),
    ("raptors-kernels/tests/golden/", "values from NumPy"),
];

/// Files that may contain `unsafe`.
pub(super) const UNSAFE: Allowed = &[
    // Kernels: instruction sets, erased types, raw views.
    ("raptors-kernels/src/arch/", "intrinsics"),
    (
        "raptors-kernels/src/isa.rs",
        "calls code compiled for a detected level",
    ),
    (
        "raptors-kernels/src/bound.rs",
        "hands elements that lie apart to loops",
    ),
    (
        "raptors-kernels/src/gaps.rs",
        "elements that lie apart, by pointer",
    ),
    (
        "raptors-kernels/src/cast/truncate.rs",
        "float to integer by instruction",
    ),
    (
        "raptors-kernels/src/scalar.rs",
        "an element behind an erased type",
    ),
    (
        "raptors-kernels/src/slice.rs",
        "runs of elements behind an erased type",
    ),
    (
        "raptors-kernels/src/fold/apart.rs",
        "elements that lie apart, by pointer",
    ),
    (
        "raptors-kernels/src/fold/rows.rs",
        "rows behind an erased type",
    ),
    (
        "raptors-kernels/src/fold/seconds.rs",
        "rows with gaps, which its tests make by pointer",
    ),
    (
        "raptors-kernels/src/fold/soft/",
        "columns of strided matrices, by pointer",
    ),
    (
        "raptors-kernels/src/moves/",
        "bytes of strided views, by pointer",
    ),
    (
        "raptors-kernels/src/product/blocked.rs",
        "panels in the caller's memory",
    ),
    (
        "raptors-kernels/src/product/columns.rs",
        "explicit vectors of columns",
    ),
    (
        "raptors-kernels/src/product/direct.rs",
        "panels in the caller's memory",
    ),
    (
        "raptors-kernels/src/product/lanes.rs",
        "vectors to and from memory",
    ),
    (
        "raptors-kernels/src/product/panels.rs",
        "panels in the caller's memory",
    ),
    (
        "raptors-kernels/src/product/panels_complex.rs",
        "panels in the caller's memory",
    ),
    (
        "raptors-kernels/src/product/several.rs",
        "batches of rows, by pointer",
    ),
    (
        "raptors-kernels/src/product/sums.rs",
        "explicit vectors of runs",
    ),
    (
        "raptors-kernels/src/product/tile.rs",
        "explicit vectors of rows",
    ),
    (
        "raptors-kernels/src/product/tiny.rs",
        "explicit vectors of rows",
    ),
    (
        "raptors-kernels/src/product/small.rs",
        "batches of matrices, by pointer",
    ),
    (
        "raptors-kernels/src/product/view.rs",
        "matrices with any strides, by pointer",
    ),
    // Dispatch: the system, threads, matrices by pointer.
    (
        "raptors-dispatch/src/machine/core.rs",
        "asks the system for its cores",
    ),
    ("raptors-dispatch/src/machine/identity.rs", "CPUID"),
    (
        "raptors-dispatch/src/matmul/",
        "matrices by pointer, as back ends take them",
    ),
    (
        "raptors-dispatch/src/team/crew.rs",
        "a job borrowed by threads that outlive it",
    ),
    ("raptors-dispatch/src/team/fork.rs", "handlers for fork"),
    (
        "raptors-dispatch/src/team/steer.rs",
        "tells the system which cores a thread may use",
    ),
    (
        "raptors-dispatch/src/team/tests.rs",
        "writes from several threads",
    ),
    // Array: memory, and what strides make of it.
    ("raptors-array/src/mem/", "the memory itself"),
    ("raptors-array/src/array.rs", "arrays over memory of others"),
    ("raptors-array/src/array/", "arrays written where they stay"),
    (
        "raptors-array/src/assign.rs",
        "copies between strided views",
    ),
    (
        "raptors-array/src/assign/rows.rs",
        "rows of strided views, by pointer",
    ),
    ("raptors-array/src/broadcast.rs", "views of the same memory"),
    (
        "raptors-array/src/convert.rs",
        "typed views at the edge to ndarray",
    ),
    (
        "raptors-array/src/create.rs",
        "fills memory that is not yet initialised",
    ),
    ("raptors-array/src/dense.rs", "contiguous memory as runs"),
    (
        "raptors-array/src/drive.rs",
        "units written from several threads",
    ),
    ("raptors-array/src/einsum.rs", "views of the same memory"),
    (
        "raptors-array/src/fft/",
        "lines of strided views, by pointer",
    ),
    (
        "raptors-array/src/index/",
        "views of the same memory, and elements at checked distances",
    ),
    (
        "raptors-array/src/map.rs",
        "results of loops, in memory not yet initialised",
    ),
    ("raptors-array/src/join/mod.rs", "views of a new array"),
    ("raptors-array/src/matmul/", "matrices by pointer"),
    ("raptors-array/src/nn/", "lines and columns of dense arrays"),
    (
        "raptors-array/src/order/line.rs",
        "lines of strided arrays, by pointer",
    ),
    (
        "raptors-array/src/order/search.rs",
        "results written from several threads",
    ),
    (
        "raptors-array/src/random/",
        "NumPy's bit generators, elements by pointer",
    ),
    (
        "raptors-array/src/quick/",
        "results of loops, in memory not yet initialised",
    ),
    (
        "raptors-array/src/range.rs",
        "fills memory that is not yet initialised",
    ),
    (
        "raptors-array/src/reduce/",
        "units of strided views, by pointer",
    ),
    (
        "raptors-array/src/reinterpret.rs",
        "views of the same memory",
    ),
    ("raptors-array/src/repeat.rs", "rows gathered by pointer"),
    ("raptors-array/src/rows.rs", "rows of arrays, by pointer"),
    ("raptors-array/src/spaced.rs", "rows with gaps, by pointer"),
    ("raptors-array/src/shape.rs", "views of the same memory"),
    ("raptors-array/src/small.rs", "elements packed on the stack"),
    ("raptors-array/src/stage.rs", "packs units of strided views"),
    (
        "raptors-array/src/converted.rs",
        "packs and converts pieces of arrays",
    ),
    (
        "raptors-array/src/converted/",
        "pieces of arrays and their results, by pointer",
    ),
    (
        "raptors-array/src/straight.rs",
        "results of loops, in memory not yet initialised",
    ),
    (
        "raptors-array/src/target.rs",
        "results written through a shared view",
    ),
    (
        "raptors-array/src/walk.rs",
        "units of several arrays, by pointer",
    ),
    // Tests: forks, views of shared memory, calls whose contract is the caller's.
    ("raptors-kernels/tests/", "calls moves"),
    ("raptors-dispatch/tests/", "forks"),
    (
        "raptors-array/tests/",
        "forks, and writes through shared views",
    ),
    // Python: what has no safe wrapper.
    (
        "raptors-py/src/array.rs",
        "the content of objects, written in place",
    ),
    (
        "raptors-py/src/buffer.rs",
        "buffers that others look at memory through",
    ),
    (
        "raptors-py/src/call.rs",
        "arguments as C functions get them",
    ),
    ("raptors-py/src/dlpack/", "memory shared by DLPack"),
    (
        "raptors-py/src/functions.rs",
        "C functions in the place of functions",
    ),
    (
        "raptors-py/src/held.rs",
        "references to arrays that were exchanged",
    ),
    ("raptors-py/src/interop.rs", "memory shared with NumPy"),
    (
        "raptors-py/src/items.rs",
        "items of lists, read and written in place",
    ),
    ("raptors-py/src/lender.rs", "references let go in slots"),
    ("raptors-py/src/limits.rs", "symbols for threadpoolctl"),
    (
        "raptors-py/src/methods.rs",
        "C functions in the place of methods",
    ),
    (
        "raptors-py/src/object.rs",
        "objects allocated without detours",
    ),
    (
        "raptors-py/src/object/",
        "objects that are free to be used again",
    ),
    (
        "raptors-py/src/overrides.rs",
        "a C function in the place of a method",
    ),
    (
        "raptors-py/src/random.rs",
        "NumPy's bit generators, through their C interface",
    ),
    (
        "raptors-py/src/forward.rs",
        "a class whose objects C functions are called with, by the vectorcall protocol",
    ),
    (
        "raptors-py/src/pooled.rs",
        "objects of small classes in memory that is used again, and their slots",
    ),
    (
        "raptors-py/src/slots.rs",
        "C functions in the slots of classes",
    ),
    (
        "raptors-py/src/status.rs",
        "NumPy's C function that reports exceptions",
    ),
    (
        "raptors-py/src/temporary/caller.rs",
        "return addresses on the stack",
    ),
];

/// Files of the product that may tell platforms apart.
pub(super) const PLATFORM: Allowed = &[
    ("raptors-kernels/src/arch/", "intrinsics"),
    ("raptors-kernels/src/isa.rs", "detects the levels"),
    ("raptors-kernels/src/bound.rs", "matches on levels"),
    (
        "raptors-kernels/src/kernel.rs",
        "matches on levels, which belong to an architecture",
    ),
    ("raptors-kernels/src/ufunc.rs", "matches on levels"),
    (
        "raptors-kernels/src/product/blocked.rs",
        "an instruction that only one level has",
    ),
    (
        "raptors-kernels/src/product/mod.rs",
        "tiles of pairs that only one level has",
    ),
    (
        "raptors-kernels/src/product/direct.rs",
        "tiles that only one level has",
    ),
    (
        "raptors-kernels/src/product/panels.rs",
        "tiles that only one level has",
    ),
    (
        "raptors-kernels/src/product/tile.rs",
        "tiles of bytes that only one level has",
    ),
    (
        "raptors-kernels/src/product/small.rs",
        "vectors of integers that only one level has",
    ),
    (
        "raptors-kernels/src/product/view.rs",
        "runs that only one level writes as such",
    ),
    ("raptors-kernels/src/fold/mod.rs", "matches on levels"),
    ("raptors-dispatch/src/plan/model.rs", "matches on levels"),
    ("raptors-dispatch/src/machine/", "knows the machine"),
    ("raptors-array/src/mem/os.rs", "calls the operating system"),
    (
        "raptors-dispatch/src/team/steer.rs",
        "calls the operating system",
    ),
];

/// Files of the product that may read environment variables, each once a process.
pub(super) const ENVIRONMENT: Allowed = &[
    ("raptors-kernels/src/isa.rs", "RAPTORS_SIMD"),
    (
        "raptors-py/build.rs",
        "Cargo tells build scripts of the target so",
    ),
    ("raptors-dispatch/src/team/limit.rs", "RAPTORS_THREADS"),
    (
        "raptors-dispatch/src/machine/profile.rs",
        "RAPTORS_PROFILE, and the user's cache folder",
    ),
    ("raptors-dispatch/src/matmul/backend.rs", "RAPTORS_BLAS"),
    ("raptors-array/src/mem/pool.rs", "RAPTORS_CACHE_BYTES"),
    (
        "raptors-py/src/setting.rs",
        "shows RAPTORS_THREADS, when asked",
    ),
];

/// Files that may name many ufuncs.
pub(super) const UFUNCS: Allowed = &[
    (TABLE, "the list"),
    (
        "raptors-py/python/raptors/_methods.py",
        "which operator of Python is which ufunc",
    ),
    (
        "raptors-kernels/tests/",
        "values and laws of single functions",
    ),
    (
        "raptors-bench/compare/raptors_compare/ops.py",
        "the cells of the suites, with NumPy's names",
    ),
    ("raptors-py/tests/", "values and laws of single functions"),
];
