"""What pages show, worked out from what the service gives: words, amounts, colours, order. No HTML."""
