"""Custom report types that opt in to a Spark Connect server, and the trial that they must pass first."""
