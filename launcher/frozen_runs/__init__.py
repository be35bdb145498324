"""Runs that are kept: their telemetry and questions in one file, and the labels in it for the scorer alone."""
