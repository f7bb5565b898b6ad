//! What Feishu's error codes mean (server API documentation, generic and module tables).

use crate::ErrorClass;

/// Codes that are worth a second try after a pause, whatever their HTTP status.
const RETRYABLE: &[i64] = &[
    2200, 20050, 20072, 90217, 90235, 131_009, 190_004, 190_005, 190_010, 230_020, 230_049,
    232_019, 1_061_045, 1_063_006, 1_066_002, 1_069_923, 1_254_036, 1_254_112, 1_254_290,
    1_254_291, 1_254_607, 1_255_040, 1_310_217, 1_310_235, 1_771_005, 2_890_006, 99_991_400,
];

const FORBIDDEN: &[i64] = &[
    91403, 90213, 131_006, 970_003, 1_061_004, 1_063_002, 1_069_303, 1_069_603, 1_069_902,
    1_254_302, 1_310_213, 1_770_032, 2_890_005,
];

const NOT_FOUND: &[i64] = &[
    970_005, 131_005, 131_001, 1_061_003, 1_061_007, 1_069_304, 1_069_305, 1_069_307, 1_069_604,
    1_063_005, 1_770_002, 1_770_003, 1_771_006, 1_254_040, 1_254_041, 1_254_042, 1_254_043,
    1_254_044, 1_254_045, 1_254_047, 1_310_214, 90214,
];

const CONFLICT: &[i64] = &[
    131_009, 1_061_045, 1_254_036, 1_254_291, 1_770_021, 1_771_005, 1_310_217, 90217,
];

/// Whether a code asks for a second try.
pub(crate) fn is_retryable(code: i64) -> bool {
    RETRYABLE.contains(&code)
}

/// The class of a code. `99991668` has two meanings; the message tells which.
pub fn class_of(code: i64, http: u16, msg: &str) -> ErrorClass {
    match code {
        99_991_668 if msg.contains("not support") => ErrorClass::Invalid,
        99_991_661 | 99_991_663 | 99_991_664 | 99_991_668 | 99_991_669 | 99_991_671
        | 99_991_677 | 20005 => ErrorClass::TokenInvalid,
        99_991_672 => ErrorClass::AppScopeMissing,
        99_991_679 => ErrorClass::UserScopeMissing,
        99_991_400 => ErrorClass::RateLimited,
        99_991_403 | 90_003_087 | 90_003_088 => ErrorClass::QuotaExhausted,
        99_991_401 | 99_991_543 | 99_991_662 | 99_991_665 | 99_991_673 | 99_991_676 => {
            ErrorClass::AppConfig
        }
        99_992_351 | 99_992_360 | 99_992_361 | 99_992_364 | 99_992_402 | 9499 => {
            ErrorClass::Invalid
        }
        code if FORBIDDEN.contains(&code) => ErrorClass::Forbidden,
        code if NOT_FOUND.contains(&code) => ErrorClass::NotFound,
        code if CONFLICT.contains(&code) => ErrorClass::Conflict,
        _ if http == 429 => ErrorClass::RateLimited,
        code if http >= 500 || is_retryable(code) => ErrorClass::Upstream,
        _ if http == 403 => ErrorClass::Forbidden,
        _ if http == 404 => ErrorClass::NotFound,
        _ => ErrorClass::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_decides_the_ambiguous_token_code() {
        assert_eq!(
            class_of(99_991_668, 400, "Invalid access token"),
            ErrorClass::TokenInvalid
        );
        let unsupported = class_of(99_991_668, 400, "user access token not support");
        assert_eq!(unsupported, ErrorClass::Invalid);
    }

    #[test]
    fn a_limit_is_a_limit_with_either_status() {
        assert_eq!(class_of(99_991_400, 400, ""), ErrorClass::RateLimited);
        assert_eq!(class_of(123, 429, ""), ErrorClass::RateLimited);
    }

    #[test]
    fn module_codes_have_their_meaning() {
        assert_eq!(class_of(1_770_032, 403, ""), ErrorClass::Forbidden);
        assert_eq!(class_of(1_770_002, 404, ""), ErrorClass::NotFound);
        assert_eq!(class_of(131_009, 400, ""), ErrorClass::Conflict);
        assert_eq!(class_of(424_242, 502, ""), ErrorClass::Upstream);
    }
}
