from textual.screen import Screen
class HistoryScreen(Screen):
    def __init__(self, *a, **k): super().__init__()
