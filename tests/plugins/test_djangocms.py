"""The django CMS plugin in a real django CMS."""

import pytest

pytestmark = pytest.mark.slow


def test_the_plugin_s_own_tests_pass_in_a_real_django_cms(own_tests):
    assert "OK" in own_tests("djangocms")
