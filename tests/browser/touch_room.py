"""What of a page is too small for a finger, or too small to read."""

from __future__ import annotations

from playwright.sync_api import Page

TARGET = 40  # pixels, across and down
TEXT = 12  # pixels

# Walks over shadow roots, too. A term inside a sentence is as high as its line: WCAG 2.5.8 leaves such targets out.
MEASURE = """
([target, text]) => {
  const TARGETS = "a[href], button, input, select, textarea, summary, canvas.vx-strip, "
    + "[tabindex]:not([tabindex='-1']), [role=button], [role=link], [role=slider], [role=tab], "
    + "[role=gridcell], [role=switch], [role=menuitem]";
  const found = { targets: [], overlaps: [], texts: [] };
  const nameOf = (node) => `${node.tagName.toLowerCase()}.${node.className?.baseVal ?? node.className} `
    + `“${(node.ariaLabel || node.textContent || node.placeholder || "").trim().slice(0, 30)}”`;
  const isSeen = (node) => {
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { width, height } = node.getBoundingClientRect();
    if (width <= 1 || height <= 1) return false;
    for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
      if (getComputedStyle(at).clipPath !== "none") return false; // only for those who listen
    }
    return true;
  };
  // What lies over the page covers what it has to.
  const isAbove = (node) => {
    for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
      const { position, zIndex } = getComputedStyle(at);
      if (/fixed|sticky/.test(position) || zIndex >= 1000 || at.matches(".vx-map-card, .vx-map-tools")) return true;
    }
    return false;
  };
  const targets = [];
  const visit = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) visit(node.shadowRoot);
      if (!isSeen(node)) continue;
      if (node.matches(TARGETS) && !node.matches(".vx-term")) {
        const whole = node.matches("input[type=checkbox], input[type=radio]") ? node.closest("label") ?? node : node;
        const box = whole.getBoundingClientRect();
        if (Math.min(box.width, box.height) < target - 0.01) {
          found.targets.push(`${nameOf(whole)} ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`);
        }
        if (!isAbove(node)) targets.push([whole, box]);
      }
      const words = [...node.childNodes].filter(({ nodeType, data }) => nodeType === 3 && data.trim());
      if (!words.length && !node.matches("input, select, textarea")) continue;
      if (node.matches("style, script, option, title, noscript, input[type=range], input[type=checkbox]")) continue;
      const drawn = node instanceof SVGGraphicsElement ? node.getScreenCTM() : null;
      const scale = drawn ? Math.hypot(drawn.c, drawn.d) : 1;
      const size = parseFloat(getComputedStyle(node).fontSize) * scale;
      if (size < text - 0.01) found.texts.push(`${nameOf(node)} ${size.toFixed(2)}`);
    }
  };
  visit(document);
  const holds = (a, b) => a.contains(b) || (b.getRootNode().host && a.contains(b.getRootNode().host));
  targets.forEach(([one, a], i) => {
    for (const [other, b] of targets.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 2 && !holds(one, other) && !holds(other, one)) {
        found.overlaps.push(`${nameOf(one)} and ${nameOf(other)}: ${across.toFixed(1)} x ${down.toFixed(1)}`);
      }
    }
  });
  return found;
}
"""


def too_small(page: Page) -> list[str]:
    """What a page shows that is less than `TARGET` across or down, covers another target, or has smaller text."""
    found = page.evaluate(MEASURE, [TARGET, TEXT])
    return [f"{kind}: {one}" for kind in ("targets", "overlaps", "texts") for one in sorted(set(found[kind]))]
