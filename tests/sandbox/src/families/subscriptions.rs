//! Which apps hear of which files (`drive/v1/files/:file_token/subscribe` and its kin).

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::access::{Level, Viewer};
use super::common::{fault, optional, path, wanted};
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};

/// The one event of folders; folders need it, and nothing else may name one.
const IN_FOLDER: &str = "file.created_in_folder_v1";

/// By file and app: who of the app subscribed, people's keys or the app's own id.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, transparent)]
pub(crate) struct Subscriptions {
    by_file: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Subscriptions {
    /// Whether anybody subscribed to a file.
    pub(crate) fn has(&self, token: &str) -> bool {
        self.by_file.contains_key(token)
    }

    /// The apps that hear of a file, each with its subscribers.
    pub(crate) fn of(&self, token: &str) -> impl Iterator<Item = (&String, &BTreeSet<String>)> {
        self.by_file.get(token).into_iter().flatten()
    }

    fn holds(&self, token: &str, app_id: &str, who: &str) -> bool {
        let mut apps = self.of(token);
        apps.any(|(app, subscribers)| app == app_id && subscribers.contains(who))
    }

    fn add(&mut self, token: &str, app_id: &str, who: &str) {
        let apps = self.by_file.entry(token.to_owned()).or_default();
        let subscribers = apps.entry(app_id.to_owned()).or_default();
        subscribers.insert(who.to_owned());
    }

    fn remove(&mut self, token: &str, app_id: &str, who: &str) -> bool {
        let Some(apps) = self.by_file.get_mut(token) else {
            return false;
        };
        let Some(subscribers) = apps.get_mut(app_id) else {
            return false;
        };
        let removed = subscribers.remove(who);
        apps.retain(|_, subscribers| !subscribers.is_empty());
        self.by_file.retain(|_, apps| !apps.is_empty());
        removed
    }
}

/// The file of a request, after existence, kind and right were checked: owners and managers only.
fn target(state: &State, call: &Call<'_>, viewer: &Viewer) -> Result<String, ApiError> {
    let token = path(call, "file_token");
    let kind = wanted(call, "file_type")?;
    match (kind, optional(call, "event_type")) {
        ("folder", Some(IN_FOLDER)) => {}
        ("folder", _) | (_, Some(_)) => return Err(fault(1_069_602)),
        _ => {}
    }
    let entry = state
        .drive
        .entries
        .get(token)
        .filter(|entry| !entry.deleted)
        .ok_or_else(|| fault(1_069_604))?;
    if entry.kind != kind {
        return Err(fault(1_069_602));
    }
    if entry.tenant != viewer.tenant || state.level(token, viewer) < Level::Full {
        return Err(fault(1_069_603));
    }
    Ok(token.to_owned())
}

/// `POST drive/v1/files/:file_token/subscribe`. Again is no error.
pub(crate) fn subscribe(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let app_id = &call.caller.app_id;
    state.subscriptions.add(&token, app_id, &viewer.actor);
    Ok(Reply::Data(json!({})))
}

/// `GET drive/v1/files/:file_token/get_subscribe`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let app_id = &call.caller.app_id;
    let holds = state.subscriptions.holds(&token, app_id, &viewer.actor);
    Ok(Reply::Data(json!({ "is_subscribe": holds })))
}

/// `DELETE drive/v1/files/:file_token/delete_subscribe`.
pub(crate) fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let app_id = &call.caller.app_id;
    if state.subscriptions.remove(&token, app_id, &viewer.actor) {
        Ok(Reply::Data(json!({})))
    } else {
        Err(fault(1_069_605))
    }
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/drive/v1/files/:file_token/subscribe",
        subscribe,
    ),
    (
        "GET",
        "/open-apis/drive/v1/files/:file_token/get_subscribe",
        get,
    ),
    (
        "DELETE",
        "/open-apis/drive/v1/files/:file_token/delete_subscribe",
        delete,
    ),
];
