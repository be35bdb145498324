"""The smoke test of the containers: see scripts/compose-smoke."""
