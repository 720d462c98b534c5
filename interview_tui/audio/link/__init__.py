"""What the app holds of the recorder."""
