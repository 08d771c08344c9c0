"""The content engine: `(text, context, policy) -> verdict`, pure, with its reasons as spans of the text as sent."""
