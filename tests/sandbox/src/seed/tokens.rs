//! Tokens of the demo content. They never change, so links in tests and handbooks stay good.

/// A warm welcome for newcomers: callout, columns, to-dos, mentions. Everybody in the tenant may read it.
pub const WELCOME_DOC: &str = "wk59pfKL0jFi2YYvLBpEGbpRuHr";
/// Quarterly objectives of the platform group.
pub const OKR_DOC: &str = "zDSVdqUC8DwRDe03wkPM15uelHu";
/// The newest weekly minutes.
pub const MINUTES_DOC: &str = "oUzaZhX4lp4aZuDig1ohQTTIDVr";
/// The minutes of the week before.
pub const LAST_MINUTES_DOC: &str = "wynFzWrjHYJ5pZsjXKkiV6ik652";
/// English guidelines with code, tables and formulas.
pub const API_DOC: &str = "ZfrytORAzb3do7gwiqTuLMos6ec";
/// Onboarding guide.
pub const ONBOARDING_DOC: &str = "jsro5K0a8uCI0QrHsbhPVKtsoSQ";
/// English release plan; carries an open, anchored comment with replies.
pub const RELEASE_DOC: &str = "63hVZL8ibTpNrnBZOC51fEOGDVB";
/// Incident review; carries a solved comment.
pub const INCIDENT_DOC: &str = "ZdP8MfMqP5ZVQymTRB1UVzWNzUd";
/// A handbook of far more than 250 blocks.
pub const LONG_DOC: &str = "mJjXYzllkCGtaogsF9UIH4VMUgm";
/// Thirty sections of everyday length, with tables, pictures, to-dos and comments.
pub const STRATEGY_DOC: &str = "pR4dStr8tGy2027ThrtySctnsQa";
/// The administrator's own; everybody else is refused.
pub const PRIVATE_DOC: &str = "gkaUwFPtBMrShDrxFR8Nbnxyk7g";
/// In the trash.
pub const DELETED_DOC: &str = "H5qHY50b7p6NlSBwSxajkIL8kRK";
/// Everybody in the tenant may change it.
pub const INTERVIEWS_DOC: &str = "3qci33JoQW5lOvfQXTPUpZnp3mZ";
/// The employee's own, shared with the developer.
pub const BUDGET_DOC: &str = "tTPCQPYz9nFuL36OHKJxrs4asFZ";
/// The developer's own.
pub const RESEARCH_DOC: &str = "GuovM0hNco3v3XKHtoA1BffhIcV";
/// Owned by the app itself, shared with the administrator and the developer.
pub const APP_DOC: &str = "1jTCDmOcKCxsuYqbIaxQOZazDYH";
/// Folder of the whole team.
pub const TEAM_FOLDER: &str = "5o7NBNCtiShvCqxpqJwjqH3QB38";
/// Folder of minutes, inside the team's.
pub const MINUTES_FOLDER: &str = "jZFQFb8MeFqsE8TFsGaVa2Sgtsy";
/// Folder of projects, inside the team's.
pub const PROJECT_FOLDER: &str = "QdFRcS6sIqDpWvHc6zZ8OxKs0AP";
/// A spreadsheet.
pub const SHEET: &str = "CIWu1nsL25NpkPLLOayiGSCkZGP";
/// A base.
pub const BASE: &str = "11Ah6MmapiBA9ioqd1630cuRcra";
/// The first table of the base.
pub const TABLE: &str = "tblQk3sVn8Jx2LmA";
/// The engineering wiki.
pub const WIKI_SPACE: &str = "7034502641455497244";
/// A wiki that only the administrator sees.
pub const HR_SPACE: &str = "7034502641455497301";
/// First page of the engineering wiki.
pub const WIKI_NODE: &str = "pD88AM4FvuPB5cukr87XpKUMiK3";
/// The document that the first page shows.
pub const WIKI_HOME_DOC: &str = "WfqSvfoS3cFyLCDGdS25SpDDtEY";
/// A page below the first one.
pub const WIKI_DB_NODE: &str = "ZlP1F4wdEkSOM9Z3VgC87QfROwY";
/// The document that it shows.
pub const WIKI_DB_DOC: &str = "lYGDERBtzbw4NzRk6SyqSUneT1I";
/// A page of the administrator's wiki.
pub const HR_NODE: &str = "76LmxOUVbw8j5vCD4IFAV4qRLbB";
/// A document of the second tenant.
pub const OTHER_DOC: &str = "5SbqWQGtvT4qX5wyiVhSECeG6nX";
/// Another one.
pub const OTHER_PLAN_DOC: &str = "snlCR17JDFbq3PtCkJtW0t9DLC4";

/// The document shown by the page about architecture.
pub(crate) const WIKI_ARCH_DOC: &str = "GkACN26CdbBYy7PIeCZ80X5UwhQ";
pub(crate) const WIKI_ONCALL_DOC: &str = "xr1U8G1YPkm9oE1mqH4nMwi1yXn";
pub(crate) const WIKI_FAQ_DOC: &str = "oKwFT1k6Ig3TtWzK7BCCTmfYw8d";
pub(crate) const HR_DOC: &str = "M1XhGkK7GWXiBzKjPrl4SqY17nT";
pub(crate) const WIKI_SHEET: &str = "eis6ENvn5x4ndCE7wbVIZUoaR7Y";
pub(crate) const WIKI_BASE: &str = "uAfNyvkWqZPlucADt2RiHeHVlLB";
