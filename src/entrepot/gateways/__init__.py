"""Outside offices and formats, one file or folder each."""
