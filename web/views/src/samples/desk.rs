//! Example values of the settings, the operator's and the developer's pages.

use super::{HOUR, NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError,
    console::{
        Tab,
        settings::{RateForm, SettingsPage, UsedNow},
    },
};

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    let usual = settings(lang, names);
    let refused = SettingsPage {
        name_fault: true,
        name: String::new(),
        rate_faults: [true, false, false, true],
        may_erase: false,
        ..usual.clone()
    };
    vec![
        ("console-settings", usual.render()),
        ("console-settings-faults", refused.render()),
    ]
}

fn settings(lang: Lang, names: &Names) -> SettingsPage {
    let rates = |numbers: [u32; 4]| RateForm(numbers.map(|number| number.to_string()));
    SettingsPage {
        console: shell(lang, names, Tab::Settings),
        name: names.organisation.clone(),
        zh: true,
        seen: (names.organisation.clone(), true),
        slug: "acme".to_owned(),
        brand: lang.pick("Feishu", "飞书").to_owned(),
        made: Moment(NOW.0 - 40 * 24 * HOUR),
        name_fault: false,
        rates: rates([10, 60, 300, 1_800]),
        fastest: rates([30, 180, 900, 5_400]),
        rate_faults: [false; 4],
        plan: "team",
        used: UsedNow {
            minute: (38, false),
            busiest: 9,
            refused: (200, true),
        },
        may_erase: true,
        now: NOW,
    }
}
