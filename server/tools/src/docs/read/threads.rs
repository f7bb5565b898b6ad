//! Comments in the text: each thread after the block that it is about.

use std::{collections::HashMap, ops::Range};

use feishu::{
    FeishuError,
    api::comments::{self as api, Comment, Reply},
};
use model::Capability;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    super::comments::{
        list::{all, people_in},
        text,
    },
    Format,
    page::Page,
    xml,
};
use crate::{
    ToolCx,
    args::{people, resolve::Target},
    render::{clean_line, from_seconds},
};

/// Threads that one request asks for.
const BATCH: usize = 100;
/// Replies that are shown of a thread: the first, and the newest.
const MAX_REPLIES: usize = 5;

/// Which threads stand in the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shown {
    #[default]
    None,
    Open,
    All,
}

/// The threads of a page, ready to be put in.
#[derive(Debug, Default)]
pub(super) struct Threads {
    /// By piece.
    at: HashMap<usize, String>,
    /// About the whole document, and notes.
    intro: String,
}

impl Threads {
    /// What follows a piece; empty without threads.
    pub(super) fn at(&self, piece: usize) -> &str {
        self.at.get(&piece).map_or("", String::as_str)
    }

    /// Puts what comes before the text.
    pub(super) fn intro(&self, out: &mut String) {
        out.push_str(&self.intro);
    }

    /// Reads the threads of these pieces: one request, one more with `whole`, and one for names
    /// that are not known yet. What cannot be read is said, and does not fail the page.
    pub(super) async fn read(
        cx: &ToolCx,
        target: &Target,
        page: &Page,
        reach: &Range<usize>,
        (shown, whole): (Shown, bool),
    ) -> Self {
        if shown == Shown::None {
            return Self::default();
        }
        if !cx.facts.capabilities.contains(&Capability::Comments) {
            return Self::note(cx.say(
                "comments are left out: your organisation has not switched them on",
                "未显示评论：企业未启用评论功能",
            ));
        }
        let placed = page.threads(reach);
        match gathered(cx, target, &placed, (shown, whole)).await {
            Ok((anchored, about_all)) => {
                let ids = anchored.iter().chain(&about_all).flat_map(people_in);
                let names = people::names(cx, ids).await;
                let mut threads = Self::default();
                let say = |thread: &Comment| one(cx, thread, &names, page.format);
                for thread in &about_all {
                    threads.intro.push_str(&say(thread));
                }
                for thread in &anchored {
                    if let Some(piece) = placed.get(thread.comment_id.as_str()) {
                        threads.at.entry(*piece).or_default().push_str(&say(thread));
                    }
                }
                threads
            }
            Err(fault) => Self::note(&format!(
                "{}: {}",
                cx.say("comments could not be read", "无法读取评论"),
                cx.fault(fault).message
            )),
        }
    }

    fn note(text: &str) -> Self {
        Self {
            at: HashMap::new(),
            intro: format!("\n({text})"),
        }
    }
}

impl Page {
    /// The threads that are anchored in these pieces, by the piece.
    fn threads(&self, reach: &Range<usize>) -> HashMap<&str, usize> {
        let index: HashMap<&str, usize> = self
            .pieces
            .iter()
            .enumerate()
            .rev()
            .map(|(index, piece)| (piece.id.as_str(), index))
            .collect();
        let mut placed = HashMap::new();
        // In pre-order a block without a piece stands inside the piece of a block above it.
        let mut inside: HashMap<&str, usize> = HashMap::new();
        for block in &self.blocks {
            let own = index.get(block.block_id.as_str());
            let Some(piece) = own
                .or_else(|| inside.get(block.parent_id.as_str()))
                .copied()
            else {
                continue;
            };
            inside.insert(&block.block_id, piece);
            if reach.contains(&piece) {
                for id in &block.comment_ids {
                    placed.entry(id.as_str()).or_insert(piece);
                }
            }
        }
        placed
    }
}

async fn gathered(
    cx: &ToolCx,
    target: &Target,
    placed: &HashMap<&str, usize>,
    (shown, whole): (Shown, bool),
) -> Result<(Vec<Comment>, Vec<Comment>), FeishuError> {
    let kind = target.kind.feishu();
    let ids: Vec<&str> = placed.keys().copied().collect();
    let anchored = ids
        .chunks(BATCH)
        .map(|batch| api::some(&cx.feishu, &target.token, kind, batch));
    let states = [false, true]
        .into_iter()
        .filter(|solved| whole && (!solved || shown == Shown::All));
    let about_all = states.map(|solved| {
        let filter = api::Filter {
            whole: true,
            solved,
        };
        all(&cx.feishu, &target.token, kind, filter)
    });
    let (anchored, about_all) = futures::join!(
        futures::future::join_all(anchored),
        futures::future::join_all(about_all)
    );
    let mut threads = Vec::new();
    for answer in anchored {
        threads.extend(answer?);
    }
    threads.retain(|thread| shown == Shown::All || !thread.is_solved);
    threads.sort_by_key(|thread| thread.create_time);
    let mut about = Vec::new();
    for answer in about_all {
        about.extend(answer?.0);
    }
    Ok((threads, about))
}

/// A thread, beginning with a line end.
fn one(cx: &ToolCx, thread: &Comment, names: &HashMap<String, String>, format: Format) -> String {
    let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), Clone::clone);
    let replies = &thread.reply_list.replies;
    let hidden = replies.len().saturating_sub(MAX_REPLIES);
    let shown = replies
        .iter()
        .enumerate()
        .filter(|(index, _)| *index == 0 || *index > hidden)
        .map(|(_, reply)| reply);
    let quote = clean_line(&thread.quote, 60);
    let state = if thread.is_solved { "resolved" } else { "open" };
    let line = |reply: &Reply| {
        let said = text::line(&reply.content, names, 400);
        let at = from_seconds(reply.create_time, &cx.facts.time_zone);
        (name(&reply.user_id), at, said)
    };
    let more = hidden > 0 || thread.has_more;
    if format == Format::Xml {
        let mut out = format!(
            "\n<comment thread=\"{}\" state=\"{state}\"",
            thread.comment_id
        );
        if !quote.is_empty() {
            out.push_str(&format!(" quote=\"{}\"", xml::escape(&quote)));
        }
        if more {
            out.push_str(" more=\"true\"");
        }
        out.push('>');
        for reply in shown {
            let (who, at, said) = line(reply);
            out.push_str(&format!(
                "<reply by=\"{}\" at=\"{at}\">{}</reply>",
                xml::escape(&who),
                xml::escape(&said)
            ));
        }
        out.push_str("</comment>");
        return out;
    }
    let safe = |text: &str| text.replace("]]", "] ]");
    let mut out = format!("\n[[comment thread={} {state}", thread.comment_id);
    if !quote.is_empty() {
        out.push_str(&format!(" on \"{}\"", safe(&quote).replace('"', "'")));
    }
    for reply in shown {
        let (who, at, said) = line(reply);
        out.push_str(&format!("\n  {} {at}: {}", safe(&who), safe(&said)));
    }
    if more {
        out.push_str("\n  …");
    }
    out.push_str(" ]]");
    out
}
