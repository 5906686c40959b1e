"""Chooses the adapters and builds the application's services upon them. It decides no rule of the business."""
