"""The budgets: how long a file, how long a function, how deep a block may be."""

from statistics import median, quantiles

from tests.house import tree

FILE = 300
FILE_MEDIAN = 85
FUNCTION = 50
FUNCTION_P90 = 24
NESTING = 3
PAGES = ("js", "css", "html", "mjs")


def test_no_file_is_over_its_budget():
    pages = [path for ending in PAGES for path in tree.files(("templates",), ending)]
    sizes = {tree.short(path): tree.length(path) for path in [*tree.files(tree.PROJECT), *pages]}
    assert {name: size for name, size in sizes.items() if size > FILE} == {}


def test_half_of_the_files_are_small():
    sizes = [tree.length(path) for path in tree.files() if path.name != "__init__.py"]
    assert median(sizes) <= FILE_MEDIAN


def test_no_function_is_over_its_budget():
    sizes = {
        f"{tree.short(path)}:{function.lineno} {function.name}": tree.size(function)
        for path in tree.files(tree.PROJECT)
        for function in tree.functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION} == {}


def test_nine_functions_in_ten_fit_a_glance():
    sizes = [tree.size(function) for path in tree.files() for function in tree.functions(path)]
    assert quantiles(sizes, n=10)[-1] <= FUNCTION_P90


def test_blocks_are_not_nested_deeper_than_three():
    depths = {
        f"{tree.short(path)}:{function.lineno} {function.name}": tree.nesting(function)
        for path in tree.files()
        for function in tree.functions(path)
    }
    assert {name: depth for name, depth in depths.items() if depth > NESTING} == {}
