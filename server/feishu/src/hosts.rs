//! Where the open platform is.

use url::Url;

/// The two hosts of a brand (Feishu documentation, "API call guide").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// API calls and the v2 token endpoint.
    pub open: Url,
    /// The authorize page and the v3 token endpoint.
    pub accounts: Url,
}

impl Hosts {
    /// feishu.cn.
    pub fn feishu() -> Self {
        Self::literal("https://open.feishu.cn", "https://accounts.feishu.cn")
    }

    /// larksuite.com.
    pub fn lark() -> Self {
        Self::literal(
            "https://open.larksuite.com",
            "https://accounts.larksuite.com",
        )
    }

    /// A stand-in that plays both hosts (the sandbox). Operator configuration only.
    pub fn at(origin: &Url) -> Self {
        Self {
            open: origin.clone(),
            accounts: origin.clone(),
        }
    }

    #[expect(clippy::expect_used, reason = "literals, covered by a test")]
    fn literal(open: &str, accounts: &str) -> Self {
        Self {
            open: Url::parse(open).expect("a literal address"),
            accounts: Url::parse(accounts).expect("a literal address"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_brands_have_their_hosts() {
        assert_eq!(
            Hosts::feishu().accounts.as_str(),
            "https://accounts.feishu.cn/"
        );
        assert_eq!(Hosts::lark().open.as_str(), "https://open.larksuite.com/");
    }
}
