"""What the Streamlit pages share: the visitor's session, links, the model chooser, the heading."""
