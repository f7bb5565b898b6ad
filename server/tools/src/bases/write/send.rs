//! Sends what is planned, in batches: repeated where that is safe, halved where a batch is refused,
//! stopped where going on makes no sense.

use std::time::Duration;

use feishu::{
    ErrorClass, FeishuError,
    api::{
        bitable::records::{self, Record},
        docx::client_token,
    },
};
use serde_json::Value;

use super::plan::{Act, Plan, Problem, Step};
use crate::{ToolCx, ToolError, bases::grid::Grid, pace::pause, render::clean_line};

/// Most tries of one batch.
const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Most bytes of one batch.
const MAX_BYTES: usize = 1 << 20;
/// Most calls that look for the bad rows of refused batches.
const MAX_HALVES: usize = 60;
/// How long one call goes on writing; the gate stops calls some time later.
const PATIENCE: Duration = Duration::from_secs(40);

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Row and record.
    pub(crate) created: Vec<(usize, String)>,
    pub(crate) updated: Vec<(usize, String)>,
    pub(crate) deleted: Vec<(usize, String)>,
    pub(crate) same: usize,
    pub(crate) problems: Vec<Problem>,
    /// Rows that were not tried.
    pub(crate) left: usize,
    /// Why it stopped.
    pub(crate) stopped: Option<ToolError>,
    /// Tries that were made again.
    pub(crate) repeated: usize,
    halves: usize,
}

/// The kinds of batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Create,
    Update,
    Delete,
}

/// Why a batch has no result.
enum Refusal {
    /// Something in it is wrong.
    Content(FeishuError),
    /// The rest would fail as well, or it is not known what became of it.
    Stop(ToolError),
}

/// Whether another try may help. Every batch carries its token or names its records, so a second
/// one does nothing twice.
fn may_help(fault: &FeishuError) -> bool {
    matches!(
        fault.class(),
        ErrorClass::Conflict | ErrorClass::RateLimited | ErrorClass::Upstream
    )
}

/// Whether the fault lies in single rows. Names of fields were read a moment ago, so that a code
/// about records or values is about the content.
fn is_content(fault: &FeishuError) -> bool {
    match fault {
        FeishuError::Api { code, class, .. } => {
            matches!(*code, 1_254_043 | 1_254_303)
                || (*class == ErrorClass::Invalid && !matches!(*code, 1_254_103 | 1_254_301))
        }
        _ => false,
    }
}

pub(crate) struct Sender<'s> {
    pub(crate) cx: &'s ToolCx,
    pub(crate) grid: &'s Grid,
    /// The idempotency key.
    pub(crate) key: &'s str,
}

