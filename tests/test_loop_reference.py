"""Day 30's second opinion: loops that share no code with the course, and the values shipped from them."""

import ast
import inspect

import numpy as np
import pytest

from utils import calculus, probability, transformer
from utils.exercises import loop_reference

SHIPPED = loop_reference.shipped()


def test_the_shipped_values_are_current():
    computed = loop_reference.compute()
    assert computed.keys() == SHIPPED.keys()
    for name, value in computed.items():
        tolerance = 1e-6 if "/d_" in name else 1e-12
        assert np.allclose(SHIPPED[name], value, rtol=tolerance, atol=tolerance), name


def test_the_loops_use_neither_the_course_nor_a_matrix_product():
    tree = ast.parse(inspect.getsource(loop_reference))
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert sorted(imported) == ["math", "numpy", "pathlib"]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.MatMult)]


def model(p, tokens, heads, positions):
    """The course's functions in the order of day 30; gives the logits and everything on the way."""
    embedded = transformer.embed_scaled(tokens, p["E"])
    x = embedded + transformer.positional_encoding(*embedded.shape[-2:]) if positions else embedded
    mask = transformer.causal_mask(tokens.shape[1]) & transformer.padding_mask(tokens)
    output, trace = transformer.encoder_layer(x, p, heads, mask)
    return output @ p["W_out"], {"embedded": embedded, **trace}


@pytest.mark.parametrize(("group", "heads", "positions"), [("wide", 3, False), ("small", 2, True)])
def test_the_course_agrees_with_the_loops_at_every_step(group, heads, positions):
    p = {name: SHIPPED[f"{group}/{name}"] for name in loop_reference.PARAMETERS}
    logits, trace = model(p, SHIPPED[f"{group}/tokens"], heads, positions)
    for name, value in {**trace, "logits": logits}.items():
        assert np.abs(value - SHIPPED[f"{group}/{name}"]).max() < 1e-12, name


def test_the_course_agrees_with_nudging_the_loops():
    p = {name: SHIPPED[f"small/{name}"] for name in loop_reference.PARAMETERS}
    tokens, targets = SHIPPED["small/tokens"], SHIPPED["small/targets"]
    logits, trace = model(p, tokens, 2, positions=True)
    assert probability.cross_entropy(logits, targets, ignore_index=-1) == pytest.approx(SHIPPED["small/loss"])
    d_logits = probability.cross_entropy_backward(logits, targets, ignore_index=-1)
    d = transformer.encoder_layer_backward(d_logits @ p["W_out"].T, trace, p, 2)
    d |= {"logits": d_logits, "W_out": calculus.grad_W(trace["output"], d_logits), "embedded": d["x"]}
    d["E"] = transformer.embed_scaled_backward(tokens, d["x"], len(p["E"]))
    for name in (*loop_reference.NUDGED, *loop_reference.PARAMETERS):
        assert np.abs(d[name] - SHIPPED[f"small/d_{name}"]).max() < 1e-7, name
