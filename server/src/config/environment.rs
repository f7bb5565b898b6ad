//! The bare variables that `dev` understands, from the process and from a `.dev.vars` file.

use std::{collections::BTreeMap, fs, path::Path};

/// Variables of a real Feishu tenant for `dev`.
#[derive(Clone, PartialEq, Eq)]
pub struct RealTenant {
    /// `FEISHU_APP_ID`.
    pub app_id: String,
    /// `FEISHU_APP_SECRET`.
    pub app_secret: String,
    /// `COOKIE_ENCRYPTION_KEY`: the passphrase of the master key.
    pub passphrase: String,
    /// `FEISHU_BRAND` is `lark`.
    pub lark: bool,
}

impl std::fmt::Debug for RealTenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RealTenant")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// Some of the three variables are set, but not all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} missing: set all of FEISHU_APP_ID, FEISHU_APP_SECRET and COOKIE_ENCRYPTION_KEY, or none to use the sandbox", .missing.join(" and "))]
pub struct HalfTenant {
    /// The names that have no value.
    pub missing: Vec<&'static str>,
}

/// Variables of the process, over those of the file.
#[derive(Debug, Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Reads the file (if it is there) and the process environment.
    #[expect(
        clippy::disallowed_methods,
        reason = "the configuration reads the environment"
    )]
    pub fn read(file: &Path) -> Self {
        let mut found = fs::read_to_string(file)
            .map(|text| parse(&text))
            .unwrap_or_default();
        for name in [
            "FEISHU_APP_ID",
            "FEISHU_APP_SECRET",
            "COOKIE_ENCRYPTION_KEY",
            "FEISHU_BRAND",
        ] {
            if let Ok(value) = std::env::var(name) {
                found.insert(name.to_owned(), value);
            }
        }
        Self(found)
    }

    /// The real tenant, if the variables name one.
    pub fn real_tenant(&self) -> Result<Option<RealTenant>, HalfTenant> {
        let value = |name: &str| self.0.get(name).filter(|value| !value.is_empty()).cloned();
        let names = [
            "FEISHU_APP_ID",
            "FEISHU_APP_SECRET",
            "COOKIE_ENCRYPTION_KEY",
        ];
        match names.map(value) {
            [Some(app_id), Some(app_secret), Some(passphrase)] => Ok(Some(RealTenant {
                app_id,
                app_secret,
                passphrase,
                lark: self
                    .0
                    .get("FEISHU_BRAND")
                    .is_some_and(|brand| brand == "lark"),
            })),
            // COOKIE_ENCRYPTION_KEY alone is common in shells; it asks for nothing by itself.
            [None, None, _] => Ok(None),
            values => Err(HalfTenant {
                missing: names
                    .into_iter()
                    .zip(values)
                    .filter_map(|(name, value)| value.is_none().then_some(name))
                    .collect(),
            }),
        }
    }
}

/// The language of the terminal, as the usual variables give it.
#[expect(
    clippy::disallowed_methods,
    reason = "the configuration reads the environment"
)]
pub fn terminal_language() -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// `NAME=value` lines; `#` begins a comment, quotes around a value are taken off.
fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches("export ").split_once('='))
        .map(|(name, value)| {
            let value = value.trim();
            let bare = ['"', '\'']
                .into_iter()
                .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
                .unwrap_or(value);
            (name.trim().to_owned(), bare.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(text: &str) -> Variables {
        Variables(parse(text))
    }

    #[test]
    fn a_complete_file_names_a_real_tenant() {
        let found = variables(
            "# secrets\nFEISHU_APP_ID=cli_1\nFEISHU_APP_SECRET=\"s=1\"\nexport COOKIE_ENCRYPTION_KEY='k'\n",
        );
        let tenant = found.real_tenant().unwrap().unwrap();
        assert_eq!(
            (tenant.app_id.as_str(), tenant.app_secret.as_str()),
            ("cli_1", "s=1")
        );
        assert_eq!(tenant.passphrase, "k");
    }

    #[test]
    fn a_half_tenant_is_refused_by_name() {
        let error = variables("FEISHU_APP_ID=cli_1").real_tenant().unwrap_err();
        assert_eq!(
            error.missing,
            ["FEISHU_APP_SECRET", "COOKIE_ENCRYPTION_KEY"]
        );
    }

    #[test]
    fn nothing_means_the_sandbox() {
        assert_eq!(variables("COOKIE_ENCRYPTION_KEY=x").real_tenant(), Ok(None));
    }
}
