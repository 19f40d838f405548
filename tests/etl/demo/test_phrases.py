"""The demo's review texts: their VADER class is known, their shapes are many."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_world import sentiment_of
from etl.demo.phrases import LONGEST, SENTENCES, SUBJECTS, Sentiment, compose, page
from thorough import examples


@pytest.mark.parametrize("sentiment", SENTENCES)
def test_every_sentence_scores_in_its_class_with_every_subject(sentiment: Sentiment) -> None:
    for template in SENTENCES[sentiment]:
        for subject in SUBJECTS:
            assert sentiment_of(template.replace("{subject}", subject)) == sentiment, template


@given(st.sampled_from(sorted(SENTENCES)), st.integers(0, 2**64))
@settings(max_examples=examples(150))
def test_every_composed_review_scores_in_its_class(sentiment: Sentiment, seed: int) -> None:
    assert sentiment_of(compose(random.Random(seed), sentiment)) == sentiment


def test_review_texts_come_in_every_shape() -> None:
    rng = random.Random(1)
    texts = [compose(rng, sentiment) for _ in range(2500) for sentiment in SENTENCES]
    assert "" in texts
    assert any(text and not text.strip() for text in texts)
    for mark in ("♥♥♥♥", "\n", "\t", '"', "'", "😀", "à", "日"):
        assert any(mark in text for text in texts), mark
    assert any("'" in text and '"' in text for text in texts)


@given(st.text(min_size=1, max_size=500))
def test_a_page_is_never_longer_than_the_store_allows(text: str) -> None:
    assert len(page(text)) <= LONGEST
