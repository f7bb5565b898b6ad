//! The table.

use serde_json::{Value, json};

use super::{
    Client, LinkSpec, Place, Server, SnippetSpec,
    encode::{base64_json, percent, percent_json, pretty, shell},
};

/// The entry that Cursor, Trae and LM Studio take: the inner object, without its name.
fn entry(server: &Server) -> Value {
    json!({ "url": server.mcp })
}

/// The entry of clients that want the transport named.
fn typed_entry(server: &Server) -> Value {
    json!({ "type": "http", "url": server.mcp })
}

/// What a link adds, as people read it: the name and the decoded entry.
fn added(server: &Server, entry: &Value) -> String {
    format!("{} → {entry}", server.name)
}

/// The usual settings file around one entry.
fn settings(server: &Server, entry: &Value) -> Value {
    json!({ "mcpServers": { server.name.clone(): entry } })
}

/// A local bridge for clients that only start programs. Its sign-in window is made longer than
/// the bridge's own 30 s, which is short for scanning a code with a phone.
fn bridge(server: &Server) -> Value {
    json!({
        "command": "npx",
        "args": ["-y", "mcp-remote", server.mcp, "--auth-timeout", "300"],
    })
}

fn cursor_link(server: &Server) -> (String, String) {
    let entry = entry(server);
    let (name, config) = (percent(&server.name), base64_json(&entry));
    let address =
        format!("cursor://anysphere.cursor-deeplink/mcp/install?name={name}&config={config}");
    (address, added(server, &entry))
}

fn cursor_web_link(server: &Server) -> (String, String) {
    let entry = entry(server);
    let (name, config) = (percent(&server.name), base64_json(&entry));
    let address = format!("https://cursor.com/en/install-mcp?name={name}&config={config}");
    (address, added(server, &entry))
}

fn vscode_entry(server: &Server) -> Value {
    json!({ "name": server.name, "type": "http", "url": server.mcp })
}

fn vscode_link(server: &Server) -> (String, String) {
    let entry = vscode_entry(server);
    let address = format!("vscode:mcp/install?{}", percent_json(&entry));
    (address, entry.to_string())
}

fn vscode_insiders_link(server: &Server) -> (String, String) {
    let entry = vscode_entry(server);
    let address = format!("vscode-insiders:mcp/install?{}", percent_json(&entry));
    (address, entry.to_string())
}

fn vscode_web_link(server: &Server) -> (String, String) {
    let entry = typed_entry(server);
    let (name, config) = (percent(&server.name), percent_json(&entry));
    let address = format!("https://vscode.dev/redirect/mcp/install?name={name}&config={config}");
    (address, added(server, &entry))
}

fn trae(scheme: &str, server: &Server) -> (String, String) {
    let entry = entry(server);
    let (name, config) = (percent(&server.name), base64_json(&entry));
    let address =
        format!("{scheme}://trae.ai-ide/mcp-import?type=http&name={name}&config={config}");
    (address, added(server, &entry))
}

fn cherry_link(server: &Server) -> (String, String) {
    let entry = json!({
        "type": "streamableHttp",
        "baseUrl": server.mcp,
        "name": server.name,
    });
    let servers = settings(server, &entry);
    let address = format!(
        "cherrystudio://mcp/install?servers={}",
        base64_json(&servers)
    );
    (address, servers.to_string())
}

fn lm_studio_link(server: &Server) -> (String, String) {
    let entry = entry(server);
    let (name, config) = (percent(&server.name), base64_json(&entry));
    let address = format!("lmstudio://add_mcp?name={name}&config={config}");
    (address, added(server, &entry))
}

fn kiro_link(server: &Server) -> (String, String) {
    let entry = entry(server);
    let (name, config) = (percent(&server.name), percent_json(&entry));
    let address = format!("https://kiro.dev/launch/mcp/add?name={name}&config={config}");
    (address, added(server, &entry))
}

fn goose_link(server: &Server) -> (String, String) {
    let fields = [
        ("url", server.mcp.as_str()),
        ("type", "streamable_http"),
        ("id", &server.name),
        ("name", &server.name),
        ("description", &server.description),
    ];
    let query: Vec<_> = fields
        .iter()
        .map(|(key, value)| format!("{key}={}", percent(value)))
        .collect();
    let adds: serde_json::Map<_, _> = fields
        .iter()
        .map(|(key, value)| ((*key).to_owned(), Value::from(*value)))
        .collect();
    let address = format!("goose://extension?{}", query.join("&"));
    (address, Value::Object(adds).to_string())
}

fn inspector(server: &Server) -> String {
    format!(
        "npx @modelcontextprotocol/inspector --cli {} --transport http --method tools/list \\\n  --header \"Authorization: Bearer $FEISHU_MCP_KEY\"",
        shell(&server.mcp)
    )
}

