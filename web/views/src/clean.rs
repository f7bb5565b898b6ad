//! Names that strangers chose, made safe to show.

/// The longest name shown, in characters.
const MAX_CHARS: usize = 80;

/// The longest text shown, in characters.
const MAX_TEXT_CHARS: usize = 1000;

/// Removes what could make a foreign name look like something else: control characters, bidi
/// overrides and isolates, zero-width and other invisible characters, line breaks. Runs of
/// whitespace become one space; long names are cut.
///
/// HTML is not escaped here: the templates do that.
pub fn clean(name: &str) -> String {
    cleaned(name, MAX_CHARS)
}

/// The same for a longer text, such as a message of Feishu.
pub fn clean_text(text: &str) -> String {
    cleaned(text, MAX_TEXT_CHARS)
}

/// What somebody wrote, to be shown or written on: whole and with its lines, without the signs
/// that deceive.
pub fn clean_lines(text: &str) -> String {
    let kept = |c: &char| matches!(c, '\n' | '\t') || !is_deceptive(*c);
    text.chars().filter(kept).collect()
}

fn cleaned(name: &str, max: usize) -> String {
    let mut shown = String::with_capacity(name.len().min(max * 4));
    let mut count = 0;
    let mut gap = false;
    for c in name
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
    {
        if c == ' ' {
            gap = count > 0;
            continue;
        }
        if is_deceptive(c) {
            continue;
        }
        if count >= max {
            shown.push('…');
            break;
        }
        if gap {
            shown.push(' ');
            count += 1;
            gap = false;
        }
        shown.push(c);
        count += 1;
    }
    shown
}

fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}'                  // soft hyphen
            | '\u{034F}'                // combining grapheme joiner
            | '\u{061C}'                // Arabic letter mark
            | '\u{115F}' | '\u{1160}'   // Hangul fillers
            | '\u{17B4}' | '\u{17B5}'   // Khmer inherent vowels
            | '\u{180B}'..='\u{180F}'   // Mongolian selectors
            | '\u{200B}'..='\u{200F}'   // zero width, direction marks
            | '\u{2028}'..='\u{202E}'   // separators, embeddings and overrides
            | '\u{2060}'..='\u{206F}'   // joiners, isolates, deprecated format characters
            | '\u{3164}' | '\u{FFA0}'   // Hangul fillers
            | '\u{FE00}'..='\u{FE0F}'   // variation selectors
            | '\u{FEFF}'                // byte order mark
            | '\u{FFF0}'..='\u{FFFD}'   // specials
            | '\u{E000}'..='\u{F8FF}'   // private use
            | '\u{E0000}'..='\u{E0FFF}' // tags
            | '\u{F0000}'..='\u{10FFFF}' // private use planes
        )
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_was_written_stays_whole_but_for_signs_that_deceive() {
        let long = "x".repeat(3_000);
        assert_eq!(super::clean_lines(&long), long);
        assert_eq!(super::clean_lines("a  b\n\tc\u{202E}\u{7}"), "a  b\n\tc");
    }

    #[test]
    fn bidi_and_invisible_characters_leave_a_name() {
        assert_eq!(clean("Cur\u{202E}sor\u{2066}\u{200B}"), "Cursor");
        assert_eq!(clean("a\u{0}b\u{7}c\u{FEFF}"), "abc");
    }

    #[test]
    fn white_space_cannot_push_text_out_of_sight() {
        assert_eq!(
            clean("  Claude \n\n\t (verified)\u{3000} "),
            "Claude (verified)"
        );
    }

    #[test]
    fn ordinary_names_of_both_languages_stay() {
        assert_eq!(clean("飞书助手 · Café"), "飞书助手 · Café");
    }

    #[test]
    fn a_long_name_is_cut() {
        let shown = clean(&"长".repeat(500));
        assert_eq!(shown.chars().count(), 81);
        assert!(shown.ends_with('…'));
    }
}
