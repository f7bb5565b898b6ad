//! The document by one call for each block, as a model does that has a tool for each call of
//! Feishu's API.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::{
    Written,
    feishu::{Feishu, PNG},
    ratio,
    text::{Paper, Piece, elements},
    tokens,
};

/// Feishu's answers to a call that came too soon.
const TOO_SOON: [i64; 2] = [99_991_400, 1_061_045];
/// Pieces that are written when the rest is reckoned.
const SAMPLE: usize = 60;

struct Writer<'a> {
    feishu: &'a Feishu,
    document: String,
    tokens: usize,
}

/// Writes it, or with `sample` its beginning.
pub async fn write(feishu: &Feishu, paper: &Paper, sample: bool) -> anyhow::Result<Written> {
    let mut writer = Writer {
        feishu,
        document: String::new(),
        tokens: 0,
    };
    let begin = Instant::now();
    let title = json!({ "title": paper.title });
    let made = writer
        .call(Method::POST, "docx/v1/documents", &title)
        .await?;
    let document = made["document"]["document_id"].as_str();
    document
        .context("a document")?
        .clone_into(&mut writer.document);
    let pieces = if sample { SAMPLE } else { paper.pieces.len() };
    for piece in &paper.pieces[..pieces] {
        writer.piece(piece).await?;
    }
    Ok(Written {
        document: writer.document,
        tokens: writer.tokens,
        took: begin.elapsed(),
        share: ratio(pieces) / ratio(paper.pieces.len()),
    })
}

impl Writer<'_> {
    async fn piece(&mut self, piece: &Piece) -> anyhow::Result<()> {
        match piece {
            Piece::Text(key, number, _, runs) => {
                let body = json!({ "elements": elements(runs) });
                self.block(*number, key, body).await?;
            }
            Piece::Code(code) => {
                let runs = [code.clone(), String::new(), String::new()];
                let style = json!({ "language": 1 });
                let body = json!({ "elements": elements(&runs), "style": style });
                self.block(14, "code", body).await?;
            }
            Piece::Table(rows) => self.table(rows).await?,
            Piece::Picture(name) => {
                let block = self.block(27, "image", json!({})).await?;
                let block = block["block_id"].as_str().context("a block")?.to_owned();
                let token = self.upload(&block, name).await?;
                let body = json!({ "replace_image": { "token": token } });
                let path = self.path(&format!("/{block}"));
                self.call(Method::PATCH, &path, &body).await?;
            }
            Piece::Diagram(code) => {
                let block = self.block(43, "board", json!({})).await?;
                let board = block["board"]["token"].as_str().context("a board")?;
                let path = format!("board/v1/whiteboards/{board}/nodes/plantuml");
                let body = json!({
                    "plant_uml_code": code,
                    "style_type": 1,
                    "syntax_type": 2,
                    "diagram_type": 0,
                });
                self.call(Method::POST, &path, &body).await?;
            }
        }
        Ok(())
    }

    fn path(&self, rest: &str) -> String {
        format!("docx/v1/documents/{}/blocks{rest}", self.document)
    }

    /// A block at the end; gives it.
    async fn block(&mut self, number: u16, key: &str, body: Value) -> anyhow::Result<Value> {
        let mut block = json!({ "block_type": number });
        block[key] = body;
        let path = self.path(&format!("/{}/children", self.document));
        let body = json!({ "children": [block], "index": -1 });
        let made = self.call(Method::POST, &path, &body).await?;
        Ok(made["children"][0].clone())
    }

    /// Feishu makes the cells with an empty text each; these are found and filled one by one.
    async fn table(&mut self, rows: &[Vec<String>]) -> anyhow::Result<()> {
        let columns = rows.first().map_or(0, Vec::len);
        let size = json!({ "row_size": rows.len(), "column_size": columns, "header_row": true });
        let table = self.block(31, "table", json!({ "property": size })).await?;
        let table = table["block_id"].as_str().context("a table")?.to_owned();
        let path = self.path(&format!(
            "/{table}/children?with_descendants=true&page_size=500"
        ));
        let below = self.call(Method::GET, &path, &Value::Null).await?;
        let below = below["items"].as_array().context("cells")?;
        let cells = below.iter().filter(|block| block["block_type"] == 32);
        let texts = cells.filter_map(|cell| cell["children"][0].as_str());
        for (text, words) in texts.zip(rows.iter().flatten()) {
            let runs = [words.clone(), String::new(), String::new()];
            let body = json!({ "update_text_elements": { "elements": elements(&runs) } });
            let path = self.path(&format!("/{text}"));
            self.call(Method::PATCH, &path, &body).await?;
        }
        Ok(())
    }

    /// The bytes go past the model; the command and its answer do not.
    async fn upload(&mut self, block: &str, name: &str) -> anyhow::Result<String> {
        let path = "drive/v1/medias/upload_all";
        let fields = [
            ("file_name", name.to_owned()),
            ("parent_type", "docx_image".to_owned()),
            ("parent_node", block.to_owned()),
            ("size", PNG.len().to_string()),
        ];
        self.tokens += tokens(path) + tokens(&format!("{fields:?}"));
        loop {
            let mut form = Form::new().part("file", Part::bytes(PNG).file_name(name.to_owned()));
            for (key, value) in fields.clone() {
                form = form.text(key, value);
            }
            let request = self.feishu.request(Method::POST, path).multipart(form);
            if let Some(data) = self.answer(request.send().await?).await? {
                let token = data["file_token"].as_str().context("a token")?;
                return Ok(token.to_owned());
            }
        }
    }

    async fn call(&mut self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.tokens += tokens(path);
        if !body.is_null() {
            self.tokens += tokens(&body.to_string());
        }
        loop {
            let mut request = self.feishu.request(method.clone(), path);
            if !body.is_null() {
                request = request.json(body);
            }
            if let Some(data) = self.answer(request.send().await?).await? {
                return Ok(data);
            }
        }
    }

    /// What Feishu answered; nothing, after the wait that it asks for, when it was too soon.
    async fn answer(&mut self, response: reqwest::Response) -> anyhow::Result<Option<Value>> {
        let wait = response.headers().get("x-ogw-ratelimit-reset");
        let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
        let text = response.text().await?;
        let answer: Value = serde_json::from_str(&text)?;
        let code = answer["code"].as_i64().context("a code")?;
        if TOO_SOON.contains(&code) {
            tokio::time::sleep(Duration::from_secs(wait.unwrap_or(1))).await;
            return Ok(None);
        }
        ensure!(code == 0, "{text}");
        self.tokens += tokens(&text);
        Ok(Some(answer["data"].clone()))
    }
}
