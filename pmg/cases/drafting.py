"""The forms of a case in which another room can lay a draft ready; nothing is decided by it."""

CLOSING = "afsluiten"
DECIDING = "triage"
