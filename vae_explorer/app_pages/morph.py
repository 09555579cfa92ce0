"""What does each number of the code change?"""

from vae_explorer import layout, session
from vae_explorer.components.morph import morph

TEXT = {
    "title": "Morph",
    "line": "What does each number of the code z change?",
}

model = session.model()
if model is None:
    layout.no_models()
else:
    layout.heading(TEXT["title"], TEXT["line"])
    morph(model)
