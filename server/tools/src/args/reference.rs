//! References as people and models write them: a link, `kind:TOKEN`, or a bare token.

use model::policy::{Place, PlaceKind};
use url::Url;

use super::kind::Kind;
use crate::{ToolCx, ToolError};

/// A reference that was read but not looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The kind; `None` for a bare token.
    pub(crate) kind: Option<Kind>,
    /// The token, checked to be harmless in a path.
    pub(crate) token: String,
    /// The place in it: a block of a document, from the link's fragment, or the tab of a
    /// spreadsheet, from its query.
    pub(crate) anchor: Option<String>,
    /// A whole wiki space instead of a page; the token is its id.
    pub(crate) space: bool,
}

/// Hosts whose links are understood; the tenant's own host comes on top. Links are never opened:
/// only the token is taken from them.
const HOSTS: [&str; 5] = [
    "feishu.cn",
    "larksuite.com",
    "larkoffice.com",
    "feishu.net",
    "larkenterprise.com",
];

const PATHS: [(&str, Kind); 14] = [
    ("docx", Kind::Docx),
    ("docs", Kind::Doc),
    ("doc", Kind::Doc),
    ("sheets", Kind::Sheet),
    ("sheet", Kind::Sheet),
    ("base", Kind::Base),
    ("bitable", Kind::Base),
    ("wiki", Kind::Wiki),
    ("folder", Kind::Folder),
    ("file", Kind::File),
    ("mindnotes", Kind::Mindnote),
    ("mindnote", Kind::Mindnote),
    ("slides", Kind::Slides),
    ("slide", Kind::Slides),
];

impl Reference {
    pub(crate) fn read(text: &str, cx: &ToolCx) -> Result<Self, ToolError> {
        let own = host_of(&cx.facts.web_host);
        parse(text, own.as_deref()).map_err(|problem| problem.error(text, cx))
    }
}

/// The place that a link or `kind:TOKEN` names, for rules about places. A wiki link names the page.
/// `None` for anything else, and for a bare token: it does not say of which kind it is.
pub fn place_of(text: &str, own_host: Option<&str>) -> Option<Place> {
    let found = parse(text, own_host).ok()?;
    let kind = match found.kind? {
        Kind::Wiki if found.space => PlaceKind::WikiSpace,
        Kind::Wiki => PlaceKind::WikiPage,
        Kind::Folder => PlaceKind::Folder,
        Kind::Base => PlaceKind::Base,
        Kind::Sheet => PlaceKind::Sheet,
        Kind::Docx | Kind::Doc => PlaceKind::Document,
        Kind::File | Kind::Mindnote | Kind::Slides => PlaceKind::File,
    };
    Some(Place::at(kind, found.token))
}

/// A place as [`place_of`] reads it.
pub fn place_ref(place: &Place) -> String {
    let word = match place.kind {
        PlaceKind::WikiSpace => "wiki_space",
        PlaceKind::WikiPage => Kind::Wiki.word(),
        PlaceKind::Folder => Kind::Folder.word(),
        PlaceKind::Base => Kind::Base.word(),
        PlaceKind::Sheet => Kind::Sheet.word(),
        PlaceKind::Document => Kind::Docx.word(),
        PlaceKind::File => Kind::File.word(),
        PlaceKind::Chat => "chat",
    };
    format!("{word}:{}", place.token)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Empty,
    Host,
    Path,
    Token,
}

impl Problem {
    fn error(self, text: &str, cx: &ToolCx) -> ToolError {
        let shown = crate::render::clean_line(text, 80);
        let message = match self {
            Self::Empty => cx.say("the reference is empty", "引用为空").to_owned(),
            Self::Host => format!(
                "{}: {shown}",
                cx.say(
                    "this link does not lead to Feishu or Lark",
                    "该链接不是飞书或 Lark 链接"
                )
            ),
            Self::Path => format!(
                "{}: {shown}",
                cx.say("this link does not name a document", "该链接未指向任何文档")
            ),
            Self::Token => format!(
                "{}: {shown}",
                cx.say(
                    "this is neither a link nor a token",
                    "既不是链接也不是 token"
                )
            ),
        };
        ToolError::invalid(message).with_hint(cx.say(
            "Pass a Feishu link, or a ref such as docx:TOKEN from `search`. Titles are not refs: \
             find them with `search` first.",
            "请传入飞书链接，或 `search` 返回的 docx:TOKEN 形式的引用。标题不能作为引用，请先用 `search` 查找。",
        ))
    }
}

