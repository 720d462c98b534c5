"""The study on disk: folder, database, journal."""
