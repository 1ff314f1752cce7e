"""The plugins' common tests, in django CMS."""

from client_tests.choosing import Choosing
from client_tests.hooks import Hooks
from client_tests.keeping import Keeping
from client_tests.languages import Languages
from client_tests.news import News

from tests.site import SiteCase


class DjangoCMSHooks(Hooks, SiteCase):
    """The server's webhooks."""


class DjangoCMSChoosing(Choosing, SiteCase):
    """The server's lists."""


class DjangoCMSNews(News, Languages, SiteCase):
    """The CMS's own news and content."""

    adapter = "djangocms"


class DjangoCMSKeeping(Keeping, SiteCase):
    """Pages the CMS fills in itself."""
