//! The pages a person sees. Plain HTML without scripts; element ids are stable for tests.

use axum::body::Body;
use axum::extract::{Path, State as AxumState};
use axum::response::Response;

use crate::apps::App;
use crate::gateway::{ApiError, respond};
use crate::oauth::AuthorizeRequest;
use crate::shared::SharedState;
use crate::state::State;

const STYLE: &str = include_str!("../../pages/style.css");
const HTML: &str = "text/html; charset=utf-8";

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn document(title: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body><main>\
         <p class=\"badge\">飞书沙箱 · Feishu sandbox</p>{main}</main></body></html>",
        escape(title)
    )
}

/// The page with the login choice, the scopes and the two buttons.
pub(crate) fn consent(state: &State, app: &App, request: &AuthorizeRequest) -> Response {
    let tenant = state.identity.tenant(&app.tenant_key);
    let tenant_name = tenant.map_or("", |tenant| tenant.name.as_str());
    let main = format!(
        "<h1>授权 {app_name}<small>Authorize {app_name}</small></h1>\
         <p>{tenant_name}</p>\
         <form id=\"authorize\" method=\"post\" action=\"/sandbox/authorize\">{hidden}\
         <fieldset><legend>以谁的身份登录？ · Sign in as</legend><div class=\"people\">{people}</div>\
         </fieldset>\
         <section><h2>应用将获得以下权限 · The app will be allowed to</h2>\
         <ul id=\"scopes\">{scopes}</ul></section>\
         <div class=\"actions\">\
         <button id=\"approve\" name=\"decision\" value=\"approve\">同意 · Approve</button>\
         <button id=\"deny\" class=\"plain\" name=\"decision\" value=\"deny\">拒绝 · Deny</button>\
         </div></form><p class=\"note\" id=\"redirect\">→ {redirect}</p>",
        app_name = escape(&app.name),
        tenant_name = escape(tenant_name),
        hidden = hidden(request),
        people = people(state, app),
        scopes = scopes(request),
        redirect = escape(&request.redirect_uri),
    );
    respond(200, HTML, Body::from(document("授权 · Authorize", &main)))
}

fn hidden(request: &AuthorizeRequest) -> String {
    let fields = [
        ("client_id", Some(&request.client_id)),
        ("response_type", Some(&request.response_type)),
        ("redirect_uri", Some(&request.redirect_uri)),
        ("scope", Some(&request.scope)),
        ("state", request.state.as_ref()),
        ("code_challenge", request.code_challenge.as_ref()),
        (
            "code_challenge_method",
            request.code_challenge_method.as_ref(),
        ),
        ("prompt", request.prompt.as_ref()),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| {
            let value = escape(value?);
            Some(format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"
            ))
        })
        .collect()
}

fn people(state: &State, app: &App) -> String {
    let tenant = state.identity.tenant(&app.tenant_key);
    let users = tenant.into_iter().flat_map(|tenant| tenant.users.values());
    let cards: Vec<String> = users
        .enumerate()
        .map(|(index, user)| {
            format!(
                "<label for=\"user-{key}\"><input type=\"radio\" id=\"user-{key}\" name=\"user\" \
                 value=\"{key}\"{checked}><span><b>{name}</b> {en_name}<br>\
                 <small>{title}</small></span></label>",
                key = escape(&user.key),
                checked = if index == 0 { " checked" } else { "" },
                name = escape(&user.name),
                // Not twice for those whose name is written one way.
                en_name = escape(
                    Some(&user.en_name)
                        .filter(|en| **en != user.name)
                        .map_or("", |en| en)
                ),
                title = escape(&user.job_title),
            )
        })
        .collect();
    cards.concat()
}

fn scopes(request: &AuthorizeRequest) -> String {
    let list: Vec<String> = request
        .scopes()
        .map(|scope| format!("<li><code>{}</code></li>", escape(scope)))
        .collect();
    if list.is_empty() {
        "<li>基本资料（姓名、头像） · Basic profile (name, picture)</li>".to_owned()
    } else {
        list.concat()
    }
}

/// The page for a request that cannot be authorized.
pub(crate) fn error(error: &ApiError) -> Response {
    let main = format!(
        "<h1>无法授权<small>Cannot authorize</small></h1>\
         <p>错误码 · Error code <b id=\"error-code\">{}</b></p><p id=\"error-message\">{}</p>\
         <p class=\"note\">管理员：请在开发者后台检查应用的权限、重定向 URL 与可用范围，然后重新发起连接。<br>\
         Administrator: check the app's scopes, redirect URLs and availability in the developer \
         console, then start the connection again.</p>",
        error.code,
        escape(&error.msg)
    );
    respond(
        400,
        HTML,
        Body::from(document("无法授权 · Cannot authorize", &main)),
    )
}

/// A picture for a person: the first letter on a colour of its own.
pub(crate) async fn avatar(
    AxumState(shared): AxumState<SharedState>,
    Path((tenant, user)): Path<(String, String)>,
) -> Response {
    let name = shared.read(|state| state.identity.name_of(&tenant, &user));
    let hue = user
        .bytes()
        .fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 360);
    let letter = escape(&name.chars().next().map(String::from).unwrap_or_default());
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 72 72\">\
         <rect width=\"72\" height=\"72\" fill=\"hsl({hue} 55% 45%)\"/>\
         <text x=\"36\" y=\"47\" font-size=\"32\" text-anchor=\"middle\" fill=\"#fff\">{letter}\
         </text></svg>"
    );
    respond(200, "image/svg+xml", Body::from(svg))
}
