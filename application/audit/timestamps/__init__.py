"""Timestamps: tokens of an authority that show when a checkpoint was there at the latest."""
