"""What does each number in the code change?"""

from vae_explorer.components.morph import morph
from vae_explorer.ui import session
from vae_explorer.ui.heading import heading

TEXT = {
    "title": "Morph",
    "line": "What does each number in the code z change?",
}

model = session.shown_model()
heading(TEXT["title"], TEXT["line"])
morph(model)
