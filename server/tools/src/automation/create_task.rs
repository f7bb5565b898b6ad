//! `create_task`: a task from the tenant's app, for people.

use feishu::api::tasks::{self, Due, Member, NewTask};
use model::policy::Effect;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, docs::markdown::inline::is_open_id,
};

/// Most people of one task.
const MAX_MEMBERS: usize = 50;
/// Most characters of a summary.
const MAX_SUMMARY: usize = 3_000;

pub(crate) struct CreateTask;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    summary: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    due: Option<String>,
    #[serde(default)]
    assignees: Vec<String>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for CreateTask {
    const SPEC: ToolSpec = ToolSpec {
        name: "create_task",
        title: Text::new("Create a task", "创建任务"),
        description: Text::new(
            "Creates a task in the name of the organisation's app and gives it to people.",
            "以企业应用的身份创建任务并指派给相关人员。",
        ),
        args: &[
            ("summary", Text::new("What is to be done.", "任务标题。")),
            ("description", Text::new("More about it.", "任务描述。")),
            (
                "due",
                Text::new(
                    "Date (2026-12-31) or moment with zone (RFC 3339).",
                    "日期（2026-12-31）或带时区的时刻（RFC 3339）。",
                ),
            ),
            ("assignees", Text::new("ou_… of people.", "负责人的 ou_…。")),
            ("idempotency_key", Text::new("Made once.", "只创建一次。")),
        ],
        effect: Effect::Write,
        reading_ops: &[],
        capability: None,
        scopes: &[],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let summary = input.summary.trim();
        if summary.is_empty() || summary.chars().count() > MAX_SUMMARY {
            return Err(ToolError::invalid(cx.say(
                "`summary` must have 1 to 3000 characters",
                "`summary` 须为 1 至 3000 个字符",
            )));
        }
        let people = &input.assignees;
        if people.len() > MAX_MEMBERS || people.iter().any(|id| !is_open_id(id)) {
            return Err(ToolError::invalid(cx.say(
                "`assignees` takes at most 50 open ids (ou_…)",
                "`assignees` 最多 50 个 open_id（ou_…）",
            )));
        }
        let due = input
            .due
            .as_deref()
            .map(|text| when(cx, text))
            .transpose()?;
        let task = NewTask {
            summary,
            description: input.description.as_deref(),
            due,
            members: people
                .iter()
                .map(|id| Member {
                    id,
                    kind: "user",
                    role: "assignee",
                })
                .collect(),
            client_token: input.idempotency_key.as_deref(),
        };
        let made = tasks::create(&cx.feishu, &task).await;
        let made = made.map_err(|fault| cx.fault(fault))?;
        let output = ToolOutput::text(format!("{} {}", cx.say("made:", "已创建："), made.guid));
        Ok(output
            .with_structured(json!({"guid": made.guid, "url": made.url}))
            .with_target("task", &made.guid))
    }
}

/// A date counts as a whole day, a moment as it is.
fn when(cx: &ToolCx, text: &str) -> Result<Due, ToolError> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(Due {
            timestamp: moment.as_millisecond().to_string(),
            is_all_day: false,
        });
    }
    let day = text.parse::<jiff::civil::Date>().ok();
    let start = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    start
        .map(|start| Due {
            timestamp: start.timestamp().as_millisecond().to_string(),
            is_all_day: true,
        })
        .ok_or_else(|| {
            ToolError::invalid(cx.say(
                "`due` is no date (2026-12-31) and no moment with a zone (2026-12-31T18:00:00+08:00)",
                "`due` 不是日期（2026-12-31），也不是带时区的时刻（2026-12-31T18:00:00+08:00）",
            ))
        })
}
