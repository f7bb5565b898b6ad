//! The authorization endpoint: checks the request, parks it, asks the member.
//!
//! Until client and redirect URI are known to belong together, errors are shown as a page and
//! nothing is sent anywhere. After that they go to the client, with `state` and `iss`.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use edge::{ResourceRef, cookies};
use http::{StatusCode, header};
use model::{Access, Principal, Purpose, TenantStatus};
use store::{NewAuthorization, Page, TenantEntry};
use vault::{Token, TokenHash, TokenKind};
use views::{
    Shell,
    chooser::{ChooserPage, OrganisationChoice},
    consent::{ClientProof, ConsentPage, ReturnPlace, WriteChoice},
    error::Trouble,
};

use crate::{
    clients::{self, ClientError, KnownClient},
    page::{self, PageFault},
    protocol::{
        fault::OAuthError,
        form::Params,
        pkce::Challenge,
        redirect::{self, Destination},
    },
    reply::{self, BackToClient},
    state::{Asking, OAuthState},
};

/// Name of the cookie that binds a flow to its browser.
pub(crate) const BROWSER_COOKIE: &str = "flow";
/// Longest `state` of a client, in bytes.
const MAX_STATE: usize = 4_096;

/// A request of which client and redirect URI are known to belong together.
struct Checked {
    client: KnownClient,
    back: BackToClient,
}

/// What the member is asked about.
struct Wish {
    challenge: Challenge,
    asked: Access,
    resource: Option<ResourceRef>,
}

/// Handles an authorization request.
pub(crate) async fn authorize(State(state): State<OAuthState>, asking: Asking) -> Response {
    let Ok(params) = Params::query(&asking.query) else {
        return PageFault::new(Trouble::BadRequest, &asking).into_response();
    };
    let checked = match check_client(&state, &asking, &params).await {
        Ok(checked) => checked,
        Err(fault) => return fault.into_response(),
    };
    let wish = match read_wish(&state, &params) {
        Ok(wish) => wish,
        Err((error, description)) => return checked.back.error(&state, error, description),
    };
    let tenant = match choose_tenant(&state, &asking, &checked, wish.resource.as_ref()).await {
        Ok(tenant) => tenant,
        Err(response) => return response,
    };
    match ask(&state, &asking, &checked, &wish, &tenant).await {
        Ok(response) => response,
        Err(error) => PageFault::internal(&error, &asking).into_response(),
    }
}

async fn check_client(
    state: &OAuthState,
    asking: &Asking,
    params: &Params,
) -> Result<Checked, PageFault> {
    let fault = |trouble| PageFault::new(trouble, asking);
    let client_id = params
        .get("client_id")
        .ok_or_else(|| fault(Trouble::BadRequest).fact("parameter", "client_id"))?;
    let client = clients::for_authorize(state, client_id)
        .await
        .map_err(|error| match error {
            ClientError::Store(error) => PageFault::internal(&error, asking),
            ClientError::Document(reason) => {
                fault(Trouble::UnknownClient).fact("client_id", reason.to_string())
            }
            ClientError::Unknown | ClientError::Unreachable => {
                fault(Trouble::UnknownClient).fact("client_id", error.to_string())
            }
        })?;
    let redirect_uri = params
        .get("redirect_uri")
        .filter(|uri| redirect::matches(&client.metadata.redirect_uris, uri))
        .ok_or_else(|| fault(Trouble::RedirectNotRegistered))?;
    let back = BackToClient {
        redirect_uri: redirect_uri.to_owned(),
        state: params.get("state").map(str::to_owned),
        client_name: client.row.name.clone(),
        locale: asking.locale,
    };
    Ok(Checked { client, back })
}

