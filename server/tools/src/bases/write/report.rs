//! What is said before and after writing.

use feishu::api::bitable;
use serde_json::{Value, json};

use super::{
    plan::{Act, Plan, Problem},
    send::Done,
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    bases::{cell::Cell, grid::Grid, place::Place},
    docs::write::key::Key,
    render::clean_line,
};

/// Rows that are shown with their changes, with their records, with their problems.
const SHOWN: usize = 20;
const NAMED: usize = 50;
const TOLD: usize = 30;

fn problems(cx: &ToolCx, all: &[Problem], text: &mut String) {
    for problem in all.iter().take(TOLD) {
        text.push_str(&format!(
            "\n{} {}: {}",
            cx.say("row", "第几行"),
            problem.row,
            clean_line(&problem.why, 300)
        ));
    }
    if all.len() > TOLD {
        text.push_str(&format!("\n… +{}", all.len() - TOLD));
    }
}

fn ignored(cx: &ToolCx, names: &[String], text: &mut String) {
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| clean_line(name, 40)).collect();
        text.push_str(&format!(
            "\n({}: {})",
            cx.say("read-only columns passed over", "已忽略只读列"),
            names.join(", ")
        ));
    }
}

fn rows_of(all: &[Problem]) -> Vec<Value> {
    let rows = all.iter().take(TOLD);
    rows.map(|one| json!({ "row": one.row, "error": one.why }))
        .collect()
}

/// No row can be written.
pub(super) fn nothing(cx: &ToolCx, plan: &Plan) -> ToolError {
    let mut message = cx.say("no row can be written", "没有可写入的行").to_owned();
    problems(cx, &plan.problems, &mut message);
    ToolError::new(ErrorKind::Invalid, message)
        .with_hint(cx.say(
            "Correct the rows and call again. Forms of values: `help base`.",
            "请修正后重新调用。值的写法参见 `help base`。",
        ))
        .with_detail(
            "rows",
            Value::Object(serde_json::Map::from_iter([(
                "failed".to_owned(),
                rows_of(&plan.problems).into(),
            )])),
        )
}

/// What would be done.
pub(super) fn preview(cx: &ToolCx, place: &Place, grid: &Grid, plan: &Plan) -> ToolOutput {
    let count = |is: fn(&Act) -> bool| plan.steps.iter().filter(|step| is(&step.act)).count();
    let mut text = format!(
        "{} {}: {} {} · {} {} · {} {} · {} {} · {} {}",
        cx.say("Preview, nothing is written:", "预览，未写入："),
        clean_line(&grid.table.name, 80),
        cx.say("create", "新增"),
        count(|act| matches!(act, Act::Create)),
        cx.say("update", "更新"),
        count(|act| matches!(act, Act::Update(_))),
        cx.say("unchanged", "不变"),
        count(|act| matches!(act, Act::Same(_))),
        cx.say("delete", "删除"),
        count(|act| matches!(act, Act::Delete(_))),
        cx.say("wrong", "错误"),
        plan.problems.len(),
    );
    let look = grid.look(None);
    let shown = plan
        .steps
        .iter()
        .filter(|step| !matches!(step.act, Act::Same(_)));
    for step in shown.take(SHOWN) {
        let changes: Vec<String> = step
            .fields
            .iter()
            .map(|(name, value)| {
                let field = grid.fields.iter().find(|field| field.field_name == *name);
                let show = |value: &Value| {
                    let Some(field) = field else {
                        return String::new();
                    };
                    let cell = Cell::read(field.kind, value).show(&look.of(field));
                    let plain = value.to_string();
                    clean_line(if cell.is_empty() { &plain } else { &cell }, 60)
                };
                match step.old.get(name) {
                    Some(old) => {
                        format!("{}: {} → {}", clean_line(name, 40), show(old), show(value))
                    }
                    None => format!("{}: {}", clean_line(name, 40), show(value)),
                }
            })
            .collect();
        let what = match &step.act {
            Act::Create => cx.say("new", "新增").to_owned(),
            Act::Update(id) | Act::Same(id) => id.clone(),
            Act::Delete(id) => format!("{} {id}", cx.say("delete", "删除")),
        };
        text.push_str(&format!(
            "\n{} {} · {what} · {}",
            cx.say("row", "第几行"),
            step.row,
            changes.join(" · ")
        ));
    }
    problems(cx, &plan.problems, &mut text);
    ignored(cx, &plan.ignored, &mut text);
    ToolOutput::text(text)
        .with_target("base", &grid.app)
        .with_link(
            place.link(cx, &grid.table.table_id),
            grid.table.name.clone(),
        )
}

