"""The block editor, driven as a person would: log in, add our block, choose a slot, publish."""

from __future__ import annotations

from typing import Any

SOON = 60_000
ATTEMPTS = 5
BLOCK = "personalization-server/slot"
FALLBACK = "What everybody may see"


def log_in(page: Any, site: Any) -> None:
    page.goto(f"{site.url}/wp-login.php")
    page.fill("#user_login", site.user)
    page.fill("#user_pass", site.password)
    page.click("#wp-submit")
    page.wait_for_url("**/wp-admin/**", timeout=SOON)


def open_new(page: Any, site: Any) -> Any:
    """Open a new page; return where its blocks are: newer editors keep them in a frame."""
    page.goto(f"{site.url}/wp-admin/post-new.php?post_type=page", timeout=SOON)
    page.wait_for_function(
        "window.wp?.data?.select('core/editor')?.getCurrentPostId()", timeout=SOON
    )
    close_greetings(page)
    late = page.locator(".components-modal__header button[aria-label='Close']").first
    page.add_locator_handler(late, lambda button: button.click())  # 6.5 offers patterns later
    canvas = page.locator("iframe[name='editor-canvas'], .editor-styles-wrapper").first
    canvas.wait_for(timeout=SOON)
    framed = page.locator("iframe[name='editor-canvas']").count()
    return page.frame_locator("iframe[name='editor-canvas']") if framed else page


def close_greetings(page: Any) -> None:
    """Close the window that greets newcomers, and the one that offers patterns."""
    page.evaluate(
        """() => {
          const { dispatch, select } = wp.data;
          if (select('core/edit-post')?.isFeatureActive?.('welcomeGuide'))
            dispatch('core/edit-post').toggleFeature('welcomeGuide');
          dispatch('core/preferences')?.set?.('core', 'enableChoosePatternModal', false);
        }"""
    )
    for name in ("Close", "Get started"):
        button = page.get_by_role("dialog").get_by_role("button", name=name)
        if button.count():
            button.first.click()


def insert_slot(page: Any, place: Any) -> None:
    """Add the block through the inserter, by its name."""
    inserter = page.get_by_role("button", name="Toggle block inserter").or_(
        page.get_by_role("button", name="Block Inserter")
    )
    search = page.get_by_placeholder("Search").first
    for _ in range(ATTEMPTS):  # a window that comes late closes it
        inserter.first.click()
        page.wait_for_timeout(1000)
        if search.is_visible():
            break
    search.fill("Personalized slot")
    page.get_by_role("option", name="Personalized slot").first.click()
    place.locator(".pzsrv-slot").wait_for(timeout=SOON)


def write(page: Any, place: Any, title: str, words: str) -> None:
    """Write the fallback into the block, and the page's title."""
    place.locator(".pzsrv-slot [data-type='core/paragraph']").first.click()
    page.keyboard.type(words)
    page.evaluate("(title) => wp.data.dispatch('core/editor').editPost({title})", title)


def choose(page: Any, slot: str) -> None:
    """Choose the slot in the sidebar's list, which the server filled."""
    page.evaluate(
        """(name) => {
          const { dispatch, select } = wp.data;
          const block = select('core/block-editor').getBlocks().find((one) => one.name === name);
          dispatch('core/block-editor').selectBlock(block.clientId);
          dispatch('core/edit-post').openGeneralSidebar('edit-post/block');
        }""",
        BLOCK,
    )
    box = page.get_by_label("Slot", exact=True)
    box.wait_for(timeout=SOON)
    page.locator("select").filter(has=page.locator(f"option[value='{slot}']")).select_option(slot)


def publish(page: Any) -> str:
    """Publish, and return the page's address."""
    page.get_by_role("button", name="Publish", exact=True).first.click()
    panel = page.locator(".editor-post-publish-panel")
    panel.get_by_role("button", name="Publish", exact=True).first.click()
    page.wait_for_function(
        "wp.data.select('core/editor').isCurrentPostPublished()"
        " && !wp.data.select('core/editor').isSavingPost()",
        timeout=SOON,
    )
    return str(page.evaluate("wp.data.select('core/editor').getPermalink()"))
