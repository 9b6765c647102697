from myositis_desktop.parts import OTHER_PARTS, parts


def test_every_library_the_program_needs_is_told_with_version_and_licence() -> None:
    told = {p.name: p for p in parts()}
    assert {"reportlab", "pyHanko", "sqlcipher3", "cryptography", "PySide6_Essentials"} <= set(told)
    assert all(p.licence for p in told.values())
    assert all(p.version for p in told.values() if p not in OTHER_PARTS)


def test_tools_of_developers_are_no_part_of_it() -> None:
    assert not {"pytest", "mypy", "ruff", "pyinstaller", "hypothesis", "myositis-desktop"} & {p.name for p in parts()}
