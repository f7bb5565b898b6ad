//! Makes and ends the link for the person who manages the Feishu app.

use std::time::Duration;

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use edge::routes;
use model::policy::ManageTenant;
use serde_json::json;
use store::StoreError;
use vault::{Token, TokenKind};
use views::{Moment, console::setup::HandoverState};

use super::{Bare, build};
use crate::{
    WebState,
    console::{Away, act},
    page::{self, PageFault},
    visit::Visit,
};

/// The one thing that such a link is good for.
pub(crate) const INTENT: &str = "set_up_app";
/// How long a link lasts.
pub(crate) const LASTS: Duration = Duration::from_mins(15);

/// Makes a link and shows it, once. Earlier ones end.
///
/// Permissions: [`ManageTenant`].
pub(crate) async fn make(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = act::<ManageTenant>(&state, &visit, &slug, &form.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let token = Token::mint(TokenKind::Link, state.entropy.as_ref());
    let until = state.clock.now() + LASTS;
    let made = async {
        let tx = desk.scope(&state).write().await?;
        let by = desk.principal().name().to_owned();
        let hash = token.hash();
        let links = tx.handovers();
        let id = links.make(&desk.permit, &hash, INTENT, &by, until).await?;
        let after = json!({ "intent": INTENT, "until": until.millis() });
        let target = Some(id.to_string());
        desk.record(&state, &tx, "handover.make", target, &json!(null), &after)
            .await?;
        tx.commit().await
    };
    made.await.map_err(internal)?;
    let mut page = build(&state, &visit, &desk, None).await.map_err(internal)?;
    let path = routes::HANDOVER.replace("{token}", token.expose());
    page.handover = HandoverState::Fresh {
        link: state.urls.at(&path),
        until: Moment(until.millis()),
    };
    Ok(page::show(page.render()))
}

/// Ends what is open.
///
/// Permissions: [`ManageTenant`].
pub(crate) async fn end(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = act::<ManageTenant>(&state, &visit, &slug, &form.csrf).await?;
    let ended = async {
        let tx = desk.scope(&state).write().await?;
        let count = tx.handovers().end_all(&desk.permit, INTENT).await?;
        if count > 0 {
            let before = json!({ "open": count });
            desk.record(&state, &tx, "handover.end", None, &before, &json!(null))
                .await?;
        }
        tx.commit().await
    };
    ended
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::go(&desk.path("/setup?done=ended")))
}
