"""Inspect what a phone was given: a config file, a QR code, a photo of one.

It is read as the softphone would read it; what is wrong, and what the workspace knows of it, comes
out as findings. Nothing is changed, no secret is shown, and no fetch of a link is used up unless
that is asked for.

- `onhook.inspecting.inspection`: the use case.
- `formats/`: one reader a softphone; `slots` reads an operator's own formats.
- `pictures`: QR codes out of photos; `symbols`: what a QR code's text is.
- `history`, `owners`, `comparing`: what the workspace knows.
- `asking`: what a link's server answers; `answers`: what is wrong with that.
- `findings`: what comes out.
"""
