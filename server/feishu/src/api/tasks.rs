//! Tasks (`task/v2/tasks`).

use serde::{Deserialize, Serialize};

use super::loose;
use crate::{FeishuError, Request, Session};

/// When a task is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Milliseconds since 1970, as a text.
    pub timestamp: String,
    /// Whether only the date counts.
    pub is_all_day: bool,
}

/// Somebody who has to do with a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member<'a> {
    /// The id in the app.
    pub id: &'a str,
    /// `user`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// `assignee` or `follower`.
    pub role: &'a str,
}

/// A task that is to be made.
#[derive(Debug, Clone, Serialize)]
pub struct NewTask<'a> {
    /// What is to be done.
    pub summary: &'a str,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// By whom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member<'a>>,
    /// The same value makes the same task (10 to 100 characters).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_token: Option<&'a str>,
}

/// A task.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Task {
    /// Its id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub guid: String,
    /// Where people see it.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub url: String,
}

/// `task.v2.task.create`.
pub async fn create(session: &Session, task: &NewTask<'_>) -> Result<Task, FeishuError> {
    #[derive(Default, Deserialize)]
    struct Data {
        #[serde(default)]
        task: Task,
    }
    let request = Request::post("/open-apis/task/v2/tasks")
        .query("user_id_type", "open_id")
        .json(task);
    let request = request.idempotent(task.client_token.is_some());
    session.fetch::<Data>(request).await.map(|data| data.task)
}
