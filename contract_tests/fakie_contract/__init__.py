"""The shipped contract suite: judges any target against the derived contracts."""
