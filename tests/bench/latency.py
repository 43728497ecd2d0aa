"""How long a slider's step takes until the picture has changed: `python -m tests.bench.latency`.

All scenes stand in one notebook, in JupyterLab, in a headless browser. A step is an arrow key on a slider; it ends
with the frame that shows the new picture. The scenes take turns, a dozen steps each, so that whatever else the machine
does meets all of them alike. Dragging is five seconds of mouse moves. Figures are compared with the empty round trip
of the same run. Nothing here fails: it prints.
"""

import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import lab

ROUNDS, STEPS = 4, 12  # the first step of every round is a warm-up and does not count
DRAG_SECONDS = 5.0
PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
EMPTY = "empty round trip, slider to label"
BARS = ("bars, interact + plt.show()", "bars, LivePlot")
HEAT = ("heat map, interact + plt.show()", "heat map, LivePlot")
SCENES = {  # name: code of its cell
    EMPTY: "scenes.empty()",
    BARS[1]: "scenes.bars_live()",
    HEAT[1]: "scenes.heat_live()",
    BARS[0]: "scenes.bars_interact()",
    HEAT[0]: "scenes.heat_interact()",
}
RUN_SHOWN = """(number) => {
    const cell = document.querySelectorAll(".jp-Notebook .jp-CodeCell")[number];
    const output = cell?.querySelector(".jp-Cell-outputArea");
    if (!output || !output.querySelector(".noUi-handle")) return null;
    const images = [...output.querySelectorAll("img")];
    const wanted = cell.querySelector(".cm-content").textContent.includes("empty") ? 0 : 1;
    const shown = images.length >= wanted && images.every((image) => image.complete && image.naturalWidth);
    return shown ? performance.now() : null;
}"""


@dataclass
class Figures:
    """What was measured of one scene; times in milliseconds."""

    first: float = 0.0  # from running the cell to its picture
    steps: list = field(default_factory=list)  # from a key to the changed picture
    rate: float = 0.0  # pictures a second while dragging
    rest: float = 0.0  # from the last move to the last change
    last: bool = False  # the last value is the one shown
    heights: int = 0  # changes of the output's height while dragging

    @property
    def step(self) -> float:
        return statistics.median(self.steps)


