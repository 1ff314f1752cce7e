"""Signed tokens: who they speak for, for how long, and every way in which they are false."""

from __future__ import annotations

import pytest

from personalization.sites import signing, tokens

NOW = 1_790_000_000_000_000
SECRET = "ss_one"


def test_a_token_speaks_for_its_subject_until_it_is_over():
    token = tokens.mint(SECRET, "shop", "ada", NOW, lasts=tokens.SECOND * 60, scopes=("decide",))
    subject = tokens.verify(token, SECRET, "shop", NOW)
    assert subject.user_id == "ada"
    assert (subject.may("decide"), subject.may("identify")) == (True, False)
    assert tokens.verify(token, SECRET, "shop", NOW + 60 * tokens.SECOND) is None
    assert tokens.verify(token, SECRET, "other", NOW) is None
    assert tokens.verify(token, "ss_two", "shop", NOW) is None


def test_no_token_lives_longer_than_a_quarter_of_an_hour():
    token = tokens.mint(SECRET, "shop", "ada", NOW, lasts=10**15)
    assert tokens.verify(token, SECRET, "shop", NOW + tokens.LONGEST - 1)
    assert tokens.verify(token, SECRET, "shop", NOW + tokens.LONGEST) is None
    assert tokens.verify(token, SECRET, "shop", NOW - tokens.SKEW - 1) is None


def test_no_changed_character_passes():
    token = tokens.mint(SECRET, "shop", "ada", NOW)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        changed = token[:place] + other + token[place + 1 :]
        assert tokens.verify(changed, SECRET, "shop", NOW) is None, place


@pytest.mark.parametrize("token", ["", "pt_", "pt_.", "pt_e30.x", "ct_e30.x", "pt_" + "x" * 5000])
def test_nonsense_is_no_token(token):
    assert tokens.verify(token, SECRET, "shop", NOW) is None


def test_a_channel_token_is_no_subject_token():
    secret = signing.derived("channel tokens")
    token = tokens.mint_channel(secret, 1, tokens.Channel(7, "anonymous", "d1", ("hero",)), NOW)
    found = tokens.verify_channel(token, secret, tokens.site_of(token), NOW)
    assert (found.key_id, found.kind, found.value, found.slots) == (7, "anonymous", "d1", ("hero",))
    assert tokens.verify_channel(token, secret, 2, NOW) is None
    assert tokens.verify("pt_" + token[3:], secret.decode("latin-1"), "shop", NOW) is None


def test_a_sealed_secret_opens_here_only():
    sealed = signing.seal(SECRET)
    assert sealed != signing.seal(SECRET)
    assert signing.opened(sealed) == SECRET
    for bad in ("", "x", sealed[:-4] + "AAAA", "é"):
        assert signing.opened(bad) is None