fn read_wish(state: &OAuthState, params: &Params) -> Result<Wish, (OAuthError, &'static str)> {
    if params.get("response_type") != Some("code") {
        return Err((
            OAuthError::UnsupportedResponseType,
            "response_type must be code",
        ));
    }
    if params
        .get("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return Err((OAuthError::InvalidRequest, "response_mode must be query"));
    }
    if params.get("request").is_some() || params.get("request_uri").is_some() {
        return Err((
            OAuthError::InvalidRequest,
            "request objects are not supported",
        ));
    }
    if params
        .get("state")
        .is_some_and(|text| text.len() > MAX_STATE)
    {
        return Err((OAuthError::InvalidRequest, "state is too long"));
    }
    let challenge = Challenge::read(
        params.get("code_challenge"),
        params.get("code_challenge_method"),
    )
    .ok_or((
        OAuthError::InvalidRequest,
        "code_challenge with code_challenge_method=S256 is required",
    ))?;
    let resource = match params.get("resource") {
        Some(text) => Some(state.urls.resource_of(text).ok_or((
            OAuthError::InvalidTarget,
            "resource is not the address of an MCP endpoint of this server",
        ))?),
        None => None,
    };
    Ok(Wish {
        challenge,
        asked: params.get("scope").map_or(Access::Write, Access::requested),
        resource,
    })
}

/// The tenant of the resource; without one the default tenant, the only tenant, or the member's
/// choice.
async fn choose_tenant(
    state: &OAuthState,
    asking: &Asking,
    checked: &Checked,
    resource: Option<&ResourceRef>,
) -> Result<Arc<TenantEntry>, Response> {
    let internal = |error: store::StoreError| PageFault::internal(&error, asking).into_response();
    let named = resource
        .map(|resource| &resource.slug)
        .or(state.urls.default_tenant());
    if let Some(slug) = named {
        let found = state
            .store
            .directory()
            .by_slug(slug)
            .await
            .map_err(internal)?;
        return match found {
            Some(entry) if entry.tenant.status == TenantStatus::Active => Ok(entry),
            Some(_) => Err(PageFault::new(Trouble::TenantSuspended, asking).into_response()),
            None => Err(checked.back.error(
                state,
                OAuthError::InvalidTarget,
                "resource names no organisation of this server",
            )),
        };
    }
    let choices = organisations(state).await.map_err(internal)?;
    if let [only] = choices.as_slice()
        && let Some(entry) = state
            .store
            .directory()
            .by_slug(&only.0)
            .await
            .map_err(internal)?
    {
        return Ok(entry);
    }
    let page = ChooserPage {
        shell: Shell::at(page::lang(asking.locale), asking.path_and_query.clone()),
        action: edge::routes::ORGANISATION.to_owned(),
        hidden: vec![("request".to_owned(), asking.query.clone())],
        csrf: String::new(),
        client_name: checked.client.row.name.clone(),
        choices: choices
            .into_iter()
            .filter(|_| state.options.development)
            .map(|(slug, name)| OrganisationChoice {
                slug: slug.to_string(),
                name,
            })
            .collect(),
        by_name: true,
        unknown: None,
    };
    Err(page::answer(StatusCode::OK, page.render()))
}

async fn organisations(
    state: &OAuthState,
) -> Result<Vec<(model::Slug, String)>, store::StoreError> {
    let scope = state
        .store
        .platform("a client did not say which organisation it wants");
    let tx = scope.read().await?;
    // Enough to offer one, or a few in development; a hosted service offers a field instead.
    Ok(tx
        .tenants()
        .list(&Page::first(Page::MAX))
        .await?
        .items
        .into_iter()
        .filter(|tenant| tenant.status == TenantStatus::Active)
        .map(|tenant| (tenant.slug, tenant.name))
        .collect())
}

