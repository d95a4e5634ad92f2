"""onhook: softphone provisioning for hosted PBX installers."""

__version__ = "0.1.0"
