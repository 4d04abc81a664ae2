"""The peer: the same cases in Django's own admin, without row security, encryption or log."""
