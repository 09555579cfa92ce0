"""One page per file, one question per page. Streamlit runs these files; nothing imports them.

The folder must not be called `pages`: Streamlit would take the app for its older kind of multipage app, and send the
first visitor of a fresh server to a page without running the main script.
"""
