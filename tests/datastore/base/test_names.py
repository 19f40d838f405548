"""When two names are the same name."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from datastore.base.names import clean, fold, natural_order


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("VALVE", " valve "),
        ("Design &amp; Illustration", "design & illustration"),
        ("Rock&nbsp;Star", "rock star"),
        ("A \t B\n", "a b"),
        ("Ｖａｌｖｅ", "Valve"),
        ("ﬁre", "FIRE"),
        ("Straße", "STRASSE"),
        ("Cafe\u0301", "CAFÉ"),
        ("SOON™", "soontm"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("&#x41;", "a"),
    ],
)
def test_these_are_one_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Valve", "Valve,KADOKAWA"), ("Action", "Actio"), ("é", "e"), ("a b", "ab")]
)
def test_these_are_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
@example("ß\u0301")  # only casefold adds an s for the accent
@example("\u0390\u0345")
def test_folding_a_folded_name_changes_nothing(name: str) -> None:
    assume(html.unescape(fold(name)) == fold(name))
    assert fold(fold(name)) == fold(name)


@given(st.text(), st.sampled_from(["upper", "lower", "swapcase", "casefold"]))
def test_case_does_not_matter(name: str, case: str) -> None:
    assume("&" not in unicodedata.normalize("NFKC", name))
    # Letters that only a round trip through another case tells apart (such as ı) stay two.
    changed = getattr(name, case)()
    assume(changed.casefold() == name.casefold())
    assert fold(changed) == fold(name)


@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_form_of_unicode_does_not_matter(name: str, form: str) -> None:
    assume("&" not in unicodedata.normalize("NFKC", name))
    assert fold(unicodedata.normalize(form, name)) == fold(name)


@given(st.lists(st.text(min_size=1), min_size=1), st.sampled_from([" ", "\t", "\u3000", "  \n"]))
def test_the_kind_of_white_space_does_not_matter(words: list[str], space: str) -> None:
    assume(not any("&" in unicodedata.normalize("NFKC", word) for word in words))
    assert fold(space + space.join(words) + space) == fold(" ".join(words))


@given(st.text())
def test_escaping_for_html_does_not_matter(name: str) -> None:
    assume(html.unescape(name) == name)
    assert fold(html.escape(name)) == fold(name)


@pytest.mark.parametrize("name", ["V" * 2_001, "\u00c4" * 501, "&Auml;" * 501, "&#xc4;" * 2_000])
def test_what_is_longer_than_any_name_is_not_folded(name: str) -> None:
    assert fold(name) == name
    assert fold("\u00c4" * 500) == "\u00e4" * 500


def test_a_shown_name_keeps_its_case_and_inner_blanks() -> None:
    assert clean(" Tom  Clancy&#39;s &lt;X&gt;\n") == "Tom  Clancy's <X>"


def test_product_ids_sort_by_value_and_then_the_odd_ones() -> None:
    ids = ["a", "10", "9", "1" + "0" * 4000, "-1", "٣", "09", "", "2.5"]
    assert sorted(ids, key=natural_order) == [
        "09", "9", "10", "", "-1", "1" + "0" * 4000, "2.5", "a", "٣",
    ]  # fmt: skip
