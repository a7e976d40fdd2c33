"""The pages: views, templates, styles, small scripts, the installable app. Views call actions and queries."""
