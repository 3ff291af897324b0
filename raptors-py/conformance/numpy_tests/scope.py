"""Which of NumPy's tests are run, and which are about things that Raptors leaves to NumPy."""

from __future__ import annotations

import re

FILES = """
_core/tests/test_multiarray.py _core/tests/test_numeric.py _core/tests/test_umath.py
_core/tests/test_ufunc.py _core/tests/test_indexing.py _core/tests/test_indexerrors.py
_core/tests/test_shape_base.py _core/tests/test_einsum.py _core/tests/test_numerictypes.py
_core/tests/test_scalarmath.py _core/tests/test_scalar_methods.py _core/tests/test_scalar_ctors.py
_core/tests/test_nep50_promotions.py _core/tests/test_array_coercion.py
_core/tests/test_item_selection.py _core/tests/test_function_base.py _core/tests/test_getlimits.py
_core/tests/test_umath_complex.py _core/tests/test_umath_accuracy.py _core/tests/test_half.py
_core/tests/test_dtype.py _core/tests/test_errstate.py _core/tests/test_dlpack.py
_core/tests/test_array_interface.py _core/tests/test_arrayprint.py _core/tests/test_api.py
_core/tests/test_abc.py _core/tests/test_argparse.py _core/tests/test_mem_overlap.py
_core/tests/test_finfo.py _core/tests/test_array_api_info.py
_core/tests/test_casting_floatingpoint_errors.py _core/tests/test_scalarprint.py
_core/tests/test_print.py _core/tests/test_overrides.py _core/tests/test_protocols.py
_core/tests/test_regression.py
lib/tests/test_function_base.py lib/tests/test_arraysetops.py lib/tests/test_shape_base.py
lib/tests/test_nanfunctions.py lib/tests/test_index_tricks.py lib/tests/test_stride_tricks.py
lib/tests/test_twodim_base.py lib/tests/test_type_check.py lib/tests/test_ufunclike.py
lib/tests/test_histograms.py lib/tests/test_arraypad.py lib/tests/test_packbits.py
lib/tests/test_polynomial.py lib/tests/test_array_utils.py lib/tests/test_format.py
lib/tests/test_io.py lib/tests/test_loadtxt.py lib/tests/test_arrayterator.py
lib/tests/test_mixins.py lib/tests/test_regression.py
linalg/tests/test_linalg.py linalg/tests/test_regression.py linalg/tests/test_deprecations.py
fft/tests/test_pocketfft.py fft/tests/test_helper.py
""".split()

# A test whose source matches is about that subject, which is not Raptors'.
FOREIGN = {
    "C API": r"_multiarray_tests|_umath_tests|rational|_struct_ufunc|_operand_flag"
    r"|\b(mt|umt|uml|opflag\w*|struct_ufunc)\.|limited_api|get_castingimpl|extint128|_simd|mem_policy"
    r"|cython|NPY_",
    "object": r"\bobject\b|object_|['\"]O\d?['\"]|\bO->|\bdtype=['\"]O|fractions|Fraction|Decimal",
    "datetime": r"datetime|timedelta|['\"][<>|=]?[mM]8|NaT|isnat|DateTime|Timedelta",
    "structured": r"np\.void|\bvoid\b|recarray|np\.rec|['\"]names['\"]|\.names\b|\.fields\b"
    r"|dtype\(\[\(|dtype=\[\(|\[\(\s*['\"]\w*['\"]\s*,|['\"][|<>]?V\d*['\"]|['\"][if]\d,\s?[if]\d"
    r"|['\"]formats['\"]",
    "string": r"StringDType|np\.str_|np\.bytes_|\bstr_\b|\bbytes_\b|np\.char|defchararray|chararray"
    r"|['\"][<>|=]?[SUaT]\d*['\"]|dtype=(str|bytes)\b|unicode",
    "longdouble": r"longdouble|float128|float96|longcomplex|complex256|['\"][gG]['\"]|np\.clongdouble",
    "reference counts": r"getrefcount|HAS_REFCOUNT|gc\.collect|weakref|tracemalloc",
    "subclasses": r"class \w+\((np\.)?(ndarray|ma\.|matrix|memmap)|ndarray\.__new__|np\.matrix"
    r"|\bmatrix\(|subok|asanyarray|__array_finalize__|__array_wrap__|__array_priority__|np\.ma\b|masked"
    r"|asmatrix|__array_prepare__|MyNDArray|ComplexSubClass|SimpleSubClass",
    "dispatch protocols": r"__array_function__|__array_ufunc__|__array_interface__|__array_struct__"
    r"|_implementation|set_array_function|array_function_dispatch|like=",
    "pickles": r"pickle|__reduce__|__setstate__|deepcopy",
    "ctypes and buffers": r"\bctypes\b|_testbuffer|memoryview|PyBUF",
    "processes": r"subprocess|run_subprocess|run_threaded|threading|multiprocessing|concurrent",
    "private names": r"np\._|_core\.|_impl\b|np\.lib\._|_nx\.|ncu\.|nfb\.",
    "byte order": r"newbyteorder|byteswap|['\"]>[a-zA-Z]|isnative|byteorder",
    "nditer": r"nditer|nested_iters|\bflatiter",
    "signatures": r"__doc__|inspect\.signature|text_signature|__qualname__|__module__",
    "huge memory": r"requires_memory|\*\*3[1-9]|sys\.maxsize",
}
_PATTERNS = {subject: re.compile(pattern) for subject, pattern in FOREIGN.items()}
_LETTERS = {
    "O": "object", "M": "datetime", "m": "datetime", "S": "string", "U": "string", "a": "string",
    "T": "string", "V": "structured", "g": "longdouble", "G": "longdouble",
}  # fmt: skip
_TYPES = {
    "object": "object", "object_": "object", "datetime64": "datetime", "timedelta64": "datetime",
    "void": "structured", "longdouble": "longdouble", "clongdouble": "longdouble", "str_": "string",
    "bytes_": "string", "str": "string", "bytes": "string",
}  # fmt: skip


def subjects(source: str, parameters: dict) -> list[str]:
    """What a test is about that is not Raptors', from its source and its parameters."""
    found = {subject for subject, pattern in _PATTERNS.items() if pattern.search(source)}
    for value in parameters.values():
        found |= _parameter(value)
    return sorted(found)


def _parameter(value, depth: int = 0) -> set[str]:
    found = set()
    if isinstance(value, str):
        letter = re.fullmatch(r"[<>=|]?([OMmSUVgGaT])\d*(\[.*\])?", value)
        if letter:
            found.add(_LETTERS[letter[1]])
    elif isinstance(value, type) and value.__name__ in _TYPES:
        found.add(_TYPES[value.__name__])
    elif hasattr(value, "kind") and hasattr(value, "char"):
        if value.char in _LETTERS:
            found.add(_LETTERS[value.char])
        if getattr(value, "names", None):
            found.add("structured")
    elif isinstance(value, list | tuple) and depth < 3:
        for item in value:
            found |= _parameter(item, depth + 1)
    return found
