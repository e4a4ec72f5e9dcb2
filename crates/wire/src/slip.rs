//! SLIP (RFC 1055): C0 ends a block, DB escapes.

/// Ends a block.
pub const END: u8 = 0xC0;
const ESC: u8 = 0xDB;
const ESC_END: u8 = 0xDC;
const ESC_ESC: u8 = 0xDD;

/// Longest encoding of `payload` bytes, both C0 included.
pub const fn encoded_len(payload: usize) -> usize {
    payload.saturating_mul(2).saturating_add(2)
}

/// Decodes a block (without C0) into `out`; `None` if it is malformed or `out` too short.
pub fn decode(block: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut length = 0_usize;
    let mut bytes = block.iter();
    while let Some(&byte) = bytes.next() {
        let value = match byte {
            END => return None,
            ESC => match bytes.next() {
                Some(&ESC_END) => END,
                Some(&ESC_ESC) => ESC,
                _ => return None,
            },
            other => other,
        };
        *out.get_mut(length)? = value;
        length = length.checked_add(1)?;
    }
    Some(length)
}

/// Encodes `payload` into `out` between two C0; gives the length, or `None` if `out` is too short.
pub fn encode(payload: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut length = 0_usize;
    let mut put = |byte: u8| {
        *out.get_mut(length)? = byte;
        length = length.checked_add(1)?;
        Some(())
    };
    put(END)?;
    for &byte in payload {
        match byte {
            END => {
                put(ESC)?;
                put(ESC_END)?;
            }
            ESC => {
                put(ESC)?;
                put(ESC_ESC)?;
            }
            other => put(other)?,
        }
    }
    put(END)?;
    Some(length)
}
