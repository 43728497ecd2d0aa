"""The pictures' building blocks: what their artists hold after a move, and whether a person can read them."""

import base64
import io
import itertools
import warnings

import matplotlib
import numpy as np
import pytest
from PIL import Image

from utils import style

WORDS = ["the", "cat", "sat", "on", "the", "mat"]
SHARES = np.array([0.0456, 0.7719, 0.0456, 0.0456, 0.0456, 0.0457])


def weights(seed=0, shape=(6, 6)):
    table = np.exp(2 * np.random.default_rng(seed).normal(size=shape))
    return table / table.sum(axis=1, keepdims=True)


def extents(figure, texts):
    """The boxes (pixels) of all texts that are shown, after drawing the figure."""
    figure.canvas.draw()
    return [text.get_window_extent() for text in texts if text.get_text() and text.get_visible()]


def texts_of(figure):
    """Every text that the figure draws: ticks inside the limits, titles, labels, numbers."""
    figure.canvas.draw()
    found = []
    for ax in figure.axes:
        if ax.axison:
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
                found += [label for tick in ticks for label in (tick.label1, tick.label2)] + [axis.label]
        found += [ax.title, *ax.texts, *(artist for artist in ax.artists if hasattr(artist, "get_text"))]
    return [text for text in found if text.get_text() and text.get_visible()]


def assert_readable(figure):
    """No text is cut at the figure's edge, and no two of them overlap."""
    texts = texts_of(figure)
    boxes = extents(figure, texts)
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in zip(texts, boxes, strict=True):
        assert box.x0 >= -0.5 and box.y0 >= -0.5, text
        assert box.x1 <= width + 0.5 and box.y1 <= height + 0.5, text
    for (one, box), (two, other) in itertools.combinations(zip(texts, boxes, strict=True), 2):
        shared = min(box.x1, other.x1) - max(box.x0, other.x0), min(box.y1, other.y1) - max(box.y0, other.y0)
        # a box is as high as the font's line: what may touch is air above and below the letters
        assert shared[0] <= 0 or shared[1] <= 4, (one, two)


# -- colours ---------------------------------------------------------------------------------------------------------

# Machado, Oliveira, Fernandes (2009), severity 1.0: what a person without one kind of cone sees (linear RGB).
CONES = {
    "all": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(colours, cones):
    """CIELAB of sRGB colours (n, 3) as seen with these cones."""
    rgb = np.asarray(colours, dtype=float)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.asarray(CONES[cones]).T, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = seen @ to_xyz.T / [0.9505, 1.0, 1.089]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize("cones", CONES)
@pytest.mark.parametrize(
    "roles", [("query", "key", "value", "result"), ("first", "second", "third", "fourth", "fifth")]
)
def test_roles_that_stand_side_by_side_stay_apart(cones, roles):
    colours = lab([matplotlib.colors.to_rgb(style.PALETTE[role]) for role in roles], cones)
    for one, two in itertools.combinations(colours, 2):
        assert np.linalg.norm(one - two) > 15


@pytest.mark.parametrize("cones", CONES)
def test_positive_and_negative_never_look_alike(cones):
    strength = np.linspace(0.15, 1, 12)
    negative = lab(style.SIGNED(0.5 - strength / 2)[:, :3], cones)
    positive = lab(style.SIGNED(0.5 + strength / 2)[:, :3], cones)
    # the darkest end is nearly black on both sides, but still tinted
    assert (np.linalg.norm(negative - positive, axis=1) > 15).all()


@pytest.mark.parametrize("cones", CONES)
def test_a_larger_weight_is_always_darker(cones):
    lightness = lab(style.WEIGHTS(np.linspace(0, 1, 101))[:, :3], cones)[:, 0]
    assert (np.diff(lightness) < 0).all()


@pytest.mark.parametrize("cones", CONES)
def test_a_signed_value_is_darker_the_further_it_is_from_zero(cones):
    lightness = lab(style.SIGNED(np.linspace(0, 1, 201))[:, :3], cones)[:, 0]
    assert (np.diff(lightness[:100]) > 0).all() and (np.diff(lightness[101:]) < 0).all()


def test_text_is_readable_on_every_colour_of_both_maps():
    for colours in (style.WEIGHTS(np.linspace(0, 1, 256)), style.SIGNED(np.linspace(0, 1, 256))):
        for colour in colours:
            assert style.contrast(style.text_colour(colour), colour) >= 4.5


def test_labels_in_any_role_are_readable_on_white():
    for colour in style.PALETTE.values():
        assert style.contrast(style.readable(colour), "white") >= 4.5


def test_contrast_knows_black_on_white():
    assert style.contrast("black", "white") == pytest.approx(21)
    assert style.luminance("white") == pytest.approx(1)


# -- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.5, 2, "0.50"),
        (-0.5, 1, "−0.5"),
        (-0.001, 2, "0.00"),
        (3, 0, "3"),
        (np.inf, 2, "∞"),
        (-np.inf, 2, "−∞"),
        (np.nan, 2, "nan"),
    ],
)
def test_numbers_in_pictures(value, decimals, text):
    assert style.number(value, decimals) == text


