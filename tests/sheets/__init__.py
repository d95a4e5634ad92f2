"""Onboarding sheets: what stands on them, how they look, who gets one."""
