//! Which events begin which rules.

use serde_json::json;

use super::*;
use crate::Timestamp;

fn record(table: &str, change: RecordChange) -> Happening {
    Happening {
        id: "e1".to_owned(),
        kind: Kind::Record,
        place: "bascn1".to_owned(),
        table: table.to_owned(),
        change: Some(change),
        data: json!({}),
        at: Timestamp::from_millis(0),
        by_person: true,
    }
}

fn watching(table: &str, on: &[RecordChange]) -> Trigger {
    Trigger::Record {
        base: "bascn1".to_owned(),
        table: table.to_owned(),
        on: on.to_vec(),
    }
}

#[test]
fn a_record_trigger_takes_its_own_table_and_changes_only() {
    let created = record("tbl1", RecordChange::Created);
    assert!(watching("tbl1", &[]).takes(&created));
    assert!(watching("", &[RecordChange::Created]).takes(&created));
    assert!(!watching("tbl2", &[]).takes(&created));
    assert!(!watching("tbl1", &[RecordChange::Deleted]).takes(&created));
    let elsewhere = Happening {
        place: "bascn2".to_owned(),
        ..created.clone()
    };
    assert!(!watching("tbl1", &[]).takes(&elsewhere));
    let edited = Trigger::Edited {
        token: "bascn1".to_owned(),
    };
    assert!(!edited.takes(&created), "a kind is not another");
}

#[test]
fn names_are_read_back() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
    }
    for state in RunState::ALL {
        assert_eq!(RunState::from_name(state.name()), Some(state));
    }
    for change in RecordChange::ALL {
        assert_eq!(RecordChange::from_name(change.name()), Some(change));
    }
}

#[test]
fn a_definition_is_read_back() {
    let definition = Definition {
        trigger: watching("tbl1", &[RecordChange::Changed]),
        condition: "event.change == 'changed'".to_owned(),
        steps: vec![Step {
            tool: "send_message".to_owned(),
            arguments: Map::from_iter([("text".to_owned(), json!("{{ event.id }}"))]),
            when: String::new(),
        }],
        role: Role::EndUser,
        per_minute: 60,
    };
    let text = serde_json::to_string(&definition).expect("JSON");
    let back: Definition = serde_json::from_str(&text).expect("a definition");
    assert_eq!(back, definition);
    let unknown = json!({"tool": "x", "argument": {}});
    assert!(serde_json::from_value::<Step>(unknown).is_err());
}
