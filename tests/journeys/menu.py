"""The bar at the top, as people use it: on a phone most of it stands behind one button."""

from playwright.sync_api import Page, expect


def choose_in_menu(page: Page, name: str) -> None:
    """Choose a page in the bar, by what it is called there; open the bar where that is needed."""
    bar = page.get_by_role("navigation", name="Hoofdmenu")
    expect(bar).to_be_visible()
    page.wait_for_load_state()  # with its styles: before them nothing is folded
    more, link = bar.locator("summary"), bar.get_by_role("link", name=name, exact=True)
    if more.is_visible() and not link.is_visible():
        more.click()
    link.click()
