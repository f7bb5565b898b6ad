//! Pushing events to the request URLs of apps, again and again until they are taken, as the
//! platform does.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::apps::App;
use crate::events::{self, Event, changes, deliver};
use crate::gateway::ApiError;
use crate::identity::Tenant;
use crate::shared::SharedState;

/// Pauses before the second attempt and those after it, in seconds.
const AGAIN: [u32; 4] = [15, 5 * 60, 60 * 60, 6 * 60 * 60];
/// Deliveries that are remembered.
const MOST: usize = 500;

/// What became of an event.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// `header.event_id`.
    pub event_id: String,
    /// `header.event_type`.
    pub event_type: String,
    /// The app that is told.
    pub app_id: String,
    /// Attempts so far.
    pub attempts: u32,
    /// HTTP status of the latest one, or why there was no answer.
    pub latest: String,
    /// The receiver answered 200.
    pub taken: bool,
}

/// What is pushed, and how.
#[derive(Debug)]
pub(crate) struct Pushes {
    /// Whether changes push events by themselves.
    pub(crate) automatic: bool,
    /// The pauses are multiplied by this.
    pub(crate) scale: f64,
    deliveries: Vec<Delivery>,
}

impl Default for Pushes {
    fn default() -> Pushes {
        Pushes {
            automatic: true,
            scale: 1.0,
            deliveries: Vec::new(),
        }
    }
}

impl Pushes {
    /// Newest last.
    pub(crate) fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    fn note(&mut self, event: &Event, app_id: &str, result: &std::io::Result<(u16, String)>) {
        let known = |one: &&mut Delivery| one.event_id == event.id && one.app_id == app_id;
        let (latest, taken) = match result {
            Ok((status, _)) => (status.to_string(), *status == 200),
            Err(error) => (error.to_string(), false),
        };
        if let Some(one) = self.deliveries.iter_mut().rev().find(known) {
            one.attempts += 1;
            one.latest = latest;
            one.taken |= taken;
            return;
        }
        if self.deliveries.len() >= MOST {
            self.deliveries.remove(0);
        }
        self.deliveries.push(Delivery {
            event_id: event.id.clone(),
            event_type: event.kind.clone(),
            app_id: app_id.to_owned(),
            attempts: 1,
            latest,
            taken,
        });
    }
}

impl SharedState {
    /// Changes a tenant, and tells the apps that listen what changed; `None` when there is none.
    pub(crate) fn change_tenant<T>(
        &self,
        tenant_key: &str,
        change: impl FnOnce(&mut Tenant) -> T,
    ) -> Option<T> {
        let automatic = self.control(|control| control.pushes.automatic);
        let at_ms = self.now_ms();
        let (done, told) = self.with(|state, ids| {
            let tenant = state.identity.tenants.get_mut(tenant_key)?;
            let before = tenant.clone();
            let done = change(tenant);
            let listening = |app: &&App| app.tenant_key == tenant_key && !app.event_url.is_empty();
            let mut told = Vec::new();
            let after = state.identity.tenants.get(tenant_key)?;
            for app in state.apps.values().filter(listening).filter(|_| automatic) {
                for (kind, body) in changes::between(&state.identity, app, &before, after) {
                    let id = ids.hex(32);
                    let event = Event {
                        id,
                        kind,
                        body,
                        at_ms,
                    };
                    told.push((app.app_id.clone(), event));
                }
            }
            Some((done, told))
        })?;
        for (app_id, event) in told {
            self.push(app_id, event);
        }
        Some(done)
    }

    /// Pushes an event to an app until it is taken, in a task of its own.
    pub(crate) fn push(&self, app_id: String, event: Event) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let shared = self.clone();
        runtime.spawn(async move {
            for again in 0..=AGAIN.len() {
                if shared.push_once(&app_id, &event).await {
                    return;
                }
                let Some(seconds) = AGAIN.get(again) else {
                    return;
                };
                let scale = shared.control(|control| control.pushes.scale);
                let pause = Duration::from_secs(u64::from(*seconds)).mul_f64(scale.max(0.0));
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shared.hurried() => {}
                }
            }
        });
    }

    /// One attempt; `true` when there is none to be made after it.
    async fn push_once(&self, app_id: &str, event: &Event) -> bool {
        let now_ms = self.now_ms();
        let prepared = self.with(|state, ids| {
            let app = state.apps.get(app_id)?;
            let nonce = ids.hex(16);
            let request = events::request(app, event, &nonce, now_ms);
            (!app.event_url.is_empty()).then(|| (app.event_url.clone(), request))
        });
        let Some((url, request)) = prepared else {
            return true;
        };
        let result = deliver::send(&url, &request).await;
        self.control(|control| control.pushes.note(event, app_id, &result));
        matches!(result, Ok((200, _)))
    }

    /// Sets the request URL of an app after its receiver has answered the question about it.
    ///
    /// # Errors
    /// What the developer console would show: the receiver does not answer as it must.
    pub(crate) async fn subscribe(&self, app_id: &str, url: &str) -> Result<(), ApiError> {
        let wrong = |text: String| ApiError::new(400, 400, text);
        let prepared = self.with(|state, ids| {
            let app = state.apps.get(app_id)?;
            let (challenge, nonce) = (ids.uuid(), ids.hex(16));
            Some((events::question(app, &challenge, &nonce), challenge))
        });
        let (request, challenge) =
            prepared.ok_or_else(|| ApiError::new(404, 404, "no such app"))?;
        let (status, body) = deliver::send(url, &request)
            .await
            .map_err(|error| wrong(error.to_string()))?;
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        if status != 200 || answer["challenge"] != challenge.as_str() {
            return Err(wrong(format!(
                "the challenge was answered {status}: {body}"
            )));
        }
        self.with(|state, _| {
            if let Some(app) = state.apps.get_mut(app_id) {
                url.clone_into(&mut app.event_url);
            }
        });
        Ok(())
    }
}
