//! Errors of the token endpoints.

use crate::gateway::{ApiError, Shape};

/// An error in the shape `{code,error,error_description}`. The table's message is for the
/// legacy endpoints in places, hence the own texts.
pub(crate) fn fault(code: i64) -> ApiError {
    let (name, text) = describe(code);
    let http = match code {
        20_050 => 500,
        20_072 => 503,
        _ => 400,
    };
    let mut error = ApiError::new(http, code, text);
    error.shape = Shape::OAuth(name);
    error
}

/// 20001 naming the parameter.
pub(crate) fn missing(parameter: &str) -> ApiError {
    let mut error = fault(20_001);
    error.msg = format!("The request is missing a required parameter: {parameter}.");
    error
}

/// The name and description of a code.
fn describe(code: i64) -> (&'static str, &'static str) {
    let row = TEXTS.iter().find(|(known, _, _)| *known == code);
    row.map_or(
        ("invalid_request", "The request is invalid."),
        |(_, name, text)| (*name, *text),
    )
}

/// Code, name of RFC 6749, description.
const TEXTS: &[(i64, &str, &str)] = &[
    (
        20_001,
        "invalid_request",
        "The request is missing a required parameter.",
    ),
    (20_002, "invalid_client", "The client secret is invalid."),
    (
        20_003,
        "invalid_grant",
        "The authorization code is not found. Please note that an authorization code can \
             only be used once.",
    ),
    (
        20_004,
        "invalid_grant",
        "The authorization code has expired.",
    ),
    (20_008, "invalid_grant", "The user does not exist."),
    (
        20_009,
        "unauthorized_client",
        "The specified app is not installed.",
    ),
    (
        20_010,
        "invalid_grant",
        "The user does not have permission to use this app.",
    ),
    (
        20_024,
        "invalid_grant",
        "The provided authorization code or refresh token does not match the provided \
             client ID.",
    ),
    (
        20_026,
        "invalid_grant",
        "The refresh token passed is invalid. Please check the value.",
    ),
    (
        20_036,
        "unsupported_grant_type",
        "The specified grant_type is not supported.",
    ),
    (
        20_037,
        "invalid_grant",
        "The refresh token passed has expired. Please generate a new one.",
    ),
    (
        20_048,
        "invalid_client",
        "The specified app does not exist.",
    ),
    (20_049, "invalid_grant", "PKCE code challenge failed."),
    (
        20_050,
        "server_error",
        "An unexpected server error occurred. Please retry your request.",
    ),
    (
        20_063,
        "invalid_request",
        "The request is malformed. Please check your request.",
    ),
    (
        20_064,
        "invalid_grant",
        "The refresh token has been revoked. Please note that a refresh token can only be \
             used once.",
    ),
    (
        20_065,
        "invalid_grant",
        "The authorization code has been used. Please note that an authorization code can \
             only be used once.",
    ),
    (20_066, "invalid_grant", "The user status is invalid."),
    (
        20_067,
        "invalid_scope",
        "The provided scope list contains duplicate scopes. Please ensure all scopes are \
             unique.",
    ),
    (
        20_068,
        "invalid_scope",
        "The provided scope list contains scopes that are not permitted. Please ensure all \
             scopes are allowed.",
    ),
    (
        20_069,
        "unauthorized_client",
        "The specified app is not enabled.",
    ),
    (
        20_070,
        "invalid_request",
        "Multiple authentication methods were provided. Please only use one to proceed.",
    ),
    (
        20_071,
        "invalid_grant",
        "The provided redirect URI does not match the one used during authorization.",
    ),
    (
        20_072,
        "server_error",
        "The server is temporarily unavailable. Please retry your request.",
    ),
    (
        20_073,
        "invalid_grant",
        "The refresh token has been used. Please note that a refresh token can only be used \
             once.",
    ),
    (
        20_074,
        "unauthorized_client",
        "The specified app is not allowed to refresh token.",
    ),
];
