//! Rate limits per API and app, and per document for edits.

use std::collections::HashMap;

use crate::facts::Endpoint;
use crate::gateway::ApiError;

/// So many calls in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tier {
    calls: u64,
    window_ms: i64,
}

/// How an exceeded limit is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Manner {
    http: u16,
    code: i64,
}

const GATEWAY: Manner = Manner {
    http: 429,
    code: 99_991_400,
};
/// docx counts its app-level limits itself and answers 400.
const DOCX_APP: Manner = Manner {
    http: 400,
    code: 99_991_400,
};
/// Structure changes and transfers of drive answer with their own code.
const DRIVE: Manner = Manner {
    http: 400,
    code: 1_061_045,
};

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limited {
    manner: Manner,
    limit: u64,
    reset_s: u64,
}

impl Limited {
    /// The answer, with the values of the `x-ogw-ratelimit-*` headers.
    pub(crate) fn error(self) -> ApiError {
        let msg = if self.manner.code == GATEWAY.code {
            "request trigger frequency limit"
        } else {
            "resource contention occurred, please retry"
        };
        let mut error = ApiError::new(self.manner.http, self.manner.code, msg);
        error.limited = Some((self.limit, self.reset_s));
        error
    }
}

/// Counters and the two switches.
#[derive(Debug)]
pub(crate) struct Limits {
    /// Off = nothing is limited.
    pub(crate) enabled: bool,
    /// Every limit is multiplied by this.
    pub(crate) scale: f64,
    windows: HashMap<(String, i64), (i64, u64)>,
}

impl Limits {
    pub(crate) fn new(enabled: bool) -> Limits {
        Limits {
            enabled,
            scale: 1.0,
            windows: HashMap::new(),
        }
    }

    /// Counts one call of an endpoint by an app.
    pub(crate) fn take(
        &mut self,
        endpoint: &Endpoint,
        app_id: &str,
        document: &str,
        now_ms: i64,
    ) -> Result<(), Limited> {
        if !self.enabled {
            return Ok(());
        }
        let (tiers, manner) = tiers(endpoint);
        for tier in tiers {
            self.count(&format!("{}|{app_id}", endpoint.name), tier, manner, now_ms)?;
        }
        if edits_document(endpoint) && !document.is_empty() {
            let tier = Tier {
                calls: 3,
                window_ms: 1000,
            };
            self.count(&format!("document|{document}"), tier, GATEWAY, now_ms)?;
        }
        Ok(())
    }

    fn count(&mut self, key: &str, tier: Tier, manner: Manner, now_ms: i64) -> Result<(), Limited> {
        let limit = self.scaled(tier.calls);
        let start = now_ms - now_ms.rem_euclid(tier.window_ms);
        if self.windows.len() > 10_000 {
            self.windows
                .retain(|(_, window_ms), (began, _)| *began + *window_ms > now_ms);
        }
        let window = self
            .windows
            .entry((key.to_owned(), tier.window_ms))
            .or_insert((start, 0));
        if window.0 != start {
            *window = (start, 0);
        }
        if window.1 >= limit {
            let left_ms = start + tier.window_ms - now_ms;
            let reset_s = u64::try_from(left_ms).unwrap_or(0).div_ceil(1000).max(1);
            return Err(Limited {
                manner,
                limit,
                reset_s,
            });
        }
        window.1 += 1;
        Ok(())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "limits are small positive numbers"
    )]
    fn scaled(&self, calls: u64) -> u64 {
        ((calls as f64 * self.scale).round().max(1.0)) as u64
    }
}

/// Whether a call edits the document of its path.
fn edits_document(endpoint: &Endpoint) -> bool {
    endpoint.name.starts_with("docx.")
        && endpoint.method != "GET"
        && endpoint.path.contains(":document_id")
}

/// The published tiers of an endpoint and how they answer.
fn tiers(endpoint: &Endpoint) -> (Vec<Tier>, Manner) {
    let name = endpoint.name.as_str();
    if name.starts_with("docx.") && endpoint.rate.is_none() {
        let reads = endpoint.method == "GET" || name == "docx.v1.document.convert";
        return (
            vec![Tier {
                calls: if reads { 5 } else { 3 },
                window_ms: 1000,
            }],
            DOCX_APP,
        );
    }
    let transfers = ["drive.v1.file.", "drive.v1.media."];
    let five = matches!(endpoint.rate.as_deref(), None | Some("5/s" | "20/min"));
    if five && transfers.iter().any(|head| name.starts_with(head)) {
        return (
            vec![Tier {
                calls: 5,
                window_ms: 1000,
            }],
            DRIVE,
        );
    }
    (
        endpoint.rate.as_deref().map(parse).unwrap_or_default(),
        GATEWAY,
    )
}

/// Reads `1000/min & 50/s`.
fn parse(text: &str) -> Vec<Tier> {
    text.split('&')
        .filter_map(|part| {
            let (calls, unit) = part.trim().split_once('/')?;
            let window_ms = if unit == "s" { 1000 } else { 60_000 };
            Some(Tier {
                calls: calls.parse().ok()?,
                window_ms,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::endpoints;

    fn endpoint(name: &str) -> &'static Endpoint {
        endpoints()
            .iter()
            .find(|endpoint| endpoint.name == name)
            .expect("known endpoint")
    }

    #[test]
    fn docx_writes_stop_at_three_a_second_with_http_400() {
        let mut limits = Limits::new(true);
        let create = endpoint("docx.v1.document.create");
        for _ in 0..3 {
            assert!(limits.take(create, "cli_a", "", 500).is_ok());
        }
        let error = limits
            .take(create, "cli_a", "", 500)
            .expect_err("fourth")
            .error();
        assert_eq!(
            (error.http, error.code, error.limited),
            (400, 99_991_400, Some((3, 1)))
        );
        assert!(
            limits.take(create, "cli_b", "", 500).is_ok(),
            "another app has its own window"
        );
        assert!(
            limits.take(create, "cli_a", "", 1500).is_ok(),
            "the next second is free again"
        );
    }

    #[test]
    fn edits_of_one_document_stop_with_http_429() {
        let mut limits = Limits::new(true);
        let patch = endpoint("docx.v1.documentBlock.patch");
        for app in ["a", "b", "c"] {
            assert!(limits.take(patch, app, "doc", 0).is_ok());
        }
        let error = limits
            .take(patch, "d", "doc", 0)
            .expect_err("fourth")
            .error();
        assert_eq!((error.http, error.code), (429, 99_991_400));
    }

    #[test]
    fn limits_can_be_scaled_and_switched_off() {
        let mut limits = Limits::new(true);
        limits.scale = 2.0;
        let create = endpoint("docx.v1.document.create");
        let passed = (0..10)
            .filter(|_| limits.take(create, "a", "", 0).is_ok())
            .count();
        assert_eq!(passed, 6);
        limits.enabled = false;
        assert!(limits.take(create, "a", "", 0).is_ok());
    }
}
