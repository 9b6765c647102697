"""Full disks, folders without rights, sudden ends: what was saved stays, and a sentence says what to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import sleep

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, patients
from myositis_desktop.store.backup import back_up
from myositis_desktop.store.database import Stamp, Store, open_store, version_of
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile
from myositis_desktop.store.schema import STEPS

POSIX = pytest.mark.skipif(os.name == "nt", reason="kills, limits and owners are POSIX's")

CHILD = '''
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import patients
from myositis_desktop.store.backup import back_up
from myositis_desktop.store.database import STEPS, Stamp, Step, migrated, open_store, version_of
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile

MORE = """
DROP TABLE IF EXISTS t%d;
CREATE TABLE t%d (id INTEGER PRIMARY KEY, text TEXT) STRICT;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
INSERT INTO t%d SELECT i, hex(randomblob(200)) FROM n;
"""
steps = (*STEPS, *(Step(i, "t%d" % i, MORE % (i - 1, i, i)) for i in range(len(STEPS) + 1, 20_000)))
place = Profile(Path(sys.argv[1]))
store = open_store(place.database, DataKey(bytes.fromhex(sys.argv[2])), thorough=False, steps=steps)
start = datetime.now(UTC)
person = Patient(date(1968, 4, 2), "female", "R-1001", "Example", "Ann")

def save(n, size=50):
    case = ('{"x-count":%d,"x-fill":"%s"}' % (n, "f" * size)).encode()
    patients.save_draft(store, 1, person, case, Stamp("anna", start + timedelta(milliseconds=n)))
    print(n, flush=True)
'''

SAVE = """
for n in range(first, 100_000):
    save(n, size=n % 7 * 900)
"""

BACK_UP = """
for n in range(first, 100_000):
    save(n)
    back_up(store, place, datetime.now(UTC))
"""

MIGRATE = """
save(first)
for n in range(version_of(store) + 1, 20_000):
    store = migrated(store, start, steps[:n])
"""


def _run(script: str, place: Profile, secret: bytes, first: int = 1) -> "subprocess.Popen[bytes]":
    """The child; its output is not buffered here, or lines that were read ahead would be missing in the end."""
    words = [sys.executable, "-c", f"{CHILD}\nfirst = {first}\n{script}", str(place.folder), secret.hex()]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)


def _last_saved(child: "subprocess.Popen[bytes]", after: float) -> int:
    """Waits for the first save, then so many seconds, kills, and tells the last save that was reported as done."""
    assert child.stdout is not None
    first = child.stdout.readline()
    assert first, child.communicate()[1]
    sleep(after)
    child.kill()
    told = [line for line in (first + child.communicate()[0]).split(b"\n")[:-1] if line]
    return int(told[-1])


def _count(store: Store) -> int:
    return int(patients.draft_bytes(store, 1).split(b",")[0].removeprefix(b'{"x-count":'))


def _survives_kills(script: str, place: Profile, secret: bytes, kills: int, seed: int) -> None:
    chance, saved = Random(seed), 0
    for _ in range(kills):
        last = _last_saved(_run(script, place, secret, saved + 1), chance.uniform(0, 0.25))
        store = open_store(place.database, DataKey(secret), thorough=True, steps=STEPS * 20_000)
        try:
            saved = _count(store)
            assert saved in (last, last + 1)
            assert audit.verify_audit(store) == ()
            _has_all_of_its_steps(store)
            for made in place.backups.glob("2*"):
                open_store(made / "clinic.db", DataKey(secret), thorough=True).close()
                shutil.rmtree(made)
        finally:
            store.close()


def _has_all_of_its_steps(store: Store) -> None:
    """The last schema step that is recorded is there whole, and nothing of the next one."""
    with store.reading() as db:
        recorded = db.execute("SELECT count(*) FROM schema_steps").fetchone()[0]
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE name GLOB 't[0-9]*'")]
        assert recorded == version_of(store)
        assert tables == ([] if recorded == len(STEPS) else [f"t{recorded}"])
        for table in tables:
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 500  # noqa: S608 - our own name


@pytest.fixture
def one_patient(store: Store, stamp: Callable[[], Stamp], patient: Patient) -> None:
    patients.add_patient(store, patient, b'{"x-count":0,"x":0}', stamp())
    store.close()


@POSIX
@pytest.mark.usefixtures("one_patient")
@pytest.mark.parametrize("script", [SAVE, BACK_UP, MIGRATE], ids=["saving", "backing-up", "migrating"])
def test_a_sudden_end_loses_nothing(script: str, profile: Profile, secret: bytes) -> None:
    _survives_kills(script, profile, secret, kills=3, seed=3)


@POSIX
@pytest.mark.soak
@pytest.mark.usefixtures("one_patient")
@pytest.mark.parametrize("script", [SAVE, BACK_UP, MIGRATE], ids=["saving", "backing-up", "migrating"])
def test_three_hundred_sudden_ends_lose_nothing(script: str, profile: Profile, secret: bytes) -> None:
    _survives_kills(script, profile, secret, kills=300, seed=17)


@pytest.mark.parametrize("spare", range(8))
def test_a_full_file_system_loses_nothing(
    spare: int, store: Store, stamp: Callable[[], Stamp], patient: Patient, case_file: bytes
) -> None:
    """SQLite's own limit on pages fails a save at one write or another, as a full disk does."""
    patients.add_patient(store, patient, case_file, stamp())
    with store.reading() as db:
        pages = db.conn.execute("PRAGMA page_count").fetchone()[0]
        db.conn.execute(f"PRAGMA max_page_count = {pages + spare}")
    saved = _save_until_full(store, stamp, patient)
    assert patients.draft_bytes(store, 1) == saved
    assert audit.verify_audit(store) == ()
    with store.reading() as db:
        db.conn.execute("PRAGMA max_page_count = 100000")
    assert patients.save_draft(store, 1, patient, b'{"room":"again"}', stamp())


