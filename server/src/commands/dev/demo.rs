//! The demo tenant: the first sign-in, and who is in it.

use anyhow::Context as _;
use model::{Role, RoleSet, Slug};
use oauth::{OAuthState, dev};
use sandbox::RunningSandbox;
use url::Url;

use crate::{terminal::Terminal, wire::Platform};

/// Signs the demo's admin in at the sandbox, without a browser, and gives a token of one hour.
pub(super) async fn sign_in(
    platform: &Platform,
    oauth: &OAuthState,
    sandbox: &RunningSandbox,
    slug: &Slug,
) -> anyhow::Result<String> {
    let entry = platform
        .store
        .directory()
        .by_slug(slug)
        .await?
        .context("the demo tenant is there")?;
    let (address, verifier) = dev::authorize_for_development(oauth, &entry.tenant).await?;
    let address = Url::parse(&address)?;
    let asked = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let scopes: Vec<String> = asked("scope")
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned)
        .collect();
    let code = sandbox
        .approve(
            &entry.tenant.app_id,
            sandbox::demo::ADMIN,
            &asked("redirect_uri").context("a redirect address")?,
            &scopes,
            asked("code_challenge").as_deref(),
        )
        .map_err(|error| anyhow::anyhow!("the sandbox refused the demo sign-in: {error:?}"))?;
    let roles: RoleSet = Role::BUILT_IN.into_iter().collect();
    let name = "feishu-mcp dev";
    let signed_in =
        dev::sign_in_for_development(oauth, &entry.tenant, &code, &verifier, roles, name).await?;
    Ok(signed_in.token.expose().to_owned())
}

/// A line about the people of the sandbox.
pub(super) fn people(terminal: Terminal) -> String {
    terminal
        .text(
            "sign in as Lin Wei (admin), Chen Yu (developer), Zhao Min …",
            "可用林伟（管理员）、陈雨（开发者）、赵敏等身份登录",
        )
        .to_owned()
}
