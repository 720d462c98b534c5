from textual.screen import Screen
class TranscriptScreen(Screen):
    def __init__(self, *a, **k): super().__init__()