def _save_until_full(store: Store, stamp: Callable[[], Stamp], patient: Patient) -> bytes:
    saved = patients.draft_bytes(store, 1)
    for n in range(100):
        case = f'{{"n":{n},"fill":"{"x" * 3000}"}}'.encode()
        try:
            patients.save_draft(store, 1, patient, case, stamp())
        except UserError as error:
            said = str(error)
            break
        saved = case
    assert said.startswith("The disk is full")
    assert "Everything saved before is kept" in said
    return saved


TMPFS = """
fill = place.folder / "fill"
done, said = 0, ""
for n in range(first, 10_000):
    try:
        save(n, size=3000)
        done = n
    except UserError as error:
        said = str(error)
        break
assert said.startswith("The disk is full") and "kept" in said, said
assert patients.draft_bytes(store, 1).startswith(b'{"x-count":%d,' % done)
try:
    back_up(store, place, start)
    raise SystemExit("a backup on a full disk")
except UserError as error:
    assert str(error).startswith("The disk is full"), error
assert list(place.backups.iterdir()) == []
fill.unlink()
save(done + 1)
store.close()
store = open_store(place.database, DataKey(bytes.fromhex(sys.argv[2])), thorough=True)
from myositis_desktop.store.audit import verify_audit
assert verify_audit(store) == ()
assert patients.draft_bytes(store, 1).startswith(b'{"x-count":%d,' % (done + 1))
print("survived", flush=True)
"""


def _may_mount() -> bool:
    tool = shutil.which("unshare")
    return tool is not None and subprocess.run([tool, "-rm", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.usefixtures("one_patient")
@pytest.mark.skipif(not _may_mount(), reason="this system lets no test mount a small disk")
@pytest.mark.parametrize("room", [40, 120, 137, 200])
def test_a_really_full_disk_loses_nothing(room: int, profile: Profile, secret: bytes, tmp_path: Path) -> None:
    """A small disk in memory, filled but for `room` kilobytes; then room is made and the work goes on."""
    small = tmp_path / "small"
    small.mkdir()
    script = f"{CHILD}\nfirst = 1\n{TMPFS}"
    (tmp_path / "script.py").write_text(script)
    size = profile.database.stat().st_size // 1024 + 600
    steps = (
        f"mount -t tmpfs -o size={size}k tmpfs {small}",
        f"cp -r {profile.folder}/. {small}",
        f"head -c {600 - room}k /dev/zero > {small}/fill",
        f"{sys.executable} {tmp_path}/script.py {small} {secret.hex()}",
    )
    words = [shutil.which("unshare") or "", "-rm", "sh", "-c", " && ".join(steps)]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout.split("\n")[-2:] == ["survived", ""], done.stderr


@POSIX
@pytest.mark.usefixtures("one_patient")
def test_a_limit_on_the_size_of_files_is_a_sentence(profile: Profile, secret: bytes) -> None:
    size = (profile.folder / "clinic.db").stat().st_size + 20_000
    script = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
done, said = 0, ""
for n in range(1, 10_000):
    try:
        save(n, size=3000)
        done = n
    except UserError as error:
        said = str(error)
        break
assert "kept" in said, said
assert patients.draft_bytes(store, 1).startswith(b'{{"x-count":%d,' % done)
print("survived")
"""
    out, error = _run(script, profile, secret).communicate()
    assert out.endswith(b"survived\n"), error


READ_ONLY = """
import os
if os.geteuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    store = open_store(place.database, DataKey(bytes.fromhex(sys.argv[2])), thorough=True)
    save(1)
except UserError as error:
    print(error)
"""


@POSIX
@pytest.mark.usefixtures("one_patient")
def test_a_folder_that_may_not_be_written_is_a_sentence(profile: Profile, secret: bytes) -> None:
    before = profile.database.read_bytes()
    for folder in (profile.folder, *profile.folder.parents[:3]):
        folder.chmod(0o755)
    profile.database.chmod(0o444)
    profile.folder.chmod(0o555)
    script = CHILD.replace("store = open_store", "if False: open_store") + READ_ONLY
    words = [sys.executable, "-c", script, str(profile.folder), secret.hex()]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    profile.folder.chmod(0o700)
    assert "may not be written to" in done.stdout, done.stderr
    assert "Everything saved before is kept" in done.stdout
    assert profile.database.read_bytes() == before


def test_a_folder_that_vanishes_is_a_sentence(
    store: Store, stamp: Callable[[], Stamp], patient: Patient, case_file: bytes, profile: Profile
) -> None:
    patients.add_patient(store, patient, case_file, stamp())
    moved = profile.folder.rename(profile.folder.with_name("unplugged"))
    with pytest.raises(UserError):
        back_up(store, profile, datetime.now(UTC))
    moved.rename(profile.folder)
    assert patients.draft_bytes(store, 1) == case_file
