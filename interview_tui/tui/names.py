from textual.screen import Screen
class NamesScreen(Screen):
    def __init__(self, *a, **k): super().__init__()
