//! Ends connections: the selected ones, or all that match.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use model::{ApiKeyId, GrantId, policy::ManageConnections};
use store::{Page, StoreError};
use views::console::{Tab, connections::EndManyPage};

use super::Narrowed;
use crate::{
    WebState,
    console::{Away, Desk, act as come_in},
    page::{self, PageFault},
    visit::Visit,
};

/// Most connections that one form can name.
const MOST: usize = 500;

/// What the form posts: a list, so it is read by hand.
#[derive(Debug, Default)]
struct Wish {
    csrf: String,
    grants: Vec<GrantId>,
    keys: Vec<ApiKeyId>,
    narrowed: Narrowed,
    all: bool,
    sure: bool,
}

impl Wish {
    /// Values that are no ids name nothing.
    fn read(body: &[u8]) -> Self {
        let mut wish = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "csrf" => wish.csrf = value.into_owned(),
                "grant" if wish.grants.len() < MOST => wish.grants.extend(value.parse::<GrantId>()),
                "key" if wish.keys.len() < MOST => wish.keys.extend(value.parse::<ApiKeyId>()),
                "member" => wish.narrowed.member = value.into_owned(),
                "client" => wish.narrowed.client = value.into_owned(),
                "all" => wish.all = value == "yes",
                "sure" => wish.sure = value == "yes",
                _ => {}
            }
        }
        wish
    }
}

/// Ends the connections, and asks before it ends all.
///
/// Permissions: [`ManageConnections`].
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    body: Bytes,
) -> Result<Response, Away> {
    let wish = Wish::read(&body);
    let desk = come_in::<ManageConnections>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    if wish.all && !wish.sure {
        let page = ask(&state, &visit, &desk, &wish).await.map_err(internal)?;
        return Ok(page::show(page.render()));
    }
    let ended = if wish.all {
        end_all(&state, &desk, &wish).await.map_err(internal)?
    } else {
        end(&state, &desk, &wish.grants, &wish.keys)
            .await
            .map_err(internal)?
    };
    let query = wish.narrowed.query("ended", &ended.to_string());
    Ok(page::go(&desk.path(&format!("/connections?{query}"))))
}

async fn ask(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageConnections>,
    wish: &Wish,
) -> Result<EndManyPage, StoreError> {
    let count = match wish.narrowed.filter() {
        Some(filter) => {
            let tx = desk.scope(state).read().await?;
            tx.connections().count(&filter).await?
        }
        None => 0,
    };
    Ok(EndManyPage {
        console: desk.shell(visit, Tab::Connections),
        count,
        narrowed: wish.narrowed.fields(),
    })
}

async fn end_all(
    state: &WebState,
    desk: &Desk<ManageConnections>,
    wish: &Wish,
) -> Result<u64, StoreError> {
    let Some(filter) = wish.narrowed.filter() else {
        return Ok(0);
    };
    let mut ended = 0;
    loop {
        // What was ended is not found again, so the first page is always the next one.
        let (grants, keys) = {
            let tx = desk.scope(state).read().await?;
            let page = Page::first(Page::MAX);
            (
                tx.connections().grants(&filter, &page).await?,
                tx.connections().keys(&filter, &page).await?,
            )
        };
        let grants: Vec<_> = grants.items.iter().map(|grant| grant.id).collect();
        let keys: Vec<_> = keys.items.iter().map(|key| key.id).collect();
        let now_ended = end(state, desk, &grants, &keys).await?;
        ended += now_ended;
        if now_ended == 0 {
            return Ok(ended);
        }
    }
}

async fn end(
    state: &WebState,
    desk: &Desk<ManageConnections>,
    grants: &[GrantId],
    keys: &[ApiKeyId],
) -> Result<u64, StoreError> {
    let mut ended = 0;
    for grant in grants {
        let done = state.connections.end_for_admin(desk.principal(), *grant);
        ended += u64::from(done.await?);
    }
    for key in keys {
        let done = state.connections.end_key_for_admin(desk.principal(), *key);
        ended += u64::from(done.await?);
    }
    Ok(ended)
}
