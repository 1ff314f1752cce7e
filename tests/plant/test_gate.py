"""Under STRICT_SKIPS a test skipped for want of a tool fails; other skips stay skips."""

import pytest


@pytest.fixture
def judge(request):
    plugins = request.config.pluginmanager.get_plugins()
    return next(one._judge for one in plugins if hasattr(one, "_judge"))


def skipped(reason):
    place = ("test_x.py", 3, f"Skipped: {reason}")
    return pytest.TestReport("test_x.py::test", ("x", 3, "x"), {}, "skipped", place, "call")


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("needs chromium", "failed"), ("only where ../shared is", "skipped")],
)
def test_a_missing_tool_is_a_failure_where_everything_must_run(judge, reason, outcome):
    report = skipped(reason)
    judge(report)
    assert report.outcome == outcome
