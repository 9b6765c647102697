"""The base text: every statement is carried out and tested, and docs/base-text.md says what the pack says."""

from dataclasses import replace

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.documents.advice import advice_for
from myositis_desktop.knowledge import load_pack
from myositis_desktop.knowledge.base_text import STATEMENTS, base_text, carriers, citing, load_base_text
from tests.knowledge.naming import document, exists

PACK = load_pack()
STATED, DIFFER = load_base_text(asset("resources", "knowledge", PACK.version))


def test_the_statements_are_s1_to_s33() -> None:
    assert [s.id for s in STATED] == list(STATEMENTS)
    assert len(STATEMENTS) == 33
    assert all(PACK.catalogue.sources[s].kind == "base-text" for s in STATEMENTS)


@pytest.mark.parametrize("statement", STATED, ids=STATEMENTS)
def test_every_statement_is_carried_out_and_tested(statement: object) -> None:
    found = next(s for s in STATED if s is statement)
    assert found.carried_by
    assert found.tests
    assert [i for i in found.carried_by if i not in carriers(PACK)] == []
    assert [t for t in found.tests if not exists(t)] == []


def test_where_others_differ_the_box_is_whole() -> None:
    assert [d.id for d in DIFFER] == list("abcdefghijkl")
    for box in DIFFER:
        assert box.base
        assert box.others
        assert box.plan
        assert set(box.statements) <= set(STATEMENTS), box.id
        assert set(box.sources) <= set(PACK.catalogue.sources), box.id
        assert set(box.carried_by) <= set(carriers(PACK)), box.id
        assert box.carried_by, box.id


def test_a_rule_that_cites_a_statement_stands_with_it() -> None:
    assert "rituximab-refractory" in citing(PACK, "S26")
    part = base_text(PACK).split("### S26:")[1].split("###")[0]
    assert "- rule `rituximab-refractory`" in part


def test_the_document_is_not_stale() -> None:
    stale = "write it anew: python3 dev.py run knowledge show base-text > docs/base-text.md"
    assert document("base-text.md") == base_text(PACK), stale


def test_a_rule_that_goes_is_seen() -> None:
    cards = {k: replace(c, indications=c.indications[-1:]) for k, c in PACK.cards.items()}
    known = carriers(replace(PACK, cards=cards))
    assert "ivig-severe" not in known


def test_the_us_label_is_printed_without_the_words_that_belong_elsewhere() -> None:
    label = next(a for a in advice_for(PACK.version, "notice", child=False) if a.id == "notice.us-label")
    said = " ".join(label.text)
    assert "exacerbation" in said
    assert "maintenance" in said
    assert "adjunctive" not in said
    assert "short-term" not in said
