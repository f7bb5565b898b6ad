//! Calling handlers without a listener: the demo content, a few people, and one function.

use serde_json::Value;

use super::handlers;
use crate::State;
use crate::demo;
use crate::facts::endpoints;
use crate::gateway::{
    ApiError, Call, Caller, CallerIdentity, Multipart, Part, PathParams, Query, Reply,
};
use crate::ids::{IdSource, open_id};

/// 2026-11-23, a Monday.
pub(crate) const NOW: i64 = 1_795_420_800_000;

/// A sandbox with the demo content.
pub(crate) struct Kit {
    pub(crate) state: State,
    ids: IdSource,
    pub(crate) now_ms: i64,
}

/// A successful answer's data, or its code.
pub(crate) type Outcome = Result<Value, ApiError>;

impl Kit {
    /// Seeded.
    pub(crate) fn new() -> Self {
        let mut state = State::default();
        demo::seed(&mut state, &[], NOW);
        Self {
            state,
            ids: IdSource::seeded("kit"),
            now_ms: NOW,
        }
    }

    /// The open_id that the demo app knows a person by.
    pub(crate) fn open_id(person: &str) -> String {
        open_id(demo::APP_ID, demo::TENANT_KEY, person)
    }

    fn caller(who: &str) -> Caller {
        let other = who == demo::OTHER_USER;
        let (app, tenant) = if other {
            (demo::OTHER_APP_ID, demo::OTHER_TENANT_KEY)
        } else {
            (demo::APP_ID, demo::TENANT_KEY)
        };
        let identity = if who == "app" {
            CallerIdentity::App
        } else {
            CallerIdentity::User {
                user_key: who.to_owned(),
                open_id: open_id(app, tenant, who),
            }
        };
        Caller {
            app_id: app.to_owned(),
            tenant_key: tenant.to_owned(),
            identity,
            scopes: Vec::new(),
        }
    }

    /// Calls `METHOD /open-apis/…?query` as a person (or `app`).
    pub(crate) fn call(&mut self, who: &str, line: &str, body: &Value) -> Outcome {
        self.send(who, line, body, None)
    }

    /// Calls an upload.
    pub(crate) fn upload(
        &mut self,
        who: &str,
        line: &str,
        fields: &[(&str, &str)],
        file: &[u8],
    ) -> Outcome {
        let mut parts: Vec<Part> = fields
            .iter()
            .map(|(name, value)| Part {
                name: (*name).to_owned(),
                bytes: value.as_bytes().to_vec().into(),
            })
            .collect();
        parts.push(Part {
            name: "file".to_owned(),
            bytes: file.to_vec().into(),
        });
        self.send(who, line, &Value::Null, Some(&Multipart { parts }))
    }

    fn send(
        &mut self,
        who: &str,
        line: &str,
        body: &Value,
        multipart: Option<&Multipart>,
    ) -> Outcome {
        let (method, target) = line.split_once(' ').expect("METHOD path");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = format!("/open-apis{path}");
        let matching = |pattern: &str| {
            let (a, b): (Vec<&str>, Vec<&str>) =
                (pattern.split('/').collect(), path.split('/').collect());
            let fits =
                a.len() == b.len() && a.iter().zip(&b).all(|(p, s)| p.starts_with(':') || p == s);
            fits.then(|| {
                let named = a
                    .iter()
                    .zip(&b)
                    .filter_map(|(p, s)| Some((p.strip_prefix(':')?, *s)));
                named
                    .map(|(p, s)| (p.to_owned(), s.to_owned()))
                    .collect::<Vec<_>>()
            })
        };
        let found = handlers().filter(|(verb, ..)| *verb == method);
        let found = found
            .filter_map(|(_, pattern, handler)| Some((matching(pattern)?, *pattern, *handler)));
        let (params, pattern, handler) = found
            .min_by_key(|(params, ..)| params.len())
            .expect("a route");
        let endpoint = endpoints()
            .iter()
            .find(|e| e.method == method && e.path == pattern)
            .expect("facts");
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query = Query(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
        let mut call = Call {
            endpoint,
            path: &PathParams(params),
            query: &query,
            body,
            multipart,
            authorization: None,
            caller: &Self::caller(who),
            now_ms: self.now_ms,
            origin: "http://sandbox",
            brand: crate::apps::AppBrand::Feishu,
            ids: &mut self.ids,
        };
        match handler(&mut self.state, &mut call)? {
            Reply::Data(data) | Reply::Flat(data) => Ok(data),
            Reply::Bytes { body, .. } | Reply::File { body, .. } => Ok(Value::from(body.to_vec())),
        }
    }

    /// The code that a call fails with; 0 when it does not.
    pub(crate) fn code(&mut self, who: &str, line: &str, body: &Value) -> i64 {
        self.call(who, line, body)
            .map_or_else(|error| error.code, |_| 0)
    }
}
