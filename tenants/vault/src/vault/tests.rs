//! Sealing, moving, flipping, rotating.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{ManualClock, OsEntropy, SeededEntropy, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::{MasterKey, Place};

fn key(id: &str, byte: u8) -> MasterKey {
    MasterKey::from_base64(id, &STANDARD.encode([byte; 32])).unwrap()
}

fn vault(primary: MasterKey, older: Vec<MasterKey>) -> Vault {
    Vault::new(KeyRing::new(primary, older).unwrap(), Arc::new(OsEntropy))
}

fn tenant(seed: u64) -> TenantId {
    let clock = ManualClock::at(Timestamp::from_millis(1));
    TenantId::mint(&clock, &SeededEntropy::new(seed))
}

fn place(tenant: TenantId, column: &'static str, row: &'static str) -> Place<'static> {
    Place {
        tenant,
        table: "feishu_grants",
        column,
        row,
    }
}

#[test]
fn a_value_opens_only_in_the_place_it_was_sealed_for() {
    let vault = vault(key("k1", 1), vec![]);
    let (acme, other) = (tenant(1), tenant(2));
    let acme_key = open(&vault, acme);
    let other_key = open(&vault, other);
    let home = place(acme, "refresh_token", "row-1");
    let sealed = acme_key.seal(&home, b"ur-secret").unwrap();
    assert_eq!(
        acme_key.open(&home, &sealed).unwrap().expose_bytes(),
        b"ur-secret"
    );
    for (moved, why) in [
        (place(acme, "access_token", "row-1"), "column"),
        (place(acme, "refresh_token", "row-2"), "row"),
        (
            Place {
                table: "app_secrets",
                ..home
            },
            "table",
        ),
        (
            Place {
                tenant: other,
                ..home
            },
            "tenant",
        ),
    ] {
        assert_eq!(
            acme_key.open(&moved, &sealed).unwrap_err(),
            VaultError::Tampered,
            "moved to another {why}"
        );
    }
    let stolen = other_key.open(
        &Place {
            tenant: other,
            ..home
        },
        &sealed,
    );
    assert!(matches!(stolen.unwrap_err(), VaultError::UnknownKey { .. }));
}

fn open(vault: &Vault, tenant: TenantId) -> DataKey {
    let wrapped = vault.create_data_key(tenant).unwrap();
    vault.open_data_key(tenant, &wrapped).unwrap()
}

#[test]
fn a_wrapped_key_opens_for_its_own_tenant_only() {
    let vault = vault(key("k1", 1), vec![]);
    let wrapped = vault.create_data_key(tenant(1)).unwrap();
    assert_eq!(
        vault.open_data_key(tenant(2), &wrapped).unwrap_err(),
        VaultError::Tampered
    );
}

#[test]
fn rotation_rewraps_and_then_the_old_key_may_go() {
    let acme = tenant(1);
    let before = vault(key("old", 1), vec![]);
    let wrapped = before.create_data_key(acme).unwrap();
    let home = place(acme, "refresh_token", "row-1");
    let sealed = before
        .open_data_key(acme, &wrapped)
        .unwrap()
        .seal(&home, b"x")
        .unwrap();

    let during = vault(key("new", 2), vec![key("old", 1)]);
    let rewrapped = during
        .rewrap(acme, &wrapped)
        .unwrap()
        .expect("was under the old key");
    assert_eq!(during.rewrap(acme, &rewrapped).unwrap(), None);

    let after = vault(key("new", 2), vec![]);
    let data_key = after.open_data_key(acme, &rewrapped).unwrap();
    assert_eq!(data_key.open(&home, &sealed).unwrap().expose_bytes(), b"x");
    assert_eq!(
        after.open_data_key(acme, &wrapped).unwrap_err(),
        VaultError::UnknownKey { id: "old".into() }
    );
}

#[test]
fn platform_values_open_with_every_key_of_the_ring() {
    let before = vault(key("old", 1), vec![]);
    let sealed = before
        .seal_platform("cookies", "value", "sid", b"v")
        .unwrap();
    let after = vault(key("new", 2), vec![key("old", 1)]);
    let opened = after
        .open_platform("cookies", "value", "sid", &sealed)
        .unwrap();
    assert_eq!(opened.expose_str().unwrap(), "v");
    let moved = after.open_platform("cookies", "value", "other", &sealed);
    assert_eq!(moved.unwrap_err(), VaultError::Tampered);
}

#[test]
fn a_mac_holds_for_its_purpose_alone_and_survives_rotation() {
    let before = vault(key("old", 1), vec![]);
    let mac = before.mac("page", b"value");
    let after = vault(key("new", 2), vec![key("old", 1)]);
    assert!(after.mac_matches("page", b"value", &mac));
    assert!(!after.mac_matches("csrf", b"value", &mac));
    assert!(!after.mac_matches("page", b"other", &mac));
    assert!(!after.mac_matches("page", b"value", &mac[..31]));
}

#[test]
fn debug_shows_no_key_and_no_value() {
    let vault = vault(key("k1", 0x41), vec![]);
    let data_key = open(&vault, tenant(1));
    let home = place(tenant(1), "c", "r");
    let sealed = data_key.seal(&home, b"AAAAAAAA").unwrap();
    let opened = data_key.open(&home, &sealed).unwrap();
    let shown = format!("{vault:?} {data_key:?} {sealed:?} {opened:?}");
    assert!(
        !shown.contains("AAAA") && !shown.contains("65, 65"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn a_value_with_any_flipped_bit_does_not_open(
        plain in proptest::collection::vec(any::<u8>(), 0..80),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let vault = vault(key("k1", 1), vec![]);
        let data_key = open(&vault, tenant(1));
        let home = place(tenant(1), "c", "r");
        let mut bytes = data_key.seal(&home, &plain).unwrap().into_bytes();
        let index = at.index(bytes.len());
        bytes[index] ^= 1 << bit;
        prop_assert!(data_key.open(&home, &Sealed::from_bytes(bytes)).is_err());
    }

    #[test]
    fn cut_or_random_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let vault = vault(key("k1", 1), vec![]);
        let data_key = open(&vault, tenant(1));
        let home = place(tenant(1), "c", "r");
        prop_assert!(data_key.open(&home, &Sealed::from_bytes(bytes.clone())).is_err());
        let whole = data_key.seal(&home, &bytes).unwrap().into_bytes();
        for length in 0..whole.len() {
            prop_assert!(data_key.open(&home, &Sealed::from_bytes(whole[..length].to_vec())).is_err());
        }
    }
}
