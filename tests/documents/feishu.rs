//! Feishu's API and the sandbox's own, as a signed-in person.

use std::{collections::HashMap, fmt};

use anyhow::{Context as _, ensure};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    dev::Dev,
    text::{Paper, Piece},
};

/// What the three ways need, and reading the result.
const SCOPES: &str = "offline_access docx:document docx:document:create docx:document:readonly \
    docs:document.media:upload docs:document:import drive:drive.metadata:readonly \
    board:whiteboard:node:create board:whiteboard:node:read";

/// A picture of a few pixels: its kind and size are known.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06\0\0\0";

/// A signed-in person.
pub struct Feishu {
    http: Client,
    /// Where the sandbox listens.
    pub origin: String,
    /// The person's token.
    pub token: String,
}

/// What was asked of Feishu.
pub struct Calls {
    /// All calls.
    pub sent: usize,
    /// Those that Feishu answered with an error.
    pub refused: usize,
    /// By endpoint.
    pub by_endpoint: String,
}

/// What is in a document, out of what should be.
pub struct Kept(Vec<(&'static str, usize, usize)>);

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lost = self.0.iter().filter(|(_, there, of)| there < of);
        let lost: Vec<String> = lost
            .map(|(what, there, of)| format!("{} of {of} {what}", of - there))
            .collect();
        let nothing = lost.is_empty().then_some("nothing");
        write!(f, "{}{}", nothing.unwrap_or_default(), lost.join(", "))
    }
}

impl Feishu {
    /// Signs the demo's admin in.
    pub async fn sign_in(dev: &Dev) -> anyhow::Result<Self> {
        let origin = dev.text("sandbox_url")?.trim_end_matches('/').to_owned();
        let platform = url::Url::parse(dev.text("mcp_url")?)?.origin();
        let redirect = format!("{}/callback", platform.ascii_serialization());
        let mut feishu = Self {
            http: Client::builder().build()?,
            origin,
            token: String::new(),
        };
        let approve = json!({
            "client_id": sandbox::demo::APP_ID,
            "redirect_uri": redirect,
            "scope": SCOPES,
            "user": sandbox::demo::ADMIN,
        });
        let approved = feishu.admin("approve", &approve).await?;
        let exchange = json!({
            "grant_type": "authorization_code",
            "client_id": sandbox::demo::APP_ID,
            "client_secret": sandbox::demo::APP_SECRET,
            "code": approved["code"],
            "redirect_uri": redirect,
        });
        let address = format!("{}/open-apis/authen/v2/oauth/token", feishu.origin);
        let answer = feishu.http.post(address).json(&exchange).send().await?;
        let answer: Value = answer.json().await?;
        let token = answer["access_token"].as_str();
        let token = token.with_context(|| answer.to_string())?;
        token.clone_into(&mut feishu.token);
        Ok(feishu)
    }

    async fn admin(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let address = format!("{}/sandbox/admin/{path}", self.origin);
        Ok(self
            .http
            .post(address)
            .json(body)
            .send()
            .await?
            .json()
            .await?)
    }

    /// Switches the published rates.
    pub async fn set_rates(&self, on: bool) -> anyhow::Result<()> {
        let answer = self.admin("limits", &json!({ "enabled": on })).await?;
        ensure!(answer["error"].is_null(), "{answer}");
        Ok(())
    }

    /// Begins to count anew.
    pub async fn forget(&self) -> anyhow::Result<()> {
        let address = format!("{}/sandbox/admin/stats", self.origin);
        self.http.delete(address).send().await?.error_for_status()?;
        Ok(())
    }

    /// What was called since.
    pub async fn calls(&self) -> anyhow::Result<Calls> {
        let address = format!("{}/sandbox/admin/stats", self.origin);
        let stats: Value = self.http.get(address).send().await?.json().await?;
        let endpoints = stats["endpoints"].as_object().context("counts")?;
        let number = |count: &Value, name: &str| {
            usize::try_from(count[name].as_u64().unwrap_or(0)).unwrap_or(0)
        };
        let (mut sent, mut refused, mut parts) = (0, 0, Vec::new());
        // The platform looks its people up when it starts, whatever is called.
        let of_calls = |(name, _): &(&String, &Value)| !name.starts_with("contact.");
        for (name, count) in endpoints.iter().filter(of_calls) {
            sent += number(count, "calls");
            refused += number(count, "errors");
            parts.push(format!("{name} {}", number(count, "calls")));
        }
        Ok(Calls {
            sent,
            refused,
            by_endpoint: parts.join(", "),
        })
    }

    /// A call of the open API.
    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let address = format!("{}/open-apis/{path}", self.origin);
        self.http.request(method, address).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.request(reqwest::Method::GET, path).send().await?;
        let answer: Value = answer.json().await?;
        ensure!(answer["code"] == 0, "{path}: {answer}");
        Ok(answer["data"].clone())
    }

    /// Reads a document and compares it with what should be in it.
    pub async fn kept(&self, document: &str, paper: &Paper) -> anyhow::Result<Kept> {
        let mut blocks = Vec::new();
        let mut page = String::new();
        loop {
            let path = format!("docx/v1/documents/{document}/blocks?page_size=500{page}");
            let data = self.get(&path).await?;
            blocks.extend(data["items"].as_array().cloned().unwrap_or_default());
            match data["page_token"]
                .as_str()
                .filter(|_| data["has_more"] == true)
            {
                Some(next) => page = format!("&page_token={next}"),
                None => break,
            }
        }
        let (mut tables, mut pictures, mut boards) = (0, 0, 0);
        let mut texts: HashMap<String, usize> = HashMap::new();
        for block in &blocks {
            match block["block_type"].as_u64() {
                Some(31) => tables += 1,
                Some(27) => pictures += usize::from(block["image"]["token"] != ""),
                Some(43) => {
                    let token = block["board"]["token"].as_str().unwrap_or_default();
                    let path = format!("board/v1/whiteboards/{token}/nodes");
                    let nodes = self.get(&path).await?;
                    boards += usize::from(nodes["nodes"][0].is_object());
                }
                _ => {}
            }
            if let Some(text) = text_of(block) {
                *texts.entry(text).or_default() += 1;
            }
        }
        let wanted = paper.texts();
        let mut found = 0;
        for text in &wanted {
            if let Some(left) = texts.get_mut(text.as_str()).filter(|left| **left > 0) {
                *left -= 1;
                found += 1;
            }
        }
        let is_picture = |piece: &Piece| matches!(piece, Piece::Picture(_));
        let is_diagram = |piece: &Piece| matches!(piece, Piece::Diagram(_));
        let is_table = |piece: &Piece| matches!(piece, Piece::Table(_));
        Ok(Kept(vec![
            ("pictures", pictures, paper.count(is_picture)),
            ("boards", boards, paper.count(is_diagram)),
            ("tables", tables, paper.count(is_table)),
            ("texts", found, wanted.len()),
        ]))
    }
}

/// The runs of a block, joined.
fn text_of(block: &Value) -> Option<String> {
    let body = block
        .as_object()?
        .values()
        .find_map(|part| part.get("elements"))?;
    let runs = body.as_array()?.iter();
    Some(
        runs.filter_map(|run| run["text_run"]["content"].as_str())
            .collect(),
    )
}
