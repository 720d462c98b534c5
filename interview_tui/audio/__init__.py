"""Sound: what is recorded from, the recorder process, audio files, playback."""
