"""One page a file, one question a page. Streamlit runs these files; nothing imports them.

The folder must not be called `pages`: Streamlit takes one of that name beside the main script for an app of its
older kind, and sends the first visitor of a fresh server to a page without running the main script.
"""
