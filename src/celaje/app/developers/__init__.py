"""What other programs need to use this house: keys, files, batches, webhooks, and what a request of theirs means.

It stands on people and videos. It does not know HTTP's side of the API (`celaje.app.api`) nor the pages.
"""
