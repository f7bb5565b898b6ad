//! Envelope encryption, key ring, sealed values, token hashing.
//!
//! - A [`KeyRing`] holds the platform's master keys: the first seals, all open.
//! - Each tenant has one [`DataKey`], stored as a [`WrappedKey`]; forgetting it makes everything
//!   of the tenant unreadable.
//! - A [`Sealed`] value names its key and is bound to one [`Place`] (tenant, table, column, row):
//!   moved anywhere else it does not open.
//! - A [`Token`] is 256 random bits with a typed prefix and check digits. Only its [`TokenHash`],
//!   separated by [`TokenKind`], is ever stored.
//! - A [`PasskeySite`] asks browsers for passkeys and checks what they answer.
//! - A [`Signature`] can be checked by anybody who knows the public key.
//!
//! Nothing here prints a secret: `Debug` shows key names and lengths.

mod data_key;
mod envelope;
mod error;
mod key;
mod passkey;
mod password;
mod second_factor;
mod secret;
mod signature;
mod token;
mod vault;

pub use data_key::{DataKey, WrappedKey};
pub use envelope::{Opened, Place, Sealed};
pub use error::VaultError;
pub use key::{KeyRing, MasterKey};
pub use passkey::{
    PasskeyAnswer, PasskeyError, PasskeyKey, PasskeyOwner, PasskeyQuestion, PasskeySite,
};
pub use password::PasswordText;
pub use second_factor::{RecoveryCode, TotpSecret};
pub use secret::Secret;
pub use signature::Signature;
pub use token::{Token, TokenHash, TokenKind};
pub use vault::Vault;
