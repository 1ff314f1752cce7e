"""A file is named for what it holds: the words that hold nothing are not used."""

from tests.house import tree

FORBIDDEN = {
    "services", "service", "utils", "util", "utilities", "helpers", "helper", "common", "core",
    "misc", "manager", "managers", "base", "handler", "handlers", "processor", "stuff", "lib",
}  # fmt: skip


def test_no_file_or_folder_has_a_name_that_says_nothing():
    vague = [
        tree.short(path)
        for path in tree.files(tree.PROJECT)
        if FORBIDDEN & {path.stem, *path.relative_to(tree.ROOT).parts[:-1]}
    ]
    assert vague == []


def test_every_test_file_lies_in_a_folder_named_for_its_layer():
    loose = [
        tree.short(path)
        for path in tree.files(("tests",))
        if len(path.relative_to(tree.ROOT).parts) == 2 and path.name.startswith("test_")
    ]
    assert loose == []
