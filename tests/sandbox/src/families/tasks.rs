//! Tasks: made by apps and people, for people.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::Viewer;
use super::common::{body_list, body_or_empty, body_text, fault, path};
use super::people::People;
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};

/// A parameter is wrong.
const BAD: i64 = 1_470_400;
/// No such task, or it is hidden.
const MISSING: i64 = 1_470_404;

/// A task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    /// Its id.
    pub(crate) guid: String,
    /// Its tenant.
    pub(crate) tenant: String,
    /// Who made it.
    pub(crate) creator: String,
    /// What is to be done.
    pub(crate) summary: String,
    /// More about it.
    pub(crate) description: String,
    /// By when, as given.
    pub(crate) due: Value,
    /// People and apps, as key and role.
    pub(crate) members: Vec<(String, String)>,
    /// What makes a repeated call the same.
    pub(crate) client_token: String,
    /// When.
    pub(crate) at_ms: i64,
}

/// All tasks.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tasks {
    /// In the order of making.
    pub(crate) all: Vec<Task>,
}

fn printed(task: &Task, people: &People<'_>) -> Value {
    let members: Vec<Value> = task
        .members
        .iter()
        .map(|(key, role)| json!({"id": people.id(key), "type": "user", "role": role}))
        .collect();
    json!({ "task": {
        "guid": task.guid,
        "summary": task.summary,
        "description": task.description,
        "due": task.due,
        "members": members,
        "creator": {"id": people.id(&task.creator), "type": "app", "role": "creator"},
        "completed_at": "0",
        "created_at": task.at_ms.to_string(),
        "url": format!("https://applink.feishu.cn/client/todo/detail?guid={}", task.guid),
    }})
}

/// `POST task/v2/tasks`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let summary = body_text(call, "summary")?.to_owned();
    if summary.trim().is_empty() {
        return Err(fault(BAD));
    }
    let due = call.body.get("due").cloned().unwrap_or_default();
    let moment = due.get("timestamp").and_then(Value::as_str);
    if !due.is_null() && moment.is_none_or(|text| text.parse::<i64>().is_err()) {
        return Err(fault(BAD));
    }
    let viewer = Viewer::of(state, call);
    let mut members = Vec::new();
    for member in body_list(call, "members") {
        let role = member["role"].as_str().unwrap_or_default();
        let id = member["id"].as_str().unwrap_or_default();
        let key = People::of(state, call).find(id).ok_or_else(|| fault(BAD))?;
        if !matches!(role, "assignee" | "follower") {
            return Err(fault(BAD));
        }
        members.push((key, role.to_owned()));
    }
    let token = body_or_empty(call, "client_token").to_owned();
    let known = state.tasks.all.iter().find(|task| {
        !token.is_empty() && task.client_token == token && task.creator == viewer.actor
    });
    if let Some(known) = known {
        return Ok(Reply::Data(printed(known, &People::of(state, call))));
    }
    let task = Task {
        guid: call.ids.uuid(),
        tenant: viewer.tenant,
        creator: viewer.actor,
        summary,
        description: body_or_empty(call, "description").to_owned(),
        due,
        members,
        client_token: token,
        at_ms: call.now_ms,
    };
    let data = printed(&task, &People::of(state, call));
    state.tasks.all.push(task);
    Ok(Reply::Data(data))
}

/// `GET task/v2/tasks/:task_guid`: for who made it and its people.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let guid = path(call, "task_guid");
    let task = state.tasks.all.iter().find(|task| {
        task.guid == guid
            && task.tenant == viewer.tenant
            && (task.creator == viewer.actor
                || task.members.iter().any(|(key, _)| *key == viewer.actor))
    });
    let task = task.ok_or_else(|| fault(MISSING))?;
    Ok(Reply::Data(printed(task, &People::of(state, call))))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("POST", "/open-apis/task/v2/tasks", create),
    ("GET", "/open-apis/task/v2/tasks/:task_guid", get),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::BAD;
    use crate::demo::{ADMIN, END_USER};
    use crate::families::testkit::Kit;

    #[test]
    fn a_task_is_made_once_and_seen_by_its_people() {
        let mut kit = Kit::new();
        let body = json!({
            "summary": "Look at it",
            "members": [{"id": Kit::open_id(END_USER), "type": "user", "role": "assignee"}],
            "due": {"timestamp": "1800000000000", "is_all_day": false},
            "client_token": "0123456789ab",
        });
        let line = "POST /task/v2/tasks?user_id_type=open_id";
        let made = kit.call("app", line, &body).expect("made");
        let again = kit.call("app", line, &body).expect("known");
        assert_eq!(made["task"]["guid"], again["task"]["guid"]);
        assert_eq!(kit.state.tasks.all.len(), 1);
        let guid = made["task"]["guid"].as_str().expect("guid");
        let look = format!("GET /task/v2/tasks/{guid}");
        let seen = kit.call(END_USER, &look, &json!(null)).expect("seen");
        assert_eq!(seen["task"]["summary"], "Look at it");
        kit.call(ADMIN, &look, &json!(null)).expect_err("hidden");
    }

    #[test]
    fn wrong_people_and_moments_are_refused() {
        let mut kit = Kit::new();
        let line = "POST /task/v2/tasks?user_id_type=open_id";
        for body in [
            json!({"summary": " "}),
            json!({"summary": "x", "due": {"timestamp": "tomorrow"}}),
            json!({"summary": "x", "members": [{"id": "ou_nobody", "role": "assignee"}]}),
            json!({"summary": "x", "members": [{"id": Kit::open_id(ADMIN), "role": "boss"}]}),
        ] {
            let refused = kit.call("app", line, &body).expect_err("refused");
            assert_eq!(refused.code, BAD, "{body}");
        }
    }
}