/// Parks the request, bound to the browser, and shows the consent page.
async fn ask(
    state: &OAuthState,
    asking: &Asking,
    checked: &Checked,
    wish: &Wish,
    tenant: &TenantEntry,
) -> Result<Response, store::StoreError> {
    let known = cookies::read(
        &asking.headers,
        &cookies::host_name(&state.urls, BROWSER_COOKIE),
    )
    .and_then(|text| Some((text.to_owned(), TokenHash::of(TokenKind::Browser, text)?)));
    let (browser, browser_hash) = known.unwrap_or_else(|| {
        let token: Token = state.mint(TokenKind::Browser);
        let hash = token.hash();
        (token.expose().to_owned(), hash)
    });
    let csrf = state.mint(TokenKind::Csrf);
    let csrf_hash = csrf.hash();
    let resource = wish
        .resource
        .clone()
        .unwrap_or_else(|| ResourceRef::new(tenant.tenant.slug.clone(), edge::Door::Mcp));
    let scope = state
        .store
        .scope(&Principal::platform(tenant.tenant.id, Purpose::SignIn));
    let resource = state.urls.resource(&resource);
    let request = NewAuthorization {
        client: checked.client.row.id,
        client_name: &checked.client.row.name,
        redirect_uri: &checked.back.redirect_uri,
        state: checked.back.state.as_deref(),
        challenge: wish.challenge.as_str(),
        asked: wish.asked,
        resource: &resource,
        browser: &browser_hash,
        csrf: &csrf_hash,
        expires_at: state.now() + state.options.lifetimes.pending,
    };
    let id = scope.retrying(&request, |tx, request| {
        Box::pin(async move { tx.authorizations().park(request.clone()).await })
    });
    let id = id.await?;
    let page = ConsentPage {
        shell: Shell::at(page::lang(asking.locale), asking.path_and_query.clone()),
        action: edge::routes::CONSENT.to_owned(),
        hidden: vec![
            ("organisation".to_owned(), tenant.tenant.slug.to_string()),
            ("request".to_owned(), id.to_string()),
        ],
        csrf: csrf.expose().to_owned(),
        client_name: checked.client.row.name.clone(),
        proof: checked
            .client
            .vouched_by(&checked.back.redirect_uri)
            .map_or(ClientProof::Unverified, ClientProof::VerifiedHost),
        returns_to: returns_to(&checked.back.redirect_uri),
        organisation: tenant.tenant.name.clone(),
        brand: reply::brand(tenant.tenant.brand, asking.locale).to_owned(),
        write: if wish.asked == Access::Read {
            WriteChoice::NotAsked
        } else if tenant.rules.read_only {
            WriteChoice::OrganisationReadOnly
        } else {
            WriteChoice::Offered
        },
    };
    let mut response = page::answer(StatusCode::OK, page.render());
    let age = state.options.lifetimes.pending;
    if let Some(cookie) = cookies::set(&state.urls, BROWSER_COOKIE, &browser, age) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn returns_to(redirect_uri: &str) -> ReturnPlace {
    match redirect::check(redirect_uri) {
        Ok(Destination::Loopback(host)) => ReturnPlace::ThisComputer(host),
        Ok(Destination::Application(scheme)) => ReturnPlace::Application(scheme),
        Ok(Destination::Site(host)) => ReturnPlace::Site(host),
        Err(_) => ReturnPlace::Site(redirect_uri.to_owned()),
    }
}

/// The member chose an organisation: the same request again, with its resource.
pub(crate) async fn organisation(
    State(state): State<OAuthState>,
    asking: Asking,
    body: axum::body::Bytes,
) -> Response {
    let Ok(form) = Params::body(&asking.headers, &body) else {
        return PageFault::new(Trouble::BadRequest, &asking).into_response();
    };
    let slug = form
        .get("organisation")
        .and_then(|text| text.trim().parse().ok());
    let (Some(query), Some(slug)) = (form.get("request"), slug) else {
        return PageFault::new(Trouble::NotFound, &asking).into_response();
    };
    let sane = Params::query(query).is_ok_and(|params| params.get("resource").is_none());
    let plain = query
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if !sane || !plain || !edge::guard::is_same_origin(&state.urls, &asking.headers) {
        return PageFault::new(Trouble::BadRequest, &asking).into_response();
    }
    match state.store.directory().by_slug(&slug).await {
        Ok(Some(_)) => {}
        Ok(None) => return PageFault::new(Trouble::NotFound, &asking).into_response(),
        Err(error) => return PageFault::internal(&error, &asking).into_response(),
    }
    let path = format!("{}?{query}", edge::routes::AUTHORIZE);
    page::go(&redirect::with_params(
        &path,
        &[("resource", &state.urls.mcp(&slug))],
    ))
}
