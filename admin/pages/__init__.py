"""The pages, one file for each; what they show is prepared by `admin.presenters`."""
