//! The sandbox over real sockets.

mod access;
mod authorize;
mod contact;
mod faults;
mod persistence;
mod strictness;
mod tokens;

use reqwest::{Client, Method, RequestBuilder};
use sandbox::{RunningSandbox, SandboxOptions, demo};
use serde_json::{Value, json};

pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

pub(crate) const CALLBACK: &str = "http://localhost:8788/callback";

/// A sandbox and a client of it.
pub(crate) struct World {
    pub(crate) sandbox: RunningSandbox,
    pub(crate) client: Client,
}

/// Status, headers and JSON (or text) of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> i64 {
        self.body["code"].as_i64().unwrap_or(i64::MIN)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl World {
    pub(crate) async fn start() -> Result<World, Box<dyn std::error::Error>> {
        World::with(SandboxOptions::default()).await
    }

    pub(crate) async fn with(options: SandboxOptions) -> Result<World, Box<dyn std::error::Error>> {
        let sandbox = sandbox::start(options).await?;
        let redirect = reqwest::redirect::Policy::none();
        let client = Client::builder().redirect(redirect).no_proxy().build()?;
        Ok(World { sandbox, client })
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.sandbox.base_url()))
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> reqwest::Result<Answer> {
        self.send(self.request(Method::GET, path).bearer_auth(token))
            .await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        token: &str,
        body: Value,
    ) -> reqwest::Result<Answer> {
        self.send(
            self.request(Method::POST, path)
                .bearer_auth(token)
                .json(&body),
        )
        .await
    }

    /// Calls the v2 token endpoint with the demo app's credentials added.
    pub(crate) async fn token(&self, fields: Value) -> reqwest::Result<Answer> {
        let mut body = json!({"client_id": demo::APP_ID, "client_secret": demo::APP_SECRET});
        if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
            for (name, value) in fields {
                if value.is_null() {
                    body.remove(&name);
                } else {
                    body.insert(name, value);
                }
            }
        }
        self.send(
            self.request(Method::POST, "/open-apis/authen/v2/oauth/token")
                .json(&body),
        )
        .await
    }

    /// A code of the demo app for a person.
    pub(crate) fn code(&self, user: &str, scopes: &[&str]) -> Result<String, sandbox::ApiError> {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.sandbox
            .approve(demo::APP_ID, user, CALLBACK, &scopes, None)
    }

    /// The token answer for a person who has granted scopes.
    pub(crate) async fn sign_in(
        &self,
        user: &str,
        scopes: &[&str],
    ) -> Result<Answer, Box<dyn std::error::Error>> {
        let code = self.code(user, scopes)?;
        let grant = json!({"grant_type": "authorization_code", "code": code});
        Ok(self.token(grant).await?)
    }

    /// A user token of a person who has granted scopes.
    pub(crate) async fn user_token(
        &self,
        user: &str,
        scopes: &[&str],
    ) -> Result<String, Box<dyn std::error::Error>> {
        Ok(self.sign_in(user, scopes).await?.text("access_token"))
    }

    /// The demo app's tenant token.
    pub(crate) async fn tenant_token(&self) -> reqwest::Result<String> {
        let body = json!({"app_id": demo::APP_ID, "app_secret": demo::APP_SECRET});
        let path = "/open-apis/auth/v3/tenant_access_token/internal";
        let answer = self
            .send(self.request(Method::POST, path).json(&body))
            .await?;
        Ok(answer.text("tenant_access_token"))
    }
}
