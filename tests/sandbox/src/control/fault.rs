//! Faults that the next matching requests meet.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The answer comes `delay_ms` late; everything else is normal.
    Delay,
    /// The connection closes before the request has any effect.
    DropBefore,
    /// The request takes effect, then the connection closes without an answer.
    DropAfter,
    /// HTTP `status` (default 500) with a text body, without effect.
    Status,
    /// HTTP 429 with code 99991400 and the rate-limit headers, without effect.
    RateLimit,
    /// An envelope with `code` (default 99991400) and `msg`, without effect.
    Code,
    /// The request takes effect; the answer is half a JSON object.
    Malformed,
    /// 99991677 as if the access token had expired.
    ExpireToken,
    /// 99991668 as if the access token had been revoked.
    RevokeToken,
}

/// One fault rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Assigned when added.
    #[serde(default)]
    pub id: u64,
    /// Path pattern; `*` matches any run of characters.
    pub path: String,
    /// Only this HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// What goes wrong.
    pub kind: FaultKind,
    /// Leave this many matching requests alone first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests meet it; absent = until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// Added latency; also combines with the other kinds.
    #[serde(default)]
    pub delay_ms: u64,
    /// HTTP status of `status` and `code`.
    #[serde(default)]
    pub status: Option<u16>,
    /// Feishu code of `code`.
    #[serde(default)]
    pub code: Option<i64>,
    /// Message of `code`.
    #[serde(default)]
    pub msg: Option<String>,
    /// Seconds in `x-ogw-ratelimit-reset` of `rate_limit`.
    #[serde(default)]
    pub reset_s: Option<u64>,
}

impl Fault {
    /// A fault with default details.
    pub fn new(path: &str, kind: FaultKind) -> Fault {
        Fault {
            id: 0,
            path: path.to_owned(),
            method: None,
            kind,
            skip: 0,
            times: None,
            delay_ms: 0,
            status: None,
            code: None,
            msg: None,
            reset_s: None,
        }
    }

    /// Only the next `times` matching requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Fault {
        self.times = Some(times);
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && glob(&self.path, path)
    }
}

/// The active rules, in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Fault>,
    last_id: u64,
}

impl Faults {
    /// Adds a rule and returns its id.
    pub(crate) fn add(&mut self, mut fault: Fault) -> u64 {
        self.last_id += 1;
        fault.id = self.last_id;
        self.rules.push(fault);
        self.last_id
    }

    /// The active rules.
    pub(crate) fn list(&self) -> &[Fault] {
        &self.rules
    }

    /// Removes one rule, or all.
    pub(crate) fn clear(&mut self, id: Option<u64>) {
        self.rules.retain(|rule| id.is_some_and(|id| rule.id != id));
    }

    /// The first rule this request meets; counts it.
    pub(crate) fn meet(&mut self, method: &str, path: &str) -> Option<Fault> {
        for (index, rule) in self.rules.iter_mut().enumerate() {
            if !rule.matches(method, path) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            let met = rule.clone();
            if let Some(times) = &mut rule.times {
                *times = times.saturating_sub(1);
                if *times == 0 {
                    self.rules.remove(index);
                }
            }
            return Some(met);
        }
        None
    }
}

/// Matches `*` against any run of characters, everything else literally.
fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_paths() {
        assert!(glob("/a/*", "/a/b/c"));
        assert!(glob("*", "/anything"));
        assert!(glob("/a/*/c", "/a/b/c"));
        assert!(!glob("/a/*/c", "/a/b/d"));
        assert!(!glob("/a", "/a/b"));
    }

    #[test]
    fn a_fault_skips_then_fires_the_asked_number_of_times() {
        let mut faults = Faults::default();
        faults.add(Fault {
            skip: 1,
            ..Fault::new("/x", FaultKind::Status).times(2)
        });
        let met: Vec<bool> = (0..4).map(|_| faults.meet("GET", "/x").is_some()).collect();
        assert_eq!(met, [false, true, true, false]);
        assert!(faults.list().is_empty());
    }
}
