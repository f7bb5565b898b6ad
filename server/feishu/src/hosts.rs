//! Where the open platform is.

use url::Url;

use crate::app_check::Region;

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

    /// What a stand-in plays for one brand: feishu.cn at its origin, larksuite.com below `/lark`.
    pub fn stand_in(origin: &Url, region: Region) -> Self {
        let mut place = origin.clone();
        if region == Region::Lark {
            place.set_path("/lark");
        }
        Self::at(&place)
    }

    /// Where people sign in (Feishu documentation, "Obtain an authorization code"); `None` when
    /// the configured address cannot carry a path.
    pub fn authorize_page(&self) -> Option<Url> {
        let accounts = self.accounts.as_str().trim_end_matches('/');
        Url::parse(&format!("{accounts}/open-apis/authen/v1/authorize")).ok()
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
        let origin = Url::parse("http://127.0.0.1:1").unwrap();
        let page = |region| Hosts::stand_in(&origin, region).authorize_page().unwrap();
        let path = "/open-apis/authen/v1/authorize";
        assert_eq!(page(Region::Feishu).path(), path);
        assert_eq!(page(Region::Lark).path(), format!("/lark{path}"));
    }
}
