//! One file per page or act.

mod assets;
mod confirm;
mod connect;
mod connections;
mod end_all;
mod end_connection;
mod end_key;
mod erasure;
mod feishu_events;
mod home;
mod hook;
mod lang;
mod make_key;
mod missing;
mod reference;
mod sign_out;
mod signed_out;
mod status;

use axum::{
    Router,
    routing::{get, post},
};
use edge::routes;

use crate::{WebState, console, handover};

/// The pages. The layers of [`edge::guard`] stand before them.
pub fn router(state: WebState) -> Router {
    Router::new()
        .route(routes::HOME, get(home::show))
        .route(routes::ASSETS, get(assets::send))
        .route(routes::LANG, get(lang::choose))
        .merge(own())
        .route(routes::FEISHU_EVENTS, post(feishu_events::take))
        .route(routes::HOOK, post(hook::take))
        .route(routes::SIGN_OUT, post(sign_out::act))
        .route(
            routes::CONSOLE_SIGN_IN,
            get(console::sign_in::show).post(console::sign_in::act),
        )
        .route(
            routes::SIGN_IN_ASK_PASSKEY,
            post(console::sign_in::passkey::ask),
        )
        .route(
            routes::SIGN_IN_PASSKEY,
            post(console::sign_in::passkey::act),
        )
        .route(
            routes::STEP_UP_ASK_PASSKEY,
            post(console::step_up::passkey::ask),
        )
        .route(
            routes::STEP_UP_PASSKEY,
            post(console::step_up::passkey::act),
        )
        .route(
            routes::CONSOLE_SIGN_IN_LINK,
            get(console::sign_in_link::show).post(console::sign_in_link::act),
        )
        .route(routes::SIGN_IN_FEISHU, get(console::sign_in_feishu::go))
        .route(
            routes::SIGN_UP,
            get(console::sign_up::show).post(console::sign_up::act),
        )
        .route(
            routes::SECOND_FACTOR,
            get(console::second_factor::show).post(console::second_factor::act),
        )
        .route(
            routes::CONSOLE_SET_PASSWORD,
            get(console::set_password::show).post(console::set_password::act),
        )
        .route(
            routes::CONSOLE_STEP_UP,
            get(console::step_up::show).post(console::step_up::act),
        )
        .route(routes::CONSOLE_SIGN_OUT, post(console::sign_out::act))
        .merge(console::account::routes())
        .route(routes::CONSOLE, get(console::tenants::show))
        .route(
            routes::CONSOLE_INVITE,
            get(console::invite::show).post(console::invite::act),
        )
        .route(routes::CONSOLE_OVERVIEW, get(console::overview::show))
        .merge(console::audit::routes())
        .merge(console::policy::routes())
        .merge(people())
        .merge(console::usage::routes())
        .merge(console::billing::routes())
        .merge(console::settings::routes())
        .merge(console::rules::routes())
        .merge(console::developer::routes())
        .route(routes::REFERENCE, get(reference::show))
        .merge(console::operator::routes())
        .route(routes::STATUS, get(status::show))
        .route(routes::ERASURE, get(erasure::show))
        .route(routes::ERASURE_RECEIPT, get(erasure::receipt))
        .route(
            routes::CONSOLE_NEW,
            get(console::new_tenant::show).post(console::new_tenant::act),
        )
        .merge(set_up())
        .route(routes::SIGNED_OUT, get(signed_out::show))
        .with_state(state)
}

/// A member's own connections, keys and answers.
fn own() -> Router<WebState> {
    Router::new()
        .route(routes::CONNECT, get(connect::show))
        .route(routes::CONNECTIONS, get(connections::show))
        .route(routes::CONFIRM, get(confirm::show).post(confirm::act))
        .route(routes::CONNECTIONS_REVOKE, post(end_all::act))
        .route(routes::CONNECTION_REVOKE, post(end_connection::act))
        .route(routes::KEYS, post(make_key::act))
        .route(routes::KEY_REVOKE, post(end_key::act))
}

/// People of the console, and what acts for the tenant's people.
fn people() -> Router<WebState> {
    Router::new()
        .route(
            routes::CONSOLE_PEOPLE,
            get(console::people::show).post(console::people::invite::act),
        )
        .route(
            routes::CONSOLE_PEOPLE_WITHDRAW,
            post(console::people::withdraw::act),
        )
        .route(
            routes::CONSOLE_PEOPLE_SECOND,
            post(console::people::second_factor::act),
        )
        .route(
            routes::CONSOLE_PERSON,
            get(console::people::person::show).post(console::people::person::act),
        )
        .route(routes::CONSOLE_CONNECTIONS, get(console::connections::show))
        .route(
            routes::CONSOLE_CONNECTIONS_END,
            post(console::connections::end::act),
        )
        .route(
            routes::CONSOLE_MEMBERS,
            get(console::connections::members::show),
        )
        .route(
            routes::CONSOLE_MEMBER,
            get(console::connections::member::show).post(console::connections::member::act),
        )
        .route(
            routes::CONSOLE_SWITCHES,
            get(console::connections::switches::show).post(console::connections::switches::act),
        )
}

/// The set-up of a tenant's Feishu app and of who may do what, and the way in for whoever manages that app.
fn set_up() -> Router<WebState> {
    use console::setup;
    Router::new()
        .merge(console::roles::routes())
        .route(routes::SETUP, get(setup::show))
        .route(
            routes::SETUP_APP,
            get(setup::change::show).post(setup::enter::act_on),
        )
        .route(routes::SETUP_APP_ANNOUNCE, post(setup::change::announce))
        .route(routes::SETUP_APP_SECRET, post(setup::change::take))
        .route(routes::SETUP_APP_UNDO, post(setup::change::undo))
        .route(routes::SETUP_APP_REPLACE, post(setup::change::replace))
        .route(routes::SETUP_CHECK, post(setup::check::act_on))
        .route(
            routes::SETUP_EVENTS,
            get(setup::events::show).post(setup::events::take),
        )
        .route(routes::SETUP_EVENTS_STOP, post(setup::events::stop))
        .route(routes::SETUP_ADMIN, post(setup::admin::act_on))
        .route(routes::SETUP_HANDOVER, post(setup::handover::make))
        .route(routes::SETUP_HANDOVER_END, post(setup::handover::end))
        .route(routes::HANDOVER, get(handover::show).post(handover::open))
        .route(routes::HANDOVER_APP, post(handover::enter))
        .route(routes::HANDOVER_CHECK, post(handover::check))
}

/// Answers whatever no route knows with the page for it.
pub fn with_missing_page(router: Router) -> Router {
    router.fallback(missing::not_found)
}
