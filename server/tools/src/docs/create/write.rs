//! Making the document, and writing its content with the write engine.

use feishu::{
    FeishuError,
    api::{docx, wiki},
};

use super::{
    super::{
        markdown::compile::Batch,
        write::{
            doc::Doc,
            key::Key,
            plan::{Insert, Plan},
            resume::Clash,
            run::{Done, End, Run},
            send::send_once,
        },
    },
    Place,
};
use crate::{
    ErrorKind, ToolCx, ToolError, args::kind::Kind, cx::Begun, fence, pace::Api, render::clean_line,
};

/// The document.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) document: String,
    pub(super) node: Option<String>,
    /// With this key it goes on.
    pub(super) key: Key,
    revision: i64,
    /// It was made by an earlier attempt.
    before: bool,
}

impl Made {
    pub(super) fn page(&self, cx: &ToolCx) -> String {
        match &self.node {
            Some(node) => cx.facts.page(&format!("/wiki/{node}")),
            None => cx.facts.page(&format!("/docx/{}", self.document)),
        }
    }
}

/// Makes the empty document, or finds the one that this key made before.
pub(super) async fn make(
    cx: &ToolCx,
    title: &str,
    place: &Place,
    key: Option<Key>,
    digest: &str,
) -> Result<Made, ToolError> {
    let memory = key
        .as_ref()
        .map(|key| format!("made {}", key.with(&[digest])));
    if let Some(known) = memory.as_deref().and_then(|memory| cx.refs.begun(memory)) {
        return Ok(Made {
            document: known.document.clone(),
            node: known.node.clone(),
            key: key.unwrap_or_else(|| Key::mint(cx, &known.document)),
            revision: known.revision,
            before: true,
        });
    }
    // The key of a partial answer names the document, wherever it is used.
    if let Some(key) = &key
        && let Some(document) = key.about().filter(|about| about.len() == 27)
    {
        fence::admit(cx, Kind::Docx, document).await?;
        return Ok(Made {
            document: document.to_owned(),
            node: None,
            key: key.clone(),
            revision: 1,
            before: true,
        });
    }
    let (document, node, revision) = create(cx, title, place).await?;
    let begun = Begun {
        document: document.clone(),
        node: node.clone(),
        revision,
    };
    if let Some(memory) = &memory {
        cx.refs.put_begun(memory, begun);
    }
    Ok(Made {
        key: key.unwrap_or_else(|| Key::mint(cx, &document)),
        document,
        node,
        revision,
        before: false,
    })
}

async fn create(
    cx: &ToolCx,
    title: &str,
    place: &Place,
) -> Result<(String, Option<String>, i64), ToolError> {
    cx.check()?;
    if let Place::Wiki { space, parent } = place {
        let call = || wiki::create_document(&cx.feishu, space, parent.as_deref(), title);
        let node = send_once(cx, Api::Create, call).await?;
        let node = node.map_err(|fault| perhaps_made(cx, fault, title))?;
        return Ok((node.obj_token, Some(node.node_token), 1));
    }
    let folder = match place {
        Place::Folder(token) => Some(token.as_str()),
        _ => None,
    };
    let call = || docx::create(&cx.feishu, title, folder);
    let document = send_once(cx, Api::Create, call).await?;
    let document = document.map_err(|fault| perhaps_made(cx, fault, title))?;
    cx.refs
        .put_parent(&document.document_id, folder.unwrap_or_default());
    Ok((document.document_id, None, document.revision_id))
}

/// Feishu's answer was lost: an empty document may have been made, and only Feishu knows.
fn perhaps_made(cx: &ToolCx, fault: FeishuError, title: &str) -> ToolError {
    let unclear = matches!(
        fault,
        FeishuError::Timeout | FeishuError::Transport(_) | FeishuError::Decode { .. }
    );
    let error = cx.fault(fault);
    if !unclear {
        return error;
    }
    let title = clean_line(title, 80);
    error.with_hint(match cx.locale {
        model::Locale::En => format!(
            "Feishu's answer was lost: an empty document \"{title}\" may exist now. Look there with `search` or `inspect` before you try again, and edit it with doc_edit if it does."
        ),
        model::Locale::Zh => format!(
            "未收到飞书的答复：可能已创建空文档《{title}》。重试前请先用 `search` 或 `inspect` 查看，若已存在可用 doc_edit 写入。"
        ),
    })
}

/// Writes the content; of a document that an earlier attempt began, what is missing.
pub(super) async fn write(
    cx: &ToolCx,
    made: &Made,
    batches: Vec<Batch>,
    digest: &str,
) -> Result<Done, ToolError> {
    let _only = cx.pace.queue(cx, &made.document).await?;
    let base = Doc::empty(&made.document, made.revision);
    let plan = Plan {
        inserts: vec![Insert {
            parent: made.document.clone(),
            after: None,
            batches,
        }],
        ..Plan::default()
    };
    let full = made.key.with(&[digest]);
    let mut again = made.before;
    loop {
        let mut run = Run::of(cx, &base, &plan, &full);
        if again {
            let now = Doc::load(cx, &made.document).await?;
            run.take_over(&now).map_err(|Clash| changed(cx, made))?;
        }
        match run.finish().await {
            End::Done(done) => return Ok(*done),
            End::Begun(_) if !again => again = true,
            End::Begun(_) => return Err(changed(cx, made)),
        }
    }
}

fn changed(cx: &ToolCx, made: &Made) -> ToolError {
    ToolError::new(
        ErrorKind::Conflict,
        cx.say(
            "the document that this key made holds something else now",
            "该键创建的文档内容已被改动",
        ),
    )
    .with_hint(cx.say(
        "Read it, and go on with doc_edit; do not create another.",
        "请读取该文档并用 doc_edit 续写，勿另建文档。",
    ))
    .with_detail("ref", format!("docx:{}", made.document))
    .with_detail("link", made.page(cx))
}
