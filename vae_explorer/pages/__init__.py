"""One page a file, one question a page. Streamlit runs these files; nothing imports them."""
