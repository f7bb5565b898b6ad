//! Finds the endpoint of a path.

use std::collections::HashMap;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

use crate::facts::{Endpoint, endpoints};
use crate::families::handlers;
use crate::gateway::{Handler, PathParams};

/// An endpoint and, when it is simulated, the code behind it.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) handler: Option<Handler>,
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Literal(&'static str),
    Name(&'static str),
}

/// Targets by method, the most literal first.
static TARGETS: LazyLock<HashMap<&'static str, Vec<Target>>> = LazyLock::new(|| {
    let handlers: HashMap<(&str, &str), Handler> = handlers()
        .map(|(method, path, handler)| ((*method, *path), *handler))
        .collect();
    let mut targets: HashMap<_, Vec<Target>> = HashMap::new();
    for endpoint in endpoints() {
        let segments: Vec<Segment> = split(&endpoint.path)
            .map(|text| {
                text.strip_prefix(':')
                    .map_or(Segment::Literal(text), Segment::Name)
            })
            .collect();
        let handler = handlers
            .get(&(endpoint.method.as_str(), endpoint.path.as_str()))
            .copied();
        targets
            .entry(endpoint.method.as_str())
            .or_default()
            .push(Target {
                endpoint,
                handler,
                segments,
            });
    }
    for list in targets.values_mut() {
        // A literal beats a name at the first place where two paths differ.
        list.sort_by_key(|target| {
            target
                .segments
                .iter()
                .map(|segment| matches!(segment, Segment::Name(_)))
                .collect::<Vec<_>>()
        });
    }
    targets
});

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.trim_matches('/').split('/')
}

/// The endpoint for a method and a raw (percent-encoded) path.
pub(crate) fn find(method: &str, path: &str) -> Option<(&'static Target, PathParams)> {
    let parts: Vec<&str> = split(path).collect();
    let list = TARGETS.get(method)?;
    list.iter()
        .find_map(|target| target.capture(&parts).map(|params| (target, params)))
}

impl Target {
    fn capture(&self, parts: &[&str]) -> Option<PathParams> {
        if self.segments.len() != parts.len() {
            return None;
        }
        let mut params = Vec::new();
        for (segment, part) in self.segments.iter().zip(parts) {
            match segment {
                Segment::Literal(text) if text == part => {}
                Segment::Literal(_) => return None,
                Segment::Name(_) if part.is_empty() => return None,
                Segment::Name(name) => {
                    let value = percent_decode_str(part).decode_utf8().ok()?;
                    params.push(((*name).to_owned(), value.into_owned()));
                }
            }
        }
        Some(PathParams(params))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_beat_names_and_wrong_methods_are_unknown() {
        let found = |method, path| find(method, path).map(|(target, _)| &target.endpoint.name);
        assert_eq!(
            found("GET", "/open-apis/contact/v3/users/batch").map(String::as_str),
            Some("contact.v3.user.batch")
        );
        assert_eq!(
            found("GET", "/open-apis/contact/v3/users/ou_1/").map(String::as_str),
            Some("contact.v3.user.get")
        );
        assert_eq!(found("POST", "/open-apis/authen/v1/user_info"), None);
        assert_eq!(found("GET", "/open-apis/nothing"), None);
    }

    #[test]
    fn every_route_of_a_family_is_a_known_endpoint() {
        for (method, path, _) in handlers() {
            let known = endpoints()
                .iter()
                .any(|endpoint| endpoint.method == *method && endpoint.path == *path);
            assert!(known, "{method} {path} is not in the facts");
        }
    }
}
