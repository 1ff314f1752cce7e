"""The plugins' common tests, in Wagtail."""

from client_tests.choosing import Choosing
from client_tests.hooks import Hooks
from client_tests.keeping import Keeping
from client_tests.languages import Languages
from client_tests.news import News

from tests.site import SiteCase


class WagtailHooks(Hooks, SiteCase):
    """The server's webhooks."""


class WagtailChoosing(Choosing, SiteCase):
    """The server's lists."""


class WagtailNews(News, Languages, SiteCase):
    """The CMS's own news and content."""

    adapter = "wagtail"


class WagtailKeeping(Keeping, SiteCase):
    """Pages the CMS fills in itself."""
