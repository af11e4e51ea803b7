"""What was made, put in its place.

    Target (plan.py) → Page → stage.py, out of sight → publish.py → public/, of which journal.py keeps account

Only what differs is made and written; a kill at any moment leaves every file whole.
"""
