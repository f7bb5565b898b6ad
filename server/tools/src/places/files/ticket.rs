//! Jobs of Feishu that go on after the call that began them: followed for a while, and handed
//! back as a ticket when they outlast it.

use std::time::Duration;

use feishu::{
    FeishuError,
    api::{files, wiki},
};
use futures::future::BoxFuture;
use model::Locale;

use super::{export, import, made::Made};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    fence,
    places::{place::Place, refusal::explain},
    render::clean_line,
};

/// How long a call follows a job; the gate stops calls some time later.
const PATIENCE: Duration = Duration::from_secs(40);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// A job. It is printed for the model, so whatever it names is checked anew when it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ticket {
    /// A folder is moved or deleted.
    Folder { task: String, folder: String },
    /// A thing of the drive becomes a page.
    IntoWiki { task: String },
    /// A page becomes a thing of the drive.
    OutOfWiki { task: String, kind: Kind },
    /// A document becomes a file, which is shown (`to` is none) or saved.
    Export(export::Order),
    /// A file becomes a document.
    Import(import::Order),
}

impl Ticket {
    pub(super) fn print(&self) -> String {
        match self {
            Self::Folder { task, folder } => format!("folder.{task}.{folder}"),
            Self::IntoWiki { task } => format!("in.{task}"),
            Self::OutOfWiki { task, kind } => format!("out.{task}.{}", kind.word()),
            Self::Export(order) => format!("export.{}", order.print()),
            Self::Import(order) => format!("import.{}", order.print()),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.trim().split('.').collect();
        Some(match parts.as_slice() {
            ["folder", task, folder] => Self::Folder {
                task: (*task).to_owned(),
                folder: (*folder).to_owned(),
            },
            ["in", task] => Self::IntoWiki {
                task: (*task).to_owned(),
            },
            ["out", task, kind] => Self::OutOfWiki {
                task: (*task).to_owned(),
                kind: Kind::from_word(kind)?,
            },
            ["export", rest @ ..] => Self::Export(export::Order::read(rest)?),
            ["import", rest @ ..] => Self::Import(import::Order::read(rest)?),
            _ => return None,
        })
    }

    /// Follows it to its end, or for as long as a call may last.
    pub(super) async fn follow(&self, cx: &ToolCx, done: &str) -> Result<ToolOutput, ToolError> {
        match self {
            Self::Folder { task, folder } => {
                let mut wait = self.wait(cx);
                loop {
                    match seen(cx, files::task(&cx.feishu, task).await)? {
                        Some(files::FolderTask::Done) => {
                            return Ok(ToolOutput::text(done).with_target("folder", folder));
                        }
                        Some(files::FolderTask::Failed) => return Err(failed(cx, "")),
                        Some(files::FolderTask::Running) | None => {}
                    }
                    if !wait.on().await? {
                        return Ok(self.outlasted(cx));
                    }
                }
            }
            Self::IntoWiki { task } => {
                let mut wait = self.wait(cx);
                loop {
                    match seen(cx, wiki::moved_in(&cx.feishu, task).await)? {
                        Some(moved) if moved.status == 0 => return arrived(cx, &moved, done).await,
                        Some(moved) if moved.status < 0 => return Err(failed(cx, &moved.message)),
                        _ => {}
                    }
                    if !wait.on().await? {
                        return Ok(self.outlasted(cx));
                    }
                }
            }
            Self::OutOfWiki { task, kind } => {
                let mut wait = self.wait(cx);
                loop {
                    match seen(cx, wiki::moved_out(&cx.feishu, task).await)? {
                        Some(moved) if moved.status == 0 => {
                            return Ok(left(cx, moved, *kind, done));
                        }
                        Some(moved) if moved.status < 0 => return Err(failed(cx, &moved.message)),
                        _ => {}
                    }
                    if !wait.on().await? {
                        return Ok(self.outlasted(cx));
                    }
                }
            }
            Self::Export(order) => export::follow(cx, self, order).await,
            Self::Import(order) => import::follow(cx, self, order).await,
        }
    }

    /// As [`Self::follow`], for jobs that end in another job.
    pub(super) fn follow_boxed<'a>(
        &'a self,
        cx: &'a ToolCx,
        done: &'a str,
    ) -> BoxFuture<'a, Result<ToolOutput, ToolError>> {
        Box::pin(self.follow(cx, done))
    }

    pub(super) const fn wait<'a>(&'a self, cx: &'a ToolCx) -> Wait<'a> {
        Wait {
            cx,
            ticket: self,
            pause: FIRST_PAUSE,
            looks: 0,
        }
    }

    /// The job goes on without the call.
    pub(super) fn outlasted(&self, cx: &ToolCx) -> ToolOutput {
        let ticket = self.print();
        ToolOutput::text(match cx.locale {
            Locale::En => format!(
                "[partial] Feishu is still working on it; it was begun once and goes on.\n→ Do not begin it again: call files op=job ref=\"{ticket}\" in a while."
            ),
            Locale::Zh => format!(
                "[partial] 飞书仍在处理，任务已开始并会继续。\n→ 请勿重复发起：稍后调用 files op=job ref=\"{ticket}\"。"
            ),
        })
        .with_structured(serde_json::json!({ "ticket": ticket, "state": "running" }))
        .partial(true)
    }
}

