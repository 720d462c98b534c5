from textual.screen import Screen
class StudyScreen(Screen):
    def __init__(self, *a, **k): super().__init__()
