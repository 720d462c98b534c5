from textual.screen import Screen
class DoubtsScreen(Screen):
    def __init__(self, *a, **k): super().__init__()
