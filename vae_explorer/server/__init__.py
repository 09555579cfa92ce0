"""The server's own routes, beside Streamlit's."""
