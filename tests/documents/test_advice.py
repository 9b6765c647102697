"""The standing advice of the pack: complete, sourced, and in safe writing."""

import re
import tomllib

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.documents.advice import advice_for, load_advice
from myositis_desktop.errors import UserError
from tests.documents.sample import KNOWLEDGE, catalogue


def test_every_source_of_the_advice_is_known() -> None:
    cited = {s for advice in load_advice(KNOWLEDGE) for s in advice.sources}
    assert cited <= set(catalogue().sources)


def test_every_piece_has_words_and_known_keys() -> None:
    rows = tomllib.loads(asset("resources", "knowledge", KNOWLEDGE, "paper.toml").read_text(encoding="utf-8"))
    for id_, row in rows.items():
        assert set(row) <= {"title", "text", "who", "sources"}
        assert re.fullmatch(r"[a-z]+\.[a-z-]+", id_)
        assert row["title"]
        assert all(row["text"])
        assert row.get("who", "all") in ("all", "adult", "child")


@pytest.mark.parametrize("child", [True, False])
def test_each_group_speaks_to_adults_and_children(child: bool) -> None:
    for group in ("taper", "flare", "stop", "card", "methotrexate", "notice"):
        assert advice_for(KNOWLEDGE, group, child=child)
    assert len(advice_for(KNOWLEDGE, "taper", child=child)) == 7
    assert len(advice_for(KNOWLEDGE, "card", child=child)) == 1


def test_the_words_keep_to_safe_writing() -> None:
    for advice in load_advice(KNOWLEDGE):
        for line in (advice.title, *advice.text):
            assert not re.search(r"[<>@µ]|\b(IU|QD|ug|cc|MTX|IVIG)\b|\d\.0\b|(?<!\d)\.\d", line)


def test_an_unknown_pack_is_a_sentence() -> None:
    with pytest.raises(UserError, match=r"1999\.1\.0"):
        load_advice("1999.1.0")