def measure(page, address: str, token: str, folder: Path, names) -> dict[str, Figures]:
    """Open a notebook with the scenes, step and drag their sliders."""
    figures = {name: Figures() for name in names}
    lab.write_notebook(folder / "latency.ipynb", "from tests.bench import scenes", *map(SCENES.get, names))
    page.goto(f"{address}lab/tree/latency.ipynb?token={token}&reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    _run(page, 0)
    page.wait_for_timeout(3000)  # the imports are done
    for number, name in enumerate(names, start=1):
        start = _run(page, number)
        shown = page.wait_for_function(RUN_SHOWN, arg=number, timeout=30_000, polling="raf")
        figures[name].first = shown.json_value() - start
        page.wait_for_timeout(1500)
        output = page.locator(".jp-Notebook .jp-CodeCell").nth(number).locator(".jp-Cell-outputArea")
        output.evaluate(PROBE)
    for turn in range(ROUNDS):
        for number, name in enumerate(names):
            key = "ArrowLeft" if turn % 2 else "ArrowRight"
            figures[name].steps += [_step(page, number, key) for _ in range(STEPS)][1:]
    for number, name in enumerate(names):
        _drag(page, number, figures[name])
    return figures


def _run(page, number: int) -> float:
    """Run a cell by its key; gives the page's time."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(number)
    for _ in range(5):  # a notebook that is still being set up loses the first click
        cell.locator(".cm-content").click()
        start = page.evaluate("performance.now()")
        page.keyboard.press("Shift+Enter")
        for _ in range(20):
            if "[ ]" not in cell.locator(".jp-InputPrompt").first.inner_text():
                return start
            page.wait_for_timeout(50)
    raise RuntimeError(f"cell {number} does not run")


def _step(page, number: int, key: str) -> float:
    """Time of one step, begun when everything is at rest."""
    # The picture of the step before has come to rest, and the key is not in step with the screen's frames.
    page.wait_for_timeout(300 + 13 * (time.monotonic_ns() % 7))
    page.evaluate("(n) => { const p = probes[n]; p.inputs = []; p.changes = []; p.handle.focus(); }", number)
    page.keyboard.press(key)
    changed = page.wait_for_function(
        "(n) => { const p = probes[n]; return p.changes.length ? p.changes[0] - p.inputs[0] : null; }",
        arg=number,
        timeout=15_000,
    )
    return changed.json_value()


def _drag(page, number: int, figures: Figures) -> None:
    """Drag to and fro for some seconds, let go, and wait until nothing changes any more."""
    output = page.locator(".jp-Notebook .jp-CodeCell").nth(number + 1).locator(".jp-Cell-outputArea")
    handle = output.locator(".noUi-handle").bounding_box()
    track = output.locator(".noUi-target").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    left, right = track["x"] + 10, track["x"] + track["width"] - 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("(n) => Object.assign(probes[n], {dragging: true, inputs: [], changes: [], heights: []})", number)
    start, pace = time.monotonic(), 4
    while time.monotonic() - start < DRAG_SECONDS:
        x += pace
        if not left < x < right:
            pace = -pace
            x += 2 * pace
        page.mouse.move(x, y)
        page.wait_for_timeout(8)
    elapsed = time.monotonic() - start
    figures.rate = page.evaluate("(n) => probes[n].changes.length", number) / elapsed
    page.mouse.up()
    page.wait_for_timeout(3000)
    figures.rest, figures.heights = page.evaluate(
        "(n) => [probes[n].changes.at(-1) - probes[n].inputs.at(-1), new Set(probes[n].heights).size]", number
    )
    readout = output.locator(".widget-readout").first.inner_text()
    figures.last = readout in output.inner_text().replace(readout, "", 1) or "interact" in list(SCENES)[number]


def _line(what: str, value: float, target: float, smaller: bool, unit: str = "x") -> str:
    reached = value <= target if smaller else value >= target
    words = "at most" if smaller else "at least"
    return f"  {what:<58} {value:6.2f}{unit}  target {words} {target}{unit}: {'reached' if reached else 'missed'}"


def report(figures: dict[str, Figures], plain: dict[str, Figures]) -> str:
    """Figures, ratios and targets; `plain` is measured on Jupyter Server's own connection, without TCP_NODELAY.

    The usual way of drawing is compared as courses run it, on that connection; its figure with ours stands below.
    """
    empty = figures[EMPTY]
    lines = [f"{'scene':<48}{'step':>8}{'quarters':>14}{'rate':>9}{'at rest':>9}{'first':>9}{'height':>9}"]
    both = [*figures.items(), *((f"{name}, stock server", one) for name, one in plain.items())]
    for name, one in both:
        low, _, high = statistics.quantiles(one.steps, n=4)
        height = "constant" if one.heights <= 1 else f"{one.heights} values"
        lines.append(
            f"{name:<48}{one.step:5.0f} ms{low:7.0f}–{high:.0f} ms{one.rate:7.1f}/s"
            f"{one.rest:6.0f} ms{one.first:6.0f} ms {height}"
        )
    for title, (usual, live), slower, faster in (("bars", BARS, 1.5, 3.3), ("heat map", HEAT, 2.2, 5.5)):
        one = figures[live]
        lines += [
            _line(f"{title}: LivePlot's step to the empty one", one.step / empty.step, slower, True),
            _line(
                f"{title}: interact, as courses run it, to LivePlot's step", plain[usual].step / one.step, faster, False
            ),
            f"  {title}: the same with TCP_NODELAY for interact too {figures[usual].step / one.step:13.2f}x",
            _line(f"{title}: at rest later than a round trip", one.rest - empty.step, 150, True, " ms"),
            _line(f"{title}: first picture after the imports", one.first / 1000, 0.5, True, " s"),
        ]
        lines += [] if one.last else [f"  {title}: NOT at rest on the last value"]
    nagle = plain[EMPTY]
    lines += [
        f"without TCP_NODELAY: step {nagle.step:.0f} ms, {nagle.rate:.1f} a second while dragging",
        f"  TCP_NODELAY: {nagle.step / empty.step:.2f} times faster step, {empty.rate / nagle.rate:.2f} times the rate",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure everything and print it beside its targets."""
    with tempfile.TemporaryDirectory(prefix="latency-") as name:
        folder = Path(name)
        with lab.server(folder) as (address, token), lab.page(height=3000) as page:
            figures = measure(page, address, token, folder, list(SCENES))
        with lab.server(folder, prompt=False) as (address, token), lab.page(height=3000) as page:
            plain = measure(page, address, token, folder, [EMPTY, BARS[0], HEAT[0]])
    print(report(figures, plain))


if __name__ == "__main__":
    main()
