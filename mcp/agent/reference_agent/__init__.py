"""An agent that finds causes by asking ClickHouse through MCP: the same plan every time, and no model."""
