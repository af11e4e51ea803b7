"""What was made, put in its place.

    Target (plan.py) → Page → stage.py, out of sight → publish.py → public/, of which journal.py keeps account

    ground.py     what stands in the way there, told before anything is touched
    strangers.py  files of others that make room, and are kept

Only what differs is made and written; a kill at any moment leaves every file whole.
"""
