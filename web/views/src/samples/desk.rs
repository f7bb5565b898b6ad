//! Example values of the settings and of what becomes of the data.

use super::{HOUR, NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError, Shell,
    console::{
        Tab,
        data::{DataPage, Ending, GiveUpFault},
        settings::{RateForm, SettingsPage, UsedNow},
    },
    erasure::{ErasurePage, ErasureStage, KeptRow},
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
    let data = DataPage {
        console: shell(lang, names, Tab::Settings),
        slug: "acme".to_owned(),
        members: 214,
        connections: 391,
        entries: 1_204_118,
        statements: 7,
        held: false,
        ending: None,
        link: None,
        fault: None,
        now: NOW,
    };
    let held = DataPage {
        held: true,
        fault: Some(GiveUpFault::Held),
        ..data.clone()
    };
    let ending = DataPage {
        ending: Some(Ending {
            due: Moment(NOW.0 + 7 * 24 * HOUR),
            by: names.person.clone(),
        }),
        link: Some("https://mcp.example.com/erasure/fmln_sample".to_owned()),
        ..data.clone()
    };
    let waiting = ErasurePage {
        shell: Shell::at(lang, "/erasure/x"),
        stage: ErasureStage::Waiting {
            due: Moment(NOW.0 + 3 * 24 * HOUR),
            begun: false,
        },
        now: NOW,
    };
    let gone = ErasurePage {
        stage: ErasureStage::Done {
            name: names.organisation.clone(),
            at: Moment(NOW.0 - HOUR),
            until: Moment(NOW.0 + 90 * 24 * HOUR),
            rows: 1_231_004,
            kept: vec![KeptRow {
                count: 8,
                until: Moment(NOW.0 + 3_650 * 24 * HOUR),
            }],
            key: "8f3b".repeat(16),
            file: "/erasure/fmln_sample/receipt".to_owned(),
        },
        ..waiting.clone()
    };
    vec![
        ("console-data", data.render()),
        ("console-data-held", held.render()),
        ("console-data-ending", ending.render()),
        ("erasure-waiting", waiting.render()),
        ("erasure-done", gone.render()),
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
