"""What does one number of the code do to the picture?"""

from vae_explorer import layout, session
from vae_explorer.components.morph import morph

TEXT = {
    "title": "Morph",
    "line": "Each slider is one number of the code z. Drag one: the picture is decoded again while you move.",
}

model = session.model()
if model is None:
    layout.no_models()
else:
    layout.heading(TEXT["title"], TEXT["line"])
    morph(model)
