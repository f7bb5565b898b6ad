//! What `dev` prints when everything is up.

use edge::Urls;
use model::Slug;
use serde::Serialize;

use crate::terminal::Terminal;

/// The addresses of a running `dev`, printed by `--json` as one object.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Welcome {
    /// The tenant's connect page.
    pub connect_url: String,
    /// The console, by a link that signs the demo's owner in once.
    pub console_url: String,
    /// The same by hand: address and password of the demo's owner.
    pub console_email: String,
    /// The password.
    pub console_password: String,
    /// Streamable HTTP.
    pub mcp_url: String,
    /// HTTP+SSE of 2024-11-05.
    pub sse_url: String,
    /// Plain HTTP.
    pub tools_url: String,
    /// Short-lived development token; absent when a real Feishu tenant is served.
    pub token: Option<String>,
    /// A token for the tenant of the conformance suite, in test builds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixture_token: Option<String>,
    /// The sandbox; absent when a real Feishu tenant is served.
    pub sandbox_url: Option<String>,
    /// This process.
    pub pid: u32,
    /// What to register in the Feishu app (real tenant only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

impl Welcome {
    /// The addresses of a tenant, without tokens and sandbox.
    pub(crate) fn of(urls: &Urls, slug: &Slug) -> Self {
        Self {
            connect_url: urls.connect(slug),
            console_url: urls.at("/"),
            console_email: String::new(),
            console_password: String::new(),
            mcp_url: urls.mcp(slug),
            sse_url: urls.sse(slug),
            tools_url: urls.tools(slug),
            token: None,
            fixture_token: None,
            sandbox_url: None,
            pid: std::process::id(),
            redirect_url: None,
        }
    }

    /// Prints the welcome for people. `reset` is the command that starts over.
    pub(crate) fn print(&self, terminal: Terminal, tenant: &str, who: &str, reset: &str) {
        let t = terminal;
        let row = |label: &str, value: &str| t.line(format!("  {}  {value}", pad(label, 16)));
        t.line("");
        t.line(format!(
            "  {}",
            t.strong(t.text("Feishu for AI clients is running", "飞书 AI 接入平台已启动"))
        ));
        t.line("");
        row(
            t.text("Connect page", "接入页面"),
            &t.strong(&self.connect_url),
        );
        row(
            t.text("Console", "管理后台"),
            &format!(
                "{}  {}",
                self.console_url,
                t.faint(t.text("(works once)", "（仅可使用一次）"))
            ),
        );
        row(
            "",
            &t.faint(&format!(
                "{} {} / {}",
                t.text("or sign in as", "或使用账号登录："),
                self.console_email,
                self.console_password
            )),
        );
        row("MCP", &self.mcp_url);
        row("SSE", &self.sse_url);
        row("HTTP", &self.tools_url);
        if let Some(sandbox) = &self.sandbox_url {
            row(t.text("Feishu sandbox", "飞书沙箱"), sandbox);
            row(
                t.text("Tenant", "企业"),
                &format!("{tenant}  {}", t.faint(who)),
            );
        }
        if let Some(redirect) = &self.redirect_url {
            row(t.text("Redirect URL", "重定向 URL"), redirect);
            t.line(format!(
                "  {}",
                t.faint(t.text(
                    "Register it in the Feishu app: Security settings → Redirect URLs.",
                    "请在飞书应用后台「安全设置 → 重定向 URL」中添加。",
                ))
            ));
        }
        if let Some(token) = &self.token {
            t.line("");
            t.line(format!(
                "  {}",
                t.text(
                    "Try it now (the token lives for one hour):",
                    "立即试用（令牌一小时内有效）：",
                )
            ));
            t.line("");
            for line in self.inspector(token) {
                t.line(format!("  {line}"));
            }
        }
        t.line("");
        t.line(format!(
            "  {}",
            t.faint(&format!(
                "{}  {reset}",
                t.text("Stop: Ctrl-C.  Start over:", "停止：Ctrl-C。  重新开始：")
            ))
        ));
        t.line("");
    }

    /// A command of the official Inspector that calls one tool. The version is fixed: without
    /// one, npx on Node 20 falls back to a release whose command line is another.
    fn inspector(&self, token: &str) -> [String; 4] {
        [
            format!(
                "npx -y @modelcontextprotocol/inspector@2.12.0 --cli {} \\",
                self.mcp_url
            ),
            "  --transport http \\".to_owned(),
            format!("  --header \"Authorization: Bearer {token}\" \\"),
            "  --method tools/call --tool-name search --tool-arg query=OKR".to_owned(),
        ]
    }
}

/// Pads to `width` columns; Chinese characters take two.
fn pad(text: &str, width: usize) -> String {
    let columns: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(columns)))
}
