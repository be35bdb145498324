"""How things look: colours, progress, tables and the drawing of the Service Map."""
