"""The example files are as odd as examples/README.md says."""
