//! Invites somebody to the console.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::{RoleSet, policy::ManagePeople};
use serde_json::json;
use store::{Invitation, StoreError};
use vault::{Token, TokenKind};
use views::{
    clean,
    console::people::{FreshInvite, PeopleFault},
};

use super::{boxes, build, may_change, read_roles};
use crate::{
    WebState,
    console::{Away, Desk, act as come_in},
    page::{self, PageFault},
    visit::Visit,
};

/// How long an invitation waits.
pub(crate) const LASTS: Duration = Duration::from_hours(7 * 24);
/// Longest address (RFC 5321, section 4.5.3.1).
const EMAIL_MAX: usize = 254;

/// What the form posts: a list, so it is read by hand.
#[derive(Debug, Default)]
struct Wish {
    csrf: String,
    email: String,
    roles: RoleSet,
}

impl Wish {
    fn read(body: &[u8]) -> Self {
        let mut wish = Self::default();
        let mut roles = Vec::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "csrf" => wish.csrf = value.into_owned(),
                "email" => wish.email = value.trim().to_lowercase(),
                "role" => roles.push(value.into_owned()),
                _ => {}
            }
        }
        wish.roles = read_roles(roles.iter().map(String::as_str));
        wish
    }
}

/// Makes a link and shows it, once: the answer to this form is the only place where it is ever
/// printed, so there is no redirect after it.
///
/// Permissions: [`ManagePeople`]; owner and auditor are given by owners alone.
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    body: Bytes,
) -> Result<Response, Away> {
    let wish = Wish::read(&body);
    let desk = come_in::<ManagePeople>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let made = match check(&desk, &wish) {
        Ok(()) => Ok(make(&state, &desk, &wish).await.map_err(internal)?),
        Err(fault) => Err(fault),
    };
    let mut page = build(&state, &visit, &desk).await.map_err(internal)?;
    let status = match made {
        Ok(url) => {
            page.fresh = Some(FreshInvite {
                email: wish.email,
                url,
            });
            StatusCode::OK
        }
        Err(fault) => {
            page.fault = Some(fault);
            page.email = wish.email;
            page.boxes = boxes(&desk, wish.roles, true);
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    Ok(page::answer(status, page.render()))
}

fn check(desk: &Desk<ManagePeople>, wish: &Wish) -> Result<(), PeopleFault> {
    if !is_email(&wish.email) {
        return Err(PeopleFault::Email);
    }
    if wish.roles.is_empty() {
        return Err(PeopleFault::NoRole);
    }
    if may_change(desk, RoleSet::EMPTY, wish.roles) {
        Ok(())
    } else {
        Err(PeopleFault::NotYours)
    }
}

/// One `@` with something on both sides, a dot on the right, nothing that hides or breaks. Whether
/// the address exists shows when its owner gets the link.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    text.len() <= EMAIL_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && clean(text) == text
        && !name.is_empty()
        && !host.contains('@')
        && !text.contains(['<', '>', '"', ',', ';', '\\'])
        && host.split('.').count() > 1
        && host.split('.').all(|label| !label.is_empty())
}

async fn make(
    state: &WebState,
    desk: &Desk<ManagePeople>,
    wish: &Wish,
) -> Result<String, StoreError> {
    let token = Token::mint(TokenKind::Link, state.entropy.as_ref());
    let invitation = Invitation {
        email: wish.email.clone(),
        roles: wish.roles,
        by: desk.principal().name().to_owned(),
    };
    let tx = desk.scope(state).write().await?;
    let until = tx.now() + LASTS;
    tx.invites()
        .add(&desk.permit, &token.hash(), &invitation, until)
        .await?;
    let after = json!({ "email": invitation.email, "roles": invitation.roles });
    let target = Some(invitation.email);
    desk.record(state, &tx, "people.invite", target, &json!(null), &after)
        .await?;
    tx.commit().await?;
    let path = edge::routes::CONSOLE_INVITE.replace("{token}", token.expose());
    Ok(state.urls.at(&path))
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for good in ["a@b.cn", "lin.wei+x@mail.example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.cn",
            "a@",
            "a@b",
            "a@b.",
            "a@@b.cn",
            "a b@c.cn",
            "a@b.cn,c@d.cn",
            "<a@b.cn>",
            "a\u{202e}@b.cn",
            "飞@b.cn",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("{}@b.cn", "a".repeat(254))));
    }
}
