"""What the check of a pack finds, and the tables for a reviewer."""

from dataclasses import replace

import pytest

from myositis_desktop.engine.parser import parse
from myositis_desktop.errors import UserError
from myositis_desktop.knowledge import check, load_pack, show
from myositis_desktop.knowledge.show import words


def test_the_pack_has_no_fault() -> None:
    assert check(load_pack()) == ()


def test_a_gap_a_shadowed_row_and_a_silent_rule_are_named() -> None:
    pack = load_pack()
    card = pack.cards["folic-acid"]
    cards = {**pack.cards, "folic-acid": replace(card, indications=card.indications[:1])}
    assert check(replace(pack, cards=cards)) == (
        "indications of folic-acid: a gap, no row holds for a patient whom none of its conditions meets",
    )
    cards["folic-acid"] = replace(card, indications=(card.indications[-1], *card.indications))
    assert any("folic-acid-methotrexate can never be reached" in line for line in check(replace(pack, cards=cards)))
    alert = pack.alerts[0]
    bare = (replace(alert, row=replace(alert.row, sources=(), text="")), *pack.alerts[1:])
    assert check(replace(pack, alerts=bare)) == (
        f"rule {alert.row.rule}: no source",
        f"rule {alert.row.rule}: no text",
    )


def test_a_fact_that_nothing_reads_is_named() -> None:
    pack = load_pack()
    lonely = replace(pack.definitions["child"], id="lonely")
    assert check(replace(pack, definitions={**pack.definitions, "lonely": lonely})) == (
        "fact lonely: nothing reads it",
    )


def test_everything_with_an_id_can_be_shown() -> None:
    pack = load_pack()
    ids = [*pack.definitions, *pack.cards, *(a.id for a in pack.alerts), *pack.schedules, *pack.catalogue.findings]
    for id_ in (*ids, *pack.catalogue.sources):
        assert id_ in show(pack, id_)
    assert "methotrexate" in show(pack)
    with pytest.raises(UserError, match="nothing called"):
        show(pack, "no-such-thing")


def test_conditions_read_as_words() -> None:
    text = "sure(a) and not b or c in ('x', 'y') or min(d, 2.50) >= 1 or therapy(t.taken)"
    assert words(parse(text)) == "((sure(a) and not b) or c is one of x, y or min(d, 2.5) >= 1 or therapy(t.taken))"
