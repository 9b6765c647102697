"""The wall sheet holds the whole fingerprint, in groups that can be read aloud."""

from myositis_desktop.documents import Imprint, render_wall_sheet
from myositis_desktop.documents.identity import fingerprint
from tests.documents.reading import lines, needs_poppler
from tests.documents.sample import AT, KNOWLEDGE, root


@needs_poppler
def test_the_whole_fingerprint_stands_in_order() -> None:
    print_ = fingerprint(root().cert_pem)
    text = lines(render_wall_sheet(Imprint("Hill clinic", "0.1.0", KNOWLEDGE, AT, root_fingerprint=print_)))
    assert print_ in text
    assert "Hill clinic" in text
    assert "Compared by:" in text
