//! What tests and the `dev` command do to a running sandbox without going through HTTP.

use crate::apps::App;
use crate::control::Fault;
use crate::demo;
use crate::events::{self, ChangeKind, Delivery, Event};
use crate::families::docx::tree::Named;
use crate::gateway::ApiError;
use crate::identity::{IdKind, Tenant, UserStatus};
use crate::oauth::{self, AuthorizeRequest};
use crate::server::RunningSandbox;
use crate::tokens::TokenFilter;

/// A person of the sandbox, as an app sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The sandbox's own name for the person.
    pub key: String,
    /// `ou_…`.
    pub open_id: String,
    /// Display name.
    pub name: String,
    /// Id (`od-…`) and name of the main department.
    pub department: Option<(String, String)>,
}

impl RunningSandbox {
    /// Makes an authorization code as if the person had approved on the page.
    ///
    /// # Errors
    /// What the page would show: unknown app, redirect URL, scope or person.
    pub fn approve(
        &self,
        app_id: &str,
        user_key: &str,
        redirect_uri: &str,
        scopes: &[String],
        code_challenge: Option<&str>,
    ) -> Result<String, ApiError> {
        let request = AuthorizeRequest {
            client_id: app_id.to_owned(),
            response_type: "code".to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scope: scopes.join(" "),
            code_challenge: code_challenge.map(str::to_owned),
            code_challenge_method: code_challenge.map(|_| "S256".to_owned()),
            ..AuthorizeRequest::default()
        };
        self.state()
            .with(|state, ids| oauth::approve(state, ids, &request, user_key))
    }

    /// The open_id under which an app knows a person of its tenant.
    pub fn open_id(&self, app_id: &str, user_key: &str) -> Option<String> {
        self.state().read(|state| {
            let app = state.apps.get(app_id)?;
            state.identity.user(&app.tenant_key, user_key)?;
            let kind = IdKind::OpenId;
            Some(
                state
                    .identity
                    .app_id_of(app_id, &app.tenant_key, user_key, kind),
            )
        })
    }

    /// Messages that apps sent: receiver, type and content, in order.
    pub fn messages(&self) -> Vec<(String, String, String)> {
        self.state().read(|state| {
            let sent = state.messages.sent.iter();
            sent.map(|sent| (sent.to.clone(), sent.kind.clone(), sent.content.clone()))
                .collect()
        })
    }

    /// Summaries of the tasks that were made, in order.
    pub fn tasks(&self) -> Vec<String> {
        self.state().read(|state| {
            let made = state.tasks.all.iter();
            made.map(|task| task.summary.clone()).collect()
        })
    }

    /// Everybody in the tenant of an app, as the app sees them.
    pub fn people(&self, app_id: &str) -> Vec<Person> {
        self.state().read(|state| {
            let Some(app) = state.apps.get(app_id) else {
                return Vec::new();
            };
            let key = &app.tenant_key;
            let Some(tenant) = state.identity.tenants.get(key) else {
                return Vec::new();
            };
            let person = |user: &crate::identity::User| Person {
                key: user.key.clone(),
                open_id: state
                    .identity
                    .app_id_of(app_id, key, &user.key, IdKind::OpenId),
                name: user.name.clone(),
                department: user.departments.first().and_then(|department| {
                    let known = tenant.departments.get(department)?;
                    let id = crate::ids::open_department_id(key, department);
                    Some((id, known.name.clone()))
                }),
            };
            tenant.users.values().map(person).collect()
        })
    }

    /// Adds a tenant, or replaces it.
    pub fn put_tenant(&self, tenant: Tenant) {
        self.state()
            .with(|state, _| state.identity.tenants.insert(tenant.key.clone(), tenant));
    }

    /// Changes a tenant: its people, departments and groups; apps that listen are told. `false`
    /// when there is none.
    pub fn change_tenant(&self, tenant_key: &str, change: impl FnOnce(&mut Tenant)) -> bool {
        self.state().change_tenant(tenant_key, change).is_some()
    }

    /// Adds an app with every scope of the demo.
    pub fn add_complete_app(
        &self,
        app_id: &str,
        secret: &str,
        tenant_key: &str,
        redirects: &[&str],
    ) {
        let mut app = demo::complete_app(app_id, secret, tenant_key, app_id);
        app.redirect_urls = redirects.iter().map(|url| (*url).to_owned()).collect();
        self.put_app(app);
    }

    /// Adds an app, or replaces it.
    pub fn put_app(&self, app: App) {
        self.state()
            .with(|state, _| state.apps.insert(app.app_id.clone(), app));
    }

    /// Changes the settings of an app; `false` when there is none.
    pub fn change_app(&self, app_id: &str, change: impl FnOnce(&mut App)) -> bool {
        self.state()
            .with(|state, _| state.apps.get_mut(app_id).map(change).is_some())
    }

