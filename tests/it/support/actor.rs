//! A member with an MCP client, over real sockets.

use serde_json::{Value, json};

use super::Program;

/// A client that speaks the stateless revision of MCP with one token.
#[derive(Clone)]
pub struct Actor {
    http: reqwest::Client,
    /// Address of the Streamable HTTP door.
    pub mcp_url: String,
    token: String,
}

/// What a tool answered.
#[derive(Debug)]
pub struct Answer {
    /// Whether it is an error.
    pub is_error: bool,
    /// The text.
    pub text: String,
    /// The whole result.
    pub result: Value,
}

impl Actor {
    /// The member that `dev` signed in.
    pub fn of(program: &Program) -> Self {
        Self::with_token(program, program.token())
    }

    /// Somebody with another token.
    #[expect(clippy::disallowed_methods, reason = "a client of the tests")]
    pub fn with_token(program: &Program, token: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            mcp_url: program.text("mcp_url").to_owned(),
            token: token.to_owned(),
        }
    }

    /// Sends one request of the stateless revision; gives status and body.
    pub async fn rpc(&self, method: &str, params: Value, name: Option<&str>) -> (u16, Value) {
        let answer = self.try_rpc(method, params, name).await;
        answer.expect("the platform answers")
    }

    /// The same where the platform may go away before its answer is complete.
    pub async fn try_rpc(
        &self,
        method: &str,
        mut params: Value,
        name: Option<&str>,
    ) -> Result<(u16, Value), reqwest::Error> {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": "tests", "version": "1" },
        });
        let mut request = self
            .http
            .post(&self.mcp_url)
            .bearer_auth(&self.token)
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method);
        if let Some(name) = name {
            request = request.header("mcp-name", name);
        }
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let response = request.json(&body).send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text));
        Ok((status, body))
    }

    /// Calls a tool.
    pub async fn call(&self, tool: &str, arguments: Value) -> Answer {
        let params = json!({ "name": tool, "arguments": arguments });
        let (status, body) = self.rpc("tools/call", params, Some(tool)).await;
        assert_eq!(status, 200, "{tool}: {body}");
        let result = body["result"].clone();
        assert!(result.is_object(), "{tool}: {body}");
        Answer {
            is_error: result["isError"] == true,
            text: result["content"][0]["text"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            result,
        }
    }

    /// Calls a tool that must succeed; gives its text.
    pub async fn done(&self, tool: &str, arguments: Value) -> String {
        let answer = self.call(tool, arguments).await;
        assert!(!answer.is_error, "{tool}: {}", answer.text);
        answer.text
    }

    /// Calls a tool that must fail; gives its answer.
    pub async fn refused(&self, tool: &str, arguments: Value) -> Answer {
        let answer = self.call(tool, arguments).await;
        assert!(answer.is_error, "{tool} should be refused: {}", answer.text);
        answer
    }
}
