use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{CLIENTS, Guide, Server, Way};
use crate::Lang;

fn acme() -> Server {
    Server {
        name: "acme-feishu".to_owned(),
        description: "Acme".to_owned(),
        mcp: "https://mcp.example.com/t/acme/mcp".to_owned(),
        sse: "https://mcp.example.com/t/acme/sse".to_owned(),
        tools: "https://mcp.example.com/t/acme/tools".to_owned(),
    }
}

/// Characters that break links whose encoding is a little wrong.
fn awkward() -> Server {
    Server {
        name: "飞书 + R&D \"x\" 'y' ~>?".to_owned(),
        description: "研发 & 100% = #1".to_owned(),
        mcp: "https://mcp.example.com/t/acme/mcp?a=1&b=c+d%20e>>>???".to_owned(),
        ..acme()
    }
}

fn guide(id: &str, server: &Server) -> Guide {
    let client = CLIENTS.iter().find(|client| client.id == id).unwrap();
    client.guide(server, Lang::En)
}

fn link(id: &str, index: usize) -> String {
    guide(id, &acme()).links[index].href.to_string()
}

/// Reads a query as `URLSearchParams` does, in which a bare `+` is a space.
fn query(address: &str) -> Vec<(String, String)> {
    let (_, query) = address.split_once('?').unwrap();
    query
        .split('&')
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let bytes = text.replace('+', " ").into_bytes();
    let mut decoded = Vec::new();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == b'%' {
            let digits = std::str::from_utf8(&bytes[index + 1..index + 3]).unwrap();
            decoded.push(u8::from_str_radix(digits, 16).unwrap());
            index += 3;
        } else {
            decoded.push(bytes[index]);
            index += 1;
        }
    }
    String::from_utf8(decoded).unwrap()
}

fn field(address: &str, name: &str) -> String {
    let fields = query(address);
    fields.into_iter().find(|(key, _)| key == name).unwrap().1
}

fn base64_field(address: &str, name: &str) -> Value {
    let bytes = STANDARD.decode(field(address, name)).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn links_are_exactly_what_the_clients_document() {
    let config = "eyJ1cmwiOiJodHRwczovL21jcC5leGFtcGxlLmNvbS90L2FjbWUvbWNwIn0%3D";
    assert_eq!(
        link("cursor", 0),
        format!("cursor://anysphere.cursor-deeplink/mcp/install?name=acme-feishu&config={config}")
    );
    assert_eq!(
        link("cursor", 1),
        format!("https://cursor.com/en/install-mcp?name=acme-feishu&config={config}")
    );
    assert_eq!(
        link("vscode", 0),
        "vscode:mcp/install?%7B%22name%22%3A%22acme-feishu%22%2C%22type%22%3A%22http%22%2C%22url%22%3A%22https%3A%2F%2Fmcp.example.com%2Ft%2Facme%2Fmcp%22%7D"
    );
    assert_eq!(
        link("vscode", 1),
        link("vscode", 0).replace("vscode:", "vscode-insiders:")
    );
    assert_eq!(
        link("vscode", 2),
        "https://vscode.dev/redirect/mcp/install?name=acme-feishu&config=%7B%22type%22%3A%22http%22%2C%22url%22%3A%22https%3A%2F%2Fmcp.example.com%2Ft%2Facme%2Fmcp%22%7D"
    );
    assert_eq!(
        link("trae", 0),
        format!("trae-cn://trae.ai-ide/mcp-import?type=http&name=acme-feishu&config={config}")
    );
    assert_eq!(
        link("trae", 1),
        link("trae", 0).replace("trae-cn:", "trae:")
    );
    assert_eq!(
        link("lm-studio", 0),
        format!("lmstudio://add_mcp?name=acme-feishu&config={config}")
    );
    assert_eq!(
        link("kiro", 0),
        "https://kiro.dev/launch/mcp/add?name=acme-feishu&config=%7B%22url%22%3A%22https%3A%2F%2Fmcp.example.com%2Ft%2Facme%2Fmcp%22%7D"
    );
    assert_eq!(
        link("goose", 0),
        "goose://extension?url=https%3A%2F%2Fmcp.example.com%2Ft%2Facme%2Fmcp&type=streamable_http&id=acme-feishu&name=acme-feishu&description=Acme"
    );
}

#[test]
fn links_decode_to_the_same_server_whatever_its_name() {
    for server in [acme(), awkward()] {
        let inner = json!({ "url": server.mcp });
        let first = |id| guide(id, &server).links[0].href.to_string();
        for id in ["cursor", "trae", "lm-studio"] {
            assert_eq!(base64_field(&first(id), "config"), inner, "{id}");
            assert_eq!(field(&first(id), "name"), server.name, "{id}");
        }
        let kiro: Value = serde_json::from_str(&field(&first("kiro"), "config")).unwrap();
        assert_eq!(kiro, inner);
        let (_, vscode) = first("vscode")
            .split_once('?')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&decode(&vscode)).unwrap(),
            json!({ "name": server.name, "type": "http", "url": server.mcp })
        );
        let cherry = base64_field(&first("cherry-studio"), "servers");
        assert_eq!(
            cherry["mcpServers"][&server.name],
            json!({ "type": "streamableHttp", "baseUrl": server.mcp, "name": server.name })
        );
        assert_eq!(field(&first("goose"), "url"), server.mcp);
        assert_eq!(field(&first("goose"), "description"), server.description);
    }
}

