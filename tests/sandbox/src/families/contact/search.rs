//! The search for people.

use serde_json::{Value, json};

use crate::families::contact::view;
use crate::gateway::{ApiError, Call, Reply};
use crate::identity::{IdKind, UserStatus};
use crate::state::State;

/// `GET search/v1/user`: by part of a name or address, best match first.
pub(super) fn people(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let query = call
        .query
        .get("query")
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let rank = |text: &str| {
        let text = text.to_lowercase();
        if text == query {
            Some(0)
        } else if text.starts_with(&query) {
            Some(1)
        } else {
            text.contains(&query).then_some(2)
        }
    };
    let mut found: Vec<_> = view::tenant(state, call)?
        .users
        .values()
        .filter(|user| user.status == UserStatus::Active)
        .filter_map(|user| {
            let texts = [&user.name, &user.en_name, &user.email];
            let best = texts.into_iter().filter_map(|text| rank(text)).min()?;
            Some((best, user))
        })
        .collect();
    found.sort_by_key(|(best, _)| *best);
    let items: Vec<Value> = found
        .into_iter()
        .map(|(_, user)| {
            let departments: Vec<String> = user
                .departments
                .iter()
                .map(|key| view::department_id(call, key))
                .collect();
            let mut item = json!({
                "avatar": view::avatar(call, user),
                "department_ids": departments,
                "name": user.name,
                "open_id": state.identity.id_of(call.caller, &user.key, IdKind::OpenId),
            });
            if call.caller.has_any(&["contact:user.employee_id:readonly"]) {
                item["user_id"] = Value::from(user.user_id.clone());
            }
            item
        })
        .collect();
    view::paged(call, "users", &items, 20, 200).map(Reply::Data)
}
