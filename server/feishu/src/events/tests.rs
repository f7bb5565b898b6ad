//! Everything that a stranger could change in a request, one thing at a time.

use aes::Aes256;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _, block_padding::Pkcs7};
use serde_json::json;

use super::*;

const NOW: i64 = 1_700_000_000_000;
const WHOSE: Addressee<'_> = Addressee {
    app_id: "cli_own",
    tenant_key: Some("t_own"),
};

fn keys() -> EventKeys {
    EventKeys::new("encrypt key", "token")
}

fn encrypt(key: &str, plain: &str) -> String {
    let key: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let iv = [7_u8; 16];
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
    let mut room = plain.as_bytes().to_vec();
    room.resize(plain.len() + 16, 0);
    let sealed = cipher
        .encrypt_padded::<Pkcs7>(&mut room, plain.len())
        .unwrap();
    STANDARD.encode([&iv[..], sealed].concat())
}

/// A request as Feishu makes it.
#[derive(Clone)]
struct Letter {
    timestamp: String,
    nonce: String,
    signature: String,
    body: Vec<u8>,
}

impl Letter {
    fn new(key: &str, plain: &Value) -> Self {
        let body = json!({ "encrypt": encrypt(key, &plain.to_string()) }).to_string();
        Self {
            timestamp: (NOW / 1000).to_string(),
            nonce: "nonce".to_owned(),
            signature: String::new(),
            body: body.into_bytes(),
        }
    }

    fn knock(&self) -> Knock<'_> {
        Knock {
            timestamp: &self.timestamp,
            nonce: &self.nonce,
            signature: &self.signature,
            body: &self.body,
        }
    }

    fn signed(mut self, key: &str) -> Self {
        self.signature = EventKeys::new(key, "").signature(&self.knock());
        self
    }

    fn open(&self) -> Result<Knocked, Refusal> {
        open(&[keys()], &WHOSE, &self.knock(), NOW)
    }
}

fn header() -> Value {
    json!({
        "event_id": "e1", "event_type": "contact.user.deleted_v3", "token": "token",
        "create_time": "1699999999000", "app_id": "cli_own", "tenant_key": "t_own",
    })
}

fn event(header: &Value) -> Value {
    json!({ "schema": "2.0", "header": header, "event": { "object": { "open_id": "ou_1" } } })
}

fn sent(header: &Value) -> Letter {
    Letter::new("encrypt key", &event(header)).signed("encrypt key")
}

#[test]
fn a_signed_event_is_taken() {
    let Ok(Knocked::Event(event)) = sent(&header()).open() else {
        panic!("taken");
    };
    assert_eq!((event.id.as_str(), event.at_ms), ("e1", Some(NOW - 1000)));
    let open_id = "ou_1".to_owned();
    let gone = Some(Gone::Left);
    assert_eq!(event.notice(), Notice::Person { open_id, gone });
}

#[test]
fn the_older_schema_is_read_too() {
    let plain = json!({
        "ts": "1699999999.123", "uuid": "e2", "token": "token", "type": "event_callback",
        "event": { "type": "app_status_change", "app_id": "cli_own", "tenant_key": "t_own" },
    });
    let letter = Letter::new("encrypt key", &plain).signed("encrypt key");
    let Ok(Knocked::Event(event)) = letter.open() else {
        panic!("taken");
    };
    assert_eq!((event.id.as_str(), event.at_ms), ("e2", Some(NOW - 1000)));
    assert_eq!(event.notice(), Notice::App);
}

