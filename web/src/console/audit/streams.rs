//! Streams of the ledger: added, switched, removed.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::{StreamId, policy::ManageTenant};
use serde::Deserialize;
use serde_json::json;
use store::{NewStream, StoreError, StreamKind};
use url::Url;
use vault::Secret;
use views::{console::audit_keeping::Kept, error::Trouble};

use super::{Away, keeping};
use crate::{
    WebState,
    console::act,
    page::{self, PageFault},
    visit::Visit,
};

/// Characters of a secret that is worth signing with.
const SECRET: usize = 16;

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    name: String,
    kind: String,
    url: String,
    secret: String,
}

impl Wish {
    /// The stream, if it can be one. Whether the address may be reached is decided at each
    /// sending, by what its name then means.
    fn read(&self) -> Option<(StreamKind, Url)> {
        let kind = StreamKind::from_name(&self.kind)?;
        let url = Url::parse(self.url.trim()).ok()?;
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
        let fits = (url.scheme() == "https" || local)
            && url.username().is_empty()
            && url.password().is_none()
            && self.url.len() <= 500
            && (1..=80).contains(&self.name.trim().chars().count())
            && self.secret.len() <= 200
            && (kind == StreamKind::Otlp || self.secret.len() >= SECRET);
        fits.then_some((kind, url))
    }
}

/// Adds a stream; it begins with the next entry.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn add(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = act::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let Some((kind, url)) = wish.read() else {
        let page = keeping::build(&state, &visit, &desk, Some(Kept::BadStream)).await;
        let mut page = page.map_err(internal)?;
        page.typed = (wish.name, wish.url);
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            page.render(),
        ));
    };
    let add = async {
        let tx = desk.scope(&state).write().await?;
        let new = NewStream {
            name: wish.name.trim(),
            kind,
            url: url.as_str(),
            secret: &Secret::new(wish.secret.clone()),
            after: tx.ledger().head().await?.seq,
        };
        let id = tx.audit().add_stream(&desk.permit, new).await?;
        let after = json!({ "name": wish.name.trim(), "kind": kind.name(), "url": url.as_str() });
        let target = Some(id.to_string());
        desk.record(
            &state,
            &tx,
            "audit.stream.add",
            target,
            &json!(null),
            &after,
        )
        .await?;
        tx.commit().await
    };
    add.await.map_err(internal)?;
    Ok(page::go(&desk.path("/audit/keeping?done=added")))
}

/// What the form of a stream posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    csrf: String,
    act: String,
}

/// Switches a stream on or off, sends again what was given up, removes it.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn change(
    State(state): State<WebState>,
    Path((slug, stream)): Path<(String, String)>,
    visit: Visit,
    Form(change): Form<Change>,
) -> Result<Response, Away> {
    let desk = act::<ManageTenant>(&state, &visit, &slug, &change.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let missing = || PageFault::new(Trouble::NotFound, &visit);
    let id: StreamId = stream.parse().map_err(|_| missing())?;
    let work = async {
        let tx = desk.scope(&state).write().await?;
        let known = tx.audit().streams().await?;
        let Some(before) = known.into_iter().find(|one| one.id == id) else {
            return Ok(false);
        };
        let told =
            |active: bool| json!({ "name": before.name, "url": before.url, "active": active });
        let (action, after) = match change.act.as_str() {
            "on" | "off" => {
                let active = change.act == "on";
                tx.audit().switch_stream(&desk.permit, id, active).await?;
                ("audit.stream.switch", told(active))
            }
            "again" => {
                let parts = tx.audit().send_again(&desk.permit, id).await?;
                let mut after = told(before.active);
                after["sent_again"] = json!(parts);
                ("audit.stream.again", after)
            }
            "remove" => {
                tx.audit().remove_stream(&desk.permit, id).await?;
                ("audit.stream.remove", json!(null))
            }
            _ => return Ok(false),
        };
        let (target, before) = (Some(id.to_string()), told(before.active));
        desk.record(&state, &tx, action, target, &before, &after)
            .await?;
        tx.commit().await?;
        Ok(true)
    };
    if work.await.map_err(internal)? {
        Ok(page::go(&desk.path("/audit/keeping?done=done")))
    } else {
        Err(missing().into())
    }
}
