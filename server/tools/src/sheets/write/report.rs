//! What a write says of itself.

use model::Locale;

use super::{
    super::{a1::cell_name, cell::Written, grid::Grid},
    Job,
    again::Earlier,
    plan::is_same,
    rows::{Form, Rows},
};
use crate::ToolOutput;

/// Overwritten cells that are told one by one.
const TOLD: usize = 12;
/// Characters of a value in such a line.
const VALUE: usize = 60;

/// Cells that hold something else after the write.
pub(super) struct Overwritten {
    pub(super) count: usize,
    lines: Vec<String>,
}

/// Compares what is there with what is written.
pub(super) fn overwritten(
    job: &Job<'_>,
    before: &Grid,
    (top, left): (u32, u32),
    rows: &[Vec<Written>],
) -> Overwritten {
    let zone = &job.cx.facts.time_zone;
    let mut found = Overwritten {
        count: 0,
        lines: Vec::new(),
    };
    for (row, cells) in (top..).zip(rows) {
        for (column, cell) in (left..).zip(cells) {
            let Some(old) = before.at(row, column) else {
                continue;
            };
            if old.is_empty() || is_same(cell, old) {
                continue;
            }
            found.count += 1;
            if found.lines.len() < TOLD {
                let old = crate::render::clean_line(&old.show(zone), VALUE);
                found
                    .lines
                    .push(format!("{}: {old}", cell_name(row, column)));
            }
        }
    }
    found
}

impl Overwritten {
    pub(super) fn nothing() -> Self {
        Self {
            count: 0,
            lines: Vec::new(),
        }
    }

    /// Adds those of another range.
    pub(super) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.lines.extend(other.lines);
        self.lines.truncate(TOLD);
    }

    /// Lines about it, with what the cells held.
    pub(super) fn tell(&self, job: &Job<'_>, out: &mut Vec<String>) {
        if self.count == 0 {
            return;
        }
        let what = if job.dry {
            job.cx
                .say("would overwrite, they hold", "将覆盖，当前内容为")
        } else {
            job.cx.say("overwritten, they held", "已覆盖，原内容为")
        };
        let more = self.count.saturating_sub(self.lines.len());
        out.push(format!(
            "{} {}: {what}",
            self.count,
            job.cx.say("cells", "个单元格")
        ));
        out.extend(self.lines.iter().map(|line| format!("- {line}")));
        if more > 0 {
            out.push(format!("- … +{more}"));
        }
    }
}

/// How the values were read.
pub(super) fn form(job: &Job<'_>, rows: &Rows) -> String {
    let kinds = rows.kinds(job.cx);
    match rows.form {
        Form::Commas => format!("{kinds}{}", job.cx.say("; read as CSV", "；按 CSV 解析")),
        Form::Tabs | Form::Json => kinds,
    }
}

/// The answer: first line, what else is to be said, and where to look.
pub(super) fn answer(job: &Job<'_>, first: &str, more: Vec<String>) -> ToolOutput {
    let mut lines = vec![if job.dry {
        format!(
            "{}: {first}",
            job.cx
                .say("dry run, nothing was changed", "预览，未做任何修改")
        )
    } else {
        first.to_owned()
    }];
    lines.extend(more);
    lines.push(format!(
        "{}: {}",
        job.cx.say("link", "链接"),
        job.book.target.page(job.cx)
    ));
    ToolOutput::text(lines.join("\n"))
}

/// The answer to a call that was made before.
pub(super) fn again(job: &Job<'_>, earlier: &Earlier) -> ToolOutput {
    let before = job.cx.say(
        "done before with this idempotency_key; nothing was repeated",
        "该 idempotency_key 此前已完成，未重复执行",
    );
    let range = match earlier {
        Earlier::Done(range) => range.as_str(),
        Earlier::Rows(_) | Earlier::Nothing => "",
    };
    answer(job, &format!("{before}: {range}"), Vec::new())
}

/// The answer to a call that came half-way: what exists, why it ended, and how to go on.
pub(super) fn partial(
    job: &Job<'_>,
    (done, all): (usize, usize),
    range: &str,
    why: &crate::ToolError,
    key: &str,
) -> ToolOutput {
    let first = match job.cx.locale {
        Locale::En => format!(
            "partial: {done} of {all} rows are written ({range}), then: {}",
            why.message
        ),
        Locale::Zh => format!(
            "部分完成：已写入 {done}/{all} 行（{range}），随后：{}",
            why.message
        ),
    };
    let next = match job.cx.locale {
        Locale::En => format!(
            "→ To write the rest, call again with the same arguments and idempotency_key={key}. Nothing is written twice."
        ),
        Locale::Zh => {
            format!("→ 用相同参数和 idempotency_key={key} 再次调用即可续写，不会重复写入。")
        }
    };
    let mut more = vec![next];
    if let Some(log_id) = &why.log_id {
        more.push(format!("log_id: {log_id}"));
    }
    answer(job, &first, more).partial(true)
}
