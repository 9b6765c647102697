"""Opens every form once, for the self-check of an installed program."""

from PySide6.QtWidgets import QApplication

from myositis_desktop.errors import BugError
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.binding import FindingsForm
from myositis_desktop.ui.form_index import FORMS


def open_forms(catalogue: Catalogue) -> dict[str, int]:
    """The number of findings on each form, with all controls made and bound; needs no screen and shows nothing.

    Raises:
        BugError: a form cannot be read, names an unknown finding, or has no control.
    """
    application = QApplication.instance() or QApplication(["self-check", "-platform", "offscreen"])
    forms = [FindingsForm(name, catalogue) for name in FORMS]
    found = {form.name: len(form.controls) + len(form.patient_controls) for form in forms}
    empty = [name for name, count in found.items() if not count]
    if empty:
        raise BugError(f"forms without a control: {', '.join(empty)}")
    for form in forms:
        form.deleteLater()
    application.processEvents()
    return found
