//! Forms: what a form view asks. The id of a form is that of its view.

use serde::{Deserialize, Serialize};

use super::loose;
use crate::{FeishuError, Request, Session};

/// A form.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Form {
    /// Name.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub name: String,
    /// Text above the questions.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub description: String,
    /// Whether it can be filled in by its link.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub shared: bool,
    /// The link.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub shared_url: String,
    /// Who may: `off`, `tenant_editable`, `anyone_editable`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub shared_limit: String,
}

/// What is changed of a form.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FormChange<'a> {
    /// New name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// New text above the questions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// Whether it can be filled in by its link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared: Option<bool>,
    /// Who may: `off`, `tenant_editable`, `anyone_editable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_limit: Option<&'a str>,
}

/// A question, which is a field of the table.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Question {
    /// The field.
    #[serde(default)]
    pub field_id: String,
    /// What is asked.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub title: String,
    /// Must be answered.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub required: bool,
    /// Is shown.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub visible: bool,
}

/// What is changed of a question.
#[derive(Debug, Clone, Default, Serialize)]
pub struct QuestionChange<'a> {
    /// What is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    /// Must be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
}

#[derive(Deserialize)]
struct One {
    form: Form,
}

/// `bitable.v1.appTableForm.get`.
pub async fn get(
    session: &Session,
    (app, table): (&str, &str),
    form: &str,
) -> Result<Form, FeishuError> {
    let request =
        Request::get("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/forms/{form_id}")
            .path("app_token", app)?
            .path("table_id", table)?
            .path("form_id", form)?;
    Ok(session.fetch::<One>(request).await?.form)
}

/// `bitable.v1.appTableForm.patch`.
pub async fn change(
    session: &Session,
    (app, table): (&str, &str),
    form: &str,
    change: &FormChange<'_>,
) -> Result<Form, FeishuError> {
    let request =
        Request::patch("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/forms/{form_id}")
            .path("app_token", app)?
            .path("table_id", table)?
            .path("form_id", form)?
            .json(change)
            .idempotent(true);
    Ok(session.fetch::<One>(request).await?.form)
}

/// `bitable.v1.appTableFormField.list`: the first hundred questions.
pub async fn questions(
    session: &Session,
    (app, table): (&str, &str),
    form: &str,
) -> Result<Vec<Question>, FeishuError> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Question>,
    }
    let request = Request::get(
        "/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/forms/{form_id}/fields",
    )
    .path("app_token", app)?
    .path("table_id", table)?
    .path("form_id", form)?
    .query("page_size", "100");
    Ok(session.fetch::<Page>(request).await?.items)
}

/// `bitable.v1.appTableFormField.patch`.
pub async fn change_question(
    session: &Session,
    (app, table): (&str, &str),
    (form, field): (&str, &str),
    change: &QuestionChange<'_>,
) -> Result<(), FeishuError> {
    let request = Request::patch(
        "/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/forms/{form_id}/fields/{field_id}",
    )
    .path("app_token", app)?
    .path("table_id", table)?
    .path("form_id", form)?
    .path("field_id", field)?
    .json(change)
    .idempotent(true);
    session.call(request).await.map(|_reply| ())
}
