/** Streamlit's links to the pages. */
export const PAGE_LINK = "[data-testid=stPageLink-NavLink]";

/** The page at the app's own address. */
export const MORPH = "morph";

/** The page that such a link leads to. @param {Element} link */
export const viewOf = (link) => link.getAttribute("href") || MORPH;
