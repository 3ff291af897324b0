"""What profiles read from other programs: recorded outputs, and outputs that are no such thing."""

import pytest
from raptors_compare.profile import asm, cachegrind, names, sample, stacks
from raptors_compare.profile.tools import Failed

SCRIPT = """\
python 16540 35658.581816:    1003009 cpu-clock:u: 
\t          515555 FLOAT_add_X86_V3+0x1b5 (/v/numpy/_core/_multiarray_umath.so)
\t          2b8e07 reduce_loop+0x1c7 (/v/numpy/_core/_multiarray_umath.so)
\t          101b56 _PyEval_EvalFrameDefault+0x6fe6 (/lib/libpython3.11.so.1.0)

python 16540 35658.583064:    1003009 cpu-clock:u: 
\t          515560 FLOAT_add_X86_V3+0x1c0 (/v/numpy/_core/_multiarray_umath.so)
\t          101b56 _PyEval_EvalFrameDefault+0x6fe6 (/lib/libpython3.11.so.1.0)

python 16540 35658.584069:    1003009 cpu-clock:u: 
\t          edc81c <raptors_kernels::isa::Avx512 as raptors_kernels::isa::Isa>::vectorize::inner+0x5cc (/p/_raptors.so)
\t          101b56 _PyEval_EvalFrameDefault+0x6fe6 (/lib/libpython3.11.so.1.0)
\tffffffff81360070 [unknown] ([kernel.kallsyms])

"""


def test_samples_are_read_with_the_event_that_was_used():
    found = stacks.script(SCRIPT)
    assert found.event == "cpu-clock"
    assert [len(stack) for stack in found.stacks] == [3, 2, 3]
    leaf = found.stacks[0][0]
    assert (leaf.symbol, leaf.start, leaf.at) == ("FLOAT_add_X86_V3", 0x5153A0, 0x515555)
    rows = stacks.self_times(found)
    assert [(row["symbol"], row["samples"], row["room"]) for row in rows] == [
        ("FLOAT_add_X86_V3", 2, "numpy"),
        ("<raptors_kernels::isa::Avx512 as raptors_kernels::isa::Isa>::vectorize::inner", 1, "kernel"),
    ]
    assert rows[0]["self"] == pytest.approx(2 / 3)
    assert rows[0]["places"] == {0x1B5: 1, 0x1C0: 1}
    assert "| 66.7% | 66.7% | numpy | `FLOAT_add_X86_V3` |" in stacks.markdown("a", rows)


@pytest.mark.parametrize(
    "text", ["", "no samples\n", SCRIPT + SCRIPT.replace("cpu-clock", "cycles"), SCRIPT.splitlines()[0]]
)
def test_what_is_no_sample_is_an_error(text):
    with pytest.raises(Failed):
        stacks.script(text)


def test_stacks_are_collapsed_and_read_again():
    text = names.collapsed(stacks.script(SCRIPT))
    found = stacks.folded(text)
    assert found["_PyEval_EvalFrameDefault;reduce_loop;FLOAT_add_X86_V3"] == 1
    assert sum(found.values()) == 3
    for broken in ("", "a;b\n", "a;b x\n"):
        with pytest.raises(Failed):
            stacks.folded(broken)


def test_frames_with_semicolons_stay_whole(tmp_path):
    text = "main (a.py:1);map<[f32; 16]> (zip.rs:306);[u8; 4]::first (lib.rs:1) 7\n"
    (tmp_path / "stacks").write_text(sample.whole_frames(text))
    row = sample.from_stacks(tmp_path / "stacks")[0]
    assert (row["symbol"], row["samples"]) == ("[u8: 4]::first (lib.rs:1)", 7)


def test_self_times_are_read_from_stacks_alone(tmp_path):
    (tmp_path / "stacks").write_text("main;run;add 3\nmain;run 1\n")
    rows = sample.from_stacks(tmp_path / "stacks")
    assert [(row["symbol"], row["self"], row["total"]) for row in rows] == [("add", 0.75, 0.75), ("run", 0.25, 1)]


def test_rust_symbols_lose_their_hash():
    assert stacks.tidy("raptors_array::reduce::run::h9c48da6e8c97a1bd") == "raptors_array::reduce::run"
    assert stacks.tidy("FLOAT_add_X86_V3") == "FLOAT_add_X86_V3"


@pytest.mark.parametrize(
    ("symbol", "file", "room"),
    [
        ("__libc_malloc", "/lib/libc.so.6", "library"),
        ("_int_malloc", "/lib/libc.so.6", "memory"),
        ("raptors_array::mem::pool::take", "/p/_raptors.so", "memory"),
        ("raptors_dispatch::team::run", "/p/_raptors.so", "dispatch"),
        ("_raptors::reduction::reduce", "/p/_raptors.so", "binding"),
        ("core::array::map", "/p/_raptors.so", "rust"),
        ("sgemm_kernel", "/v/numpy.libs/libscipy_openblas64_.so", "numpy"),
        ("finish_task_switch", "[kernel.kallsyms]", "system"),
        ("list_dealloc", "/lib/libpython3.11.so.1.0", "python"),
    ],
)
def test_functions_have_rooms(symbol, file, room):
    assert stacks.room(symbol, file) == room


INNER = (
    "inner<(), raptors_kernels::fold::rows::down::{closure_env#0}<raptors_kernels::isa::Avx512, f32, "
    "raptors_kernels::fold::sum::Sum, (), raptors_kernels::fold::op::{impl#0}::of::{closure#1}"
    "::{closure_env#0}<raptors_kernels::isa::Avx512, f32, raptors_kernels::fold::sum::Sum>>>"
)


