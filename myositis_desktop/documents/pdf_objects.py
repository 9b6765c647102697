"""The parts of a PDF that ReportLab has no public call for: signature fields, attachments, identity, dates."""
# ruff: noqa: SLF001  (ReportLab keeps its document object private; this module alone reaches for it)

import hashlib
from collections.abc import Mapping
from datetime import datetime

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFCatalog,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFStream,
    PDFString,
    PDFZCompress,
)
from reportlab.pdfgen.canvas import Canvas

AUTHOR_FIELD, COUNTERSIGN_FIELD = "author", "countersign"
CASE_FILE, PLAN_FILE = "case.json", "plan.json"
_PRINT_AND_LOCKED = 132  # annotation flags 3 (print) and 8 (locked)


def reserve_signature_field(canvas: Canvas, name: str, rect: tuple[float, float, float, float]) -> None:
    """An empty signature field on the current page; made before signing, so that filling it changes no form."""
    doc = canvas._doc
    widget = PDFDictionary(
        {
            "Type": PDFName("Annot"),
            "Subtype": PDFName("Widget"),
            "FT": PDFName("Sig"),
            "T": PDFString(name),
            "Rect": PDFArray(rect),
            "F": _PRINT_AND_LOCKED,
            "P": PDFObjectReference(doc.thisPageName()),
        }
    )
    widget.__RefOnly__ = 1
    canvas._addAnnotation(widget, name)
    fields = getattr(doc, "myositis_fields", [])
    doc.myositis_fields = [*fields, doc.refAnnotation(name)]
    doc.Catalog.AcroForm = PDFDictionary({"Fields": PDFArray(doc.myositis_fields)})


def attach(canvas: Canvas, files: Mapping[str, bytes], at: datetime) -> None:
    """Embeds files in the document, with `at` as their only date."""
    doc = canvas._doc
    specs = {name: doc.Reference(_filespec(doc, name, data, at), f"filespec.{name}") for name, data in files.items()}
    leaves = [part for name, spec in specs.items() for part in (PDFString(name), spec)]
    doc.Catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray(leaves)})})
    # ReportLab writes only the catalog keys it knows; AF tells viewers that the files belong to the document.
    doc.Catalog.__NoDefault__ = (*PDFCatalog.__NoDefault__, "AF")
    doc.Catalog.AF = PDFArray(list(specs.values()))


def _filespec(doc: object, name: str, data: bytes, at: datetime) -> PDFDictionary:
    params = PDFDictionary(
        {
            "Size": len(data),
            "ModDate": PDFString(pdf_date(at)),
            "CheckSum": PDFString(hashlib.md5(data, usedforsecurity=False).digest(), enc="raw"),
        }
    )
    header = PDFDictionary(
        {
            "Type": PDFName("EmbeddedFile"),
            "Subtype": "/application#2Fjson",  # PDFName would escape the escape
            "Params": params,
        }
    )
    stream = PDFStream(header, data, filters=[PDFZCompress])
    return PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": PDFString(name),
            "UF": PDFString(name),
            "AFRelationship": PDFName("Source"),
            "EF": PDFDictionary({"F": doc.Reference(stream, f"file.{name}")}),  # type: ignore[attr-defined] # ReportLab has no types
        }
    )


def fix_identity(canvas: Canvas, content: bytes, at: datetime) -> None:
    """Takes /ID from `content` and both dates from `at`, so that the same content is the same file on any day."""
    doc = canvas._doc
    doc.signature = hashlib.md5(content, usedforsecurity=False)
    stamp = pdf_date(at)
    doc.info._dateFormatter = lambda *_: stamp


def pdf_date(at: datetime) -> str:
    """A moment as PDF writes it, with its zone: D:20261120140500+01'00'."""
    zone = at.strftime("%z") or "+0000"
    return f"D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"
