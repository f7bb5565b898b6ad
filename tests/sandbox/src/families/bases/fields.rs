//! Fields of a table.

use serde_json::{Map, Value, json};

use super::checks::{field_of, may_lead};
use super::lists::totalled;
use super::{Base, Field, Table, enter, table_in, table_of, touched};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{fault, flag, optional, path};
use crate::gateway::{ApiError, Call, Reply};

/// A field as lists print it.
pub(super) fn show(base: &Base, field: &Field, primary: bool, object: bool) -> Value {
    let mut property = field.property.clone();
    // The sandbox's own note of the field on the other side.
    property.remove("back_field");
    if let Some(linked) = base.table(field.text("table_id")) {
        property.insert("table_name".to_owned(), linked.name.clone().into());
    }
    if matches!(field.kind, 3 | 4) {
        property.insert("options".to_owned(), json!(field.options));
    }
    let description = match (object, field.description.is_empty()) {
        (true, false) => json!({ "disable_sync": true, "text": field.description }),
        (false, false) => Value::from(field.description.as_str()),
        (_, true) => Value::Null,
    };
    json!({
        "field_id": field.id,
        "field_name": field.name,
        "type": field.kind,
        "ui_type": field.ui,
        "is_primary": primary,
        "is_hidden": false,
        "description": description,
        "property": if property.is_empty() { Value::Null } else { Value::Object(property) },
    })
}

/// `GET …/fields`.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let base = state
        .bases
        .apps
        .get(&token)
        .ok_or_else(|| fault(1_254_040))?;
    let table = table_of(base, call)?;
    let view = optional(call, "view_id").filter(|id| !id.is_empty());
    let view = match view {
        Some(id) => {
            let found = table.views.iter().find(|view| view.id == id);
            Some(found.ok_or_else(|| fault(1_254_042))?)
        }
        None => None,
    };
    let hidden = view.and_then(|view| view.property.get("hidden_fields"));
    let hidden = hidden.and_then(Value::as_array);
    let object = flag(call, "text_field_as_array")?.unwrap_or(false);
    let items: Vec<Value> = table
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let mut shown = show(base, field, index == 0, object);
            let id = Value::from(field.id.as_str());
            shown["is_hidden"] = hidden.is_some_and(|ids| ids.contains(&id)).into();
            shown
        })
        .collect();
    let scope = format!("fields/{token}/{}", table.id);
    totalled(&items, call, ("items", &scope), 100)
}

/// `POST …/fields`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let asked = format!("field {}", call.body);
    let again = base.answered(call.query.get("client_token"), &asked)?;
    if let Some(answer) = again {
        return Ok(Reply::Data(answer));
    }
    let table = table_of(base, call)?;
    let mut field = field_of(base, table, call.body, None, call.ids)?;
    if field.kind == 21 {
        join(base, table.id.clone().as_str(), &mut field, call);
    }
    let table = table_in(base, call)?;
    if field.kind == 1005 {
        number(table, &mut field);
    }
    table.fields.push(field.clone());
    let reply = json!({ "field": show(base, &field, false, true) });
    base.remember(call.query.get("client_token"), asked, &reply);
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// Makes the field on the other side of a two-way link.
fn join(base: &mut Base, from: &str, field: &mut Field, call: &mut Call<'_>) {
    let name = match field.text("back_field_name") {
        "" => format!(
            "{}-{}",
            base.table(from).map_or("", |one| &one.name),
            field.name
        ),
        name => name.to_owned(),
    };
    let mut property = Map::new();
    property.insert("table_id".to_owned(), from.into());
    property.insert("back_field_name".to_owned(), field.name.as_str().into());
    property.insert("back_field".to_owned(), field.id.as_str().into());
    property.insert("multiple".to_owned(), true.into());
    let back = Field {
        id: format!("fld{}", call.ids.hex(7)),
        name: name.clone(),
        kind: 21,
        ui: "DuplexLink".to_owned(),
        property,
        ..Field::default()
    };
    field
        .property
        .insert("back_field_name".to_owned(), name.into());
    field
        .property
        .insert("back_field".to_owned(), back.id.as_str().into());
    let target = field.text("table_id").to_owned();
    if let Some(table) = base.table_mut(&target) {
        table.fields.push(back);
        table.revision += 1;
    }
}

/// Numbers the records that are there already.
fn number(table: &mut Table, field: &mut Field) {
    for record in table.records.values_mut() {
        field.serial += 1;
        let text = super::records::serial(field, record.created_ms);
        record.values.insert(field.id.clone(), text.into());
    }
}

/// `PUT …/fields/:field_id`: replaces name, type and property.
fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let table = table_of(base, call)?;
    let id = path(call, "field_id");
    let at = table.fields.iter().position(|field| field.id == id);
    let at = at.ok_or_else(|| fault(1_254_044))?;
    let old = table.fields[at].clone();
    let field = field_of(base, table, call.body, Some(&old), call.ids)?;
    if at == 0 && !may_lead(field.kind) {
        return Err(fault(1_254_012));
    }
    let table = table_in(base, call)?;
    let kept: Vec<&str> = field.options.iter().map(|one| one.id.as_str()).collect();
    for record in table.records.values_mut() {
        let Some(value) = record.values.get_mut(&old.id) else {
            continue;
        };
        if old.kind != field.kind {
            // Only what reads the same in both types stays.
            let text = super::print::plain(&old, value);
            match field.kind {
                1 if !text.is_empty() => *value = text.into(),
                _ => {
                    record.values.remove(&old.id);
                }
            }
        } else if let Value::Array(ids) = value
            && matches!(field.kind, 3 | 4)
        {
            ids.retain(|id| id.as_str().is_some_and(|id| kept.contains(&id)));
        }
    }
    table.fields[at] = field.clone();
    let reply = json!({ "field": show(base, &field, at == 0, true) });
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// `DELETE …/fields/:field_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let base = state.bases.apps.entry(token.clone()).or_default();
    let table = table_in(base, call)?;
    let id = path(call, "field_id").to_owned();
    match table.fields.iter().position(|field| field.id == id) {
        None => return Err(fault(1_254_044)),
        Some(0) => return Err(fault(1_254_046)),
        Some(at) => table.fields.remove(at),
    };
    for record in table.records.values_mut() {
        record.values.remove(&id);
    }
    touched(state, call, &token);
    Ok(Reply::Data(json!({ "field_id": id, "deleted": true })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields",
        list,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields",
        create,
    ),
    (
        "PUT",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields/:field_id",
        update,
    ),
    (
        "DELETE",
        "/open-apis/bitable/v1/apps/:app_token/tables/:table_id/fields/:field_id",
        delete,
    ),
];
