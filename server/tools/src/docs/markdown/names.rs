//! Words of the dialect for Feishu's numbers and names.

/// Colours of letters and borders, from 1.
const COLOURS: &[&str] = &["red", "orange", "yellow", "green", "blue", "purple", "gray"];
/// Colours behind letters, from 1.
const BEHIND: &[&str] = &[
    "light-red",
    "light-orange",
    "light-yellow",
    "light-green",
    "light-blue",
    "light-purple",
    "mid-gray",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "gray",
    "light-gray",
];
/// Backgrounds of callouts, from 1.
const CALLOUTS: &[&str] = &[
    "light-red",
    "light-orange",
    "light-yellow",
    "light-green",
    "light-blue",
    "light-purple",
    "mid-gray",
    "mid-red",
    "mid-orange",
    "mid-yellow",
    "mid-green",
    "mid-blue",
    "mid-purple",
    "gray",
    "light-gray",
];
/// Backgrounds of blocks, with Feishu's names.
const BLOCKS: &[(&str, &str)] = &[
    ("light-gray", "LightGrayBackground"),
    ("light-red", "LightRedBackground"),
    ("light-orange", "LightOrangeBackground"),
    ("light-yellow", "LightYellowBackground"),
    ("light-green", "LightGreenBackground"),
    ("light-blue", "LightBlueBackground"),
    ("light-purple", "LightPurpleBackground"),
    ("pale-gray", "PaleGrayBackground"),
    ("dark-gray", "DarkGrayBackground"),
    ("dark-red", "DarkRedBackground"),
    ("dark-orange", "DarkOrangeBackground"),
    ("dark-yellow", "DarkYellowBackground"),
    ("dark-green", "DarkGreenBackground"),
    ("dark-blue", "DarkBlueBackground"),
    ("dark-purple", "DarkPurpleBackground"),
];
/// Where a block stands, from 1.
const ALIGNS: &[&str] = &["left", "center", "right"];
/// Sites that can be embedded, from 1; three have no name.
const SITES: &[&str] = &[
    "bilibili",
    "xigua",
    "youku",
    "airtable",
    "baidu_map",
    "amap",
    "",
    "figma",
    "modao",
    "canva",
    "codepen",
    "feishu_survey",
    "jinshuju",
];
/// Widgets, with the ids of their types.
const WIDGETS: &[(&str, &str)] = &[
    ("mermaid", MERMAID),
    ("glossary", "blk_604dc919d3c0800173e7963c"),
    ("timeline", "blk_6358a421bca0001c22536e4c"),
    ("catalog_navigation", "blk_637dcc698597401c1a8fd711"),
    ("information_collection", "blk_6358a421bca0001c1ce11f5f"),
    ("countdown", "blk_6358a421bca0001c1ce10709"),
];
/// The widget that draws Mermaid.
pub(super) const MERMAID: &str = "blk_631fefbbae02400430b8f9f4";

fn word(words: &[&'static str], number: u8) -> Option<&'static str> {
    words
        .get(usize::from(number).checked_sub(1)?)
        .copied()
        .filter(|word| !word.is_empty())
}

fn number(words: &[&str], word: &str) -> Option<u8> {
    let word = word.trim().to_ascii_lowercase().replace("grey", "gray");
    let at = words.iter().position(|known| *known == word)?;
    u8::try_from(at + 1).ok().filter(|_| !word.is_empty())
}

pub(super) fn colour_word(colour: u8) -> Option<&'static str> {
    word(COLOURS, colour)
}

pub(super) fn colour(word: &str) -> Option<u8> {
    number(COLOURS, word)
}

pub(super) fn behind_word(colour: u8) -> Option<&'static str> {
    word(BEHIND, colour)
}

pub(super) fn behind(word: &str) -> Option<u8> {
    number(BEHIND, word)
}

pub(super) fn callout_word(colour: u8) -> Option<&'static str> {
    word(CALLOUTS, colour)
}

/// A plain colour means the middle one, which has no other name.
pub(super) fn callout(word: &str) -> Option<u8> {
    number(CALLOUTS, word).or_else(|| number(CALLOUTS, &format!("mid-{word}")))
}

pub(super) fn align_word(align: u8) -> Option<&'static str> {
    word(ALIGNS, align)
}

pub(super) fn align(word: &str) -> Option<u8> {
    number(ALIGNS, &word.replace("centre", "center"))
}

pub(super) fn block_word(name: &str) -> Option<&'static str> {
    BLOCKS
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(word, _)| *word)
}

pub(super) fn block(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase().replace("grey", "gray");
    BLOCKS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, name)| *name)
}

/// The name of a site, or its number.
pub(super) fn site_word(site: i64) -> String {
    u8::try_from(site)
        .ok()
        .and_then(|site| word(SITES, site))
        .map_or_else(|| site.to_string(), str::to_owned)
}

/// The number of a site's name, or of its number.
pub(super) fn site(word: &str) -> Option<u8> {
    let known = number(SITES, word);
    known.or_else(|| word.parse().ok().filter(|site| (1..=15).contains(site)))
}

/// The name of a widget, or the id of its type.
pub(super) fn widget_word(id: &str) -> &str {
    WIDGETS
        .iter()
        .find(|(_, known)| *known == id)
        .map_or(id, |(word, _)| word)
}

/// The id of a widget's type.
pub(super) fn widget(word: &str) -> Option<&str> {
    WIDGETS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, id)| *id)
        .or_else(|| word.starts_with("blk_").then_some(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_word_and_every_word_its_number() {
        for n in 1..=15 {
            assert_eq!(behind(behind_word(n).unwrap()), Some(n));
            assert_eq!(callout(callout_word(n).unwrap()), Some(n));
            assert_eq!(site(&site_word(n.into())), Some(n));
        }
        for n in 1..=7 {
            assert_eq!(colour(colour_word(n).unwrap()), Some(n));
        }
        for n in 1..=3 {
            assert_eq!(align(align_word(n).unwrap()), Some(n));
        }
        for (word, name) in BLOCKS {
            assert_eq!((block(word), block_word(name)), (Some(*name), Some(*word)));
        }
        for (word, id) in WIDGETS {
            assert_eq!((widget(word), widget_word(id)), (Some(*id), *word));
        }
    }

    #[test]
    fn words_that_people_write_are_understood() {
        assert_eq!(colour("Grey"), Some(7));
        assert_eq!(callout("blue"), Some(12));
        assert_eq!(align("centre"), Some(2));
        assert_eq!(
            (colour("pink"), site("0"), behind_word(0)),
            (None, None, None)
        );
        assert_eq!(widget("unheard"), None);
    }
}
