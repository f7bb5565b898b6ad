//! Pictures, files and diagrams: what a block shows, and where its bytes are to come from.

/// Where the bytes of a picture or file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// In Feishu, under this token; empty for a block that was never filled.
    Media(String),
    /// On the web.
    Url(String),
    /// On the user's computer; the answer gives a link that takes it.
    Upload(String),
    /// In the text itself: the whole `data:` address.
    Data(String),
}

impl Source {
    /// Reads `media:TOKEN`, `upload:NAME`, `data:…` and web addresses.
    pub(crate) fn read(target: &str) -> Option<Self> {
        let head = |scheme: &str| {
            target
                .get(..scheme.len())
                .filter(|head| head.eq_ignore_ascii_case(scheme))
                .and_then(|_| target.get(scheme.len()..))
        };
        if let Some(token) = head("media:") {
            let fits = token.len() <= 200
                && token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
            return fits.then(|| Self::Media(token.to_owned()));
        }
        if let Some(name) = head("upload:") {
            return (!name.is_empty()).then(|| Self::Upload(name.to_owned()));
        }
        if head("data:").is_some() {
            return Some(Self::Data(target.to_owned()));
        }
        (head("https://").or_else(|| head("http://")))
            .filter(|rest| !rest.is_empty())
            .map(|_| Self::Url(target.to_owned()))
    }

    /// The address that [`Self::read`] reads.
    pub(crate) fn target(&self) -> String {
        match self {
            Self::Media(token) => format!("media:{token}"),
            Self::Upload(name) => format!("upload:{name}"),
            Self::Url(url) | Self::Data(url) => url.clone(),
        }
    }
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) source: Source,
    /// The words in the square brackets, which Feishu shows as its caption.
    pub(crate) caption: String,
    /// Pixels, when known.
    pub(crate) size: Option<(u32, u32)>,
    /// 1 left, 2 centre, 3 right; centre when not said.
    pub(crate) align: Option<u8>,
    /// Shown size in percent of the own one, when it is not all of it.
    pub(crate) scale: Option<u32>,
}

/// A file inside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) source: Source,
    pub(crate) name: String,
    /// Shown as a preview rather than a card.
    pub(crate) preview: bool,
}

/// The language of a diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    Mermaid,
    PlantUml,
}

impl Syntax {
    /// The word after the fence.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Mermaid => "mermaid",
            Self::PlantUml => "plantuml",
        }
    }

    /// The syntax of a word after a fence.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "mermaid" => Some(Self::Mermaid),
            "plantuml" | "puml" => Some(Self::PlantUml),
            _ => None,
        }
    }
}

/// A board that is to be drawn from a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagram {
    pub(crate) syntax: Syntax,
    pub(crate) code: String,
}
