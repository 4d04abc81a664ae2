"""What stands in the way of a reader of a page, as axe finds it."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def without_barriers(page: Page) -> list[str]:
    """Return what axe finds wrong, by rule and place; of a page that is opening, once it has."""
    page.wait_for_load_state()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