def test_a_missing_character_is_an_error():
    figure = style.new_figure()
    figure.subplots().set_title("猫")
    with pytest.raises(UserWarning, match="missing from"):
        figure.canvas.draw()
    with pytest.raises(UserWarning, match="missing from"):
        figure.savefig(io.BytesIO())


def test_the_symbols_of_the_course_are_in_the_font():
    figure = style.new_figure(10, 2)
    figure.subplots().set_title("Q Kᵀ/√dₖ ŷ ∞ − · × ‖x‖ ∂L ∇ η β₁ ≤ ≥ → λ μ σ² Σ ℓ γ ε π θ ½ ¼ ⅛ ✓ △ ○ ↑ ↓ ≈ ≠")
    figure.canvas.draw()


def test_the_readers_own_settings_change_nothing():
    def picture():
        figure = style.new_figure()
        one, two = figure.subplots(1, 2)
        style.heat_map(one, weights(), WORDS, WORDS)
        style.bars(two, WORDS, SHARES)
        style.label_axes(one, "key", "query", "Shares")
        return style.still(figure, "Shares.").png()

    plain = picture()
    settings = {"font.size": 17, "axes.facecolor": "black", "axes.spines.top": True, "xtick.labelsize": 3}
    with matplotlib.rc_context(settings):
        assert picture() == plain


def test_figures_are_not_kept_by_pyplot():
    from matplotlib import _pylab_helpers

    style.new_figure().subplots()
    assert not _pylab_helpers.Gcf.figs


def test_a_frozen_layout_stays_when_a_label_grows():
    figure = style.new_figure()
    ax = figure.subplots()
    style.label_axes(ax, "x", "y", "a title")
    style.freeze_layout(figure)
    before = ax.get_position().bounds
    ax.set_ylabel("two\nlines")
    figure.canvas.draw()
    assert ax.get_position().bounds == before


# -- arrows ----------------------------------------------------------------------------------------------------------


def test_an_arrow_moves_without_new_artists():
    figure = style.new_figure()
    ax = style.plane(figure.subplots())
    arrow = style.draw_arrow(ax, (2, 1), style.PALETTE["first"], "cat")
    children = len(ax.get_children())
    assert arrow.arrow.get_path().vertices[0] == pytest.approx([0, 0])
    arrow.update((-1, 2), tail=(1, 0), label="sat")
    figure.canvas.draw()
    assert arrow.arrow._posA_posB == [(1, 0), (0, 2)]
    assert arrow.text.get_text() == "sat"
    assert len(ax.get_children()) == children
    assert set(arrow.artists) <= set(ax.get_children())


def test_a_vector_of_length_zero_is_a_dot_and_nan_is_nothing():
    figure = style.new_figure()
    arrow = style.draw_arrow(style.plane(figure.subplots()), (0, 0), label="zero")
    assert not arrow.arrow.get_visible() and arrow.dot.get_visible()
    arrow.update((np.nan, 1))
    figure.canvas.draw()
    assert not any(artist.get_visible() for artist in arrow.artists)
    arrow.update((1, 1))
    assert arrow.arrow.get_visible() and not arrow.dot.get_visible()


@pytest.mark.parametrize("figure_size", [(6.4, 3.6), (4, 3), (9, 4)])
@pytest.mark.parametrize("degrees", [*range(0, 360, 45), 20, 110, 200, 290])
@pytest.mark.parametrize("length", [0.5, 2.9, 6])
def test_an_arrows_label_stays_inside_and_off_the_arrow(figure_size, degrees, length):
    figure = style.new_figure(*figure_size)
    ax = style.plane(figure.subplots(1, 2)[0])
    angle = np.radians(degrees)
    vector = length * np.array([np.cos(angle), np.sin(angle)])
    arrow = style.draw_arrow(ax, vector, label="mat")
    (box,) = extents(figure, [arrow.text])
    frame = ax.get_window_extent()
    assert box.x0 >= frame.x0 and box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1
    for share in np.linspace(0, 1, 200):
        x, y = ax.transData.transform(share * vector)
        assert not (box.x0 < x < box.x1 and box.y0 + 3 < y < box.y1 - 3)


