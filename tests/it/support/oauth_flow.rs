//! Sign-ins as people make them: a browser, the platform's pages, Feishu's page.

use std::{collections::BTreeMap, time::Duration};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::Program;

/// Where the test client wants its answers.
pub const REDIRECT: &str = "http://127.0.0.1:7999/back";
/// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Page {
    /// Status.
    pub status: StatusCode,
    /// Header fields.
    pub headers: reqwest::header::HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Page {
    /// A header field, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// Value of the first form field of this name.
    pub fn field(&self, name: &str) -> String {
        let at = self
            .body
            .find(&format!("name=\"{name}\""))
            .unwrap_or_else(|| panic!("no field {name} in {}: {}", self.status, self.body));
        let rest = &self.body[at..];
        let from = rest.find("value=\"").expect("a value") + "value=\"".len();
        let value = rest[from..].split('"').next().expect("a value");
        value.replace("&#38;", "&").replace("&amp;", "&")
    }
}

/// A browser without redirects of its own: it keeps cookies per host and says where requests
/// come from.
pub struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
    origin: String,
}

impl Browser {
    /// A fresh one that visits `origin`.
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            http: plain_client(),
            cookies: BTreeMap::new(),
            origin: origin.into(),
        }
    }

    /// Fetches a page by path or address.
    pub async fn get(&mut self, place: &str) -> Page {
        self.send(Method::GET, place, &[]).await
    }

    /// Sends a form.
    pub async fn post(&mut self, place: &str, fields: &[(&str, &str)]) -> Page {
        self.send(Method::POST, place, fields).await
    }

    async fn send(&mut self, method: Method, place: &str, fields: &[(&str, &str)]) -> Page {
        let ours = !place.starts_with("http") || place.starts_with(&self.origin);
        let address = if place.starts_with('/') {
            format!("{}{place}", self.origin)
        } else {
            place.to_owned()
        };
        let mut request = self.http.request(method.clone(), address);
        if let Some(cookies) = self.cookies().filter(|_| ours) {
            request = request.header("cookie", cookies);
        }
        if method == Method::POST {
            request = request
                .header("sec-fetch-site", "same-origin")
                .header("origin", self.origin.clone())
                .form(fields);
        }
        let page = read(request).await;
        if ours {
            for line in page.headers.get_all("set-cookie") {
                let line = line.to_str().expect("ASCII");
                let pair = line.split(';').next().unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        page
    }

    /// On Feishu's page at `address`, `user` approves; gives the page of our callback.
    pub async fn approve_at_feishu(&mut self, address: &str, user: &str) -> Page {
        let asked = Url::parse(address).unwrap_or_else(|_| panic!("Feishu's address: {address}"));
        let mut fields: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
        fields.push(("user".to_owned(), user.to_owned()));
        fields.push(("decision".to_owned(), "approve".to_owned()));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let to = format!("{}/sandbox/authorize", asked.origin().ascii_serialization());
        let approved = self.post(&to, &fields).await;
        assert_eq!(approved.status.as_u16(), 302, "{}", approved.body);
        let back = approved.header("location").to_owned();
        self.get(&back).await
    }

    /// Signs `user` in to the pages of `slug`; gives the connections page.
    pub async fn sign_in(&mut self, slug: &str, user: &str) -> Page {
        let home = format!("/t/{slug}/connections");
        let start = format!("/t/{slug}/sign-in?return_to=%2Ft%2F{slug}%2Fconnections");
        let page = self.get(&start).await;
        let mut to = page.header("location").to_owned();
        assert!(!to.is_empty(), "sign-in: {} {}", page.status, page.body);
        let back = self.approve_at_feishu(&to, user).await;
        back.header("location").clone_into(&mut to);
        for _ in 0..4 {
            if to.is_empty() || to.ends_with(&home) {
                break;
            }
            let page = self.get(&to.clone()).await;
            page.header("location").clone_into(&mut to);
        }
        let page = self.get(&home).await;
        assert_eq!(page.status, 200, "signed in: {} {}", back.status, back.body);
        page
    }

    /// Makes an API key on the connections page; gives the key.
    pub async fn make_key(&mut self, slug: &str, name: &str, write: bool) -> String {
        let page = self.get(&format!("/t/{slug}/connections")).await;
        let csrf = page.field("csrf");
        let mut fields = vec![("csrf", csrf.as_str()), ("name", name), ("days", "30")];
        if write {
            fields.push(("write", "yes"));
        }
        let made = self.post(&format!("/t/{slug}/keys"), &fields).await;
        let at = made
            .body
            .find("fmak_")
            .unwrap_or_else(|| panic!("no key: {} {}", made.status, made.body));
        made.body[at..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .collect()
    }

    /// Our cookies, as the header that carries them.
    pub fn cookies(&self) -> Option<String> {
        let jar: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!jar.is_empty()).then(|| jar.join("; "))
    }
}

/// A client that follows no redirects.
pub fn plain_client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_mins(1))
        .build()
        .expect("a client")
}