    /// Freezes, dismisses or welcomes back a person, and tells the apps that listen; `false` when there is none.
    pub fn set_user_status(&self, tenant_key: &str, user_key: &str, status: UserStatus) -> bool {
        let changed = self.state().change_tenant(tenant_key, |tenant| {
            let user = tenant.users.get_mut(user_key);
            user.map(|user| user.status = status).is_some()
        });
        changed == Some(true)
    }

    /// Sets the request URL of an app after its receiver has answered the question about it, as
    /// the developer console does.
    ///
    /// # Errors
    /// The receiver does not answer as it must.
    pub async fn subscribe(&self, app_id: &str, url: &str) -> Result<(), ApiError> {
        self.state().subscribe(app_id, url).await
    }

    /// Encrypt Key and Verification Token of an app, as the developer console shows them.
    pub fn event_keys(&self, app_id: &str) -> Option<(String, String)> {
        self.state().read(|state| {
            let app = state.apps.get(app_id)?;
            Some((app.encrypt_key.clone(), app.verification_token.clone()))
        })
    }

    /// Headers and body of an event that happened at `at_ms`, as it would be pushed to an app at
    /// `now_ms`; `None` when there is no such app.
    pub fn event_request(
        &self,
        app_id: &str,
        event_id: &str,
        kind: &str,
        body: serde_json::Value,
        (at_ms, now_ms): (i64, i64),
    ) -> Option<(Vec<(&'static str, String)>, String)> {
        self.state().with(|state, ids| {
            let app = state.apps.get(app_id)?;
            let event = Event {
                id: event_id.to_owned(),
                kind: kind.to_owned(),
                body,
                at_ms,
            };
            let request = events::request(app, &event, &ids.hex(16), now_ms);
            Some((request.headers, request.body))
        })
    }

    /// Says that a person changed a thing, without changing it: for changes that tests make up.
    pub fn touch(&self, token: &str, user_key: &str, change: ChangeKind) {
        let now_ms = self.state().now_ms();
        self.state()
            .with(|state, _| state.changed(token, user_key, change, now_ms));
    }

    /// What became of the events that were pushed, newest last.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.state()
            .control(|control| control.pushes.deliveries().to_vec())
    }

    /// Gives the present state of a document a name, as a person does in the editor; the id of the
    /// version, or nothing when there is no such document.
    pub fn name_version(&self, document: &str, name: &str, user_key: &str) -> Option<String> {
        let now_ms = self.state().now_ms();
        self.state().with(|state, ids| {
            let document = state.docx.documents.get_mut(document)?;
            let named = Named {
                version: ids.token27(),
                name: name.to_owned(),
                creator: user_key.to_owned(),
                at_s: now_ms / 1000,
                revision: document.revision,
            };
            let version = named.version.clone();
            document.named.push(named);
            Some(version)
        })
    }

    /// Adds a fault and returns its id.
    pub fn add_fault(&self, fault: Fault) -> u64 {
        self.state().control(|control| control.faults.add(fault))
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.state().control(|control| control.faults.clear(None));
    }

    /// Switches rate limits.
    pub fn set_rate_limits(&self, enabled: bool) {
        self.state()
            .control(|control| control.limits.enabled = enabled);
    }

    /// Moves the sandbox clock forward by so many milliseconds.
    pub fn advance_clock(&self, by_ms: i64) {
        self.state().with(|state, _| state.clock_offset_ms += by_ms);
    }

    /// Lets tokens expire at once; returns how many.
    pub fn expire_tokens(&self, filter: &TokenFilter) -> usize {
        let now_ms = self.state().now_ms();
        self.state()
            .with(|state, _| state.tokens.expire(filter, now_ms))
    }

    /// Revokes tokens; returns how many.
    pub fn revoke_tokens(&self, filter: &TokenFilter) -> usize {
        self.state().with(|state, _| state.tokens.revoke(filter))
    }

    /// How often an endpoint was called (its name in the official SDK).
    pub fn calls_of(&self, endpoint: &str) -> u64 {
        self.state().control(|control| {
            control
                .log
                .counts()
                .get(endpoint)
                .map_or(0, |count| count.calls)
        })
    }

    /// Fields of answers so far that the platform does not publish; looked for in debug builds.
    pub fn unpublished_fields(&self) -> Vec<String> {
        self.state()
            .control(|control| control.unpublished.iter().cloned().collect())
    }

    /// Method, path and HTTP status of the latest requests, newest first.
    pub fn latest_requests(&self, limit: usize) -> Vec<(String, String, u16)> {
        self.state().control(|control| {
            let latest = control.log.latest(limit).into_iter();
            latest
                .map(|call| (call.method.clone(), call.path.clone(), call.http))
                .collect()
        })
    }
}
