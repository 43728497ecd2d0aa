"""The page at the end of day 30."""

import re

import numpy as np
import pytest

from utils.certificate import certificate

WORDS = ["the", "cat", "sat"]


def a_page(**more):
    fields = {"loss": 0.2415, "floor": 0.2411, "seeds": [30, 31], "weights": np.eye(3), "words": WORDS}
    return certificate("Ada <b>", **{**fields, "checks": ["four laws & more"], **more})


def test_the_page_says_everything_and_escapes_what_was_typed(tmp_path, capsys):
    target = tmp_path / "mine.html"
    a_page().save(target)
    page = target.read_text(encoding="utf-8")
    assert "Ada &lt;b&gt;" in page and "<b>" not in page
    assert "0.241 nat" in page and "30, 31" in page and "four laws &amp; more" in page
    assert re.search(r'<img alt="[^"]+" src="data:image/png;base64,iVBOR', page)
    assert str(target) in capsys.readouterr().out


def test_in_a_notebook_it_shows_what_the_page_will_say():
    data = a_page()._repr_mimebundle_()
    assert "Ada <b>" in data["text/plain"] and "– four laws & more" in data["text/plain"]
    assert "Ada &lt;b&gt;" in data["text/html"]


def test_a_place_that_cannot_be_written_gives_a_sentence(tmp_path, capsys):
    a_page().save(tmp_path / "no" / "such" / "folder.html")
    assert "could not be written" in capsys.readouterr().out


def test_weights_that_do_not_fit_and_a_leak_are_refused():
    with pytest.raises(ValueError, match="3 words need weights of shape"):
        a_page(weights=np.eye(4))
    with pytest.raises(ValueError, match="leaks"):
        a_page(loss=0.06)
