//! Pictures without a library: PNG (RFC 2083) with stored blocks of zlib (RFC 1950, RFC 1951).

use super::super::media::adler32;

/// Sides of the picture in pixels.
const WIDTH: usize = 320;
const HEIGHT: usize = 240;
/// Most bytes of a stored block.
const STORED: usize = 65_535;

/// A white picture with a grey box for each `[x, y, width, height]`.
pub(super) fn boxes(boxes: impl Iterator<Item = [f64; 4]>) -> Vec<u8> {
    let mut pixels = vec![0xFF_u8; WIDTH * HEIGHT];
    for [x, y, width, height] in boxes {
        let (left, right) = (clamp(x, WIDTH), clamp(x + width, WIDTH));
        for row in clamp(y, HEIGHT)..clamp(y + height, HEIGHT) {
            pixels[row * WIDTH + left..row * WIDTH + right].fill(0x99);
        }
    }
    let mut rows = Vec::with_capacity((WIDTH + 1) * HEIGHT);
    for row in pixels.chunks(WIDTH) {
        rows.push(0);
        rows.extend_from_slice(row);
    }
    let mut header = Vec::new();
    for side in [WIDTH, HEIGHT] {
        header.extend_from_slice(&u32::try_from(side).unwrap_or_default().to_be_bytes());
    }
    // Eight bits of grey, nothing interlaced.
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &zlib(&rows));
    chunk(&mut png, *b"IEND", &[]);
    png
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "between 0 and the side of the picture"
)]
fn clamp(at: f64, side: usize) -> usize {
    if at.is_finite() {
        at.clamp(0.0, side as f64) as usize
    } else {
        0
    }
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or_default();
    png.extend_from_slice(&length.to_be_bytes());
    let start = png.len();
    png.extend_from_slice(&kind);
    png.extend_from_slice(data);
    let sum = crc32(&png[start..]);
    png.extend_from_slice(&sum.to_be_bytes());
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.chunks(STORED).count();
    for (number, block) in data.chunks(STORED).enumerate() {
        let length = u16::try_from(block.len()).unwrap_or_default();
        out.push(u8::from(number + 1 == blocks));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(data).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_those_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        let png = boxes([[0.0, 0.0, 10.0, 10.0], [f64::NAN, -5.0, 1e9, 3.0]].into_iter());
        // The end of every PNG, with its check.
        assert!(png.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
    }
}
