"""The commands by name: each gives its record, what a terminal shows of it, and the exit code."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import record as recording
from .target import SIDES


def profile(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """Profiles of one side or both."""
    sides = list(SIDES) if options.side == "both" else [options.side]
    found = recording.profile(options.target, sides, out, options.seconds, not options.no_counts)
    return found, recording.report(found, out), 0


def compare_profiles(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """Both profiles next to each other."""
    found = recording.compare(options.target, out)
    return found, recording.side_by_side(found), 0


def asm(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """The kernels that ran, with their instructions."""
    from . import asm as disassembly

    found = disassembly.asm(options.target, out, options.seconds)
    return found, disassembly.markdown(found), 0


def perfstat(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """What a call costs."""
    from . import perfstat as counting

    found = counting.perfstat(options.target, out, options.command == "deep-profile")
    return found, counting.markdown(found), 0


def overhead(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """The parts of a call; inconclusive where they do not add up."""
    from . import overhead as taking_apart

    found = taking_apart.overhead(options.target, out)
    return found, taking_apart.markdown(found), 0 if found["adds_up"] else 4


def validate(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """Whether the ratio reaches the target."""
    from . import validate as validation

    found, code = validation.validate(options.target, out, options.wanted)
    return found, validation.text(found), code


def deep_profile(options: argparse.Namespace, out: Path) -> tuple[dict, str, int]:
    """One page from all of these."""
    from . import page

    return page.write(options, out)
