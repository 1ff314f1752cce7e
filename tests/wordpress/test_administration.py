"""What administrators see in real WordPresses: settings, health, privacy, texts, no remains."""

import base64
import json
import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.wordpress.conftest import INCOMING
from tests.wordpress.site import PLUGIN

pytestmark = pytest.mark.slow
PAGE = "/wp-admin/options-general.php?page=personalization-server"
LEFT = (
    "global $wpdb; $n = function($t, $c) use ($wpdb) { return (int) $wpdb->get_var("
    "\"SELECT COUNT(*) FROM {$wpdb->$t} WHERE $c LIKE '%pzsrv%' OR $c = 'pz_segments'\"); };"
    "return $n('options', 'option_name') + $n('postmeta', 'meta_key') + $n('usermeta', 'meta_key')"
    " + substr_count(serialize(_get_cron_array()), 'pzsrv');"
)


class Person:
    """Somebody with cookies."""

    def __init__(self, site, user, password):
        self.site = site
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.get("/wp-login.php")
        told = {"log": user, "pwd": password, "testcookie": "1", "wp-submit": "Log In"}
        self.post("/wp-login.php", **told)

    def get(self, path, data=None):
        try:
            with self.opener.open(self.site.url + path, data, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as fault:
            return fault.code, fault.read().decode()

    def post(self, path, **fields):
        return self.get(path, urlencode(fields).encode())


@pytest.fixture
def admin(wordpress):
    return Person(wordpress, wordpress.user, wordpress.password)


@pytest.fixture
def kept(wordpress):
    """The settings as they were, put back afterwards."""
    read = "return [get_option('pzsrv_settings'), get_option('pzsrv_secrets')];"
    plain, secret = wordpress.manage(read)
    yield plain
    wordpress.set("pzsrv_settings", **plain)
    wordpress.set("pzsrv_secrets", **secret)


def fields(text):
    """Return the form's hidden fields."""
    return dict(re.findall(r'type="hidden"[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', text)) | dict(
        re.findall(r"type='hidden' name='([^']+)' value='([^']*)'", text)
    )


def test_a_secret_is_never_shown_and_a_wrong_value_changes_nothing(wordpress, admin, kept):
    status, page = admin.get(PAGE)
    assert status == 200
    assert "/wp-json/pzsrv/v1/hook" in page
    assert INCOMING not in page
    assert "sk_" not in re.sub(r"sk_\.\.\.", "", page)
    wrong = {
        **fields(page), "pzsrv_settings[server]": "javascript:alert(1)",
        "pzsrv_settings[key]": "sk_oops", "pzsrv_settings[consent]": "granted",
        "pzsrv_secrets[incoming]": "short",
    }  # fmt: skip
    status, told = admin.post("/wp-admin/options.php", **wrong)
    assert status == 200
    for words in ("server: expected an address", "key: expected a publishable", "incoming: exp"):
        assert words in told
    now = wordpress.manage("return [get_option('pzsrv_settings'), get_option('pzsrv_secrets')];")
    assert (now[0]["server"], now[0]["key"]) == (kept["server"], kept["key"])
    assert INCOMING in now[1]["incoming"]


def test_only_administrators_with_a_nonce_change_settings(wordpress, admin, kept):
    _, page = admin.get(PAGE)
    given = fields(page) | {"_wpnonce": "0000000000", "pzsrv_settings[key]": "pk_other"}
    assert admin.post("/wp-admin/options.php", **given)[0] == 403
    made = {"username": "plain", "email": "plain@example.org", "password": "p w"}
    user = wordpress.rest("POST", "/wp/v2/users", roles=["author"], **made)
    person = Person(wordpress, "plain", "p w")
    assert person.get(PAGE)[0] == 403
    assert wordpress.manage("return get_option('pzsrv_settings')['key'];") == kept["key"]
    wordpress.rest("DELETE", f"/wp/v2/users/{user['id']}?force=true&reassign=1")
    assert wordpress.get("/wp-json/pzsrv/v1/slots").status == 401


def test_secrets_are_not_loaded_with_pages_and_a_constant_wins(wordpress):
    loaded = wordpress.manage("return array_keys(wp_load_alloptions());")
    assert "pzsrv_settings" in loaded
    assert {"pzsrv_secrets", "pzsrv_generation"} & set(loaded) == set()
    said = "define('PZSRV_INCOMING', 'whsec_b'); return PersonalizationServer\\Options::incoming();"
    assert wordpress.manage(said) == ["whsec_b"]


def test_site_health_says_whether_the_server_answers(wordpress, kept):
    ask = "return PersonalizationServer\\Site_Health::server()['status'];"
    assert wordpress.manage(ask) == "good"
    wordpress.set("pzsrv_settings", server="http://127.0.0.1:9")
    assert wordpress.manage(ask) == "critical"
    wordpress.set("pzsrv_settings", server="")
    assert wordpress.manage(ask) == "recommended"
    told = json.dumps(
        wordpress.manage("return PersonalizationServer\\Site_Health::information([]);")
    )
    assert INCOMING not in told


def test_what_is_kept_of_a_user_is_exported_and_erased(wordpress):
    mail = f"{wordpress.user}@example.org"
    wordpress.manage("update_user_meta(1, 'pz_segments', ['vip', 'shoes']); return 1;")
    told = wordpress.manage(f"return PersonalizationServer\\Privacy::export('{mail}');")
    assert (told["data"][0]["data"][0]["value"], told["done"]) == ("vip, shoes", True)
    told = wordpress.manage(f"return PersonalizationServer\\Privacy::erase('{mail}');")
    assert (told["items_removed"], told["done"]) == (True, True)
    assert wordpress.manage("return pzsrv_user_segments(1);") == []
    nobody = wordpress.manage("return PersonalizationServer\\Privacy::export('x@example.org');")
    assert nobody == {"data": [], "done": True}


def test_every_text_is_in_the_template_and_in_german(wordpress):
    files = [*PLUGIN.rglob("*.php"), *PLUGIN.rglob("block/*.js")]
    call = re.compile(r"__\( '((?:[^'\\]|\\.)*)', 'personalization-server' \)")
    texts = {t.replace("\\'", "'") for p in files for t in call.findall(p.read_text())}
    pot = (PLUGIN / "languages" / "personalization-server.pot").read_text()
    known = {
        json.loads('"' + "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', block)) + '"')
        for block in re.findall(r"^msgid ((?:\".*\"\n)+)", pot, re.MULTILINE)
    }
    assert texts - known == set()
    assert known - texts == {""}
    german = wordpress.manage(
        "load_textdomain('personalization-server', WP_PLUGIN_DIR ."
        " '/personalization-server/languages/personalization-server-de_DE.mo');"
        f"$texts = json_decode(base64_decode('{_packed(sorted(texts))}'));"
        "return array_map(fn($t) => __($t, 'personalization-server'), $texts);"
    )
    same = [one for one, other in zip(sorted(texts), german, strict=True) if one == other]
    assert same == ["Server"]


def _packed(texts):
    return base64.b64encode(json.dumps(texts).encode()).decode()


def test_nothing_is_left_behind(wordpress):
    assert wordpress.manage(LEFT) > 0
    left = wordpress.manage(
        "$kept = [get_option('pzsrv_settings'), get_option('pzsrv_secrets')];"
        "define('WP_UNINSTALL_PLUGIN', 1);"
        "require WP_PLUGIN_DIR . '/personalization-server/uninstall.php';"
        f"$left = (function() {{ {LEFT} }})();"
        "PersonalizationServer\\Plugin::activate();"
        "update_option('pzsrv_settings', $kept[0]);"
        "update_option('pzsrv_secrets', $kept[1], false);"
        "return $left;"
    )
    assert left == 0
