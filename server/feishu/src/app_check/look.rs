//! Asking.

use std::{collections::BTreeSet, sync::Arc};

use serde::Deserialize;
use serde_json::json;

use super::{
    facts::{Answer, AppFacts, AppSettings},
    judge_scopes::OFFLINE,
};
use crate::{
    AppCredentials, FeishuError, Hosts, Meter, Request, Session, Transport, app_scopes, tokens,
};

/// Neither a secret nor a code of anybody: Feishu's refusal of it tells whether it knows the app.
const NOBODYS: &str = "not-a-secret";

/// Nobody's app either.
const NOBODYS_APP: &str = "cli_0000000000000000";

/// Which app is looked at, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The pool.
    pub transport: &'a Transport,
    /// Where the app is said to be.
    pub hosts: &'a Hosts,
    /// The other brand.
    pub other: &'a Hosts,
    /// Its credentials.
    pub app: &'a AppCredentials,
    /// Our redirect URL, for the sign-in endpoint.
    pub redirect_url: &'a str,
    /// `open_id` of the person whose right to use the app is asked about.
    pub person: Option<&'a str>,
}

/// Asks Feishu. Three to five calls; none of them changes anything, and the secret goes to the
/// hosts of the named brand only.
pub async fn look(ask: Look<'_>) -> AppFacts {
    let dated = tokens::tenant_token_dated(ask.transport, ask.hosts, ask.app).await;
    let mut facts = AppFacts {
        token: Answer::Known(()),
        at_other_brand: None,
        sign_in_code: None,
        feishu_time: dated.feishu_time,
        scopes: Answer::NotAsked,
        settings: Answer::NotAsked,
        available: Answer::NotAsked,
    };
    let token = match dated.token {
        Ok(token) => token,
        Err(fault) if fault.code == 0 => {
            facts.token = Answer::Unreachable;
            return facts;
        }
        Err(fault) => {
            let (code, log_id) = (fault.code, fault.log_id);
            facts.token = Answer::Refused { code, log_id };
            if matches!(code, 10003 | 10014 | 20048) {
                facts.at_other_brand = knows_app(ask.transport, ask.other, &ask.app.app_id).await;
                facts.sign_in_code = sign_in_code(ask).await;
            }
            return facts;
        }
    };
    let session = Session::new(
        ask.transport.clone(),
        Arc::new(ask.hosts.clone()),
        &token.token,
        Arc::new(Meter::default()),
    );
    let (scopes, settings, available) = futures::join!(
        app_scopes(&session),
        settings(&session),
        available(&session, &ask.app.app_id, ask.person),
    );
    facts.scopes = scopes.into();
    facts.settings = settings.into();
    facts.available = available;
    facts
}

/// The scopes that may be asked of a person at sign-in: in force for user tokens.
///
/// # Errors
/// Fails when the list of scopes cannot be read.
pub async fn user_scopes(session: &Session) -> Result<BTreeSet<String>, FeishuError> {
    let (scopes, settings) = futures::join!(app_scopes(session), settings(session));
    let mut names: BTreeSet<String> = scopes?
        .into_iter()
        .filter(|scope| scope.granted() && scope.kind.as_deref() != Some("tenant"))
        .map(|scope| scope.name)
        .collect();
    match settings {
        // The settings name what the list of scopes may leave out.
        Ok(settings) => names.extend(settings.scopes.into_iter().filter_map(|scope| {
            let for_people = scope.token_types.is_empty()
                || scope.token_types.iter().any(|token| token == "user");
            for_people.then_some(scope.scope)
        })),
        // Whether the list holds it is not documented, and without it a sign-in is short-lived: it
        // is left out only where the app is known to lack it.
        Err(_) => {
            names.insert(OFFLINE.to_owned());
        }
    }
    Ok(names)
}

/// Whether a brand's open platform answers at all, asked about an app that nobody has.
pub async fn answers(transport: &Transport, hosts: &Hosts) -> bool {
    knows_app(transport, hosts, NOBODYS_APP).await.is_some()
}

/// Whether a brand knows an App ID; `None` when it cannot be told. Asked with a secret that is
/// nobody's, so that the real one never reaches a brand that it was not given for.
async fn knows_app(transport: &Transport, hosts: &Hosts, app_id: &str) -> Option<bool> {
    let app = AppCredentials {
        app_id: app_id.to_owned(),
        secret: NOBODYS.to_owned().into(),
    };
    match tokens::tenant_token(transport, hosts, &app).await {
        Ok(_) => Some(true),
        Err(fault) => match fault.code {
            0 => None,
            10015 | 20002 => Some(true),
            _ => Some(false),
        },
    }
}

async fn sign_in_code(ask: Look<'_>) -> Option<i64> {
    let verifier = NOBODYS.repeat(4);
    let asked = tokens::exchange_code(
        ask.transport,
        ask.hosts,
        ask.app,
        NOBODYS,
        ask.redirect_url,
        &verifier,
    );
    asked
        .await
        .err()
        .map(|fault| fault.code)
        .filter(|code| *code != 0)
}

#[derive(Deserialize)]
struct SettingsAnswer {
    app: AppSettings,
}

async fn settings(session: &Session) -> Result<AppSettings, FeishuError> {
    let request = Request::get("/open-apis/application/v6/applications/me").query("lang", "zh_cn");
    let answer: SettingsAnswer = session.fetch(request).await?;
    Ok(answer.app)
}

#[derive(Deserialize)]
struct VisibilityAnswer {
    #[serde(default)]
    user_visibility_list: Vec<Visibility>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Visibility {
    in_white_list: bool,
    in_black_list: bool,
}

async fn available(session: &Session, app_id: &str, person: Option<&str>) -> Answer<bool> {
    let Some(person) = person else {
        return Answer::NotAsked;
    };
    match visibility(session, app_id, person).await.into() {
        Answer::Known(VisibilityAnswer {
            user_visibility_list,
        }) => user_visibility_list
            .first()
            .map_or(Answer::Unreachable, |one| {
                Answer::Known(one.in_white_list && !one.in_black_list)
            }),
        Answer::Refused { code, log_id } => Answer::Refused { code, log_id },
        Answer::Unreachable | Answer::NotAsked => Answer::Unreachable,
    }
}

async fn visibility(
    session: &Session,
    app_id: &str,
    person: &str,
) -> Result<VisibilityAnswer, FeishuError> {
    let path = "/open-apis/application/v6/applications/{app_id}/visibility/check_white_black_list";
    let request = Request::post(path)
        .path("app_id", app_id)?
        .query("user_id_type", "open_id")
        .json(&json!({ "user_ids": [person] }))
        // A question in the shape of a POST.
        .idempotent(true);
    session.fetch(request).await
}
