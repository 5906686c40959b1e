"""What a report run is: aggregates, events and rules. No files, sockets, SQL engines, HTTP, settings or clocks."""
