//! The feishu-mcp program.
