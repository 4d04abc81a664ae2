"""What was planned of a trajectory and what was delivered: dosage, meetings, pauses, the end."""
