"""What the Streamlit pages share: the visitor's session, links, the list of models, the heading."""
