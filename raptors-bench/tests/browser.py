"""A browser without a window, where one is installed: opens a page as wide as a desk's screen or a
phone's, in light or dark, asks it questions and takes pictures of it. It speaks the DevTools protocol over
two pipes, so that it needs no package and no port."""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from fixture import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell")
# Nothing of the user's, nothing from a network. The pages are our own, and a container has neither a
# sandbox nor much shared memory.
OPTIONS = (
    "--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
# Width, height, and whether it is a phone's.
SCREENS = {"desktop": (1280, 900, False), "phone": (390, 844, True)}


class Silent(Exception):
    """The browser does not answer, or says that something is wrong."""


def installed():
    """The path of a browser, if there is one that can be spoken to."""
    names = filter(None, (os.environ.get("BROWSER_TO_TEST_WITH"), *NAMES))
    return next(filter(None, map(shutil.which, names)), None) if os.name == "posix" else None


class Absent(Silent):
    """There is no browser, or none that starts."""


class Browser:
    """A browser that runs; its first page is the one that is spoken to."""

    def __init__(self, program, folder):
        ends = [*os.pipe(), *os.pipe()]
        # Above those that the browser is to have them by.
        theirs_in, ours_out, ours_in, theirs_out = (
            fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends
        )
        for end in ends:
            os.close(end)
        quiet = os.open(os.devnull, os.O_RDWR)
        self._write, self._read, self._number, self._rest = ours_out, ours_in, 0, b""
        self._session = None
        self.pid = os.posix_spawn(
            program, [program, *OPTIONS, f"--user-data-dir={folder}", "about:blank"],
            {**os.environ, "HOME": str(folder)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, quiet, 1), (os.POSIX_SPAWN_DUP2, quiet, 2),
                (os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4),
            ],
        )  # fmt: skip
        for end in (quiet, theirs_in, theirs_out):
            os.close(end)

    def begin(self):
        """Takes hold of the first page."""
        found = self.ask("Target.getTargets")["targetInfos"]
        page = next(one["targetId"] for one in found if one["type"] == "page")
        told = self.ask("Target.attachToTarget", targetId=page, flatten=True)
        self._session = told["sessionId"]

    def _line(self):
        """What the browser says next."""
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], PATIENCE)[0]:
                raise Silent("no answer")
            more = os.read(self._read, 1 << 20)
            if not more:
                raise Silent("it has ended")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        return json.loads(line)

    def ask(self, method, **parameters):
        """What a method of the protocol gives."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        left = json.dumps(asked).encode() + b"\0"
        try:
            while left:
                left = left[os.write(self._write, left) :]
        except BrokenPipeError:
            raise Silent("it has ended") from None
        while (told := self._line()).get("id") != self._number:
            pass
        if "error" in told:
            raise Silent(f"{method}: {told['error']}")
        return told["result"]

    def run(self, program):
        """The value of an expression in the page, which may be awaited."""
        told = self.ask("Runtime.evaluate", expression=program, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise Silent(json.dumps(told["exceptionDetails"])[:2000])
        return told["result"].get("value")

    def open(self, file, screen, scheme):
        """Opens a page on a screen, in light or dark, once it has drawn itself."""
        width, height, phone = SCREENS[screen]
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, mobile=phone,
                 deviceScaleFactor=2 if phone else 1)  # fmt: skip
        self.ask("Emulation.setTouchEmulationEnabled", enabled=phone)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=features)
        self.ask("Page.navigate", url=Path(file).resolve().as_uri())
        self.run("new Promise((done) => document.readyState === 'complete' ? done() : "
                 "addEventListener('load', () => done()))")  # fmt: skip

    def picture(self, file, top=0, height=None):
        """A picture of the page, or of a part of it."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": top, "width": size["width"], "height": height or size["height"] - top, "scale": 1}
        told = self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        Path(file).write_bytes(base64.b64decode(told["data"]))

    def end(self):
        """Ends it."""
        self._session = None
        with suppress(Silent):
            self.ask("Browser.close")
        os.close(self._write)
        os.close(self._read)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@contextmanager
def browsing():
    """A browser while it is needed; raises `Absent` where there is none."""
    program = installed()
    if program is None:
        raise Absent(f"no browser is installed ({', '.join(NAMES)})")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(program, folder)
        try:
            try:
                browser.begin()
            except Silent as error:
                raise Absent(f"{program} does not start: {error}") from None
            yield browser
        finally:
            browser.end()
