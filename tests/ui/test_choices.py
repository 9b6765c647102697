"""What a click on the plan does to the preferences of a case."""

from decimal import Decimal

from myositis_desktop.model.case import Choice, DoseChoice, Preferences
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.choices import rivals, with_choice, with_dose, without_choice

BOTH = Preferences(choose=(Choice("methotrexate"), Choice("rituximab", "refractory")))


def test_one_of_a_kind_gives_way_and_the_others_stay(catalogue: Catalogue) -> None:
    chosen = with_choice(BOTH, Choice("azathioprine"), catalogue)
    assert chosen.choose == (Choice("rituximab", "refractory"), Choice("azathioprine"))


def test_a_drug_of_no_kind_stands_beside_the_others(catalogue: Catalogue) -> None:
    chosen = with_choice(BOTH, Choice("ivig"), catalogue)
    assert [c.drug for c in chosen.choose] == ["methotrexate", "rituximab", "ivig"]


def test_choosing_twice_is_choosing_once(catalogue: Catalogue) -> None:
    once = with_choice(BOTH, Choice("ivig", "first"), catalogue)
    assert with_choice(once, Choice("ivig", "second"), catalogue).choose[2:] == (Choice("ivig", "second"),)


def test_a_pulse_by_vein_is_no_rival_of_the_tablets(catalogue: Catalogue) -> None:
    assert rivals("prednisone", catalogue) == {"prednisone", "prednisolone"}
    assert rivals("methylprednisolone-iv", catalogue) == {"methylprednisolone-iv"}


def test_taking_a_choice_back() -> None:
    assert without_choice(BOTH, "methotrexate").choose == (Choice("rituximab", "refractory"),)


def test_a_dose_of_ones_own_comes_and_goes() -> None:
    dose = DoseChoice("prednisone", Decimal(40), "mg/d", "frail")
    with_own = with_dose(BOTH, dose, "prednisone")
    assert with_own.doses == (dose,)
    assert with_dose(with_own, None, "prednisone") == BOTH
