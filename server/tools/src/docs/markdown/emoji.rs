//! Emoji of callouts: Feishu knows them by name, people write them as they look.

use crate::render::clean_line;

/// Characters that callouts are often given, with their names.
const KNOWN: &[(&str, &str)] = &[
    ("📝", "memo"),
    ("💡", "bulb"),
    ("📌", "pushpin"),
    ("⚠", "warning"),
    ("⛔", "no_entry"),
    ("🎁", "gift"),
    ("🎉", "tada"),
    ("🔥", "fire"),
    ("✅", "white_check_mark"),
    ("❌", "x"),
    ("❗", "exclamation"),
    ("❓", "question"),
    ("⭐", "star"),
    ("🌟", "star2"),
    ("✨", "sparkles"),
    ("🚀", "rocket"),
    ("🎯", "dart"),
    ("📢", "loudspeaker"),
    ("📣", "mega"),
    ("🔔", "bell"),
    ("📅", "date"),
    ("📆", "calendar"),
    ("⏰", "alarm_clock"),
    ("⏳", "hourglass_flowing_sand"),
    ("🔒", "lock"),
    ("🔑", "key"),
    ("🔗", "link"),
    ("📎", "paperclip"),
    ("📊", "bar_chart"),
    ("📈", "chart_with_upwards_trend"),
    ("📉", "chart_with_downwards_trend"),
    ("📦", "package"),
    ("📚", "books"),
    ("📖", "book"),
    ("📄", "page_facing_up"),
    ("📁", "file_folder"),
    ("🛠", "hammer_and_wrench"),
    ("🔧", "wrench"),
    ("⚙", "gear"),
    ("🐛", "bug"),
    ("🧪", "test_tube"),
    ("🔍", "mag"),
    ("💬", "speech_balloon"),
    ("💰", "moneybag"),
    ("❤", "heart"),
    ("👍", "thumbsup"),
    ("👎", "thumbsdown"),
    ("👋", "wave"),
    ("👏", "clap"),
    ("🙏", "pray"),
    ("💪", "muscle"),
    ("👀", "eyes"),
    ("🤔", "thinking_face"),
    ("😀", "grinning"),
    ("😄", "smile"),
    ("🏆", "trophy"),
    ("🥇", "first_place_medal"),
    ("🌈", "rainbow"),
    ("☀", "sunny"),
    ("⚡", "zap"),
    ("🚧", "construction"),
    ("🚨", "rotating_light"),
    ("📍", "round_pushpin"),
    ("🔴", "red_circle"),
    ("🟢", "large_green_circle"),
    ("🔵", "large_blue_circle"),
    ("ℹ", "information_source"),
];

/// Feishu's name of an emoji, whether it was written as a name or as it looks. A character that
/// is not known here has no name, and the callout gets none.
pub(super) fn name(written: &str) -> String {
    let bare = written.trim().trim_end_matches('\u{fe0f}');
    if let Some((_, name)) = KNOWN.iter().find(|(look, _)| *look == bare) {
        return (*name).to_owned();
    }
    let named = bare.trim_matches(':');
    if named.is_ascii() {
        clean_line(named, 60)
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_named_however_they_are_written() {
        for written in ["⚠️", "⚠", "warning", ":warning:"] {
            assert_eq!(name(written), "warning");
        }
        assert_eq!((name("🦥"), name("")), (String::new(), String::new()));
    }
}