/// What was done, and how to go on.
///
/// # Errors
/// What stopped it, when nothing was written.
#[expect(clippy::too_many_lines, reason = "one text, part by part")]
pub(super) async fn done(
    cx: &ToolCx,
    place: &Place,
    grid: &Grid,
    (done, passed): (&Done, &[String]),
    key: &Key,
) -> Result<ToolOutput, ToolError> {
    let written = done.created.len() + done.updated.len() + done.deleted.len();
    if let (0, Some(error)) = (written, &done.stopped) {
        return Err(error
            .clone()
            .with_detail("idempotency_key", key.text.clone()));
    }
    let revision = bitable::app(&cx.feishu, &grid.app)
        .await
        .map(|app| app.revision);
    let partial = done.left > 0 || !done.problems.is_empty();
    let link = place.link(cx, &grid.table.table_id);
    let mut text = format!(
        "{} · {} {} · {} {} · {} {} · {} {}",
        clean_line(&grid.table.name, 80),
        cx.say("created", "新增"),
        done.created.len(),
        cx.say("updated", "更新"),
        done.updated.len(),
        cx.say("deleted", "删除"),
        done.deleted.len(),
        cx.say("unchanged", "不变"),
        done.same,
    );
    if !done.problems.is_empty() {
        text.push_str(&format!(
            " · {} {}",
            cx.say("failed", "失败"),
            done.problems.len()
        ));
    }
    if let Ok(revision) = revision {
        text.push_str(&format!(" · {} {revision}", cx.say("revision", "版本")));
    }
    text.push('\n');
    text.push_str(&link);
    let all = done.created.iter().chain(&done.updated);
    for (row, record) in all.take(NAMED) {
        text.push_str(&format!("\n{} {row}: {record}", cx.say("row", "第几行")));
    }
    problems(cx, &done.problems, &mut text);
    ignored(cx, passed, &mut text);
    if !done.problems.is_empty() {
        text.push_str(cx.say(
            "\n→ The other rows are written. Correct these and send them alone.",
            "\n→ 其余行已写入。请修正这些行后单独重新提交。",
        ));
    }
    if done.left > 0 {
        if let Some(error) = &done.stopped {
            text.push_str(&format!("\n[{}] {}", error.kind.name(), error.message));
        }
        text.push_str(&format!(
            "\n→ {}: {} · idempotency_key={}",
            cx.say(
                "rows not written yet; call again with the same rows and key",
                "尚未写入的行数；请以相同的行与键再次调用"
            ),
            done.left,
            key.text
        ));
    }
    let named = |rows: &[(usize, String)]| -> Vec<Value> {
        let rows = rows.iter().take(NAMED);
        rows.map(|(row, id)| json!({ "row": row, "record_id": id }))
            .collect()
    };
    let data = json!({
        "created": done.created.len(),
        "updated": done.updated.len(),
        "deleted": done.deleted.len(),
        "unchanged": done.same,
        "left": done.left,
        "records": named(&done.created).into_iter().chain(named(&done.updated)).collect::<Vec<_>>(),
        "failed": rows_of(&done.problems),
        "idempotency_key": key.text,
        "truncated": done.created.len() + done.updated.len() > NAMED,
        "next": null,
    });
    Ok(ToolOutput::text(text)
        .with_structured(data)
        .partial(partial)
        .with_target("base", &grid.app)
        .with_link(link, grid.table.name.clone()))
}
