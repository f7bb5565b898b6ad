//! What a browser is called, for people.

/// Marks in a `User-Agent` header, the more telling first: Edge also says Chrome, Chrome also
/// says Safari.
const BROWSERS: &[(&str, &str)] = &[
    ("Lark/", "Lark"),
    ("Feishu/", "Feishu"),
    ("MicroMessenger/", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The same for systems: Android also says Linux, an iPhone also says Mac OS X.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// A short name such as `Chrome · macOS` out of a `User-Agent` header; the beginning of the header
/// itself when nothing in it is known, and `None` when there is none.
pub(crate) fn browser_name(agent: &str) -> Option<String> {
    let find = |marks: &[(&str, &'static str)]| {
        let found = marks.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} · {system}")),
        (Some(name), None) | (None, Some(name)) => Some(name.to_owned()),
        (None, None) => {
            let start: String = crate::clean(agent).chars().take(40).collect();
            (!start.is_empty()).then_some(start)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn a_browser_is_called_as_its_user_calls_it() {
        let chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 \
                      (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                    Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 \
                     (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1";
        for (agent, name) in [
            (chrome, "Chrome · macOS"),
            (edge, "Edge · Windows"),
            (phone, "Safari · iPhone"),
            ("curl/8.9", "curl/8.9"),
        ] {
            assert_eq!(browser_name(agent).as_deref(), Some(name));
        }
        assert_eq!(browser_name(""), None);
    }
}
