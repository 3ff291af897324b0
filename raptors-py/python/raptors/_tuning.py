"""``rp.tune``: measures the machine, so that plans are made for it."""

from __future__ import annotations

from ._raptors import _check_plans, _tune


def tune(*, save: bool = True, check: bool = False) -> None:
    """Measures this machine's speeds and costs, prints them, and lets plans be made from them.

    Takes less than five seconds, and wants the machine for itself. Each figure is printed as it was
    and as it is, with how it was measured. The figures are kept in the user's cache folder, in a file
    for this processor, which ``RAPTORS_PROFILE`` overrides; this process and those that start later
    use them. With ``save=False`` they are printed only. ``check=True`` then compares predicted with
    measured times of typical operations, and prints the worst error.

    Examples
    --------
    >>> rp.tune(save=False)  # doctest: +SKIP
    """
    report, path = _tune(save)
    print(report)
    if path is None:
        print("not kept: plans are made as before")
    else:
        print(f"kept in {path}; this process and those that start from now on plan with it")
    if check:
        print()
        print(_check_plans()[0])
