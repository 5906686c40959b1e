"""Runs report queries on a server that speaks Spark Connect: Spark, or Sail."""
