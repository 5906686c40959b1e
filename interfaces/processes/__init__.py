"""Child processes: started, watched, restarted, stopped, and talked to."""
