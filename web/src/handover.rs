//! The way in for the person who manages the Feishu app and is not our user.
//!
//! A link is good for one thing (`set_up_app`), for fifteen minutes, in the first browser that
//! opens it. Its holder acts as `Purpose::Link`, which policy lets do that one thing and nothing
//! else; there is no session, no account and no way to another page. Whatever is wrong with a
//! link (unknown, over, another browser's, another intent's), its holder is told the same.

mod check;
mod enter;
mod open;

use std::{fmt::Write as _, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
pub(crate) use check::act_on as check;
use edge::{cookies, routes};
pub(crate) use enter::act_on as enter;
use model::{
    Brand, CallId, Channel, EntryKind, Id, LedgerEntry, Outcome, Principal, Purpose, TenantStatus,
    policy::{Permit, SetUpApp, authorize},
};
pub(crate) use open::act_on as open;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Handover, StoreError, TenantEntry};
use vault::{TokenHash, TokenKind};
use views::{
    Moment,
    console::setup::AppEntry,
    error::Trouble,
    handover::{self as view, HandoverPage, HandoverStage},
};

use crate::{
    WebState,
    console::setup::{filled, handover::INTENT, places},
    page::{self, PageFault},
    visit::Visit,
};

/// Name of the cookie that binds a link to its browser, before the prefix.
const COOKIE: &str = "handover";

/// Somebody with a link.
struct Holder {
    entry: Arc<TenantEntry>,
    link: Handover,
    /// The text of the cookie, when this is the link's browser.
    browser: Option<String>,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Told {
    #[serde(default)]
    done: String,
}

/// Shows the checklist in the link's browser, and elsewhere, while nobody has opened it, what it
/// is. Looking binds nothing: programs that preview links look too.
///
/// Permissions: whoever has the link.
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(token): Path<String>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let holder = holder(&state, &visit, &token).await?;
    let mut page = build(&state, &visit, &token, &holder)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    page.notice = view::notice(visit.lang(), &told.done).map(str::to_owned);
    Ok(page::show(page.render()))
}

/// The holder of a link that can be used, in a browser that may.
async fn holder(state: &WebState, visit: &Visit, token: &str) -> Result<Holder, PageFault> {
    let over = || PageFault::new(Trouble::LinkOver, visit);
    let internal = |error: StoreError| PageFault::internal(&error, visit);
    let hash = TokenHash::of(TokenKind::Link, token).ok_or_else(over)?;
    let found = {
        let tx = state.store.lookup(&hash).await.map_err(internal)?;
        tx.handover().await.map_err(internal)?
    };
    let now = state.clock.now();
    let link = found
        .filter(|link| link.intent == INTENT && link.is_open(now))
        .ok_or_else(over)?;
    let name = cookies::host_name(&state.urls, COOKIE);
    let own = cookies::read(&visit.headers, &name).filter(|text| {
        let hash = TokenHash::of(TokenKind::Browser, text);
        hash.is_some() && hash == link.browser
    });
    if link.browser.is_some() && own.is_none() {
        return Err(over());
    }
    let entry = state
        .store
        .directory()
        .by_id(link.tenant)
        .await
        .map_err(internal)?
        .filter(|entry| entry.tenant.status == TenantStatus::Active)
        .ok_or_else(over)?;
    Ok(Holder {
        browser: own.map(str::to_owned),
        entry,
        link,
    })
}

/// The holder who acts: in the link's browser, with a form of ours.
async fn acting(
    state: &WebState,
    visit: &Visit,
    token: &str,
    csrf: &str,
) -> Result<Holder, PageFault> {
    let holder = holder(state, visit, token).await?;
    let own = holder.browser.as_deref().map(form_token);
    let same = own.is_some_and(|own| own.as_deref() == Some(csrf));
    if same && edge::guard::is_same_origin(&state.urls, &visit.headers) {
        Ok(holder)
    } else {
        Err(PageFault::new(Trouble::FormExpired, visit))
    }
}

/// The form token follows from the cookie, which no other site and no script can read.
fn form_token(cookie: &str) -> Option<String> {
    let hash = TokenHash::of(TokenKind::Browser, cookie)?;
    let mut text = String::with_capacity(64);
    for byte in hash.as_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

impl Holder {
    fn principal(&self) -> Principal {
        Principal::platform(self.entry.tenant.id, Purpose::Link)
    }

    fn permit(&self, visit: &Visit) -> Result<Permit<SetUpApp>, PageFault> {
        authorize::<SetUpApp>(&self.entry.rules, &self.principal(), &())
            .map_err(|denied| PageFault::internal(&denied, visit))
    }

    fn record(&self, state: &WebState, action: &str, before: &Value, after: &Value) -> LedgerEntry {
        let id: CallId = Id::mint(state.clock.as_ref(), state.entropy.as_ref());
        LedgerEntry {
            tenant: self.entry.tenant.id,
            id,
            kind: EntryKind::Admin,
            at: state.clock.now(),
            member: None,
            account: None,
            policy_version: None,
            decision: None,
            client: None,
            client_name: format!("hand-over link of {}", self.link.made_by),
            grant: None,
            channel: Channel::Console,
            action: action.to_owned(),
            effect: String::new(),
            target: Some(self.link.id.to_string()),
            outcome: Outcome::Ok,
            fault: None,
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: json!({ "before": before, "after": after }).to_string(),
        }
    }
}

fn path(token: &str) -> String {
    routes::HANDOVER.replace("{token}", token)
}

async fn build(
    state: &WebState,
    visit: &Visit,
    token: &str,
    holder: &Holder,
) -> Result<HandoverPage, StoreError> {
    let tenant = &holder.entry.tenant;
    let inside = holder.browser.is_some();
    // Before it is opened the page says who asks, and nothing about the app.
    let checked = if inside {
        state.apps.latest(tenant.id).await?
    } else {
        None
    };
    Ok(HandoverPage {
        shell: visit.shell(),
        path: path(token),
        csrf: holder
            .browser
            .as_deref()
            .and_then(form_token)
            .unwrap_or_default(),
        stage: if inside {
            HandoverStage::Inside
        } else {
            HandoverStage::Closed
        },
        organisation: tenant.name.clone(),
        made_by: holder.link.made_by.clone(),
        until: Moment(holder.link.expires_at.millis()),
        app: AppEntry {
            lark: tenant.brand == Brand::Lark,
            app_id: tenant.app_id.clone(),
            app_name: String::new(),
            fault: None,
        },
        redirect_url: state.apps.redirect_url().to_owned(),
        findings: filled::findings(&holder.entry, checked.as_ref(), visit.locale, |_| true),
        places: places(tenant.brand, &tenant.app_id),
        notice: None,
        now: Moment(state.clock.now().millis()),
    })
}
