"""The bar at the top, as people use it: on a phone most of it stands behind one button."""

from playwright.sync_api import Page


def choose_in_menu(page: Page, name: str) -> None:
    """Choose a page in the bar, by what it is called there; open the bar where that is needed."""
    more = page.locator("summary", has_text="Meer")
    link = page.get_by_role("navigation", name="Hoofdmenu").get_by_role(
        "link", name=name, exact=True
    )
    if more.is_visible() and not link.is_visible():
        more.click()
    link.click()
