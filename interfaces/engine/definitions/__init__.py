"""What each report type computes, as SQL that any engine can be given."""
