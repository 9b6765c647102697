"""What cannot be printed stops the document, and the message names the character and the field."""

from dataclasses import replace

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.documents import fonts, render_taper, render_treatment
from myositis_desktop.errors import UserError
from tests.documents.reading import needs_poppler, poppler, words
from tests.documents.sample import case, context

SHOWN = [
    "Zoë Müller-Łukasz",
    "Ελένη Παπαδοπούλου",
    "Иван Žižek",
    "Nguyễn Thị Đặng",
    "Հայկ Նազարյան",
    "ნინო",
    "አበበ",
    "≥ 5 → 3",
]
NOT_SHOWN = ["山田", "أحمد", "रवि", "👩", "\ue000"]


@pytest.mark.parametrize("name", SHOWN)
def test_a_name_in_a_shipped_script_passes(name: str) -> None:
    fonts.refuse_unprintable(name, "family name")
    assert fonts.markup(name, "family name")


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_a_character_without_a_glyph_is_named_with_its_field(name: str) -> None:
    with pytest.raises(UserError) as failure:
        fonts.markup(f"Ann {name}", "given name")
    assert f"U+{ord(name[0]):04X}" in str(failure.value)
    assert "given name" in str(failure.value)


def test_a_lone_surrogate_is_refused_without_breaking_the_message() -> None:
    with pytest.raises(UserError, match=r"U\+D800"):
        fonts.markup("Ann \ud800", "given name")


@pytest.mark.parametrize("render", [render_treatment, render_taper])
def test_a_document_with_an_unprintable_name_is_not_made(render: object) -> None:
    patient = replace(case().patient, given_name="太郎")
    ctx = context(replace(case(), patient=patient))
    with pytest.raises(UserError, match="name of the patient"):
        (render_treatment if render is render_treatment else render_taper)(ctx, None)


def test_text_is_set_composed_and_without_invisible_characters() -> None:
    assert fonts.printable("Ne\u0301e\u200e \u00ad Example\n\tAnn") == "Née Example Ann"
    assert fonts.printable("5\N{NO-BREAK SPACE}mg") == "5\N{NO-BREAK SPACE}mg"


def test_markup_escapes_what_paragraphs_would_read_as_markup() -> None:
    assert fonts.markup("<b>R&D</b>", "reason") == "&lt;b&gt;R&amp;D&lt;/b&gt;"


def test_digits_of_text_faces_have_one_width() -> None:
    fonts.register()
    for face in (fonts.REGULAR, fonts.BOLD):
        assert len({fonts.width(digit, face, 11) for digit in "0123456789"}) == 1


def test_the_licence_of_the_fonts_travels_with_them() -> None:
    folder = asset("resources", "fonts")
    assert "SIL OPEN FONT LICENSE" in folder.joinpath("OFL.txt").read_text(encoding="utf-8")
    assert sum(len(f.read_bytes()) for f in folder.iterdir() if f.name.endswith(".ttf")) < 6_000_000


@needs_poppler
@pytest.mark.parametrize("name", SHOWN[:-1])
def test_names_of_every_shipped_script_can_be_copied_out_of_the_page(name: str) -> None:
    patient = replace(case().patient, family_name=name)
    assert f"{name}, Ann" in words(render_taper(context(replace(case(), patient=patient)), None))


@needs_poppler
def test_every_font_of_a_document_is_embedded() -> None:
    for render in (render_treatment, render_taper):
        rows = poppler("pdffonts", render(context(), "draft")).splitlines()[2:]
        assert rows
        assert all("NotoSans" in row and row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)