#[test]
fn nothing_of_a_signed_request_can_be_changed() {
    let good = sent(&header());
    for place in 0..good.body.len() {
        let mut letter = good.clone();
        letter.body[place] ^= 1;
        let refused = letter.open().unwrap_err();
        let known = [Refusal::Signature, Refusal::Unreadable, Refusal::InTheClear];
        assert!(known.contains(&refused), "{place}: {refused:?}");
    }
    let changed = |change: fn(&mut Letter)| {
        let mut letter = good.clone();
        change(&mut letter);
        letter.open().unwrap_err()
    };
    let wrong = Refusal::Signature;
    assert_eq!(changed(|one| one.timestamp.push('0')), wrong);
    assert_eq!(changed(|one| one.nonce.clear()), wrong);
    assert_eq!(changed(|one| one.signature.replace_range(..1, "g")), wrong);
    assert_eq!(changed(|one| one.signature.truncate(63)), wrong);
    assert_eq!(changed(|one| one.signature.make_ascii_uppercase()), wrong);
    assert_eq!(changed(|one| one.signature.clear()), Refusal::Unsigned);
}

#[test]
fn what_another_key_signed_or_sealed_is_refused() {
    let plain = event(&header());
    let signed = Letter::new("encrypt key", &plain).signed("another key");
    assert_eq!(signed.open(), Err(Refusal::Signature));
    let both = Letter::new("another key", &plain).signed("another key");
    assert_eq!(both.open(), Err(Refusal::Signature));
    let sealed = Letter::new("another key", &plain).signed("encrypt key");
    let refused = sealed.open().unwrap_err();
    assert!(matches!(refused, Refusal::Sealed | Refusal::Unreadable));
    // The signature does not mark where its parts end, so the parts are not taken from each other.
    let mut shifted = sent(&header());
    shifted.nonce.insert_str(0, &shifted.timestamp.split_off(9));
    assert_eq!(shifted.open(), Err(Refusal::Stale));
}

#[test]
fn the_key_before_is_good_while_it_is_kept() {
    let letter = sent(&header());
    let new = EventKeys::new("new key", "token");
    let opened = |keys: &[EventKeys]| open(keys, &WHOSE, &letter.knock(), NOW);
    assert!(opened(&[new.clone(), keys()]).is_ok());
    assert_eq!(opened(&[new]), Err(Refusal::Signature));
    assert_eq!(opened(&[]), Err(Refusal::Signature));
}

#[test]
fn old_and_future_requests_are_refused() {
    let letter = sent(&header());
    let window = i64::try_from(WINDOW.as_millis()).unwrap();
    let at = |now| open(&[keys()], &WHOSE, &letter.knock(), now);
    assert!(at(NOW + window).is_ok() && at(NOW - window).is_ok());
    assert_eq!(at(NOW + window + 1), Err(Refusal::Stale));
    assert_eq!(at(NOW - window - 1), Err(Refusal::Stale));
    for timestamp in [
        "",
        "now",
        "-",
        "99999999999999999999",
        "9223372036854775807",
    ] {
        let mut letter = sent(&header());
        timestamp.clone_into(&mut letter.timestamp);
        assert_eq!(letter.signed("encrypt key").open(), Err(Refusal::Stale));
    }
}

#[test]
fn an_event_is_taken_for_its_own_app_and_enterprise_alone() {
    let with = |name: &str, value: &str| {
        let mut header = header();
        header[name] = json!(value);
        sent(&header).open()
    };
    assert_eq!(with("token", "another"), Err(Refusal::Token));
    assert_eq!(with("token", ""), Err(Refusal::Token));
    assert_eq!(with("app_id", "cli_other"), Err(Refusal::OtherApp));
    assert_eq!(with("tenant_key", "t_other"), Err(Refusal::OtherTenant));
    assert_eq!(with("event_id", ""), Err(Refusal::Unreadable));
    assert_eq!(with("event_id", &"e".repeat(129)), Err(Refusal::Unreadable));
    assert_eq!(with("event_type", "a b"), Err(Refusal::Unreadable));
    let unknown = Addressee {
        tenant_key: None,
        ..WHOSE
    };
    assert!(open(&[keys()], &unknown, &sent(&header()).knock(), NOW).is_ok());
}

