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

/// What one look at a job found.
pub(super) enum Look<T> {
    Done(T),
    Running,
    Failed(ToolError),
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
                let look = async || match files::task(&cx.feishu, task).await? {
                    files::FolderTask::Done => Ok(Look::Done(())),
                    files::FolderTask::Running => Ok(Look::Running),
                    files::FolderTask::Failed => Ok(Look::Failed(failed(cx, ""))),
                };
                match self.wait(cx, look).await? {
                    Some(()) => Ok(ToolOutput::text(done).with_target("folder", folder)),
                    None => Ok(self.outlasted(cx)),
                }
            }
            Self::IntoWiki { task } => {
                let look = async || {
                    wiki::moved_in(&cx.feishu, task)
                        .await
                        .map(|at| judge(cx, at))
                };
                let Some(moved) = self.wait(cx, look).await? else {
                    return Ok(self.outlasted(cx));
                };
                let Some(node) = moved.node else {
                    return Ok(ToolOutput::text(done));
                };
                let made = Made::of_node(&node);
                if let Some(kind) = made.kind {
                    cx.refs.forget(&made.token);
                    fence::admit(cx, kind, &made.token).await?;
                }
                Ok(made.output(cx, done))
            }
            Self::OutOfWiki { task, kind } => {
                let look = async || {
                    wiki::moved_out(&cx.feishu, task)
                        .await
                        .map(|at| judge(cx, at))
                };
                let Some(moved) = self.wait(cx, look).await? else {
                    return Ok(self.outlasted(cx));
                };
                cx.refs.forget(&moved.obj_token);
                let made = Made {
                    kind: Some(*kind),
                    token: moved.obj_token,
                    node: None,
                    title: String::new(),
                    url: String::new(),
                };
                Ok(made.output(cx, done))
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

    /// Looks until it is done. `None`: it goes on, and the call has to end.
    ///
    /// # Errors
    /// Feishu's refusal, the job's failure, and cancellation, which names the ticket.
    pub(super) async fn wait<T>(
        &self,
        cx: &ToolCx,
        look: impl AsyncFn() -> Result<Look<T>, FeishuError>,
    ) -> Result<Option<T>, ToolError> {
        let mut pause = FIRST_PAUSE;
        let mut looks = 0;
        loop {
            match look().await {
                Ok(Look::Done(result)) => return Ok(Some(result)),
                Ok(Look::Failed(error)) => return Err(error),
                Ok(Look::Running) => {}
                // The job knows nothing of a look that failed.
                Err(fault) if passing(&fault) => {}
                Err(fault) => return Err(explain(cx, fault)),
            }
            looks += 1;
            cx.progress.send(
                looks,
                None,
                cx.say("Feishu is working on it", "飞书正在处理"),
            );
            if cx.clock.now().since(cx.now) + pause > PATIENCE {
                return Ok(None);
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = cx.cancel.cancelled() => {
                    return Err(ToolError::cancelled(cx.locale)
                        .with_hint(cx.say(
                            "The job goes on in Feishu: op=job with the ticket tells how it ended.",
                            "任务仍在飞书中继续：用 op=job 加 ticket 查看结果。",
                        ))
                        .with_detail("ticket", self.print()));
                }
            }
            pause = (pause * 8 / 5).min(LONGEST_PAUSE);
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

fn judge(cx: &ToolCx, moved: wiki::Moved) -> Look<wiki::Moved> {
    match moved.status {
        0 => Look::Done(moved),
        status if status > 0 => Look::Running,
        _ => Look::Failed(failed(cx, &moved.message)),
    }
}

/// Whether the next look may fare better.
fn passing(fault: &FeishuError) -> bool {
    matches!(fault, FeishuError::RateLimited { .. }) || super::made::is_unclear(fault)
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