def test_generic_functions_are_named_by_the_line_tables():
    assert names.readable(INNER) == "raptors_kernels::fold::rows::down<Avx512, f32, Sum>"
    assert names.readable("main") is None
    listing = (
        "0x0000000000edd81c\n<A as B>::vectorize::inner\n/w/sum.rs:47\npass<f32>\n/w/rows.rs:159\n"
        f"{INNER}\n/w/isa.rs:300\n0x0000000000f9ad12\nmain\n??:0\n"
    )
    assert names.outermost(listing) == {0xEDD81C: INNER, 0xF9AD12: "main"}
    assert names.arguments("<a, b<c, d>, fn(e) -> f>::g") == ["a", "b<c, d>", "fn(e) -> f"]


def test_places_in_a_file_become_addresses():
    listing = (
        "  LOAD           0x000000 0x0000000000000000 0x0000000000000000 0x268268 0x268268 R   0x1000\n"
        "  LOAD           0x268268 0x0000000000269268 0x0000000000269268 0x1b2cf78 0x1b2cf78 R E 0x1000\n"
    )
    assert names.segments(listing) == [(0x268268, 0x269268, 0x1B2CF78)]


CACHEGRIND = """\
desc: I1 cache: 32768 B, 64 B, 8-way associative
cmd: python -m loop
events: Ir I1mr ILmr Dr D1mr DLmr Dw D1mw DLmw
fl=/w/rows.rs
fn=raptors_kernels::fold::fold_rows::h9c48da6e8c97a1bd
12 100 1 0 40 2 1 20 1 1
13 50 0 0 10 0 0 5 0 0
fl=???
fn=FLOAT_add
0 850 9 0 50 8 9 75 9 9
summary: 1000 10 0 100 10 10 100 10 10
"""


def test_counts_are_read_and_made_figures():
    total, functions = cachegrind.parse(CACHEGRIND)
    assert functions == {"raptors_kernels::fold::fold_rows": 150, "FLOAT_add": 850}
    assert cachegrind.figures(total) == {
        "instructions": 1000, "reads": 100, "writes": 100, "l1i_misses": 10, "l1d_misses": 20,
        "ll_misses": 20,
    }  # fmt: skip
    assert cachegrind.per_call({"a": 10}, {"a": 40, "b": 3}, 3) == {"a": 10.0, "b": 1.0}
    cut = CACHEGRIND[: CACHEGRIND.index("summary")]
    for broken in ("", cut, "events: Ir\nsummary: 1 2\n", "events: Dr\nsummary: 1\n"):
        if broken == "events: Ir\nsummary: 1 2\n":
            assert cachegrind.parse(broken)[0] == {"Ir": 1}
            continue
        with pytest.raises(Failed):
            cachegrind.parse(broken)


LISTING = """\

/v/_multiarray_umath.so:     file format elf64-x86-64


Disassembly of section .text:

00000000005153a0 <FLOAT_add_X86_V3>:
  5153a0:\tpush   rbp
  5153a1:\tvaddps ymm0,ymm1,YMMWORD PTR [rdi]
  5153a5:\tvaddps zmm0,zmm1,zmm2
  5153a9:\tvaddss xmm0,xmm1,xmm2
  5153ad:\tmovups XMMWORD PTR [rax],xmm0
  5153b1:\tvcvtsi2sd xmm0,xmm0,rax
  5153b5:\tjne    5153a0 <FLOAT_add_X86_V3>
  5153b7:\tret
"""


def test_instructions_are_sorted_by_the_widest_register():
    found = asm.listing(LISTING)
    assert len(found) == 8
    assert asm.mix(found, "x86") == {"zmm": 1, "ymm": 1, "xmm": 1, "scalar float": 2, "general": 3}
    ran = asm.executed(found, "x86", {1: 3, 5: 1, 999: 7})
    assert (ran["ymm"], ran["zmm"]) == (0.75, 0.25)
    with pytest.raises(Failed):
        asm.listing("a.so:     file format elf64-x86-64\n")


def test_instructions_of_other_machines_are_sorted_too():
    lines = [
        "  10:\tfadd\tv0.4s, v1.4s, v2.4s", "  14:\tldr\tq0, [x1]", "  18:\tfadd\ts0, s1, s2",
        "  1c:\tadd\tx0, x1, #0x1", "  20:\tfadd\tz0.s, p0/m, z0.s, z1.s",
    ]  # fmt: skip
    found = asm.listing("\n".join(lines))
    assert asm.mix(found, "arm") == {"sve": 1, "neon": 2, "scalar float": 1, "general": 1}


def test_symbols_without_a_size_are_left_out():
    table = "00000000005153a0 00000000000004d4 t FLOAT_add_X86_V3\n0000000000001000 T start\n"
    assert asm.symbols(table) == {0x5153A0: (0x4D4, "FLOAT_add_X86_V3")}


def test_a_graph_without_frames_is_none():
    with pytest.raises(Failed):
        sample.frames("<svg xmlns='http://www.w3.org/2000/svg'><title>x</title></svg>")
    with pytest.raises(Failed):
        sample.frames("<svg")
    titles = "".join(f"<g><title>f{n} (1 samples, 10%)</title></g>" for n in range(4))
    assert len(sample.frames(f"<svg xmlns='http://www.w3.org/2000/svg'>{titles}</svg>")) == 4
