//! The demo's way into the console.

use std::time::Duration;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use edge::routes;
use model::{
    Locale, Principal, Purpose, Role, RoleSet, Slug,
    policy::{ManagePeople, authorize},
};
use store::{Account, AccountLink, LinkPurpose, NewAccount};
use vault::{PasswordText, Secret, Token, TokenKind};

use crate::wire::Platform;

/// How long the printed link works.
const LINK_LASTS: Duration = Duration::from_hours(1);
/// Who the link signs in.
const EMAIL: &str = "owner@acme.example";

/// How to come into the console.
pub(super) struct WayIn {
    /// A link that signs in once.
    pub(super) link: String,
    /// Address of the demo's owner.
    pub(super) email: &'static str,
    /// Its password: of this data folder, and the same at every start.
    pub(super) password: String,
}

/// Makes the demo's owner on the first start, and says how to sign in.
pub(super) async fn way_in(
    platform: &Platform,
    slug: &Slug,
    locale: Locale,
) -> anyhow::Result<WayIn> {
    let mac = platform.vault.mac("password of the demo's owner", b"");
    let password = URL_SAFE_NO_PAD.encode(&mac[..12]);
    let owner = owner(platform, slug, locale, &password).await?;
    let token = Token::mint(TokenKind::Link, platform.entropy.as_ref());
    let scope = platform.store.platform("dev prints a link to its console");
    let tx = scope.write().await?;
    let link = AccountLink {
        account: Some(owner.id),
        tenant: None,
        detail: "{}".to_owned(),
        expires_at: tx.now() + LINK_LASTS,
    };
    tx.account_links()
        .add(LinkPurpose::SignIn, &token.hash(), &link)
        .await?;
    tx.commit().await?;
    let path = routes::CONSOLE_SIGN_IN_LINK.replace("{token}", token.expose());
    Ok(WayIn {
        link: platform.urls.at(&path),
        email: EMAIL,
        password,
    })
}

async fn owner(
    platform: &Platform,
    slug: &Slug,
    locale: Locale,
    password: &str,
) -> anyhow::Result<Account> {
    let scope = platform.store.platform("dev makes the owner of its tenant");
    let tx = scope.write().await?;
    if let Some(known) = tx.accounts().by_email(EMAIL).await? {
        return Ok(known);
    }
    let hash = PasswordText::hash(&Secret::new(password), platform.entropy.as_ref())?;
    let made = tx
        .accounts()
        .add(NewAccount {
            email: EMAIL,
            name: locale.pick("Demo owner", "演示所有者"),
            password: Some(hash.as_str()),
            operator: true,
            locale,
        })
        .await?;
    tx.commit().await?;
    let entry = platform.store.directory().by_slug(slug).await?;
    let entry = entry.context("the demo tenant is there")?;
    let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
    let permit = authorize::<ManagePeople>(&entry.rules, &operator, &())?;
    let tx = platform.store.scope(&operator).write().await?;
    let roles = RoleSet::of(&[Role::Owner, Role::Auditor]);
    tx.console_access().set(&permit, made.id, roles).await?;
    tx.commit().await?;
    Ok(made)
}
