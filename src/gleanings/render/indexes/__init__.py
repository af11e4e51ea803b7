"""What stands where over all roundups: by tag, source, author and year.

    Library → works.py → years.py, charts.py → values that templates of lists are given (values.py)

The desk (desk.py) has them at hand for pages and feeds, with what stands around each roundup.
"""