fn host_of(web_host: &str) -> Option<String> {
    let text = if web_host.contains("://") {
        web_host.to_owned()
    } else {
        format!("https://{web_host}")
    };
    Url::parse(&text).ok()?.host_str().map(str::to_owned)
}

fn parse(text: &str, own_host: Option<&str>) -> Result<Reference, Problem> {
    let text = text.trim().trim_matches(['<', '>', '"', '`', '\'']).trim();
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    if text.contains("://") {
        return parse_url(text, own_host);
    }
    // Links are pasted without their scheme, too.
    if let Some((host, _)) = text.split_once('/')
        && host.contains('.')
    {
        return parse_url(&format!("https://{text}"), own_host);
    }
    if let Some((word, token)) = text.split_once(':') {
        let space = word == "wiki_space" || word == "space";
        let kind = if space {
            Some(Kind::Wiki)
        } else {
            Kind::from_word(word)
        };
        return match kind {
            Some(kind) => Ok(Reference {
                kind: Some(kind),
                token: checked(token)?,
                anchor: None,
                space,
            }),
            None => Err(Problem::Token),
        };
    }
    Ok(Reference {
        kind: None,
        token: checked(text).and_then(|token| {
            // A word is a title, not a token.
            if token.len() >= 10 {
                Ok(token)
            } else {
                Err(Problem::Token)
            }
        })?,
        anchor: None,
        space: false,
    })
}

fn parse_url(text: &str, own_host: Option<&str>) -> Result<Reference, Problem> {
    let url = Url::parse(text).map_err(|_| Problem::Token)?;
    let host = url.host_str().ok_or(Problem::Host)?.to_ascii_lowercase();
    let known = Some(host.as_str()) == own_host
        || HOSTS.iter().any(|known| {
            host == *known
                || host
                    .strip_suffix(known)
                    .is_some_and(|sub| sub.ends_with('.'))
        });
    if !known || !matches!(url.scheme(), "http" | "https") {
        return Err(Problem::Host);
    }
    let parts: Vec<&str> = url
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let anchor = url
        .fragment()
        .filter(|fragment| checked(fragment).is_ok() && fragment.len() >= 10)
        .map(str::to_owned)
        .or_else(|| tab_of(&url));
    for (index, part) in parts.iter().enumerate() {
        let Some((_, kind)) = PATHS.iter().find(|(path, _)| path == part) else {
            continue;
        };
        let Some(next) = parts.get(index + 1) else {
            continue;
        };
        if *kind == Kind::Wiki && matches!(*next, "space" | "settings") {
            let token = parts.get(index + 2).ok_or(Problem::Path)?;
            return Ok(Reference {
                kind: Some(Kind::Wiki),
                token: checked(token)?,
                anchor: None,
                space: true,
            });
        }
        if PATHS.iter().any(|(path, _)| path == next) {
            continue;
        }
        return Ok(Reference {
            kind: Some(*kind),
            token: checked(next)?,
            anchor,
            space: false,
        });
    }
    Err(Problem::Path)
}

/// The tab that a link to a spreadsheet names.
fn tab_of(url: &Url) -> Option<String> {
    let (_, tab) = url.query_pairs().find(|(name, _)| name == "sheet")?;
    checked(&tab).ok()
}

