"""The plan's three dialogues with the telemetry: a fixed order of visible MCP calls each, and a verdict."""
