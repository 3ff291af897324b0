"""Makes the thread team known to ``threadpoolctl``, where that is installed."""

from __future__ import annotations

import ctypes


def register() -> None:
    """Registers the team as a library of user API ``"raptors"``, so that ``threadpool_limits`` limits it."""
    try:
        from threadpoolctl import LibController
        from threadpoolctl import register as add
    except ImportError:
        # Not installed, or older than 3.2, which knows no other libraries.
        return

    class RaptorsController(LibController):
        user_api = "raptors"
        internal_api = "raptors"
        filename_prefixes = ("_raptors",)
        check_symbols = ("raptors_get_num_threads", "raptors_set_num_threads", "raptors_get_version")

        def get_num_threads(self):
            return self.dynlib.raptors_get_num_threads()

        def set_num_threads(self, num_threads):
            self.dynlib.raptors_set_num_threads(ctypes.c_int(num_threads))

        def get_version(self):
            get = self.dynlib.raptors_get_version
            get.restype = ctypes.c_char_p
            return get().decode()

    add(RaptorsController)
