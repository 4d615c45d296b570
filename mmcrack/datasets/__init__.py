"""Data sets of crack photographs, crack patches and synthetic cracks."""
