//! The MCP edge: one core, three bindings, plus plain HTTP tools.
