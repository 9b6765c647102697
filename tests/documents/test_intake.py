"""The blank form asks for every finding of the catalogue, and says that an empty line is unknown."""

from datetime import UTC, datetime

import pytest

from myositis_desktop.documents import Imprint, Letterhead, render_intake
from myositis_desktop.documents.fonts import printable
from tests.documents.reading import needs_poppler, pages
from tests.documents.sample import KNOWLEDGE, catalogue

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _form(size: str = "A4") -> bytes:
    return render_intake(
        catalogue(),
        Imprint(
            "Hill clinic", "0.1.0", KNOWLEDGE, AT, "Letter" if size == "Letter" else "A4", Letterhead("1 Hill Road")
        ),
    )


@needs_poppler
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_every_finding_and_every_answer_is_asked_for(size: str) -> None:
    shown = pages(_form(size))
    text = " ".join(shown)
    for spec in catalogue().findings.values():
        assert " ".join(printable(spec.label).split()) in text, spec.id
        assert all(label in text for label in spec.value_labels.values()), spec.id
    assert "it never means no" in text
    assert "1 Hill Road" in shown[0]
    for number, page in enumerate(shown, 1):
        assert f"Page {number} of {len(shown)}" in page
        assert "Name:" in page
        assert "Record:" in page


def test_the_same_imprint_gives_the_same_bytes() -> None:
    assert _form() == _form()
