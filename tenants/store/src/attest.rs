//! Statements about chains, signed with the key ring.

use model::audit::{Signable, SignatureText, Signed};
use vault::{Signature, Vault};

/// Signs a statement with the primary key.
pub(crate) fn sign<T: Signable>(vault: &Vault, statement: T) -> Signed<T> {
    let made = vault.sign(T::DOMAIN, &statement.message());
    Signed {
        statement,
        signature: SignatureText {
            key_id: made.key_id,
            public_key: hex::encode(made.public_key),
            value: hex::encode(made.bytes),
        },
    }
}

/// Whether a key of the ring signed the statement.
pub(crate) fn holds<T: Signable>(vault: &Vault, signed: &Signed<T>) -> bool {
    let told = &signed.signature;
    let (mut public_key, mut bytes) = ([0; 32], [0; 64]);
    if hex::decode_to_slice(&told.public_key, &mut public_key).is_err()
        || hex::decode_to_slice(&told.value, &mut bytes).is_err()
    {
        return false;
    }
    let signature = Signature {
        key_id: told.key_id.clone(),
        public_key,
        bytes,
    };
    vault.signed(T::DOMAIN, &signed.statement.message(), &signature)
}
