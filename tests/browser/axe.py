"""What axe-core finds wrong with a page for people who cannot see, hear or point well."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Of axe's four impacts the three that are worth a fix; "minor" is left to judgement.
IMPACTS = ("critical", "serious", "moderate")

# Not ours to mend, each with its reason:
EXCLUDED: tuple[str, ...] = ()

# Some rules are off by default because they are new; a label that says other words than those on the screen keeps
# people who speak to their computer from pressing the button.
RULES = {"label-content-name-mismatch": {"enabled": True}}

RUN = """
async ([exclude, rules, impacts]) => {
  const { violations } = await axe.run({ include: [document], exclude }, { resultTypes: ["violations"], rules });
  return violations.filter(({ impact }) => impacts.includes(impact)).flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, html, any, all, none }) =>
      `${impact} ${id}: ${target.flat(9).pop()}: ${[...any, ...all, ...none][0]?.message} ${html.slice(0, 200)}`));
}
"""


def violations(page: Page) -> list[str]:
    """A line for each element that breaks a rule; shadow roots are searched as well."""
    # Evaluated, and not added as an element: the page forbids scripts that are not its own.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[Any] = page.evaluate(RUN, [list(EXCLUDED), RULES, list(IMPACTS)])
    return [str(line) for line in found]
