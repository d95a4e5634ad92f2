"""Repair: issue again what was lost, and walk the troubleshooting flow."""
