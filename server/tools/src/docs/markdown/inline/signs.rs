//! Noncharacters that stand for something while a text is parsed. The cleaning of the input has
//! removed them, so they can mean nothing else.

/// Stands around the number of a line that was taken out before parsing.
pub(in super::super) const MARK: char = '\u{fddf}';
/// Keeps a tag from beginning a block; it is dropped.
pub(in super::super) const GUARD: char = '\u{fdde}';

/// Escaped characters that would mean something to what runs after the parser.
const ESCAPED: [(char, char); 7] = [
    ('*', '\u{fdd0}'),
    ('{', '\u{fdd1}'),
    ('#', '\u{fdd2}'),
    ('[', '\u{fdd3}'),
    (']', '\u{fdd4}'),
    ('@', '\u{fdd5}'),
    (':', '\u{fdd6}'),
];

/// What stands for an escaped character.
pub(in super::super) fn escaped(c: char) -> char {
    ESCAPED
        .iter()
        .find(|(known, _)| *known == c)
        .map_or(c, |(_, sign)| *sign)
}

/// The text with the characters that were meant.
pub(in super::super) fn restore(text: &str) -> String {
    if !text.contains(|c| matches!(c, '\u{fdd0}'..='\u{fdef}')) {
        return text.to_owned();
    }
    text.chars()
        .filter(|c| *c != GUARD)
        .map(|c| {
            ESCAPED
                .iter()
                .find(|(_, sign)| *sign == c)
                .map_or(c, |(known, _)| *known)
        })
        .collect()
}
