//! `GET authen/v1/user_info`.

use serde_json::{Map, Value};

use crate::gateway::{ApiError, Call, Reply};
use crate::identity::IdKind;
use crate::state::State;

/// Base fields for everyone, the others with their field scopes.
pub(super) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let caller = call.caller;
    let user_key = caller.user_key().unwrap_or_default();
    let user = state
        .identity
        .user(&caller.tenant_key, user_key)
        .ok_or_else(|| ApiError::of(20_008))?;
    let picture = format!(
        "{}/sandbox/avatar/{}/{user_key}",
        call.origin, caller.tenant_key
    );
    let mut data = Map::new();
    let mut put = |name: &str, value: String| data.insert(name.to_owned(), Value::String(value));
    put("name", user.name.clone());
    put("en_name", user.en_name.clone());
    for name in ["avatar_url", "avatar_thumb", "avatar_middle", "avatar_big"] {
        put(name, picture.clone());
    }
    put(
        "open_id",
        state.identity.id_of(caller, user_key, IdKind::OpenId),
    );
    put(
        "union_id",
        state.identity.id_of(caller, user_key, IdKind::UnionId),
    );
    put("tenant_key", caller.tenant_key.clone());
    if caller.has_any(&["contact:user.email:readonly"]) {
        put("email", user.email.clone());
    }
    if caller.has_any(&["contact:user.employee:readonly"]) {
        put("enterprise_email", user.email.clone());
        put("employee_no", user.employee_no.clone());
    }
    if caller.has_any(&["contact:user.employee_id:readonly"]) {
        put("user_id", user.user_id.clone());
    }
    if caller.has_any(&["contact:user.phone:readonly"]) {
        put("mobile", user.mobile.clone());
    }
    Ok(Reply::Data(Value::Object(data)))
}
