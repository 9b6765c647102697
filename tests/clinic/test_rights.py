"""Every action of an open clinic against every role: it runs for who may, and changes nothing for who may not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import getmembers, isfunction, signature
from pathlib import Path

import pytest

from myositis_desktop.clinic import Clinic, Copies, LeftOvers, NewUser, NotAllowed, Records, Right, Staff
from myositis_desktop.clinic.rights import ROLE_WORDS, ROLES
from myositis_desktop.clinic.signatures import Signatures
from myositis_desktop.clinic.trail import Trail
from myositis_desktop.documents import Letterhead
from myositis_desktop.store.keys import Cost

FREE = {
    *("create", "open", "recover", "close", "exists", "user_names", "settings_of"),  # ways in and out
    *("user", "may", "clinic_name", "catalogue", "settings", "root_fingerprint", "audit_head"),  # no patient data
    *("letterhead", "kinds_of", "wall_sheet", "knowledge_notice"),  # public: they stand on what is handed out
    *("save_settings", "decide", "ask_next", "verify"),  # of this workstation; of what the caller brings along
    *("change_passphrase", "set_passphrase"),  # one's own
    *("make_due", "make_leaving"),  # automatic, whoever is in
    *("unlocked", "trust", "trust_file", "publish"),  # steps of actions that ask; public
    *("turn_to", "turn_back", "confirm"),  # take rights away, give the same ones back, ask for one's own passphrase
}
"""What asks for no right, each for a reason."""

ORDER = ("records.compare", "records.merge", "records.merges", "records.undo_merge", "records.delete")
"""What comes last, and in this order: each of these needs what the one before it has left."""

PARTS: dict[type, str] = {
    Clinic: "",
    Staff: "staff",
    Trail: "trail",
    Copies: "copies",
    Signatures: "signatures",
    Records: "records",
    LeftOvers: "left_over",
}


def _guarded() -> Iterator[tuple[str, Right]]:
    for part, name in PARTS.items():
        for method, function in getmembers(part, isfunction):
            if not method.startswith("_") and method not in FREE:
                yield f"{name}.{method}".lstrip("."), vars(function)["needed_right"]


def test_every_action_names_its_right() -> None:
    assert {right for _, right in _guarded()} >= {Right.READ, Right.EDIT, Right.SIGN, Right.EXPORT, Right.PEOPLE}
    assert len(list(_guarded())) >= 18


def test_every_role_is_told_in_words_and_the_administrator_may_everything() -> None:
    assert set(ROLE_WORDS) == set(ROLES) == {"administrator", "clinician", "assistant", "reader"}
    assert ROLES["administrator"] == set(Right)
    assert Right.SIGN in ROLES["clinician"]
    assert Right.SIGN not in ROLES["assistant"]
    assert ROLES["reader"] == {Right.READ}


def _typed(clinic: Clinic, patient: int, number: int) -> Clinic:
    """The clinic, with something typed and not saved."""
    clinic.left_over.keep(patient, replace(clinic.draft(patient), extras={"x-typed": number}))
    return clinic


def _action(name: str, clinic: Clinic, two: tuple[int, int], folder: Path) -> Callable[[], object]:
    """The action with arguments that work where it is allowed; those of signatures run in tests of their own."""
    if name.startswith("signatures."):
        method = getattr(clinic.signatures, name.partition(".")[2])
        return lambda: method(*(None for _ in signature(method).parameters))
    patient, twin = two
    sealed = (folder / "given.myositis-patient").read_bytes()
    own = {"anna": "four words in a row", "ben": "five other plain words here"}.get(clinic.user.name, "")
    document = clinic.filed(patient)[0].id
    case = clinic.draft(patient)
    new = NewUser("eve", "Eve Fifth", "a long walk over seven hills")
    light = Cost(time=1, memory_kib=64, lanes=1)
    staff, records = clinic.staff, clinic.records
    at = folder / f"{clinic.user.name}.myositis-patient"
    actions: dict[str, Callable[[], object]] = {
        "patients": clinic.patients,
        "has_patient": lambda: clinic.has_patient(patient),
        "similar": lambda: clinic.similar(case.patient),
        "add_patient": lambda: clinic.add_patient(case),
        "draft": lambda: clinic.draft(patient),
        "save_draft": lambda: clinic.save_draft(patient, case),
        "import_case": lambda: clinic.import_case(b"{}"),
        "export_case": lambda: clinic.export_case(patient),
        "preview": lambda: clinic.preview(patient, "treatment", "draft"),
        "sign": lambda: clinic.sign(patient, own, "author"),
        "filed": lambda: clinic.filed(patient),
        "document": lambda: clinic.document(document),
        "case_of": lambda: clinic.case_of(document),
        "export": lambda: clinic.export(document, folder / "out.pdf"),
        "keep_letterhead": lambda: clinic.keep_letterhead(Letterhead("1 Hill Road")),
        "intake_form": clinic.intake_form,
        "charts": lambda: clinic.charts(case, clinic.decide(case)[0]),  # type: ignore[arg-type] # the case has a plan
        "calendar": lambda: clinic.calendar(patient),
        "export_bytes": lambda: clinic.export_bytes(patient, "calendar-exported", b"x", folder / "x.ics"),
        "read_code": lambda: clinic.read_code(clinic._context(patient).code),
        "copies.make": clinic.copies.make,
        "copies.known": clinic.copies.known,
        "copies.renew": clinic.copies.renew,
        "records.compare": lambda: records.compare(patient, twin),
        "records.merge": lambda: records.merge(patient, twin, []),
        "records.merges": lambda: records.merges(patient),
        "records.undo_merge": lambda: records.undo_merge(next((m.id for m in records.merges(patient)), 0)),
        "records.delete": lambda: records.delete(twin, "Asked for", own),
        "records.export": lambda: records.export(patient, at, new.passphrase, light),
        "records.look_into": lambda: records.look_into(sealed, new.passphrase),
        "records.alike": lambda: records.alike(records.look_into(sealed, new.passphrase)),
        "records.compare_archive": lambda: records.compare_archive(patient, records.look_into(sealed, new.passphrase)),
        "records.take_in": lambda: records.take_in(records.look_into(sealed, new.passphrase)),
        "left_over.keep": lambda: clinic.left_over.keep(patient, replace(case, extras={"x-typed": 1})),
        "left_over.known": clinic.left_over.known,
        "left_over.take": lambda: _typed(clinic, patient, 2).left_over.take(patient),
        "left_over.drop": lambda: _typed(clinic, patient, 3).left_over.drop(patient),
        "trail.rows": clinic.trail.rows,
        "trail.names": clinic.trail.names,
        "trail.verify": clinic.trail.verify,
        "staff.everybody": staff.everybody,
        "staff.add": lambda: staff.add(own, new, "reader", light),
        "staff.set_role": lambda: staff.set_role("dan", "assistant"),
        "staff.end_access": lambda: staff.end_access("dan"),
        "staff.give_access": lambda: staff.give_access(own, "dan", new.passphrase, light),
    }
    return actions[name]


@pytest.mark.parametrize("role", ["reader", "assistant", "clinician", "administrator"])
def test_each_action_runs_for_who_may_and_for_nobody_else(
    role: str, clinic: Clinic, enter: Callable[[str], Clinic], example: bytes, tmp_path: Path
) -> None:
    patient, _ = clinic.import_case(example)
    assert patient is not None
    clinic.sign(patient, "four words in a row", "author")
    twin = clinic.add_patient(replace(clinic.draft(patient), extras={"x-twin": True}))
    given = tmp_path / "given.myositis-patient"
    clinic.records.export(patient, given, "a long walk over seven hills", Cost(time=1, memory_kib=64, lanes=1))
    opened = enter(role)
    for name, right in sorted(_guarded(), key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else -1):
        action = _action(name, opened, (patient, twin), tmp_path)
        before = opened.audit_head()
        if right in ROLES[role]:
            if not name.startswith("signatures."):
                action()
        else:
            with pytest.raises(NotAllowed, match="Nothing was changed"):
                action()
            assert opened.audit_head() == before, name


def test_a_role_that_is_not_known_may_nothing(clinic: Clinic) -> None:
    with clinic._store.reading() as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("UPDATE users SET role = 'guest'")
    clinic._desk.user = type(clinic.user)("anna", "Dr Anna Example", "guest")
    assert not any(clinic.may(right) for right in Right)
    with pytest.raises(NotAllowed):
        clinic.patients()
