"""What the company learns about itself."""
