"""Two files of one youth become one person, by four eyes, and back."""
