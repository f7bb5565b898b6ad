//! Callouts: the five with a word of their own, and all others.

/// The look of a callout. Colours are Feishu's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Callout {
    /// Feishu's name of the emoji; empty for none.
    pub(crate) emoji: String,
    /// 1 to 15.
    pub(crate) background: Option<u8>,
    /// 1 to 7.
    pub(crate) border: Option<u8>,
    /// 1 to 7.
    pub(crate) text: Option<u8>,
}

/// A word, Feishu's emoji name, and the colour of background and border.
type Preset = (&'static str, &'static str, u8);

/// `> [!WORD]`: blue, green, purple, orange, red.
const PRESETS: [Preset; 5] = [
    ("NOTE", "memo", 5),
    ("TIP", "bulb", 4),
    ("IMPORTANT", "pushpin", 6),
    ("WARNING", "warning", 2),
    ("CAUTION", "no_entry", 1),
];

impl Callout {
    /// The callout of a word.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let (_, emoji, colour) = PRESETS.iter().find(|(known, _, _)| *known == word)?;
        Some(Self {
            emoji: (*emoji).to_owned(),
            background: Some(*colour),
            border: Some(*colour),
            text: None,
        })
    }

    /// The word in `> [!WORD]`, of a callout that looks exactly so.
    pub(crate) fn word(&self) -> Option<&'static str> {
        PRESETS
            .iter()
            .map(|(word, _, _)| *word)
            .find(|word| Self::of_word(word).as_ref() == Some(self))
    }
}
