//! Lets a rule run, pauses it, deletes it, or gives it a new address.

use automation::Switched;
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::app_care::Act;
use model::{automation::RuleState, policy::ManageRules};
use serde::Deserialize;
use serde_json::json;
use store::StoreError;
use views::{
    console::{Tone, rules::deaf},
    error::Trouble,
};

use super::{Away, act as come_in, rule};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    act: String,
}

/// Does it.
///
/// Permissions: [`ManageRules`]. Ledger: `rule.pause`, `rule.resume`, `rule.remove`,
/// `rule.address`.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, text)): Path<(String, String)>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageRules>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let missing = || PageFault::new(Trouble::NotFound, &visit);
    let known = rule::find(&state, &desk, &text).await.map_err(internal)?;
    let known = known.ok_or_else(missing)?;
    let action = match wish.act.as_str() {
        "pause" => "rule.pause",
        "resume" => "rule.resume",
        "remove" => "rule.remove",
        "address" => "rule.address",
        _ => return Err(missing().into()),
    };
    let told = json!({"name": known.name});
    let target = Some(known.id.to_string());
    let record = desk.entry_of(&state, action, target, &told, &json!({"act": wish.act}));
    let scope = desk.scope(&state);
    let act = Act {
        scope: &scope,
        permit: &desk.permit,
        record: &record,
    };
    let own = desk.path(&format!("/rules/{}", known.id));
    match wish.act.as_str() {
        "remove" => {
            state.rules.remove(&act, known.id).await.map_err(internal)?;
            Ok(page::go(&desk.path("/rules")))
        }
        "address" => {
            let hook = state.rules.open_hook(&act, known.id).await;
            let hook = hook.map_err(internal)?.ok_or_else(missing)?;
            let page = rule::build(&state, &visit, &desk, Some(&known), "").await;
            let mut page = page.map_err(internal)?;
            let slug = &desk.entry.tenant.slug;
            let address = state.urls.hook(slug, hook.token.expose());
            page.address = Some((address, hook.key.expose().to_owned()));
            page.has_address = true;
            Ok(page::show(page.render()))
        }
        _ => {
            let next = if wish.act == "resume" {
                RuleState::Active
            } else {
                RuleState::Paused
            };
            let done = state.rules.switch(&act, known.id, next).await;
            let Switched::Deaf(why) = done.map_err(internal)? else {
                return Ok(page::go(&format!("{own}?done=saved")));
            };
            let known = rule::find(&state, &desk, &text).await.map_err(internal)?;
            let page = rule::build(&state, &visit, &desk, known.as_ref(), "").await;
            let mut page = page.map_err(internal)?;
            page.console = page
                .console
                .with_notice(Tone::Warn, deaf(visit.lang(), &why));
            Ok(page::show(page.render()))
        }
    }
}
