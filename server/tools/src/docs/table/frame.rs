//! Changing the frame of a table: rows, columns, merges.

use feishu::api::docx::{self, Change, Update};
use model::Locale;

use super::{
    Input, Op,
    change::{filled, values},
    find::{Table, area, outside},
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::resolve::Target,
    docs::{
        markdown::tree::Warnings,
        write::{
            doc::Doc,
            draft::Draft,
            job::{Job, Outcome, conflict},
            key::Key,
            report::changed,
            run::{Done, End, Run},
            send::send,
        },
    },
    pace::Api,
};

/// A change of the frame of a table.
pub(super) struct Frame<'a> {
    pub(super) cx: &'a ToolCx,
    pub(super) target: &'a Target,
    pub(super) job: &'a Job<'a>,
    pub(super) input: &'a Input,
}

/// Calls that change the frame, in order, and where new cells are filled afterwards.
struct Steps {
    table: Table,
    changes: Vec<Change>,
    fill: Option<(usize, usize)>,
}

impl Frame<'_> {
    pub(super) async fn change(&self) -> Result<ToolOutput, ToolError> {
        let (cx, document) = (self.cx, &self.target.token);
        if self.input.dry_run == Some(true) {
            let doc = self.job.rehearse(cx).await?;
            let steps = self.steps(&doc)?;
            let told = self.told(&steps);
            let text = match cx.locale {
                Locale::En => format!(
                    "dry run: nothing was written. \"{}\" is at revision {}. Would: {told}",
                    doc.title(),
                    doc.revision
                ),
                Locale::Zh => format!(
                    "预览：未写入任何内容。《{}》当前版本 {}。将执行：{told}",
                    doc.title(),
                    doc.revision
                ),
            };
            return Ok(ToolOutput::text(text).with_target("docx", document));
        }
        let _only = cx.pace.queue(cx, document).await?;
        let now = Doc::load(cx, document).await?;
        let said = self
            .job
            .base
            .or(self.job.key.as_ref().and_then(Key::revision));
        let base = match said {
            Some(base) if base != now.revision => {
                if self.job.key.is_none() {
                    return Err(conflict(cx, base, now.revision));
                }
                let old = Doc::load_at(cx, document, base).await;
                Some(old.map_err(|_| conflict(cx, base, now.revision))?)
            }
            _ => None,
        };
        let steps = self.steps(base.as_ref().unwrap_or(&now))?;
        let over = match &base {
            Some(old) => self.over(old, &now, &steps)?,
            None => 0,
        };
        let base = base.map_or(now.revision, |old| old.revision);
        let key = match &self.job.key {
            Some(key) => key.clone(),
            None => Key::mint(cx, &format!("r{base}")),
        };
        let done = self.send(&now, &steps, over, &key).await;
        let told = vec![self.told(&steps)];
        let done = match done {
            Ok(done) => done,
            Err((done, error)) if done.sent == 0 && done.found == 0 => {
                return Err(error);
            }
            Err((done, error)) => Done {
                stopped: Some(error),
                ..done
            },
        };
        let outcome = Outcome {
            again: done.sent == 0 && done.stopped.is_none(),
            done,
            told: (),
            title: now.title(),
            key: key.text,
            base,
        };
        Ok(changed(
            cx,
            self.target,
            &outcome,
            &told,
            &Warnings::default(),
        ))
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each operation")]
    fn steps(&self, doc: &Doc) -> Result<Steps, ToolError> {
        let (cx, input) = (self.cx, self.input);
        let table = Table::find(cx, doc, input.table.as_deref())?;
        let area = area(cx, input)?;
        let values = values(cx, input)?;
        let mut fill = None;
        let changes = match input.op {
            Op::AddRows => {
                let at = area
                    .and_then(|area| area.rows)
                    .map_or(table.rows, |rows| rows.start);
                let count = values.len().max(1);
                if at > table.rows {
                    return Err(outside(cx, &table));
                }
                fill = (!values.is_empty()).then_some((at, 0));
                let row = |n: usize| i64::try_from(at + n).unwrap_or(-1);
                (0..count)
                    .map(|n| Change::InsertTableRow { row_index: row(n) })
                    .collect()
            }
            Op::AddColumns => {
                let columns = area.and_then(|area| area.columns);
                let at = columns.map_or(table.columns, |columns| columns.start);
                let count = values.iter().map(Vec::len).max().unwrap_or(0).max(1);
                if at > table.columns || values.len() > table.rows {
                    return Err(outside(cx, &table));
                }
                fill = (!values.is_empty()).then_some((0, at));
                let column = |n: usize| i64::try_from(at + n).unwrap_or(-1);
                (0..count)
                    .map(|n| Change::InsertTableColumn {
                        column_index: column(n),
                    })
                    .collect()
            }
            Op::DeleteRows => {
                let rows = area.and_then(|area| area.rows).ok_or_else(|| missing(cx))?;
                if rows.end > table.rows || rows.len() == table.rows {
                    return Err(outside(cx, &table));
                }
                vec![Change::DeleteTableRows {
                    row_start_index: rows.start,
                    row_end_index: rows.end,
                }]
            }
            Op::DeleteColumns => {
                let columns = area.and_then(|area| area.columns);
                let columns = columns.ok_or_else(|| missing(cx))?;
                if columns.end > table.columns || columns.len() == table.columns {
                    return Err(outside(cx, &table));
                }
                vec![Change::DeleteTableColumns {
                    column_start_index: columns.start,
                    column_end_index: columns.end,
                }]
            }
            Op::Merge | Op::Unmerge | Op::SetCells => {
                let area = area.ok_or_else(|| missing(cx))?;
                let rows = area.rows.unwrap_or(0..table.rows);
                let columns = area.columns.unwrap_or(0..table.columns);
                if rows.end > table.rows || columns.end > table.columns {
                    return Err(outside(cx, &table));
                }
                vec![if input.op == Op::Merge {
                    Change::MergeTableCells {
                        row_start_index: rows.start,
                        row_end_index: rows.end,
                        column_start_index: columns.start,
                        column_end_index: columns.end,
                    }
                } else {
                    Change::UnmergeTableCells {
                        row_index: rows.start,
                        column_index: columns.start,
                    }
                }]
            }
        };
        Ok(Steps {
            table,
            changes,
            fill,
        })
    }

    /// How many calls had their effect in an earlier attempt, told by the size of the table.
    fn over(&self, old: &Doc, now: &Doc, steps: &Steps) -> Result<usize, ToolError> {
        let refused = || conflict(self.cx, old.revision, now.revision);
        let there = Table::find(self.cx, now, Some(&steps.table.id)).map_err(|_| refused())?;
        let (before, after, all) = match self.input.op {
            Op::AddRows => (steps.table.rows, there.rows, steps.changes.len()),
            Op::AddColumns => (steps.table.columns, there.columns, steps.changes.len()),
            Op::DeleteRows => (there.rows, steps.table.rows, 0),
            Op::DeleteColumns => (there.columns, steps.table.columns, 0),
            _ => return Err(refused()),
        };
        let grown = after.checked_sub(before).ok_or_else(refused)?;
        match all {
            0 if grown > 0 => Ok(1),
            all if grown > 0 && grown <= all => Ok(grown),
            _ => Err(refused()),
        }
    }

    async fn send(
        &self,
        now: &Doc,
        steps: &Steps,
        over: usize,
        key: &Key,
    ) -> Result<Done, (Done, ToolError)> {
        let (cx, document) = (self.cx, &self.target.token);
        let full = key.with(&[&self.job.digest]);
        let mut done = Done {
            revision: now.revision,
            found: over,
            ..Done::default()
        };
        for (number, change) in steps.changes.iter().enumerate().skip(over) {
            if let Err(stopped) = cx.check() {
                return Err((done, stopped));
            }
            let update = [Update {
                block_id: steps.table.id.clone(),
                change: change.clone(),
            }];
            let token = docx::client_token(&[&full, document, "frame", &number.to_string()]);
            let revision = done.revision;
            let call = || docx::batch_update(&cx.feishu, document, &update, revision, &token);
            match send(cx, Api::Update, document, call).await {
                Ok(changed) => {
                    done.sent += 1;
                    done.revision = changed.document_revision_id.max(revision);
                }
                Err(error) => return Err((done, error)),
            }
            let total = u64::try_from(steps.changes.len()).ok();
            let at = u64::try_from(number + 1).unwrap_or(u64::MAX);
            cx.progress
                .send(at, total, cx.say("changing the table", "正在修改表格"));
        }
        let Some(from) = steps.fill else {
            done.updated.push(steps.table.id.clone());
            return Ok(done);
        };
        match self.fill(&steps.table.id, from, &full).await {
            Ok(mut filled) => {
                filled.sent += done.sent;
                filled.found += done.found;
                filled.revision = filled.revision.max(done.revision);
                filled.updated.insert(0, steps.table.id.clone());
                match filled.stopped.take() {
                    Some(error) => Err((filled, error)),
                    None => Ok(filled),
                }
            }
            Err(error) => Err((done, error)),
        }
    }

    /// New cells have ids that only Feishu knows: the document is read again.
    async fn fill(&self, table: &str, from: (usize, usize), key: &str) -> Result<Done, ToolError> {
        let cx = self.cx;
        let now = Doc::load(cx, &self.target.token).await?;
        let mut draft = Draft::of(&now);
        let table = Table::find(cx, &now, Some(table))?;
        let mut warnings = Warnings::default();
        let values = values(cx, self.input)?;
        filled(cx, &mut draft, &table, from, values, &mut warnings)?;
        let plan = draft.plan();
        match Run::of(cx, &now, &plan, key).finish().await {
            End::Done(done) => Ok(*done),
            End::Begun(_) => Ok(Done {
                revision: now.revision,
                ..Done::default()
            }),
        }
    }

    fn told(&self, steps: &Steps) -> String {
        let count = steps.changes.len();
        let at = self.input.at.as_deref().unwrap_or("end");
        let word = match self.input.op {
            Op::SetCells => "set_cells",
            Op::AddRows => "add_rows",
            Op::AddColumns => "add_columns",
            Op::DeleteRows => "delete_rows",
            Op::DeleteColumns => "delete_columns",
            Op::Merge => "merge",
            Op::Unmerge => "unmerge",
        };
        let times = if count > 1 {
            format!(" ×{count}")
        } else {
            String::new()
        };
        format!("{word} {}{times} · {}", at.trim(), steps.table.id)
    }
}

fn missing(cx: &ToolCx) -> ToolError {
    ToolError::new(
        ErrorKind::Invalid,
        cx.say(
            "`at` is missing: the range that is meant",
            "缺少 `at`：目标范围",
        ),
    )
    .with_hint(cx.say(
        "Rows as 2 or 2:4, columns as B or B:C, cells as A1:B2.",
        "行如 2 或 2:4，列如 B 或 B:C，单元格如 A1:B2。",
    ))
}
