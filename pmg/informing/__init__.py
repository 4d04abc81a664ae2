"""What a youth and his parents are told of the file, and what they are shown of it."""