#[test]
fn what_is_shown_next_to_a_link_is_what_it_adds() {
    let server = awkward();
    for client in CLIENTS {
        for link in client.guide(&server, Lang::En).links {
            let shown = link.adds.split(" → ").last().unwrap();
            let shown: Value = serde_json::from_str(shown).unwrap();
            assert!(
                link.adds.contains("飞书"),
                "{}: the name is shown",
                client.id
            );
            let href = decode(link.href.as_str());
            let carried = match query(link.href.as_str())
                .iter()
                .find(|(key, _)| matches!(key.as_str(), "config" | "servers"))
            {
                Some((_, value)) if value.starts_with('{') => serde_json::from_str(value).unwrap(),
                Some((_, value)) => {
                    serde_json::from_slice(&STANDARD.decode(value).unwrap()).unwrap()
                }
                None if client.id == "goose" => query(link.href.as_str())
                    .into_iter()
                    .map(|(key, value)| (key, Value::from(value)))
                    .collect::<serde_json::Map<_, _>>()
                    .into(),
                None => serde_json::from_str::<Value>(href.split_once('?').unwrap().1).unwrap(),
            };
            assert_eq!(shown, carried, "{}", client.id);
        }
    }
}

#[test]
fn no_link_has_a_bare_space_plus_or_secret() {
    for client in CLIENTS {
        for link in client.guide(&awkward(), Lang::Zh).links {
            let text = link.href.as_str();
            assert!(!text.contains([' ', '+', '"', '<']), "{text}");
            for secret in ["fmak_", "fmat_", "Bearer", "Authorization"] {
                assert!(
                    !text.contains(secret) && !link.adds.contains(secret),
                    "{text}"
                );
            }
            assert!(text.len() < 2000, "{text}");
        }
    }
}

#[test]
fn commands_survive_a_shell() {
    let server = awkward();
    let code = &guide("claude-code", &server).snippets[0].code;
    assert_eq!(
        code,
        r#"claude mcp add --transport http '飞书 + R&D "x" '\''y'\'' ~>?' 'https://mcp.example.com/t/acme/mcp?a=1&b=c+d%20e>>>???'"#
    );
    assert_eq!(
        guide("claude-code", &acme()).snippets[0].code,
        "claude mcp add --transport http acme-feishu https://mcp.example.com/t/acme/mcp"
    );
    assert_eq!(
        guide("vscode", &acme()).snippets[0].code,
        r#"code --add-mcp '{"name":"acme-feishu","type":"http","url":"https://mcp.example.com/t/acme/mcp"}'"#
    );
    assert_eq!(
        guide("codex", &acme()).snippets[0].code,
        "codex mcp add acme-feishu --url https://mcp.example.com/t/acme/mcp\ncodex mcp login acme-feishu"
    );
}

#[test]
fn settings_files_are_json_with_the_key_each_client_reads() {
    let parse = |id: &str, index: usize| -> Value {
        serde_json::from_str(&guide(id, &acme()).snippets[index].code).unwrap()
    };
    let url = "https://mcp.example.com/t/acme/mcp";
    assert_eq!(
        parse("cursor", 0),
        json!({"mcpServers":{"acme-feishu":{"url":url}}})
    );
    assert_eq!(
        parse("vscode", 1),
        json!({"servers":{"acme-feishu":{"type":"http","url":url}}})
    );
    assert_eq!(
        parse("other", 0),
        json!({"mcpServers":{"acme-feishu":{"type":"http","url":url}}})
    );
    for id in ["chatwise", "mcp-remote"] {
        assert_eq!(
            parse(id, 0)["mcpServers"]["acme-feishu"],
            json!({"command":"npx","args":["-y","mcp-remote",url,"--auth-timeout","300"]})
        );
    }
}

#[test]
fn every_promised_client_has_a_way_in() {
    let ids: Vec<_> = CLIENTS.iter().map(|client| client.id).collect();
    assert_eq!(
        ids,
        [
            "cursor",
            "vscode",
            "claude-code",
            "claude",
            "trae",
            "cherry-studio",
            "lm-studio",
            "kiro",
            "goose",
            "codex",
            "chatwise",
            "inspector",
            "mcp-remote",
            "other",
        ]
    );
    for client in CLIENTS {
        let guide = client.guide(&acme(), Lang::En);
        assert_eq!(guide.links.len(), client.links.len(), "{}", client.id);
        assert!(!guide.links.is_empty() || !guide.snippets.is_empty());
        assert_eq!(client.way() == Way::OneClick, !guide.links.is_empty());
    }
}
