//! The authorization endpoint: checks the request, shows the page, answers the decision.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::{RawForm, RawQuery, State as AxumState};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;
use url::Url;

use crate::apps::{App, AppBrand};
use crate::clock;
use crate::gateway::ApiError;
use crate::identity::{IdKind, UserStatus};
use crate::ids::IdSource;
use crate::oauth::page;
use crate::shared::SharedState;
use crate::state::State;
use crate::tokens::{CODE_MS, Challenge, Code};

/// Most scopes one request may ask for.
const SCOPES_MAX: usize = 50;

/// Parameters of the authorization request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client_id: String,
    pub(crate) response_type: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) state: Option<String>,
    pub(crate) code_challenge: Option<String>,
    pub(crate) code_challenge_method: Option<String>,
    pub(crate) prompt: Option<String>,
    /// On the form only: key or open_id of the person.
    pub(crate) user: String,
    /// On the form only: `approve` or `deny`.
    pub(crate) decision: String,
}

impl AuthorizeRequest {
    /// The scopes asked for.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split(' ').filter(|scope| !scope.is_empty())
    }

    fn challenge(&self) -> Option<Challenge> {
        let text = self
            .code_challenge
            .clone()
            .filter(|text| !text.is_empty())?;
        Some(Challenge {
            text,
            s256: self.code_challenge_method.as_deref() == Some("S256"),
        })
    }
}

/// `GET /open-apis/authen/v1/authorize` of feishu.cn.
pub(crate) async fn show(
    AxumState(shared): AxumState<SharedState>,
    RawQuery(query): RawQuery,
) -> Response {
    page_of(&shared, AppBrand::Feishu, query.as_deref())
}

/// The same page of larksuite.com.
pub(crate) async fn show_lark(
    AxumState(shared): AxumState<SharedState>,
    RawQuery(query): RawQuery,
) -> Response {
    page_of(&shared, AppBrand::Lark, query.as_deref())
}

fn page_of(shared: &SharedState, brand: AppBrand, query: Option<&str>) -> Response {
    let request: AuthorizeRequest =
        serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default();
    shared.read(|state| match check(state, &request) {
        Ok(app) if app.brand != brand => {
            let text = "The specified app does not exist.";
            page::error(&ApiError::new(400, 20_048, text))
        }
        Ok(app) => page::consent(state, app, &request),
        Err(error) => page::error(&error),
    })
}

/// `POST /sandbox/authorize`: the person has decided.
pub(crate) async fn decide(
    AxumState(shared): AxumState<SharedState>,
    RawForm(form): RawForm,
) -> Response {
    let request: AuthorizeRequest = serde_urlencoded::from_bytes(&form).unwrap_or_default();
    let decided = shared.with(|state, ids| {
        let app = check(state, &request)?;
        if request.decision != "approve" {
            return Ok(("error", "access_denied".to_owned()));
        }
        let user_key = find_user(state, app, &request.user)?;
        approve(state, ids, &request, &user_key).map(|code| ("code", code))
    });
    match decided {
        Ok((name, value)) => redirect(&request, name, &value),
        Err(error) => page::error(&error),
    }
}

fn redirect(request: &AuthorizeRequest, name: &str, value: &str) -> Response {
    let Ok(mut url) = Url::parse(&request.redirect_uri) else {
        return page::error(&ApiError::new(400, 20_029, "Invalid redirect uri"));
    };
    url.query_pairs_mut().append_pair(name, value);
    if let Some(state) = &request.state {
        url.query_pairs_mut().append_pair("state", state);
    }
    let mut response = crate::gateway::respond(302, "text/html; charset=utf-8", Body::empty());
    if let Ok(location) = HeaderValue::from_str(url.as_str()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Checks a request; the errors are shown on the page and never redirected.
fn check<'a>(state: &'a State, request: &AuthorizeRequest) -> Result<&'a App, ApiError> {
    let wrong = |code: i64, text: String| ApiError::new(400, code, text);
    let app = state
        .apps
        .get(&request.client_id)
        .ok_or_else(|| wrong(20_048, "The specified app does not exist.".to_owned()))?;
    if !app.enabled {
        return Err(wrong(
            20_069,
            "The specified app is not enabled.".to_owned(),
        ));
    }
    if !app.in_force() {
        let text = "The specified app is not installed.";
        return Err(wrong(20_009, text.to_owned()));
    }
    if request.response_type != "code" {
        return Err(wrong(20_001, "response_type must be code".to_owned()));
    }
    if !app.redirect_urls.contains(&request.redirect_uri) {
        let text = format!("Invalid redirect uri: {}", request.redirect_uri);
        return Err(wrong(20_029, text));
    }
    let asked: Vec<&str> = request.scopes().collect();
    let shape = |scope: &str| {
        scope
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '_' | '-'))
    };
    if asked.len() > SCOPES_MAX || !asked.iter().all(|scope| shape(scope)) {
        let text = "The scope list is invalid: separate at most 50 scopes by spaces.";
        return Err(wrong(20_043, text.to_owned()));
    }
    let missing: Vec<&str> = asked
        .into_iter()
        .filter(|scope| !app.offers_to_users(scope))
        .collect();
    if !missing.is_empty() {
        let text = format!(
            "The app has not enabled these scopes: {}",
            missing.join(" ")
        );
        return Err(wrong(20_027, text));
    }
    Ok(app)
}

fn find_user(state: &State, app: &App, user: &str) -> Result<String, ApiError> {
    let tenant = state.identity.tenant(&app.tenant_key);
    tenant
        .into_iter()
        .flat_map(|tenant| tenant.users.keys())
        .find(|key| {
            *key == user
                || state
                    .identity
                    .app_id_of(&app.app_id, &app.tenant_key, key, IdKind::OpenId)
                    == user
        })
        .cloned()
        .ok_or_else(|| ApiError::new(400, 20_008, "The user does not exist."))
}

/// Records a person's approval and makes the code.
///
/// # Errors
/// What the page shows: 20027, 20029, 20043, 20048, 20069 for the request, 20008, 20010, 20066
/// for the person.
pub(crate) fn approve(
    state: &mut State,
    ids: &mut IdSource,
    request: &AuthorizeRequest,
    user_key: &str,
) -> Result<String, ApiError> {
    let app = check(state, request)?.clone();
    let user = state
        .identity
        .user(&app.tenant_key, user_key)
        .ok_or_else(|| ApiError::new(400, 20_008, "The user does not exist."))?;
    if user.status != UserStatus::Active {
        return Err(ApiError::new(400, 20_066, "The user status is invalid."));
    }
    if app.unavailable_to.contains(user_key) {
        let text = "The user does not have permission to use this app.";
        return Err(ApiError::new(400, 20_010, text));
    }
    let now_ms = clock::now_ms(state.clock_offset_ms);
    let asked: BTreeSet<String> = request.scopes().map(str::to_owned).collect();
    let grants = state.tokens.grants.entry(app.app_id.clone()).or_default();
    let grant = grants.entry(user_key.to_owned()).or_default();
    grant.scopes.extend(asked);
    grant.granted_ms = now_ms;
    let code = ids.secret(2);
    state.tokens.codes.insert(
        code.clone(),
        Code {
            app_id: app.app_id,
            user_key: user_key.to_owned(),
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge(),
            expires_ms: now_ms + CODE_MS,
            used: false,
        },
    );
    Ok(code)
}
