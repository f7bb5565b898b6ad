//! The sums of uploads.

/// Adler-32, as the `checksum` fields want it.
pub(in crate::families) fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    (b << 16) | a
}

#[cfg(test)]
mod tests {
    use super::adler32;

    #[test]
    fn checksums_are_adler_32() {
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }
}
