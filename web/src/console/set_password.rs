//! Chooses the password of an account, by a link that works once.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use edge::routes;
use http::StatusCode;
use model::AccountId;
use serde::Deserialize;
use store::{Account, LinkPurpose, StoreError};
use vault::{PasswordText, Secret, TokenHash, TokenKind, VaultError};
use views::sign_in::{PasswordFault, SetPasswordPage};

use super::admission::admit;
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Shortest password, in characters. Length is what counts; no other rule is set.
const SHORTEST: usize = 12;
/// Longest password, in characters.
const LONGEST: usize = 200;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Shows the form, for whom the link is.
///
/// Permissions: whoever has the link.
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let account = whose(&state, &token)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let status = if account.is_some() {
        StatusCode::OK
    } else {
        StatusCode::GONE
    };
    let page = page_of(&visit, account.as_ref(), None);
    Ok(page::answer(status, page.render()))
}

/// Sets the password, uses the link up, ends the account's other sessions and signs it in.
///
/// Permissions: whoever has the link.
pub(crate) async fn act(
    State(state): State<WebState>,
    Path(token): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let account = whose(&state, &token).await.map_err(internal)?;
    let gone = || page::answer(StatusCode::GONE, page_of(&visit, None, None).render());
    let Some(account) = account else {
        return Ok(gone());
    };
    if let Err(fault) = judge(&wish, &account) {
        let page = page_of(&visit, Some(&account), Some(fault));
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            page.render(),
        ));
    }
    let password = hash(&state, wish.password)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    match set(&state, &token, &password).await.map_err(internal)? {
        Some(id) => admit(&state, &visit, id, routes::CONSOLE)
            .await
            .map_err(internal),
        None => Ok(gone()),
    }
}

/// Whether a password will do.
pub(crate) fn judge_password(password: &str, email: &str) -> Result<(), PasswordFault> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(PasswordFault::Short);
    }
    if length > LONGEST {
        return Err(PasswordFault::Long);
    }
    let plain = password.to_lowercase();
    let name = email.split('@').next().unwrap_or_default();
    let mut kinds: Vec<char> = plain.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let simple = kinds.len() < 5 || COMMON.iter().any(|common| plain.contains(common));
    if simple || (name.len() > 3 && plain.contains(name)) {
        return Err(PasswordFault::Common);
    }
    Ok(())
}

/// What every list of stolen passwords begins with, and our own name.
const COMMON: &[&str] = &[
    "123456789",
    "abcdefgh",
    "adminadmin",
    "feishu",
    "iloveyou",
    "larksuite",
    "letmein",
    "passw0rd",
    "password",
    "qwertyuiop",
    "1qaz2wsx",
    "woaini",
];

fn judge(wish: &Wish, account: &Account) -> Result<(), PasswordFault> {
    judge_password(&wish.password, &account.email)?;
    if wish.password == wish.again {
        Ok(())
    } else {
        Err(PasswordFault::Differs)
    }
}

/// Hashes a password where it may block.
pub(crate) async fn hash(state: &WebState, password: String) -> Result<PasswordText, VaultError> {
    let entropy = std::sync::Arc::clone(&state.entropy);
    let password = Secret::new(password);
    tokio::task::spawn_blocking(move || PasswordText::hash(&password, entropy.as_ref()))
        .await
        .unwrap_or(Err(VaultError::Password))
}

async fn whose(state: &WebState, token: &str) -> Result<Option<Account>, StoreError> {
    let Some(hash) = TokenHash::of(TokenKind::Link, token) else {
        return Ok(None);
    };
    let tx = state.store.platform("say whose link it is").read().await?;
    let link = tx
        .account_links()
        .peek(LinkPurpose::SetPassword, &hash)
        .await?;
    match link.and_then(|link| link.account) {
        Some(id) => Ok(tx
            .accounts()
            .get(id)
            .await?
            .filter(|account| account.active)),
        None => Ok(None),
    }
}

async fn set(
    state: &WebState,
    token: &str,
    password: &PasswordText,
) -> Result<Option<AccountId>, StoreError> {
    let Some(hash) = TokenHash::of(TokenKind::Link, token) else {
        return Ok(None);
    };
    let scope = state.store.platform("choose the password of an account");
    let tx = scope.write().await?;
    let link = tx
        .account_links()
        .take(LinkPurpose::SetPassword, &hash)
        .await?;
    let Some(account) = link.and_then(|link| link.account) else {
        return Ok(None);
    };
    tx.accounts()
        .set_password(account, password.as_str())
        .await?;
    tx.account_sessions().close_others(account, None).await?;
    tx.commit().await?;
    Ok(Some(account))
}

fn page_of(
    visit: &Visit,
    account: Option<&Account>,
    fault: Option<PasswordFault>,
) -> SetPasswordPage {
    SetPasswordPage {
        shell: visit.shell(),
        email: account.map(|account| account.email.clone()),
        fault,
    }
}

#[cfg(test)]
mod tests {
    use super::{PasswordFault, judge_password};

    #[test]
    fn length_counts_and_well_known_ones_are_refused() {
        let judge = |password: &str| judge_password(password, "lin.wei@example.com");
        assert_eq!(judge("correct horse battery"), Ok(()));
        assert_eq!(judge("马到成功的十二个字也可以呀"), Ok(()));
        assert_eq!(judge("short one"), Err(PasswordFault::Short));
        let endless = "x y z w v ".repeat(30);
        assert_eq!(judge(&endless), Err(PasswordFault::Long));
        for weak in [
            "aaaaaaaaaaaaaa",
            "Password123456",
            "my lin.wei is it",
            "FEISHU-feishu-1",
        ] {
            assert_eq!(judge(weak), Err(PasswordFault::Common), "{weak}");
        }
    }
}
