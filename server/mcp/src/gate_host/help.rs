//! The pages of `help`, as resources: `feishu://help/{topic}`.

use model::Locale;
use serde_json::{Value, json};

const PREFIX: &str = "feishu://help/";

/// The topics.
pub(super) fn topics() -> impl Iterator<Item = &'static str> {
    tools::help_topics()
}

/// The list.
pub(super) fn resources(locale: Locale) -> Vec<Value> {
    topics()
        .map(|topic| {
            json!({
                "uri": format!("{PREFIX}{topic}"),
                "name": format!("help-{topic}"),
                "title": format!("{}: {topic}", locale.pick("Help", "帮助")),
                "description": locale.pick(
                    "A short page about using the Feishu tools.",
                    "关于飞书工具用法的简短说明。",
                ),
                "mimeType": "text/markdown",
            })
        })
        .collect()
}

/// One page.
pub(super) fn read(uri: &str, locale: Locale) -> Option<Vec<Value>> {
    let page = tools::help_page(uri.strip_prefix(PREFIX)?, locale)?;
    Some(vec![
        json!({ "uri": uri, "mimeType": "text/markdown", "text": page }),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_page_can_be_read_in_both_languages_and_nothing_else() {
        for locale in [Locale::En, Locale::Zh] {
            for entry in resources(locale) {
                let uri = entry["uri"].as_str().unwrap();
                assert!(read(uri, locale).is_some(), "{uri}");
            }
        }
        assert_eq!(read("feishu://help/../secret", Locale::En), None);
        assert_eq!(read("file:///etc/passwd", Locale::En), None);
    }
}
