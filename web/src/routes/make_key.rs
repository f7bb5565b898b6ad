//! Makes an API key.

use std::time::Duration;

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::Access;
use serde::Deserialize;
use store::StoreError;
use views::{
    clean,
    connections::{FreshKey, KEY_DAYS, KEY_NAME_MAX, KeyFault},
};

use super::connections::build;
use crate::{
    WebState,
    member::{self, Acting},
    page::{self, PageFault},
    visit::Visit,
};

/// Keys that a member may have at a time.
const KEYS_MAX: usize = 20;

const DAY: Duration = Duration::from_hours(24);

/// What the form posts.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    write: String,
}

/// A wish that was checked.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    name: String,
    days: u16,
    access: Access,
}

/// Makes a key and shows it, once: the answer to this form is the only place where it is ever
/// printed, so there is no redirect after it.
///
/// Permissions: a member, for itself. A key never has more access than the organisation allows,
/// and its calls are decided with the member's roles at that time.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, PageFault> {
    let acting = member::acting(&state, &visit, &slug, &wish.csrf).await?;
    let made = match check(&wish, acting.entry.rules.read_only) {
        Ok(order) => make(&state, &acting, order)
            .await
            .map_err(|error| PageFault::internal(&error, &visit))?,
        Err(fault) => Err(fault),
    };
    let mut page = build(&state, &visit, &acting.entry, &acting.session).await?;
    let status = match made {
        Ok(fresh) => {
            page.fresh = Some(fresh);
            StatusCode::OK
        }
        Err(fault) => {
            page.key_fault = Some((fault, wish.name));
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    Ok(page::answer(status, page.render()))
}

fn check(wish: &Wish, read_only: bool) -> Result<Order, KeyFault> {
    let name = clean(&wish.name);
    if name.is_empty() || name.chars().count() > KEY_NAME_MAX {
        return Err(KeyFault::Name);
    }
    let days = wish
        .days
        .parse()
        .ok()
        .filter(|days| KEY_DAYS.contains(days))
        .ok_or(KeyFault::Lifetime)?;
    let access = if wish.write == "yes" && !read_only {
        Access::Write
    } else {
        Access::Read
    };
    Ok(Order { name, days, access })
}

/// Makes the key, unless the member has too many.
async fn make(
    state: &WebState,
    acting: &Acting,
    order: Order,
) -> Result<Result<FreshKey, KeyFault>, StoreError> {
    let principal = &acting.session.principal;
    let now = state.clock.now();
    let keys = {
        let tx = state.store.scope(principal).read().await?;
        tx.api_keys().list_of(acting.member).await?
    };
    if keys.iter().filter(|key| key.expires_at > now).count() >= KEYS_MAX {
        return Ok(Err(KeyFault::TooMany));
    }
    let life = DAY * u32::from(order.days);
    let made = state
        .connections
        .make_key(principal, acting.member, &order.name, order.access, life)
        .await?;
    Ok(Ok(FreshKey {
        name: order.name,
        secret: made.token.expose().to_owned(),
        address: state.urls.mcp(&acting.entry.tenant.slug),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(name: &str, days: &str, write: &str) -> Wish {
        Wish {
            csrf: String::new(),
            name: name.to_owned(),
            days: days.to_owned(),
            write: write.to_owned(),
        }
    }

    #[test]
    fn a_key_reads_unless_writing_was_ticked_and_is_allowed() {
        let order = |write, read_only| check(&wish("report", "30", write), read_only).unwrap();
        assert_eq!(order("", false).access, Access::Read);
        assert_eq!(order("yes", false).access, Access::Write);
        assert_eq!(order("yes", true).access, Access::Read);
        assert_eq!(order("on", false).access, Access::Read);
    }

    #[test]
    fn only_offered_lifetimes_are_taken() {
        for days in ["0", "-1", "31", "65536", "99999999", "", "never"] {
            let fault = check(&wish("report", days, ""), false);
            assert_eq!(fault, Err(KeyFault::Lifetime), "{days}");
        }
        for days in KEY_DAYS {
            assert!(check(&wish("report", &days.to_string(), ""), false).is_ok());
        }
    }

    #[test]
    fn a_name_is_needed_and_loses_deceptive_characters() {
        for name in ["", "  ", "\u{202E}\u{200B}", &"x".repeat(61)] {
            assert_eq!(
                check(&wish(name, "30", ""), false),
                Err(KeyFault::Name),
                "{name}"
            );
        }
        assert_eq!(
            check(&wish(" a\u{202E}b ", "7", ""), false).unwrap().name,
            "ab"
        );
    }
}