def test_an_arrow_says_what_it_expected():
    ax = style.new_figure().subplots()
    with pytest.raises(ValueError, match=r"two numbers.*\(3,\)"):
        style.draw_arrow(ax, (1, 2, 3))


# -- heat maps -------------------------------------------------------------------------------------------------------


def test_a_heat_map_moves_its_image_and_its_numbers():
    ax = style.new_figure().subplots()
    heat = style.heat_map(ax, weights(0), WORDS, WORDS)
    children = len(ax.get_children())
    new = weights(1)
    heat.update(new)
    assert np.array_equal(heat.image.get_array(), new)
    assert heat.numbers.strings == [f"{value:.2f}" for value in new.flat]
    assert len(ax.get_children()) == children
    assert heat.image.get_clim() == (0, 1)
    assert set(heat.artists) <= set(ax.get_children())


@pytest.mark.parametrize("signed", [False, True])
def test_numbers_can_be_read_on_the_pixels_behind_them(signed):
    figure = style.new_figure(6.4, 6.4)
    values = np.linspace(-1 if signed else 0, 1, 36).reshape(6, 6)
    values[0, 0], values[5, 5] = np.nan, -np.inf
    heat = style.heat_map(figure.subplots(), values, signed=signed)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3] / 255
    for (left, bottom, _, _), colour in zip(heat.numbers.places(), heat.numbers.colours, strict=True):
        assert style.contrast(colour, pixels[bottom - 4, left - 4]) >= 4.5  # inside the cell, outside the number


def test_a_signed_map_keeps_white_at_zero():
    heat = style.heat_map(style.new_figure().subplots(), [[-1.0, 0.0, 4.0]], signed=True)
    assert heat.image.get_clim() == (-4, 4)
    assert heat.map(heat.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.02)
    assert style.heat_map(style.new_figure().subplots(), [[0.0]], signed=True).image.get_clim() == (-1, 1)


def test_values_beyond_the_scale_get_its_end():
    heat = style.heat_map(style.new_figure().subplots(), [[0.5, 7.0]])
    assert heat.numbers.strings == ["0.50", "7.00"]
    assert heat.numbers.colours[1] == style.text_colour(style.WEIGHTS(1.0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 2.0],), r"matrix with rows and columns.*\(2,\)"),
        ((np.zeros((0, 3)),), "matrix"),
        ((np.eye(2), ["a"]), "2 rows need 2 row labels; got 1"),
        ((np.eye(2), None, ["a"]), "2 columns need 2 column labels"),
    ],
)
def test_a_heat_map_says_what_it_expected(arguments, message):
    with pytest.raises(ValueError, match=message):
        style.heat_map(style.new_figure().subplots(), *arguments)


def test_a_heat_map_keeps_its_shape():
    heat = style.heat_map(style.new_figure().subplots(), np.eye(3))
    with pytest.raises(ValueError, match=r"\(3, 3\).*\(2, 2\)"):
        heat.update(np.eye(2))


@pytest.mark.parametrize(("size", "panels"), [((6.4, 3.6), 1), ((6.4, 3.6), 2), ((9, 4.5), 3), ((12, 4), 4)])
def test_the_six_words_fit_their_heat_map(size, panels):
    figure = style.new_figure(*size)
    for ax in figure.subplots(1, panels, squeeze=False)[0]:
        heat = style.heat_map(ax, weights(), WORDS, WORDS)
        style.label_axes(ax, "listens to", "word", "Head A")
    assert_readable(figure)
    cell = np.diff(ax.transData.transform([(0, 0), (1, 0)])[:, 0])
    assert all(width <= cell - 2 for _, _, width, _ in heat.numbers.places())


def test_numbers_are_drawn_where_their_cells_are():
    """Each number covers the same place as matplotlib's own text, to whole pixels."""

    def picture(own):
        figure = style.new_figure()
        ax = figure.subplots()
        heat = style.heat_map(ax, weights(), numbers=not own)
        for (i, j), value in np.ndenumerate(weights()):
            if own:
                colour = style.text_colour(heat.map(heat.norm(value)))
                ax.text(j, i, f"{value:.2f}", ha="center", va="center", fontsize=style.SMALL, color=colour)
        figure.canvas.draw()
        return np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(float), heat

    (mine, heat), (plain, _) = picture(False), picture(True)
    for left, bottom, width, height in heat.numbers.places():
        ink = []
        for image in (mine, plain):
            cell = image[::-1][bottom - 3 : bottom + height + 3, left - 3 : left + width + 3]
            amount = np.abs(cell - cell[0, 0]).sum(axis=2)
            rows, columns = np.indices(amount.shape)
            total = amount.sum()
            ink.append((total, (rows * amount).sum() / total, (columns * amount).sum() / total))
        (amount, *centre), (other, *other_centre) = ink
        assert amount == pytest.approx(other, rel=0.15)
        assert centre[1] == pytest.approx(other_centre[1], abs=1.2)
        # matplotlib centres the line with its room for descenders, the course the digits themselves
        assert centre[0] == pytest.approx(other_centre[0], abs=2.5)


