"""How sound lies on disk while it is recorded, and the spans that it adds up to."""
