//! A scope that is left out because a broader one covers it is never missed.

use std::collections::BTreeSet;

use model::scopes;
use serde_json::Value;

const ENDPOINTS: &str = include_str!("../../sandbox/facts/endpoints.json");

#[test]
fn every_endpoint_takes_the_broad_scope_where_it_takes_the_narrow_one() {
    let endpoints: Vec<Value> = serde_json::from_str(ENDPOINTS).unwrap();
    for (broad, narrow) in scopes::COVERS {
        for one in narrow {
            let mut seen = 0;
            for endpoint in endpoints.iter().filter(|one| one["undoc"].is_null()) {
                let names: BTreeSet<&str> = endpoint["s"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                if names.contains(one) {
                    seen += 1;
                    assert!(
                        names.contains(broad),
                        "{}: {one}, not {broad}",
                        endpoint["n"]
                    );
                }
            }
            assert!(
                seen > 0 || one.starts_with("bitable:"),
                "no endpoint needs {one}"
            );
        }
    }
}