def test_a_large_map_has_a_colour_bar_with_a_name():
    figure = style.new_figure()
    heat = style.heat_map(figure.subplots(), weights(0, (64, 128)), numbers=False, aspect="auto")
    bar = style.colour_bar(heat, "share")
    assert bar.ax.get_ylabel() == "share"
    assert heat.artists == [heat.image]
    assert_readable(figure)


# -- bars ------------------------------------------------------------------------------------------------------------


def test_bars_move_with_their_numbers():
    ax = style.new_figure().subplots()
    chart = style.bars(ax, WORDS, SHARES, high=1)
    children, limits = len(ax.get_children()), ax.get_ylim()
    chart.update(np.full(6, 1 / 6))
    assert [bar.get_height() for bar in chart.patches] == pytest.approx([1 / 6] * 6)
    assert [text.get_text() for text in chart.texts] == ["0.17"] * 6
    assert len(ax.get_children()) == children and ax.get_ylim() == limits


def test_bars_that_leave_the_axis_say_so():
    figure = style.new_figure()
    chart = style.bars(figure.subplots(), ["a", "b", "c", "d"], [0, 0, 0, 0], low=-2, high=2)
    chart.update([9, -9, np.nan, np.inf])
    assert [text.get_text() for text in chart.texts] == ["↑ 9.00", "↓ −9.00", "nan", "↑ ∞"]
    assert [bar.get_height() for bar in chart.patches] == [2, -2, 0, 2]
    assert_readable(figure)


def test_bars_take_a_colour_each_and_change_it():
    chart = style.bars(style.new_figure().subplots(), ["a", "b"], [1, 2], colour=["#000000", "#ffffff"])
    assert matplotlib.colors.to_hex(chart.patches[1].get_facecolor()) == "#ffffff"
    chart.update([1, 2], colours=["#ff0000", "#00ff00"])
    assert matplotlib.colors.to_hex(chart.patches[0].get_facecolor()) == "#ff0000"


@pytest.mark.parametrize("values", [SHARES, [1, -2, 0.3, -0.001, 4, 9], [0] * 6, [-1, -2, -3, -4, -5, -6]])
@pytest.mark.parametrize(("size", "panels"), [((6.4, 3.6), 1), ((6.4, 3.6), 2), ((9, 4.5), 2)])
def test_the_six_words_fit_under_their_bars(values, size, panels):
    figure = style.new_figure(*size)
    for ax in figure.subplots(1, panels, squeeze=False)[0]:
        style.bars(ax, WORDS, values)
        style.label_axes(ax, "word", "share", "Shares of sat")
    assert_readable(figure)


def test_bars_say_what_they_expected():
    with pytest.raises(ValueError, match=r"2 bars need 2 values; got shape \(3,\)"):
        style.bars(style.new_figure().subplots(), ["a", "b"], [1, 2, 3])


# -- matrices as boxes -----------------------------------------------------------------------------------------------

PRODUCTS = {
    "scores": (("Q", (6, 2), "query"), "@", ("Kᵀ", (2, 6), "key"), "=", ("scores", (6, 6), "result")),
    "one row": (("x", (4,)), "@", ("W_Q", (4, 2)), "=", ("q", (2,))),
    "long": (("softmax(Q Kᵀ / √d_k)", (64, 64), "query"), "@", ("V", (64, 8), "value"), "=", ("head", (64, 8))),
    "many": tuple(itertools.chain.from_iterable((("head", (6, 2)), "+") for _ in range(5)))[:-1],
    "tiny": (("a long name for one number", (1, 1)),),
}


