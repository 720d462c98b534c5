"""REFI-QDA: projects (`.qdpx`) and codebooks (`.qdc`) for programs that code text and sound."""
