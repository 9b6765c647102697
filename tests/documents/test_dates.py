"""The calendar file: every date of the plan, whole days, and no name that was not asked for."""

from datetime import date, timedelta

from icalendar import Calendar

from myositis_desktop.documents import calendar_file
from myositis_desktop.documents.dates import entries
from tests.documents.sample import case, context, plan

DAY = timedelta(days=1)


def events(data: bytes) -> list[tuple[date, date, str]]:
    read = Calendar.from_ical(data.decode())
    return [(e.decoded("dtstart"), e.decoded("dtend"), str(e["summary"])) for e in read.walk("VEVENT")]


def test_every_step_test_review_and_visit_stands_on_its_day() -> None:
    found = events(calendar_file(context(), named=False))
    made = plan()
    assert made.taper is not None
    steps = [f for f in found if "mg" in f[2] and "until" in f[2]]
    assert [f[0] for f in steps] == [s.start for s in made.taper.steps]
    assert {f[0] for f in found if f[2] == "Tests"} == {on for m in made.monitoring for on in m.on}
    assert [f[0] for f in found if f[2].startswith("Review")] == [r.on for r in made.reviews]
    assert (made.taper.ends, made.taper.ends + DAY) in {f[:2] for f in found if "last day" in f[2]}
    assert any(f[0] == case().assessed_on and f[2] == "Visit" for f in found)
    assert len(found) == len(entries(context()))


def test_the_name_stands_in_it_only_where_it_was_asked_for() -> None:
    patient = case().patient
    without, with_name = (calendar_file(context(), named=n).decode() for n in (False, True))
    for word in (patient.family_name, patient.given_name, patient.record_number, patient.birth_date.isoformat()):
        assert word
        assert word not in without
    assert all(f"{patient.given_name} {patient.family_name}" in title for *_, title in events(with_name.encode()))


def test_the_same_plan_gives_the_same_bytes_and_every_entry_its_own_name() -> None:
    data = calendar_file(context(), named=False)
    assert data == calendar_file(context(), named=False)
    uids = [str(e["uid"]) for e in Calendar.from_ical(data.decode()).walk("VEVENT")]
    assert len(uids) == len(set(uids))
