"""Child processes: how they are started, greeted, watched, restarted, stopped and talked to."""