#[test]
fn the_question_about_the_address_is_answered_without_a_signature() {
    let ask = |token: &str, challenge: &str| {
        let plain = json!({ "type": "url_verification", "token": token, "challenge": challenge });
        Letter::new("encrypt key", &plain)
    };
    let challenge = Knocked::Challenge("c1".to_owned());
    assert_eq!(ask("token", "c1").open(), Ok(challenge.clone()));
    assert_eq!(
        ask("token", "c1").signed("encrypt key").open(),
        Ok(challenge)
    );
    assert_eq!(ask("guess", "c1").open(), Err(Refusal::Token));
    let long = ask("token", &"c".repeat(MAX_CHALLENGE + 1));
    assert_eq!(long.open(), Err(Refusal::TooLarge));
    let plain = json!({ "type": "url_verification", "token": "token", "challenge": "c" });
    assert!(Letter::new("guess", &plain).open().is_err());
    let clear = Letter {
        body: plain.to_string().into_bytes(),
        ..ask("token", "c")
    };
    assert_eq!(clear.open(), Err(Refusal::InTheClear));
    // An event that calls itself a question is no question.
    let mut event = event(&header());
    event["type"] = json!("url_verification");
    assert_eq!(
        Letter::new("encrypt key", &event).open(),
        Err(Refusal::Unsigned)
    );
}

#[test]
fn large_bodies_are_refused_before_they_are_looked_at() {
    let mut letter = sent(&header());
    letter.body.resize(MAX_BODY + 1, b' ');
    assert_eq!(letter.open(), Err(Refusal::TooLarge));
    letter.signature.clear();
    letter.body.truncate(MAX_UNSIGNED + 1);
    assert_eq!(letter.open(), Err(Refusal::TooLarge));
}

#[test]
fn every_refusal_has_a_name_that_is_read_again() {
    for refusal in Refusal::ALL {
        assert_eq!(Refusal::from_name(refusal.name()), Some(refusal));
    }
    assert_eq!(Refusal::from_name("none"), None);
}

#[test]
fn events_about_people_say_who_is_gone() {
    let meaning = |kind: &str, body: Value| {
        let (id, kind) = ("e".to_owned(), kind.to_owned());
        let event = Event {
            id,
            kind,
            at_ms: None,
            body,
        };
        event.notice()
    };
    let updated = |status: Value| {
        let body = json!({ "object": { "open_id": "ou_1", "status": status } });
        meaning("contact.user.updated_v3", body)
    };
    let person = |gone| Notice::Person {
        open_id: "ou_1".to_owned(),
        gone,
    };
    assert_eq!(
        updated(json!({ "is_resigned": true })),
        person(Some(Gone::Left))
    );
    assert_eq!(
        updated(json!({ "is_exited": true })),
        person(Some(Gone::Left))
    );
    assert_eq!(
        updated(json!({ "is_frozen": true })),
        person(Some(Gone::Frozen))
    );
    assert_eq!(updated(json!({ "is_activated": true })), person(None));
    assert_eq!(updated(Value::Null), person(None));
    let old = json!({ "object": {}, "old_object": { "open_id": "ou_1" } });
    assert_eq!(
        meaning("contact.user.deleted_v3", old),
        person(Some(Gone::Left))
    );
    for nobody in [
        json!({}),
        Value::Null,
        json!({ "object": { "open_id": 7 } }),
    ] {
        let notice = meaning("contact.user.deleted_v3", nobody);
        assert_eq!(notice, Notice::Enterprise);
    }
    assert_eq!(
        meaning("contact.scope.updated_v3", json!({})),
        Notice::Enterprise
    );
    assert_eq!(meaning("im.message.receive_v1", json!({})), Notice::Other);
    let thing = json!({ "file_type": "bitable", "file_token": "bas1", "table_id": "tbl1" });
    for kind in SUBSCRIBE {
        assert_ne!(meaning(kind, thing.clone()), Notice::Other, "{kind}");
    }
}
