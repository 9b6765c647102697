"""An invented patient with a rich plan, written by hand: items of every status, a taper of 19 steps, emergencies."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

from myositis_desktop.assets import asset
from myositis_desktop.documents import DocumentContext, Mark, render_taper, render_treatment
from myositis_desktop.documents.identity import RootKey, make_root, make_signer
from myositis_desktop.exchange import case_bytes
from myositis_desktop.knowledge.catalogue import load_catalogue
from myositis_desktop.model.case import Case, Choice, Finding, Patient, Preferences, Quantity, TaperPreferences, Therapy
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import (
    Alert,
    AntibodyReading,
    Branch,
    CancerRisk,
    Check,
    Classification,
    Dose,
    Item,
    Judgement,
    ModelScore,
    Monitoring,
    OtherCriteria,
    Plan,
    Reason,
    Review,
    Taper,
    TaperStep,
    Undecided,
)
from myositis_desktop.model.plan_json import plan_bytes

KNOWLEDGE = "2026.11.0"
START = date(2026, 11, 24)
AT = datetime(2026, 11, 20, 14, 5, tzinfo=timezone(timedelta(hours=1)))
PASSPHRASE = "correct horse"


@cache
def catalogue() -> Catalogue:
    return load_catalogue(asset("resources", "knowledge", KNOWLEDGE))


@cache
def root() -> RootKey:
    return make_root("Clinic for Muscle Disease", datetime(2026, 1, 5, 9, tzinfo=UTC))


@cache
def key_file(name: str = "Dr. Zoë Müller") -> bytes:
    return make_signer(root(), name, PASSPHRASE, datetime(2026, 1, 5, 9, tzinfo=UTC))


def because(text: str, *sources: str, rule: str = "sample") -> tuple[Reason, ...]:
    return (Reason(rule, text, (), sources),)


def _known(id_: str, value: str, unit: str | None = None, uln: str | None = None) -> Finding:
    if unit is None:
        return Finding(id_, value)
    limit = Decimal(uln) if uln else None
    return Finding(id_, Decimal(value), Quantity(Decimal(value), unit), limit, entered_uln=limit)


def case() -> Case:
    signs = {
        "present": (
            "skin.heliotrope", "skin.gottron_papules", "skin.v_sign", "weakness.proximal_arms",
            "weakness.proximal_legs", "weakness.neck_flexors", "organ.aspiration", "pain.myalgia",
        ),
        "absent": (
            "skin.calcinosis", "skin.ulceration", "weakness.respiratory", "weakness.facial", "organ.myocarditis",
            "history.diabetes", "history.active_infection", "allergy.methotrexate",
        ),
        "positive": ("antibody.tif1g",),
        "negative": ("antibody.jo1", "antibody.mda5", "antibody.srp", "antibody.hmgcr", "antibody.mi2"),
    }  # fmt: skip
    found = {id_: _known(id_, value) for value, ids in signs.items() for id_ in ids}
    for finding in (
        _known("organ.dysphagia", "severe"),
        _known("organ.ild", "none"),
        _known("function.walking", "aided"),
        _known("body.weight", "70", "kg"),
        _known("body.height", "168", "cm"),
        _known("lab.ck", "5400", "U/L", "200"),
        _known("lab.alt", "180", "U/L", "40"),
        replace(_known("lab.creatinine", "70.7", "umol/L"), entered=Quantity(Decimal("0.8"), "mg/dL")),
        _known("measure.mmt8", "58", "{0-80}"),
        replace(_known("allergy.sulfonamide", "present"), on=date(2019, 3, 1)),
        replace(_known("antibody.tif1g", "positive"), assay="line blot", strength="strong"),
        Finding("onset.date", date(2026, 7, 15)),
    ):
        found[finding.id] = finding
    return Case(
        Patient(date(1968, 4, 2), "female", "R-1001", "Example", "Ann"),
        date(2026, 11, 20),
        found,
        (
            Therapy(
                "hydroxychloroquine", date(2026, 8, 1), Quantity(Decimal(400), "mg/d"), date(2026, 10, 1), "inadequate"
            ),
            Therapy("prednisone", date(2026, 10, 20), Quantity(Decimal(20), "mg/d")),
        ),
        (),
        Preferences(
            TaperPreferences("standard", START, hold_days=28),
            (Choice("jak-inhibitor", "Refused infusions; the risk was explained."),),
        ),
    )


_LADDER = [
    ("60", 28),
    ("50", 14),
    ("40", 14),
    ("30", 14),
    ("25", 14),
    ("20", 14),
    ("17.5", 14),
    ("15", 14),
    ("12.5", 14),
]
_LADDER += [(str(mg), 28) for mg in range(10, 0, -1)]


def _tablets(dose: Decimal) -> tuple[tuple[Decimal, Decimal], ...]:
    out, rest = [], dose
    half = [Decimal("2.5")] if dose % 1 else []
    for mg in (Decimal(20), Decimal(10), Decimal(5), *half, Decimal(1)):
        if number := rest // mg:
            out.append((mg, number))
            rest -= mg * number
    return tuple(out)


def taper() -> Taper:
    """The standard taper from 60 mg: 19 steps, 6160 mg, as the fact sheet has it."""
    steps, on = [], START
    for number, (mg, days) in enumerate(_LADDER):
        note = "Only if both keys of S5 hold." if number else "Full dose until the review."
        dose = Decimal(mg)
        steps.append(TaperStep(on, on + timedelta(days=days - 1), dose, _tablets(dose), note))
        on += timedelta(days=days)
    counts: dict[Decimal, Decimal] = {}
    for step in steps:
        for strength, tablets in step.tablets:
            counts[strength] = counts.get(strength, Decimal(0)) + tablets * step.days
    total = sum((s.dose_mg * s.days for s in steps), Decimal(0))
    return Taper(
        "prednisone", "standard", START, on - timedelta(days=1), total, tuple(steps), tuple(counts.items()),
        ("Below 5 mg a day the body's own steroid decides the speed.",),
        because("The standard schedule from 60 mg a day; steps are those of the product rules.", "S4", "rule-12"),
    )  # fmt: skip


def _items() -> tuple[Item, ...]:
    oral = Dose(
        "60 mg by mouth once daily, in the morning", Decimal(60), "mg/d", "0.86", Decimal(35), Decimal(60),
        arithmetic="1 mg/kg a day x 70 kg = 70 mg, brought into the range: 60 mg",
    )  # fmt: skip
    pulse = Dose("1000 mg into a vein once a day for 3 days", Decimal(1000), "mg/d", days=3)
    weekly = Dose("15 mg once a week, under the skin", Decimal(15), "mg/wk", lowest=Decimal(15), highest=Decimal(25))
    ivig = Dose("140 g in all, over 5 days", Decimal(140), "g", days=5, arithmetic="2 g/kg x 70 kg = 140 g")
    hcq = Dose(
        "300 mg a day", Decimal(300), "mg/d", "4.29", arithmetic="5 mg/kg x 70 kg = 350 mg, rounded down to 300 mg"
    )
    ritux = Dose("1000 mg on day 1 and day 15", Decimal(1000), "mg", infusions=2, interval_days=14)
    support = [
        ("physiotherapy", "Keeps strength and joints; from the first day.", "S13"),
        ("vaccination", "Non-live vaccines before or beside; no live vaccine once treatment starts.", "S15"),
        ("calcium-vitamin-d", "A glucocorticoid is recommended.", "GIOP22"),
        ("bone-protection", "60 mg a day for more than 30 days.", "GIOP22"),
        ("folic-acid", "Methotrexate is recommended.", "general"),
        ("pjp-prophylaxis", "20 mg a day or more for 28 days together with an immunosuppressant.", "EULAR-OI"),
        ("sun-protection", "Dermatomyositis.", "rule-11"),
        ("speech-swallow-assessment", "Aspiration and severe dysphagia.", "rule-11"),
        ("cancer-screening", "High risk of cancer.", "IMACS-2023"),
    ]
    spared = ("gastroprotection", "statin-stop", "ici-hold", "hbv-prophylaxis", "tb-treatment", "contraception")
    return (
        Item("prednisone", "recommended", "induction", oral,
             (*because("Severe disease: 1 mg/kg a day within the range of the base text.", "S1", "S2"),
              *because("Not by mouth until swallowing is cleared; meanwhile by vein.", "DOA-x")),
             monitoring=("glucose", "blood pressure"), counselling=("Never stop suddenly", "Take it in the morning")),
        Item("prednisolone", "option", "induction", oral._replace(text="60 mg by mouth once daily"),
             because("Equivalent to predniSONE, milligram for milligram.", "S23")),
        Item("methylprednisolone-iv", "recommended", "induction", pulse, because("Severe disease.", "ETG", "HHE18")),
        Item("methotrexate", "recommended", "steroid-sparing", weekly,
             because("First in order without lung disease; from the start.", "S3", "S9"),
             monitoring=("blood count", "liver tests", "creatinine"),
             counselling=("Sore throat, fever or bruising: stop and call", "Alcohol: as little as possible")),
        Item("azathioprine", "caution", "steroid-sparing", Dose("75 mg a day", Decimal(75), "mg/d", "1.07"),
             because("TPMT and NUDT15 are not known.", "S10", "CPIC-web"), needs=("gene.tpmt", "gene.nudt15")),
        Item("mycophenolate", "option", "steroid-sparing",
             Dose("2000 mg a day by mouth in two equal doses", Decimal(2000), "mg/d", times_per_day=2),
             because("Acceptable in its place.", "S11")),
        Item("tacrolimus", "option", "steroid-sparing", Dose("4 mg a day", Decimal(4), "mg/d"),
             because("After the others.", "S24")),
        Item("ciclosporin", "not-indicated", "steroid-sparing", None, because("Tacrolimus comes first.", "rule-7")),
        Item("ivig", "recommended", "escalation", ivig, because("Severe dysphagia.", "S7", "S25", "OCTA-US")),
        Item("rituximab", "needs-data", "escalation", ritux, because("Hepatitis B decides it.", "S8", "S26"),
             needs=("screen.hbsag", "screen.anti_hbc")),
        Item("cyclophosphamide", "not-indicated", "escalation", None, because("No lung disease.", "rule-8")),
        Item("plasma-exchange", "not-indicated", "escalation", None,
             because("The controlled trial was negative.", "Miller92")),
        Item("jak-inhibitor", "contraindicated", "escalation", Dose("5 mg twice a day", Decimal(10), "mg/d"),
             because("Earlier thrombosis.", "TOFA-label"), chosen=True,
             override_reason="Refused infusions; the risk was explained."),
        Item("hydroxychloroquine", "option", "skin", hcq, because("For the skin only.", "HCQ-JS")),
        *(Item(d, "recommended", "supportive", None, because(t, s)) for d, t, s in support),
        *(Item(d, "not-indicated", "supportive", None, because("Nothing calls for it.", "rule-11")) for d in spared),
    )  # fmt: skip


def _weeks(*weeks: int) -> tuple[date, ...]:
    return tuple(START + timedelta(days=7 * w) for w in weeks)


def plan(of: Case | None = None) -> Plan:
    long, short = _weeks(1, 2, 4, 6, 8, 12, 16, 20, 24), _weeks(1, 2, 4, 8, 12, 16, 20, 24)
    keys = ("Strength or function has improved.", "Creatine kinase is not above its limit.")
    return Plan(
        product_version="0.1.0",
        engine=1,
        knowledge_version=KNOWLEDGE,
        knowledge_sha256="4f6b" * 16,
        case_sha256="0" * 64,
        assessed_on=(of or case()).assessed_on,
        classification=Classification(
            "no-biopsy", Decimal("11.1"), Decimal("0.9969"), "definite", "dm",
            Decimal("11.8"), Decimal("0.9985"), "definite", ("lab.ldh",),
            because("Heliotrope 3.1, Gottron papules 2.1, weakness and raised enzymes.", "EULAR-ACR-2017"),
            (ModelScore("no-biopsy", Decimal("11.1"), Decimal("0.9969"), "definite",
                        Decimal("11.8"), Decimal("0.9985"), "definite"),),
            (Branch("group-dm", "A rash, and weakness of arms, legs or neck flexors.", holds=True, known=True),),
        ),
        other_criteria=(
            OtherCriteria("bohan-peter-1975", "probable", "high", because("Two of four.", "BOHAN-PETER-1975"),
                          ("definite",), ("test.emg_irritable_myopathy",)),
            OtherCriteria("enmc-2018-dm", "not-built-in", "low",
                          because("Not built in: the source must be checked.", "ENMC-2018-DM")),
        ),
        antibodies=(
            AntibodyReading("antibody.tif1g", "positive", fits=True, because=because("Goes with cancer.", "ERR-MSA")),
        ),
        antibody_notes=because("A negative line blot does not exclude anti-OJ.", "LINE-BLOT-2020"),
        ici=None,
        workup=(
            Check("blood-count", "done", "Full blood count", group="blood"),
            Check("tsh", "not-done", "TSH", ("lab.tsh",), "blood", "Mimic."),
            Check("urine", "not-done", "Urinalysis", (), "blood", recorded=False),
            Check("ferritin", "not-needed", "Ferritin", group="blood"),
        ),
        subtype=Judgement("dm", because("A DM rash with weakness; TIF1-gamma positive fits.", "rule-3", "S32")),
        severity=Judgement("severe", because("Severe dysphagia and aspiration.", "rule-4")),
        course=(Judgement("continuing", because("predniSONE is taken since 20 Oct 2026.", "rule-5")),),
        cancer_risk=CancerRisk("high", because("TIF1-gamma, onset above 40.", "IMACS-2023")),
        response=None,
        alerts=(
            Alert("aspiration-risk", "emergency", "Nothing by mouth; swallowing assessment and airway today.",
                  because("Aspiration is present and dysphagia severe.", "rule-13")),
            Alert("hbv-not-screened", "warning", "Hepatitis B serology before immunosuppression.",
                  because("HBsAg is not known.", "rule-13")),
            Alert("classification-boundary", "info", "Score and probability agree only just.",
                  because("Close.", "rule-13")),
        ),
        items=_items(),
        taper=taper(),
        taper_reason=None,
        monitoring=(
            Monitoring("lab.ck", long, "Activity and response.", "Rising with weakness: see the flare advice."),
            Monitoring("liver-tests", long, "Liver; ALT comes from muscle too."),
            Monitoring("blood-count", long, "Marrow.", "Neutrophils below 1.6: stop and call."),
            Monitoring("lab.creatinine", long, "Kidney."),
            Monitoring("glucose", short, "Glucocorticoid diabetes."),
            Monitoring("blood-pressure", short, "Hypertension."),
        ),
        reviews=(
            Review(28, START + timedelta(days=27), "may the dose come down?", keys, ("S5",)),
            Review(42, START + timedelta(days=41), "last day of the full dose", keys, ("S5",)),
        ),
        undecided=(
            Undecided("screen.hbsag", ("treatment.rituximab", "treatment.hbv-prophylaxis")),
            Undecided("gene.tpmt", ("treatment.azathioprine",)),
        ),
        defaults=("Taper schedule: standard.", "Whole tablets only."),
        facts=(("age", "58"), ("egfr", "88.4"), ("bmi", "24.8"), ("bsa", "1.8")),
    )  # fmt: skip


def context(of: Case | None = None, made: Plan | None = None, page_size: str = "A4") -> DocumentContext:
    """The context of the sample, or of a case and plan derived from it."""
    patient, what = of or case(), made or plan(of)
    return DocumentContext(
        case=patient,
        plan=what,
        catalogue=catalogue(),
        case_bytes=case_bytes(patient),
        plan_bytes=plan_bytes(what),
        plan_number="2026-0007",
        generated_at=AT,
        clinic_name="Clinic for Muscle Disease",
        supersedes="2026-0003",
        author="Dr. Zoë Müller",
        audit_head="9f" * 32,
        root_fingerprint="FF85 A31D 25D3 1F45 7EFF 2031 6343 A284 0B02 0C4F D91A B2D0 1A16 F9E0 E873 625E",
        page_size="Letter" if page_size == "Letter" else "A4",
    )


@cache
def treatment_pdf(mark: Mark = None, page_size: str = "A4") -> bytes:
    """The treatment plan of the sample, rendered once."""
    return render_treatment(context(page_size=page_size), mark)


@cache
def taper_pdf(mark: Mark = None, page_size: str = "A4") -> bytes:
    """The taper plan of the sample, rendered once."""
    return render_taper(context(page_size=page_size), mark)