impl Sender<'_> {
    /// Does all of a plan, or as much as can be done.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Cancelled`] before anything was written.
    pub(crate) async fn send(&self, plan: Plan) -> Result<Done, ToolError> {
        let mut done = Done {
            problems: plan.problems,
            ..Done::default()
        };
        let _turn = self.cx.pace.queue(self.cx, &self.grid.app).await?;
        let (mut creates, mut updates, mut deletes) = (Vec::new(), Vec::new(), Vec::new());
        for step in plan.steps {
            match &step.act {
                Act::Create => creates.push(step),
                Act::Update(_) => updates.push(step),
                Act::Delete(_) => deletes.push(step),
                Act::Same(_) => done.same += 1,
            }
        }
        let begun = self.cx.clock.now().millis();
        let total = creates.len() + updates.len() + deletes.len();
        for (sort, steps) in [
            (Sort::Update, updates),
            (Sort::Create, creates),
            (Sort::Delete, deletes),
        ] {
            for (number, batch) in batches(sort, &steps).into_iter().enumerate() {
                let late = self.cx.clock.now().millis() - begun;
                let late = Duration::from_millis(u64::try_from(late).unwrap_or(0)) > PATIENCE;
                if done.stopped.is_some() || late || self.cx.cancel.is_cancelled() {
                    done.left += batch.len();
                    continue;
                }
                let name = format!("{sort:?} {number}");
                self.batch(sort, batch, &name, &mut done).await;
                let written = done.created.len() + done.updated.len() + done.deleted.len();
                self.cx.progress.send(
                    u64::try_from(written).unwrap_or(u64::MAX),
                    u64::try_from(total).ok(),
                    self.cx.say("writing records", "写入记录"),
                );
            }
        }
        done.problems.sort_by_key(|problem| problem.row);
        Ok(done)
    }

    /// One batch; a refused one is halved until the bad rows are alone.
    async fn batch(&self, sort: Sort, steps: &[Step], name: &str, done: &mut Done) {
        let mut waiting = vec![(steps, name.to_owned())];
        while let Some((steps, name)) = waiting.pop() {
            if done.stopped.is_some() {
                done.left += steps.len();
                continue;
            }
            match self.tried(sort, steps, &name, done).await {
                Ok(ids) => {
                    let rows = steps.iter().map(|step| step.row).zip(ids);
                    match sort {
                        Sort::Create => done.created.extend(rows),
                        Sort::Update => done.updated.extend(rows),
                        Sort::Delete => done.deleted.extend(rows),
                    }
                }
                Err(Refusal::Stop(error)) => {
                    done.left += steps.len();
                    done.stopped = Some(error);
                }
                Err(Refusal::Content(fault)) => {
                    if steps.len() > 1 && done.halves < MAX_HALVES {
                        done.halves += 2;
                        let (one, two) = steps.split_at(steps.len() / 2);
                        waiting.push((two, format!("{name}b")));
                        waiting.push((one, format!("{name}a")));
                        continue;
                    }
                    let error = self.cx.fault(fault);
                    let cause = error.details.get("feishu").and_then(Value::as_str);
                    let why = clean_line(cause.unwrap_or(&error.message), 160);
                    done.problems.extend(steps.iter().map(|step| Problem {
                        row: step.row,
                        why: why.clone(),
                    }));
                }
            }
        }
    }

    /// Sends a batch until there is an answer. Gives the records in order.
    async fn tried(
        &self,
        sort: Sort,
        steps: &[Step],
        name: &str,
        done: &mut Done,
    ) -> Result<Vec<String>, Refusal> {
        let mut wait = FIRST_PAUSE;
        for attempt in 1.. {
            let fault = match self.once(sort, steps, name).await {
                Ok(ids) => return Ok(ids),
                Err(fault) => fault,
            };
            if is_content(&fault) {
                return Err(Refusal::Content(fault));
            }
            if attempt >= TRIES || !may_help(&fault) {
                return Err(Refusal::Stop(self.cx.fault(fault)));
            }
            done.repeated += 1;
            pause(self.cx, wait).await.map_err(Refusal::Stop)?;
            wait = (wait * 2).min(LONGEST_PAUSE);
        }
        Err(Refusal::Stop(ToolError::internal(self.cx.locale)))
    }

    async fn once(
        &self,
        sort: Sort,
        steps: &[Step],
        name: &str,
    ) -> Result<Vec<String>, FeishuError> {
        let at = self.grid.at();
        let ids = || -> Vec<String> {
            let ids = steps.iter().filter_map(|step| match &step.act {
                Act::Update(id) | Act::Delete(id) | Act::Same(id) => Some(id.clone()),
                Act::Create => None,
            });
            ids.collect()
        };
        let records: Vec<Record> = steps
            .iter()
            .map(|step| Record {
                record_id: match &step.act {
                    Act::Update(id) => id.clone(),
                    _ => String::new(),
                },
                fields: step.fields.clone(),
            })
            .collect();
        match sort {
            Sort::Create => {
                let content = serde_json::to_string(&records).unwrap_or_default();
                let token = client_token(&[self.key, at.0, at.1, name, &content]);
                let made = records::create(&self.cx.feishu, at, &records, &token).await?;
                Ok(made.into_iter().map(|record| record.record_id).collect())
            }
            Sort::Update => {
                records::update(&self.cx.feishu, at, &records).await?;
                Ok(ids())
            }
            Sort::Delete => {
                records::delete(&self.cx.feishu, at, &ids()).await?;
                Ok(ids())
            }
        }
    }
}

/// Steps in parts that Feishu takes at once.
fn batches(sort: Sort, steps: &[Step]) -> Vec<&[Step]> {
    let most = match sort {
        Sort::Delete => records::MAX_DELETE,
        _ => records::MAX_WRITE,
    };
    let mut found = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, step) in steps.iter().enumerate() {
        let size = serde_json::to_string(&step.fields).map_or(0, |text| text.len());
        if at > from && (at - from >= most || bytes + size > MAX_BYTES) {
            found.push(&steps[from..at]);
            (from, bytes) = (at, 0);
        }
        bytes += size;
    }
    if from < steps.len() {
        found.push(&steps[from..]);
    }
    found
}
