"""Order where the processor takes subnormal numbers for zeros, as some libraries ask it to."""

import platform
import subprocess
import sys
import textwrap

import pytest

PROGRAM = """
import ctypes, mmap
import numpy as np
import raptors as rp

def call(code, word):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(at)(ctypes.addressof(word))

cases = []
for dtype, bits in ("f4", "u4"), ("f8", "u8"):
    for n in 20, 100, 127, 300, 5000:
        x = np.random.default_rng(n).permutation(np.arange(1, n + 1, dtype=bits)).view(dtype)
        cases.append((x, bits, n))
word = ctypes.c_uint32(0x1F80 | 0x8040)
call(bytes([0x0F, 0xAE, 0x17, 0xC3]), word)  # ldmxcsr [rdi]; ret
for x, bits, n in cases:
    a = rp.asarray(x)
    wanted = np.arange(1, n + 1)
    assert (np.asarray(rp.sort(a)).view(bits) == wanted).all(), ("sort", bits, n)
    part = np.asarray(rp.partition(a, n // 2)).view(bits)
    assert part[n // 2] == n // 2 + 1 and (np.sort(part) == wanted).all(), ("partition", bits, n)
    places = np.asarray(rp.argpartition(a, n // 2))
    assert (np.sort(places) == np.arange(n)).all(), ("argpartition", bits, n)
"""


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform == "win32", reason="x86-64 calls of System V")
def test_subnormal_numbers_are_kept():
    subprocess.run([sys.executable, "-c", textwrap.dedent(PROGRAM)], check=True)
