"""The query language: lexer, parser, printer, explainer."""