fn checked(token: &str) -> Result<String, Problem> {
    let fits = (1..=128).contains(&token.len())
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits {
        Ok(token.to_owned())
    } else {
        Err(Problem::Token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: &str = "doxcnABCDEFGHIJKLMNOPQRSTUV";

    fn read(text: &str) -> Result<(Option<Kind>, String), Problem> {
        parse(text, Some("127.0.0.1")).map(|r| (r.kind, r.token))
    }

    #[test]
    fn references_of_every_form_are_read() {
        let token = T.to_owned();
        for (text, kind) in [
            (format!("https://acme.feishu.cn/docx/{T}"), Some(Kind::Docx)),
            (
                format!("https://acme.larksuite.com/wiki/{T}?from=copylink"),
                Some(Kind::Wiki),
            ),
            (
                format!("<https://x.sg.larksuite.com/base/{T}?table=tblx&view=v>"),
                Some(Kind::Base),
            ),
            (
                format!("https://acme.feishu.cn/drive/folder/{T}"),
                Some(Kind::Folder),
            ),
            (
                format!("https://acme.feishu.cn/space/doc/{T}"),
                Some(Kind::Doc),
            ),
            (
                format!("http://127.0.0.1:9000/sheets/{T}?sheet=abc123"),
                Some(Kind::Sheet),
            ),
            (format!("acme.feishu.cn/docx/{T}"), Some(Kind::Docx)),
            (format!("bitable:{T}"), Some(Kind::Base)),
            (format!(" {T}\n"), None),
        ] {
            assert_eq!(read(&text), Ok((kind, token.clone())), "{text}");
        }
        let with_anchor = parse(&format!("https://a.feishu.cn/docx/{T}#{T}"), None).unwrap();
        assert_eq!(with_anchor.anchor.as_deref(), Some(T));
        let tab = parse(&format!("https://a.feishu.cn/wiki/{T}?sheet=Exp2ns"), None).unwrap();
        assert_eq!(tab.anchor.as_deref(), Some("Exp2ns"));
        let space = parse("https://a.feishu.cn/wiki/space/7300000000000000001", None).unwrap();
        assert!(space.space && space.token == "7300000000000000001");
    }

    #[test]
    fn places_are_written_as_they_are_read() {
        for text in [
            "wiki_space:7300000000000000001",
            "wiki:wikcnABCDEFGHIJ",
            "folder:fldcnABCDEFGHIJ",
            "base:bascnABCDEFGHIJ",
            "sheet:shtcnABCDEFGHIJ",
            "docx:doxcnABCDEFGHIJ",
            "file:boxcnABCDEFGHIJ",
        ] {
            assert_eq!(place_ref(&place_of(text, None).unwrap()), text);
        }
        let link = "https://a.feishu.cn/wiki/space/7300000000000000001";
        let space = Place::at(PlaceKind::WikiSpace, "7300000000000000001");
        assert_eq!(place_of(link, None), Some(space));
        for text in ["fldcnABCDEFGHIJ", "Plans", "https://evil.test/docx/x"] {
            assert_eq!(place_of(text, None), None, "{text}");
        }
    }

    #[test]
    fn foreign_hosts_and_tokens_that_leave_the_path_are_refused() {
        for text in [
            "https://evil.test/docx/doxcnABCDEFGHIJKLMNOPQRSTUV",
            "https://notfeishu.cn/docx/doxcnABCDEFGHIJKLMNOPQRSTUV",
            "https://feishu.cn.evil.test/docx/doxcnABCDEFGHIJKLMNOPQRSTUV",
            "file://a.feishu.cn/docx/doxcnABCDEFGHIJKLMNOPQRSTUV",
        ] {
            assert_eq!(read(text), Err(Problem::Host), "{text}");
        }
        for text in [
            "docx:../../secret",
            "docx:a/b",
            "weekly report",
            "计划",
            "docx:",
            "report",
        ] {
            assert_eq!(read(text), Err(Problem::Token), "{text}");
        }
        assert_eq!(read(""), Err(Problem::Empty));
        assert_eq!(read("https://a.feishu.cn/messenger/"), Err(Problem::Path));
    }
}