@pytest.mark.parametrize("size", [(6.4, 3.6), (6.4, 2.4), (9, 3)])
@pytest.mark.parametrize("product", PRODUCTS)
def test_boxes_fit_and_their_labels_stay_apart(product, size):
    figure = style.new_figure(*size)
    ax = figure.subplots()
    handle = style.matrix_boxes(ax, *PRODUCTS[product], title="A product")
    assert_readable(figure)
    frame = ax.get_window_extent()
    for cells in handle.cells:
        for cell in cells:
            box = cell.get_window_extent()
            assert box.x0 >= frame.x0 - 1 and box.x1 <= frame.x1 + 1
            assert box.y0 >= frame.y0 - 1 and box.y1 <= frame.y1 + 1


def test_boxes_name_the_shapes_and_have_their_cells():
    handle = style.matrix_boxes(style.new_figure().subplots(), *PRODUCTS["scores"])
    assert [len(cells) for cells in handle.cells] == [12, 12, 36]
    texts = [label.get_text() for label in handle.labels]
    assert texts == ["Q", "(6, 2)", "@", "Kᵀ", "(2, 6)", "=", "scores", "(6, 6)"]
    widths = {round(cells[0].get_width(), 6) for cells in handle.cells}
    assert len(widths) == 1


def test_boxes_can_carry_their_numbers():
    handle = style.matrix_boxes(
        style.new_figure().subplots(), ("X", np.array([[1.0, -2.0], [0.5, 0]])), numbers=True, decimals=1
    )
    texts = [label.get_text() for label in handle.labels]
    assert texts[:4] == ["1.0", "−2.0", "0.5", "0.0"]


@pytest.mark.parametrize("item", [("Q", (6, 2, 3)), ("Q", (0, 2)), ("Q",), ("Q", 3)])
def test_boxes_say_what_they_expected(item):
    with pytest.raises(ValueError, match=r"expected a shape|a matrix is"):
        style.matrix_boxes(style.new_figure().subplots(), item)


# -- stills ----------------------------------------------------------------------------------------------------------


def test_a_still_is_a_picture_with_its_sentence():
    figure = style.new_figure()
    style.bars(figure.subplots(), WORDS, SHARES)
    data, metadata = style.still(figure, "cat gets  0.77,\nthe others 0.05.")._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert data["text/plain"] == "cat gets 0.77, the others 0.05."
    assert metadata["image/png"] == {"alt": data["text/plain"], "width": 640, "height": 360}
    with Image.open(io.BytesIO(base64.b64decode(data["image/png"]))) as picture:
        assert picture.size == (1280, 720)
        assert not picture.info.get("Software")


def test_the_same_figure_gives_the_same_bytes():
    def picture():
        figure = style.new_figure()
        style.heat_map(figure.subplots(), weights(), WORDS, WORDS)
        return style.still(figure, "Weights.").png()

    assert picture() == picture()


def test_a_still_shows_what_a_live_picture_moves():
    def picture(animated):
        figure = style.new_figure()
        chart = style.bars(figure.subplots(), WORDS, SHARES)
        for artist in chart.artists:
            artist.set_animated(animated)
        return style.still(figure, "Shares.").png()

    assert picture(True) == picture(False)


def test_a_still_needs_a_sentence():
    with pytest.raises(ValueError, match="sentence"):
        style.still(style.new_figure(), " ")


def test_drawing_warns_about_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = style.new_figure()
        one, two, three = figure.subplots(1, 3)
        style.heat_map(one, np.full((2, 2), np.nan), signed=True)
        style.bars(two, ["a"], [np.nan])
        style.draw_arrow(style.plane(three), (0, 0), label="zero").update((1e9, -1e9))
        figure.canvas.draw()


def test_two_numbers_are_written_as_a_pair():
    assert style.pair_text((2, -0.5)) == "(2.00, −0.50)"
    assert style.pair_text(np.array([-0.001, 1]), 1) == "(0.0, 1.0)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (style.short_text(3.0), "3"),
        (style.short_text(-0.5), "−0.5"),
        (style.short_text(100), "100"),
        (style.short_text(np.inf), "∞"),
        (style.signed_text(0.5), "+0.50"),
        (style.signed_text(-0.5, 3), "−0.500"),
        (style.signed_text(-0.001), "0.00"),
        (style.factor_text(-2), "(−2.00)"),
        (style.factor_text(-0.001), "0.00"),
        (style.matrix_text([[2, -1], [1, 0.5]]), "[[2, −1], [1, 0.5]]"),
    ],
)
def test_numbers_in_words(text, expected):
    assert text == expected


def test_a_moving_line_is_empty_and_not_drawn_by_itself():
    ax = style.new_figure().subplots()
    line = style.moving_line(ax, "o", color=style.PALETTE["first"])
    assert line.get_animated() and len(line.get_xdata()) == 0 and line.get_marker() == "o"