/// Sends and reads to the end.
pub async fn read(request: reqwest::RequestBuilder) -> Page {
    let response = request.send().await.expect("an answer");
    Page {
        status: response.status(),
        headers: response.headers().clone(),
        body: response.text().await.expect("a body"),
    }
}

/// A client with its tokens.
#[derive(Debug, Clone)]
pub struct Connected {
    /// Public id of the client.
    pub client: String,
    /// The code that was redeemed.
    pub code: String,
    /// Access token.
    pub access: String,
    /// Refresh token.
    pub refresh: String,
}

/// Registers a client and signs `user` of `slug` in with it: the whole flow over HTTP.
pub async fn connect(program: &Program, slug: &str, user: &str, write: bool) -> Connected {
    let origin = program.origin();
    let mut browser = Browser::new(origin.clone());
    let (client, code) = authorize(&mut browser, &origin, slug, user, write).await;
    let answer = redeem(&origin, &client, &code).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let tokens = answer.json();
    let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
    Connected {
        client,
        code,
        access: text("access_token"),
        refresh: text("refresh_token"),
    }
}

/// The flow up to the code: `(client, code)`.
pub async fn authorize(
    browser: &mut Browser,
    origin: &str,
    slug: &str,
    user: &str,
    write: bool,
) -> (String, String) {
    let registration = json!({
        "client_name": format!("Proof client of {slug}"),
        "redirect_uris": [REDIRECT],
        "token_endpoint_auth_method": "none",
    });
    let url = format!("{origin}/oauth/register");
    let registered = read(plain_client().post(url).json(&registration)).await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    let client = registered.json()["client_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let page = browser.get(&authorize_address(origin, slug, &client)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (organisation, request, csrf) = (
        page.field("organisation"),
        page.field("request"),
        page.field("csrf"),
    );
    let mut fields = vec![
        ("organisation", organisation.as_str()),
        ("request", request.as_str()),
        ("csrf", csrf.as_str()),
        ("decision", "approve"),
    ];
    if write {
        fields.push(("write", "yes"));
    }
    let consented = browser.post("/oauth/consent", &fields).await;
    let to_feishu = consented.header("location").to_owned();
    assert!(
        !to_feishu.is_empty(),
        "{} {}",
        consented.status,
        consented.body
    );
    let back = browser.approve_at_feishu(&to_feishu, user).await;
    let location = back.header("location");
    let code = Url::parse(location)
        .ok()
        .and_then(|url| {
            let mut pairs = url.query_pairs();
            pairs
                .find(|(name, _)| name == "code")
                .map(|(_, value)| value.into_owned())
        })
        .unwrap_or_else(|| panic!("no code: {location:?} {} {}", back.status, back.body));
    (client, code)
}

/// Where a client sends the browser of somebody of `slug`.
pub fn authorize_address(origin: &str, slug: &str, client: &str) -> String {
    let resource = format!("{origin}/t/{slug}/mcp");
    let mut address = Url::parse(&format!("{origin}/oauth/authorize")).expect("a URL");
    address.query_pairs_mut().extend_pairs([
        ("client_id", client),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("state", "mine"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("resource", resource.as_str()),
        ("scope", "feishu:read feishu:write"),
    ]);
    address.into()
}

/// Redeems a code.
pub async fn redeem(origin: &str, client: &str, code: &str) -> Page {
    token(
        origin,
        &[
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ],
    )
    .await
}

/// Knocks at the token endpoint.
pub async fn token(origin: &str, fields: &[(&str, &str)]) -> Page {
    read(
        plain_client()
            .post(format!("{origin}/oauth/token"))
            .form(fields),
    )
    .await
}
