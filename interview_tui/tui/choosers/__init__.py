"""What the line can be made to ask for: each chooser offers choices for what is typed and takes one of them."""
