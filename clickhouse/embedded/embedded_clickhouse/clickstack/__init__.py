"""The ClickStack (HyperDX) web UI that the engine's library carries."""
