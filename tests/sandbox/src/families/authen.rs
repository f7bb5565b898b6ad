//! Sign-in endpoints: tokens of people, tenants and apps, and who a person is.

mod legacy;
mod service;
mod user_info;

use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};
use crate::oauth::{Edition, exchange};
use crate::state::State;

/// Method, path and handler of each simulated endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("POST", "/open-apis/authen/v2/oauth/token", token_v2),
    ("POST", "/oauth/v3/token", token_v3),
    (
        "POST",
        "/open-apis/auth/v3/tenant_access_token/internal",
        service::tenant_token,
    ),
    (
        "POST",
        "/open-apis/auth/v3/app_access_token/internal",
        service::app_token,
    ),
    (
        "POST",
        "/open-apis/authen/v1/oidc/access_token",
        legacy::redeem,
    ),
    (
        "POST",
        "/open-apis/authen/v1/oidc/refresh_access_token",
        legacy::refresh,
    ),
    ("GET", "/open-apis/authen/v1/user_info", user_info::get),
];

fn token_v2(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    exchange(state, call, Edition::V2)
}

fn token_v3(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    exchange(state, call, Edition::V3)
}
