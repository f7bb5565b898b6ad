//! Tens of thousands of token requests and registrations that are almost right: none is taken,
//! none breaks the server, and the right one works afterwards.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, StatusCode, header};
use model::{Entropy, SeededEntropy};
use serde_json::{Value, json};
use tests::{On, on_both};
use url::form_urlencoded;

use crate::support::{Browser, Deployment, HOST, REDIRECT, deploy, exchange, form};

/// How many requests each test sends; the run on PostgreSQL is there for the database's own errors.
const fn token_requests(on: On) -> usize {
    match on {
        On::Sqlite => 50_000,
        On::Postgres => 2_000,
    }
}

const REGISTRATIONS: usize = 2_000;

on_both! {
    a_mutated_token_request_is_never_taken,
    a_mutated_registration_never_breaks_the_server,
}

/// Texts that parsers disagree about.
const BITS: [&str; 24] = [
    "",
    "&",
    "=",
    ";",
    "%",
    "%00",
    "%zz",
    "+",
    " ",
    "\0",
    "\n",
    "\u{feff}",
    "\u{202e}",
    "a",
    "A",
    "0",
    "/",
    "..",
    "#",
    "?",
    "[]",
    "null",
    "code",
    "refresh_token",
];

struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let mut bytes = [0_u8; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) % limit as u64).unwrap()
    }

    /// Puts a bit somewhere into a text, takes a letter out, or does both.
    fn scratch(&self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        let at = self.below(letters.len() + 1);
        let kind = self.below(3);
        if kind != 0 && at < letters.len() {
            letters.remove(at);
        }
        if kind != 1 {
            letters.splice(at..at, BITS[self.below(BITS.len())].chars());
        }
        letters.into_iter().collect()
    }

    /// A form with one to three faults, as the body of a request.
    fn body(&self, right: &[(&str, &str)]) -> String {
        let mut fields: Vec<(String, String)> = right
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        for _ in 0..=self.below(3) {
            if fields.is_empty() {
                break;
            }
            let at = self.below(fields.len());
            match self.below(7) {
                0 => {
                    fields.remove(at);
                }
                1 => fields.push(fields[at].clone()),
                2 => fields[at].1 = String::new(),
                3 => {
                    let other = fields[self.below(fields.len())].1.clone();
                    fields[at].1 = other;
                }
                4 => fields[at].0 = self.scratch(&fields[at].0),
                5 => fields[at].1 = fields[at].1.to_uppercase(),
                _ => fields[at].1 = self.scratch(&fields[at].1),
            }
        }
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
        let body = form(&pairs);
        if self.below(4) == 0 {
            self.scratch(&body)
        } else {
            body
        }
    }
}

/// Whether a body still says what the right form says, read by the reference parser.
fn says_the_same(body: &str, right: &[(&str, &str)]) -> bool {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        said.entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    right.iter().all(|(name, value)| {
        said.get(*name)
            .is_some_and(|all| all == &[(*value).to_owned()])
    })
}

async fn post(d: &Deployment, path: &str, content_type: &str, body: String) -> StatusCode {
    let request = Request::post(path)
        .header(header::HOST, HOST)
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body));
    d.send(request.unwrap()).await.status
}

async fn a_mutated_token_request_is_never_taken(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let client = d.client("Waits with its code").await;
    let code = d.code(&mut Browser::default(), &client, true).await;
    let right_exchange = exchange(&client, &code);
    let right_refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", &*c.client),
        ("refresh_token", &*c.refresh),
    ];
    let dice = Dice(SeededEntropy::new(8_788));
    let mut sent = 0;
    while sent < token_requests(on) {
        let right: &[(&str, &str)] = if sent % 2 == 0 {
            &right_exchange
        } else {
            &right_refresh
        };
        let body = dice.body(right);
        if says_the_same(&body, right) {
            continue;
        }
        sent += 1;
        let status = post(
            &d,
            "/oauth/token",
            "application/x-www-form-urlencoded",
            body.clone(),
        )
        .await;
        assert!(
            matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED),
            "{status}: {body}"
        );
    }
    assert_eq!(d.redeem(&client, &code).await.status, StatusCode::OK);
    assert_eq!(
        d.refresh(&c.client, &c.refresh).await.status,
        StatusCode::OK
    );
}

/// A value of the wrong kind, or one that is almost right.
fn spoiled(dice: &Dice, value: &Value) -> Value {
    match dice.below(8) {
        0 => Value::Null,
        1 => json!(dice.below(1_000_000)),
        2 => json!({ "a": value }),
        3 => json!([value, value]),
        4 => json!(""),
        5 => json!(BITS[dice.below(BITS.len())].repeat(1 + dice.below(400))),
        6 => json!([dice.scratch(REDIRECT)]),
        _ => json!(dice.scratch(value.as_str().unwrap_or(REDIRECT))),
    }
}

async fn a_mutated_registration_never_breaks_the_server(on: On) {
    let d = deploy(on).await;
    let dice = Dice(SeededEntropy::new(7_591));
    let right = json!({
        "client_name": "Cursor",
        "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "client_uri": "https://cursor.com",
        "scope": "feishu:read",
    });
    let names: Vec<String> = right.as_object().unwrap().keys().cloned().collect();
    let mut refused = 0;
    for _ in 0..REGISTRATIONS {
        let mut document = right.clone();
        for _ in 0..=dice.below(2) {
            let name = &names[dice.below(names.len())];
            document[name] = spoiled(&dice, &right[name]);
        }
        let mut body = document.to_string();
        if dice.below(5) == 0 {
            body = dice.scratch(&body);
        }
        let status = post(&d, "/oauth/register", "application/json", body.clone()).await;
        let known = [StatusCode::CREATED, StatusCode::OK, StatusCode::BAD_REQUEST];
        assert!(known.contains(&status), "{status}: {body}");
        refused += usize::from(status == StatusCode::BAD_REQUEST);
    }
    assert!(refused > REGISTRATIONS / 4, "{refused}");
    d.client("Right").await;
}
