"""The Wagtail plugin in a real Wagtail."""

import pytest

pytestmark = pytest.mark.slow


def test_the_plugin_s_own_tests_pass_in_a_real_wagtail(own_tests):
    assert "OK" in own_tests("wagtail")
