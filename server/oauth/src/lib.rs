//! OAuth 2.1 authorization server for MCP clients; Feishu as upstream login.

pub mod protocol;