/// Continues a ticket.
pub(super) async fn resume(cx: &ToolCx, text: &str) -> Result<ToolOutput, ToolError> {
    let ticket = Ticket::read(text).ok_or_else(|| {
        ToolError::invalid(cx.say(
            "this is not a ticket of `files`",
            "这不是 `files` 的 ticket",
        ))
        .with_hint(cx.say(
            "Pass the ticket of the partial answer unchanged.",
            "请原样传入部分完成结果中的 ticket。",
        ))
    })?;
    match &ticket {
        Ticket::Export(order) => order.admit(cx).await?,
        Ticket::Import(order) => {
            Place::find(cx, Some(&order.to)).await?;
        }
        Ticket::Folder { .. } | Ticket::IntoWiki { .. } | Ticket::OutOfWiki { .. } => {}
    }
    ticket
        .follow(cx, cx.say("the job is done", "任务已完成"))
        .await
}

/// The pauses between looks at a job.
pub(super) struct Wait<'a> {
    cx: &'a ToolCx,
    ticket: &'a Ticket,
    pause: Duration,
    looks: u64,
}

impl Wait<'_> {
    /// Waits for the next look. `false`: the job goes on, but the call has to end.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`], with the ticket.
    pub(super) async fn on(&mut self) -> Result<bool, ToolError> {
        let cx = self.cx;
        self.looks += 1;
        cx.progress.send(
            self.looks,
            None,
            cx.say("Feishu is working on it", "飞书正在处理"),
        );
        if cx.clock.now().since(cx.now) + self.pause > PATIENCE {
            return Ok(false);
        }
        tokio::select! {
            () = tokio::time::sleep(self.pause) => {}
            () = cx.cancel.cancelled() => {
                return Err(ToolError::cancelled(cx.locale)
                    .with_hint(cx.say(
                        "The job goes on in Feishu: op=job with the ticket tells how it ended.",
                        "任务仍在飞书中继续：用 op=job 加 ticket 查看结果。",
                    ))
                    .with_detail("ticket", self.ticket.print()));
            }
        }
        self.pause = (self.pause * 8 / 5).min(LONGEST_PAUSE);
        Ok(true)
    }
}

/// What one look saw; `None` when it failed in a way that tells nothing of the job.
pub(super) fn seen<T>(cx: &ToolCx, look: Result<T, FeishuError>) -> Result<Option<T>, ToolError> {
    match look {
        Ok(state) => Ok(Some(state)),
        Err(FeishuError::RateLimited { .. }) => Ok(None),
        Err(fault) if super::made::is_unclear(&fault) => Ok(None),
        Err(fault) => Err(explain(cx, fault)),
    }
}

/// A thing of the drive became a page.
async fn arrived(cx: &ToolCx, moved: &wiki::Moved, done: &str) -> Result<ToolOutput, ToolError> {
    let Some(node) = &moved.node else {
        return Ok(ToolOutput::text(done));
    };
    let made = Made::of_node(node);
    if let Some(kind) = made.kind {
        cx.refs.forget(&made.token);
        fence::admit(cx, kind, &made.token).await?;
    }
    Ok(made.output(cx, done))
}

/// A page became a thing of the drive.
fn left(cx: &ToolCx, moved: wiki::Moved, kind: Kind, done: &str) -> ToolOutput {
    cx.refs.forget(&moved.obj_token);
    let made = Made {
        kind: Some(kind),
        token: moved.obj_token,
        node: None,
        title: String::new(),
        url: String::new(),
    };
    made.output(cx, done)
}

/// Feishu gave the job up.
pub(super) fn failed(cx: &ToolCx, why: &str) -> ToolError {
    let error = ToolError::new(
        ErrorKind::Upstream,
        cx.say("Feishu gave this job up", "飞书未能完成该任务"),
    )
    .with_hint(cx.say(
        "Look with `list` at what was done before you begin it again.",
        "重新发起前，请先用 `list` 查看已完成的部分。",
    ));
    if why.is_empty() {
        error
    } else {
        error.with_detail("feishu", clean_line(why, 160))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_are_read_as_they_are_printed() {
        let export = export::Order {
            ticket: "6933".to_owned(),
            kind: Kind::Sheet,
            token: "shtcn1".to_owned(),
            extension: "csv".to_owned(),
            to: Some("wiki_space:73".to_owned()),
        };
        let import = import::Order {
            ticket: "6934".to_owned(),
            to: "folder:fldcn1".to_owned(),
        };
        for ticket in [
            Ticket::Folder {
                task: "1".to_owned(),
                folder: "fldcn1".to_owned(),
            },
            Ticket::IntoWiki {
                task: "1-ab".to_owned(),
            },
            Ticket::OutOfWiki {
                task: "1-ab".to_owned(),
                kind: Kind::Base,
            },
            Ticket::Export(export.clone()),
            Ticket::Export(export::Order { to: None, ..export }),
            Ticket::Import(import),
        ] {
            assert_eq!(Ticket::read(&ticket.print()), Some(ticket));
        }
        for wrong in ["", "folder.1", "in", "export.1.docx", "x.y.z"] {
            assert_eq!(Ticket::read(wrong), None, "{wrong}");
        }
    }
}
