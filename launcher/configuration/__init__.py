"""What the user and the machine decide: variables, ports and the run folder."""
