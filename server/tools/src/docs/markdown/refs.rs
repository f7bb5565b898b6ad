//! Targets of mentions: documents and reminders.

use feishu::api::docx::Reminder;
use jiff::Timestamp;

/// Feishu's number, the word of `word:TOKEN`, further words, and the path of its pages.
const KINDS: &[(i64, &str, &[&str], &str)] = &[
    (22, "docx", &[], "docx"),
    (16, "wiki", &[], "wiki"),
    (3, "sheet", &["sheets"], "sheets"),
    (8, "base", &["bitable"], "base"),
    (1, "doc", &[], "docs"),
    (11, "mindnote", &["mindnotes"], "mindnotes"),
    (12, "file", &[], "file"),
    (15, "slides", &["slide"], "slides"),
];

/// The word of a kind; of an unknown one, that of documents.
pub(super) fn word(kind: i64) -> &'static str {
    KINDS
        .iter()
        .find(|(number, ..)| *number == kind)
        .map_or("docx", |(_, word, ..)| word)
}

/// The kind and token of `word:TOKEN` or of an address, and the address.
pub(super) fn read(target: &str) -> Option<(i64, String, String)> {
    if let Some((kind, token)) = of_url(target) {
        return Some((kind, token.to_owned(), target.to_owned()));
    }
    let (word, token) = target.split_once(':')?;
    let (kind, ..) = KINDS
        .iter()
        .find(|(_, known, others, _)| *known == word || others.contains(&word))?;
    is_token(token).then(|| (*kind, token.to_owned(), String::new()))
}

/// The kind and token in the address of a document of Feishu.
pub(super) fn of_url(url: &str) -> Option<(i64, &str)> {
    let rest = url.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    let known = ["feishu.cn", "larksuite.com", "larkoffice.com", "feishu.net"]
        .iter()
        .any(|domain| {
            host.strip_suffix(domain)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        });
    let (kind, rest) = path.split_once('/')?;
    let token = rest
        .split(['?', '#', '/'])
        .next()
        .filter(|token| known && is_token(token))?;
    let (number, ..) = KINDS.iter().find(|(.., page)| *page == kind)?;
    Some((*number, token))
}

fn is_token(token: &str) -> bool {
    (8..=64).contains(&token.len())
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// `reminder:TIME?notify=TIME&by=PERSON&day`.
pub(super) fn print_reminder(reminder: &Reminder) -> String {
    let mut target = format!("reminder:{}", print_time(reminder.expire_time));
    let mut next = '?';
    let mut more = |text: String| {
        target.push(next);
        target.push_str(&text);
        next = '&';
    };
    if reminder.notify_time != reminder.expire_time {
        more(format!("notify={}", print_time(reminder.notify_time)));
    }
    if !reminder.create_user_id.is_empty() {
        more(format!("by={}", reminder.create_user_id));
    }
    if reminder.is_whole_day == Some(true) {
        more("day".to_owned());
    }
    target
}

/// What stands behind `reminder:`. `None` without a time or a person, whom Feishu asks for.
pub(super) fn read_reminder(rest: &str) -> Option<Reminder> {
    let (due, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let expire_time = read_time(due)?;
    let mut reminder = Reminder {
        expire_time,
        notify_time: expire_time,
        ..Reminder::default()
    };
    for field in fields.split('&').filter(|field| !field.is_empty()) {
        match field.split_once('=') {
            Some(("notify", time)) => reminder.notify_time = read_time(time)?,
            Some(("by", person)) if super::inline::is_open_id(person) => {
                person.clone_into(&mut reminder.create_user_id);
            }
            None if field == "day" => reminder.is_whole_day = Some(true),
            _ => return None,
        }
    }
    (!reminder.create_user_id.is_empty()).then_some(reminder)
}

/// ISO 8601 in UTC; a number stays one when it is no time.
fn print_time(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| at.to_string())
}

fn read_time(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    text.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_word_and_by_address() {
        let url = "https://acme.feishu.cn/wiki/AbCdEfGhIjKl?from=x";
        assert_eq!(of_url(url), Some((16, "AbCdEfGhIjKl")));
        assert_eq!(
            read("base:AbCdEfGhIjKl"),
            Some((8, "AbCdEfGhIjKl".to_owned(), String::new()))
        );
        for other in [
            "https://evil.test/docx/AbCdEfGhIjKl",
            "https://notfeishu.cn/docx/AbCdEfGhIjKl",
            "https://acme.feishu.cn/admin/AbCdEfGhIjKl",
            "docx:../../x",
            "pdf:AbCdEfGhIjKl",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        for (kind, name, ..) in KINDS {
            assert_eq!(word(*kind), *name);
        }
    }

    #[test]
    fn reminders_are_read_as_they_are_printed() {
        let reminder = Reminder {
            create_user_id: "ou_ann12345".to_owned(),
            expire_time: 1_795_413_900_000,
            notify_time: 1_795_412_100_000,
            is_whole_day: Some(true),
            ..Reminder::default()
        };
        let printed = print_reminder(&reminder);
        assert_eq!(
            printed,
            "reminder:2026-11-23T06:05:00Z?notify=2026-11-23T05:35:00Z&by=ou_ann12345&day"
        );
        assert_eq!(read_reminder(&printed[9..]), Some(reminder));
        let zoned = read_reminder("2026-11-23T14:05+08:00?by=ou_ann12345").unwrap();
        assert_eq!(zoned.expire_time, 1_795_413_900_000);
        assert_eq!(read_reminder("2026-11-23T14:05+08:00"), None);
        assert_eq!(read_reminder("soon?by=ou_ann12345"), None);
    }
}
