//! Forms: what a form view asks.

use serde_json::{Value, json};

use super::lists::totalled;
use super::{Form, Table, View, enter, table_in, table_of, touched};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{fault, path};
use crate::gateway::{ApiError, Call, Reply};

fn show(view: &View, form: &Form, call: &Call<'_>) -> Value {
    let address = format!("{}/share/base/form/{}", call.origin, view.id);
    json!({ "form": {
        "name": view.name,
        "description": form.description,
        "shared": form.shared,
        "shared_url": if form.shared { address } else { String::new() },
        "shared_limit": form.limit,
        "submit_limit_once": form.once,
    }})
}

fn form_view<'t>(table: &'t Table, call: &Call<'_>) -> Result<(&'t View, &'t Form), ApiError> {
    let id = path(call, "form_id");
    let view = table.views.iter().find(|view| view.id == id);
    let view = view.ok_or_else(|| fault(1_254_042))?;
    let form = view.form.as_ref().ok_or_else(|| fault(1_254_012))?;
    Ok((view, form))
}

fn form_in<'t>(table: &'t mut Table, call: &Call<'_>) -> Result<&'t mut View, ApiError> {
    form_view(table, call)?;
    let id = path(call, "form_id");
    let view = table.views.iter_mut().find(|view| view.id == id);
    view.ok_or_else(|| fault(1_254_042))
}

/// `GET …/forms/:form_id`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let (view, form) = form_view(table_of(base, call)?, call)?;
    Ok(Reply::Data(show(view, form, call)))
}

/// `PATCH …/forms/:form_id`.
fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let view = form_in(table_in(base, call)?, call)?;
    if let Some(name) = call.text("name") {
        name.clone_into(&mut view.name);
    }
    let flag = |name: &str| call.body.get(name).and_then(Value::as_bool);
    let mut form = view.form.clone().unwrap_or_default();
    if let Some(text) = call.text("description") {
        text.clone_into(&mut form.description);
    }
    if let Some(limit) = call.text("shared_limit") {
        limit.clone_into(&mut form.limit);
    }
    form.shared = flag("shared").unwrap_or(form.shared);
    form.once = flag("submit_limit_once").unwrap_or(form.once);
    let reply = show(view, &form, call);
    view.form = Some(form);
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// `GET …/forms/:form_id/fields`.
fn fields(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let (view, form) = form_view(table_of(base, call)?, call)?;
    let asked = form.questions.iter().map(|question| {
        json!({
            "field_id": question.field,
            "title": question.title,
            "description": question.description,
            "required": question.required,
            "visible": question.visible,
        })
    });
    let items: Vec<Value> = asked.collect();
    let scope = format!("form/{token}/{}", view.id);
    totalled(&items, call, ("items", &scope), 100)
}

/// `PATCH …/forms/:form_id/fields/:field_id`.
fn patch_field(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let view = form_in(table_in(base, call)?, call)?;
    let mut form = view.form.clone().unwrap_or_default();
    let id = path(call, "field_id");
    let at = form.questions.iter().position(|one| one.field == id);
    let mut question = form.questions.remove(at.ok_or_else(|| fault(1_254_049))?);
    let flag = |name: &str| call.body.get(name).and_then(Value::as_bool);
    if let Some(text) = call.text("title") {
        text.clone_into(&mut question.title);
    }
    if let Some(text) = call.text("description") {
        text.clone_into(&mut question.description);
    }
    question.required = flag("required").unwrap_or(question.required);
    question.visible = flag("visible").unwrap_or(question.visible);
    let before = call.text("pre_field_id");
    let to = match before.filter(|id| !id.is_empty()) {
        None if before.is_some() => 0,
        None => at.unwrap_or_default(),
        Some(id) => {
            let before = form.questions.iter().position(|one| one.field == id);
            before.ok_or_else(|| fault(1_254_049))? + 1
        }
    };
    let reply = json!({ "fields": {
        "pre_field_id": before,
        "title": question.title,
        "description": question.description,
        "required": question.required,
        "visible": question.visible,
    }});
    form.questions.insert(to, question);
    view.form = Some(form);
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/forms/:form_id",
        get,
    ),
    (
        "PATCH",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/forms/:form_id",
        patch,
    ),
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/forms/:form_id/fields",
        fields,
    ),
    (
        "PATCH",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/forms/:form_id/fields/:field_id",
        patch_field,
    ),
];
