"""Draw a figure that mostly stands still, and pack its pixels for the browser."""

import base64
import io
import warnings

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, FigureBase
from matplotlib.font_manager import findfont, get_font
from PIL import Image

PIXELS_PER_INCH = 100  # of the page: a figure of 6.4 inches is 640 CSS pixels wide, whatever its dpi


class Frames:
    """The pictures of one figure: the background is drawn once, every frame adds what moves.

    What moves is what the author has marked with `artist.set_animated(True)`, whether it belongs to the figure or to
    an axes. It is drawn above everything that stands still, in the order of zorder. When something else has changed
    (Matplotlib calls the figure stale then) the background is drawn again.
    """

    def __init__(self, figure):
        self._figure = figure
        self._canvas = FigureCanvasAgg(figure)
        self._background = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on the page, in CSS pixels."""
        width, height = self._figure.get_size_inches() * PIXELS_PER_INCH
        return round(width), round(height)

    def next(self) -> np.ndarray:
        """Draw the figure as it is now; shape (height, width, 4)."""
        if self._background is None or self._figure.stale:
            self._draw_background()
        renderer = self._canvas.get_renderer()
        pixels = np.asarray(renderer.buffer_rgba())
        pixels[...] = self._background
        for artist in moving(self._figure):
            artist.draw(renderer)
        return pixels.copy()

    def blank(self) -> np.ndarray:
        """A white picture of the figure's size, for a figure that cannot be drawn."""
        width, height = self._canvas.get_width_height()
        return np.full((height, width, 4), 255, dtype=np.uint8)

    def free(self):
        """Let go of the figure and of everything drawn."""
        self._background = None
        self._figure.clear()
        self._canvas.renderer = None

    def _draw_background(self):
        self._canvas.draw()  # leaves out what is animated
        # A layout engine would move the axes a little whenever a label changes: what it found at first stays.
        self._figure.set_layout_engine("none")
        self._background = np.array(self._canvas.buffer_rgba())
        self._figure.stale = False


def moving(container) -> list:
    """The animated artists of a figure, a subfigure or an axes, in the order in which they are drawn."""
    found = []
    for child in sorted(container.get_children(), key=lambda artist: artist.get_zorder()):
        if child.get_animated():
            found.append(child)
        elif isinstance(child, Axes | FigureBase) and child.get_visible():
            found += moving(child)
    return found


def with_text(pixels: np.ndarray, text: str) -> np.ndarray:
    """The same picture with a text in a white strip below it."""
    width = pixels.shape[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a sign that the font lacks, in a message of the learner's
        lines = _wrapped(text, 0.96 * width)
        strip = Figure(figsize=(width / PIXELS_PER_INCH, 0.12 + 0.2 * len(lines)), dpi=PIXELS_PER_INCH)
        canvas = FigureCanvasAgg(strip)
        strip.text(0.02, 0.5, "\n".join(lines), va="center", fontsize=10, color="black", parse_math=False)
        canvas.draw()
    return np.concatenate([pixels, np.asarray(canvas.buffer_rgba())])


def _wrapped(text: str, width: float) -> list[str]:
    """The text in lines of at most `width` pixels, measured in the font of the strip; a longer word stands alone."""
    font = get_font(findfont("DejaVu Sans"))
    font.set_size(10, PIXELS_PER_INCH)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        font.set_text(longer)
        if font.get_width_height()[0] / 64 <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def png(pixels: np.ndarray) -> bytes:
    """Pixels (height, width, 4) without loss; the same pixels give the same bytes."""
    return _pack(_image(pixels).convert("RGB"), format="PNG", compress_level=3)


def jpeg(pixels: np.ndarray) -> bytes:
    """Pixels (height, width, 4) with losses that a moving picture hides: quick to pack, and quick to unpack again."""
    return _pack(_image(pixels), format="JPEG", quality=75, subsampling="4:2:0")


def data_url(packed: bytes) -> bytes:
    """An address that holds the picture itself. A page shows it 3 ms sooner than a blob, which it has to fetch."""
    kind = b"jpeg" if packed.startswith(b"\xff\xd8") else b"png"
    return b"data:image/" + kind + b";base64," + base64.b64encode(packed)


def _image(pixels):
    """The pixels without their opacity, not copied."""
    height, width, _ = pixels.shape
    return Image.frombuffer("RGBX", (width, height), pixels, "raw", "RGBX", 0, 1)


def _pack(image, **how) -> bytes:
    packed = io.BytesIO()
    image.save(packed, **how)
    return packed.getvalue()
