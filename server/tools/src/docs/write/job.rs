//! One change of a document from the first look to the last call.

use super::{
    doc::Doc,
    key::Key,
    plan::Plan,
    resume::Clash,
    run::{Done, End, Run},
};
use crate::{ErrorKind, ToolCx, ToolError, cx::Begun};

/// What the caller said about the change besides the change itself.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) document: &'a str,
    /// The revision that the caller saw.
    pub(crate) base: Option<i64>,
    pub(crate) key: Option<Key>,
    /// The change in words, to tell it from another one with the same key.
    pub(crate) digest: String,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome<T> {
    pub(crate) done: Done,
    /// What planning told.
    pub(crate) told: T,
    pub(crate) title: String,
    /// With this key and revision it goes on.
    pub(crate) key: String,
    pub(crate) base: i64,
    /// An earlier attempt had done it all.
    pub(crate) again: bool,
}

impl Job<'_> {
    /// Plans the change on the document and makes it. An earlier attempt at the same call is gone
    /// on with.
    ///
    /// # Errors
    /// What planning or loading fails with; [`ErrorKind::Conflict`] when the document is not at the
    /// revision that the caller saw. Once something was written there is an outcome.
    pub(crate) async fn carry_out<T>(
        &self,
        cx: &ToolCx,
        plan_on: impl Fn(&Doc) -> Result<(Plan, T), ToolError> + Sync,
    ) -> Result<Outcome<T>, ToolError> {
        let _only = cx.pace.queue(cx, self.document).await?;
        let now = Doc::load(cx, self.document).await?;
        let memory = self.key.as_ref().map(|key| self.memory(key));
        let remembered = memory.as_deref().and_then(|key| cx.refs.begun(key));
        let said = self
            .base
            .or_else(|| self.key.as_ref().and_then(Key::revision));
        let wanted = said.or_else(|| remembered.map(|begun| begun.revision));
        if let Some(wanted) = wanted.filter(|wanted| *wanted != now.revision) {
            if self.key.is_none() {
                return Err(conflict(cx, wanted, now.revision));
            }
            match self.go_on(cx, wanted, &now, &plan_on).await {
                Ok(Some(outcome)) => return Ok(outcome),
                Ok(None) if said.is_none() => {}
                _ => return Err(conflict(cx, wanted, now.revision)),
            }
        }
        self.begin(cx, &now, &plan_on).await
    }

    /// Only plans.
    ///
    /// # Errors
    /// As [`Self::carry_out`].
    pub(crate) async fn rehearse(&self, cx: &ToolCx) -> Result<Doc, ToolError> {
        let now = Doc::load(cx, self.document).await?;
        match self.base {
            Some(base) if base != now.revision => Err(conflict(cx, base, now.revision)),
            _ => Ok(now),
        }
    }

    async fn begin<T>(
        &self,
        cx: &ToolCx,
        now: &Doc,
        plan_on: &(impl Fn(&Doc) -> Result<(Plan, T), ToolError> + Sync),
    ) -> Result<Outcome<T>, ToolError> {
        let key = match &self.key {
            Some(key) => key.clone(),
            None => Key::mint(cx, &format!("r{}", now.revision)),
        };
        let (plan, told) = plan_on(now)?;
        self.remember(cx, &key, now.revision);
        let full = key.with(&[&self.digest]);
        match Run::of(cx, now, &plan, &full).finish().await {
            End::Done(done) => Self::outcome(now, *done, told, &key, false),
            End::Begun(base) => {
                let now = Doc::load(cx, self.document).await?;
                match self.go_on(cx, base, &now, plan_on).await {
                    Ok(Some(outcome)) => Ok(outcome),
                    _ => Err(Clash::error(cx)),
                }
            }
        }
    }

    /// Goes on with an attempt that was planned on an earlier revision. `None` when nothing of it
    /// is in the document.
    async fn go_on<T>(
        &self,
        cx: &ToolCx,
        base: i64,
        now: &Doc,
        plan_on: &(impl Fn(&Doc) -> Result<(Plan, T), ToolError> + Sync),
    ) -> Result<Option<Outcome<T>>, Gone> {
        let Some(key) = self.key.as_ref().filter(|_| base < now.revision) else {
            return Err(Gone);
        };
        let old = Doc::load_at(cx, self.document, base)
            .await
            .map_err(|_| Gone)?;
        let (plan, told) = plan_on(&old).map_err(|_| Gone)?;
        let full = key.with(&[&self.digest]);
        let mut run = Run::of(cx, &old, &plan, &full);
        run.take_over(now).map_err(|Clash| Gone)?;
        if run.done.found == 0 {
            return Ok(None);
        }
        self.remember(cx, key, base);
        let again = run.is_over();
        match run.finish().await {
            End::Done(done) => Ok(Self::outcome(&old, *done, told, key, again).ok()),
            End::Begun(_) => Err(Gone),
        }
    }

    fn outcome<T>(
        base: &Doc,
        mut done: Done,
        told: T,
        key: &Key,
        again: bool,
    ) -> Result<Outcome<T>, ToolError> {
        // Nothing was written: then it is a plain failure.
        if done.sent == 0
            && done.found == 0
            && let Some(stopped) = done.stopped.take()
        {
            return Err(stopped);
        }
        Ok(Outcome {
            title: base.title(),
            base: base.revision,
            key: key.text.clone(),
            done,
            told,
            again,
        })
    }

    fn memory(&self, key: &Key) -> String {
        format!("edit {} {}", self.document, key.with(&[&self.digest]))
    }

    fn remember(&self, cx: &ToolCx, key: &Key, revision: i64) {
        let begun = Begun {
            document: self.document.to_owned(),
            node: None,
            revision,
        };
        cx.refs.put_begun(&self.memory(key), begun);
    }
}

/// An earlier attempt cannot be gone on with.
struct Gone;

/// The document is not what the caller saw.
pub(crate) fn conflict(cx: &ToolCx, base: i64, now: i64) -> ToolError {
    ToolError::new(
        ErrorKind::Conflict,
        match cx.locale {
            model::Locale::En => {
                format!("the document is at revision {now} now, and you worked on {base}")
            }
            model::Locale::Zh => format!("文档当前版本为 {now}，而修改基于版本 {base}"),
        },
    )
    .with_hint(cx.say(
        "Read what changed (doc_history op=diff), then repeat the edit with the new base_revision.",
        "请先查看变化（doc_history op=diff），再以新的 base_revision 重试。",
    ))
    .with_detail("revision", now)
}
