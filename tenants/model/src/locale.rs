//! The two languages of every text.

use serde::{Deserialize, Serialize};

/// A language of the platform's texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Simplified Chinese (zh-CN).
    Zh,
}

impl Locale {
    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// Picks one of two texts.
    pub const fn pick<T: Copy>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// Reads one tag such as `zh`, `zh-CN` or `zh_CN.UTF-8`; `None` for other languages.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_', '.', ';']).next().unwrap_or_default();
        match language.trim().to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Reads an `Accept-Language` header (RFC 9110, section 12.5.4): the known language with the
    /// highest weight, the first one on a tie.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in header.split(',') {
            let mut fields = part.split(';');
            let Some(locale) = fields.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = fields
                .find_map(|field| field.trim().strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_follows_the_weights() {
        let read = Locale::from_accept_language;
        assert_eq!(read("zh-CN,zh;q=0.9,en;q=0.8"), Some(Locale::Zh));
        assert_eq!(read("fr, en;q=0.3, zh;q=0.7"), Some(Locale::Zh));
        assert_eq!(read("en-GB, zh"), Some(Locale::En));
        assert_eq!(read("de"), None);
        assert_eq!(read("zh;q=0, en;q=0.1"), Some(Locale::En));
    }
}
