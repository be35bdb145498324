"""The processes of the suite, the Supervisor that keeps them alive, and their health."""