/// All clients, in the order of the page.
pub const CLIENTS: &[Client] = &[
    Client {
        id: "cursor",
        name: "Cursor",
        links: &[
            LinkSpec {
                label: |t| t.add,
                build: cursor_link,
            },
            LinkSpec {
                label: |t| t.by_web,
                build: cursor_web_link,
            },
        ],
        snippets: &[SnippetSpec {
            place: Place::File("~/.cursor/mcp.json"),
            build: |s| pretty(&settings(s, &entry(s))),
        }],
        note: |t| t.cursor,
    },
    Client {
        id: "vscode",
        name: "VS Code",
        links: &[
            LinkSpec {
                label: |t| t.add,
                build: vscode_link,
            },
            LinkSpec {
                label: |t| t.add_insiders,
                build: vscode_insiders_link,
            },
            LinkSpec {
                label: |t| t.by_web,
                build: vscode_web_link,
            },
        ],
        snippets: &[
            SnippetSpec {
                place: Place::Terminal,
                build: |s| format!("code --add-mcp {}", shell(&vscode_entry(s).to_string())),
            },
            SnippetSpec {
                place: Place::File(".vscode/mcp.json"),
                build: |s| pretty(&json!({ "servers": { s.name.clone(): typed_entry(s) } })),
            },
        ],
        note: |t| t.vscode,
    },
    Client {
        id: "claude-code",
        name: "Claude Code",
        links: &[],
        snippets: &[
            SnippetSpec {
                place: Place::Terminal,
                build: |s| {
                    let (name, mcp) = (shell(&s.name), shell(&s.mcp));
                    format!("claude mcp add --transport http {name} {mcp}")
                },
            },
            SnippetSpec {
                place: Place::File(".mcp.json"),
                build: |s| pretty(&settings(s, &typed_entry(s))),
            },
        ],
        note: |t| t.claude_code,
    },
    Client {
        id: "claude",
        name: "Claude",
        links: &[],
        snippets: &[SnippetSpec {
            place: Place::Address,
            build: |s| s.mcp.clone(),
        }],
        note: |t| t.claude,
    },
    Client {
        id: "trae",
        name: "Trae",
        links: &[
            LinkSpec {
                label: |t| t.add_china,
                build: |s| trae("trae-cn", s),
            },
            LinkSpec {
                label: |t| t.add_international,
                build: |s| trae("trae", s),
            },
        ],
        snippets: &[SnippetSpec {
            place: Place::Json,
            build: |s| pretty(&settings(s, &entry(s))),
        }],
        note: |t| t.trae,
    },
    Client {
        id: "cherry-studio",
        name: "Cherry Studio",
        links: &[LinkSpec {
            label: |t| t.add,
            build: cherry_link,
        }],
        snippets: &[],
        note: |t| t.cherry_studio,
    },
    Client {
        id: "lm-studio",
        name: "LM Studio",
        links: &[LinkSpec {
            label: |t| t.add,
            build: lm_studio_link,
        }],
        snippets: &[SnippetSpec {
            place: Place::File("mcp.json"),
            build: |s| pretty(&settings(s, &entry(s))),
        }],
        note: |t| t.lm_studio,
    },
    Client {
        id: "kiro",
        name: "Kiro",
        links: &[LinkSpec {
            label: |t| t.add,
            build: kiro_link,
        }],
        snippets: &[SnippetSpec {
            place: Place::File("~/.kiro/settings/mcp.json"),
            build: |s| pretty(&settings(s, &entry(s))),
        }],
        note: |t| t.kiro,
    },
    Client {
        id: "goose",
        name: "Goose",
        links: &[LinkSpec {
            label: |t| t.add,
            build: goose_link,
        }],
        snippets: &[],
        note: |t| t.goose,
    },
    Client {
        id: "codex",
        name: "Codex",
        links: &[],
        snippets: &[SnippetSpec {
            place: Place::Terminal,
            build: |s| {
                let (name, mcp) = (shell(&s.name), shell(&s.mcp));
                format!("codex mcp add {name} --url {mcp}\ncodex mcp login {name}")
            },
        }],
        note: |t| t.codex,
    },
    Client {
        id: "chatwise",
        name: "ChatWise",
        links: &[],
        snippets: &[SnippetSpec {
            place: Place::Json,
            build: |s| pretty(&settings(s, &bridge(s))),
        }],
        note: |t| t.chatwise,
    },
    Client {
        id: "inspector",
        name: "MCP Inspector",
        links: &[],
        snippets: &[
            SnippetSpec {
                place: Place::Terminal,
                build: |_| "npx @modelcontextprotocol/inspector".to_owned(),
            },
            SnippetSpec {
                place: Place::Terminal,
                build: inspector,
            },
        ],
        note: |t| t.inspector,
    },
    Client {
        id: "mcp-remote",
        name: "mcp-remote",
        links: &[],
        snippets: &[SnippetSpec {
            place: Place::Json,
            build: |s| pretty(&settings(s, &bridge(s))),
        }],
        note: |t| t.mcp_remote,
    },
    Client {
        id: "other",
        name: "",
        links: &[],
        snippets: &[SnippetSpec {
            place: Place::Json,
            build: |s| pretty(&settings(s, &typed_entry(s))),
        }],
        note: |t| t.other,
    },
];
