/** Streamlit's links to the pages. */
export const PAGE_LINK = "[data-testid=stPageLink-NavLink]";
