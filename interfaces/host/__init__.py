"""What every adapter needs of this machine and of text: clock, disk, streams, CSV rows, SQL text, log lines."""
