//! Consistent overhead byte stuffing (Cheshire and Baker, 1999): 00 never occurs inside a block, so it can end one.

/// Longest encoding of `payload` bytes, the final 00 included.
pub const fn encoded_len(payload: usize) -> usize {
    payload.saturating_add(payload / 254).saturating_add(2)
}

/// Decodes a block (without its final 00) into `out`; gives the payload's length.
///
/// `None` if the block is malformed or `out` too short.
pub fn decode(block: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut rest = block;
    let mut length = 0_usize;
    while let Some((&code, after)) = rest.split_first() {
        let run = usize::from(code).checked_sub(1)?;
        let (bytes, later) = after.split_at_checked(run)?;
        let end = length.checked_add(run)?;
        let slots = out.get_mut(length..end)?;
        for (slot, byte) in slots.iter_mut().zip(bytes) {
            if *byte == 0 {
                return None;
            }
            *slot = *byte;
        }
        length = end;
        rest = later;
        if code < 0xFF && !rest.is_empty() {
            *out.get_mut(length)? = 0;
            length = length.checked_add(1)?;
        }
    }
    if block.is_empty() { None } else { Some(length) }
}

/// Encodes `payload` into `out`, the final 00 included; gives the length, or `None` if `out` is too short.
pub fn encode(payload: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut head = 0_usize;
    let mut at = 1_usize;
    let mut code = 1_u8;
    let mut left = payload.len();
    for &byte in payload {
        left = left.saturating_sub(1);
        if byte != 0 {
            *out.get_mut(at)? = byte;
            at = at.checked_add(1)?;
            code = code.wrapping_add(1);
        }
        // A full run at the very end needs no further code byte.
        if byte == 0 || (code == 0xFF && left > 0) {
            *out.get_mut(head)? = code;
            head = at;
            at = at.checked_add(1)?;
            code = 1;
        }
    }
    *out.get_mut(head)? = code;
    *out.get_mut(at)? = 0;
    at.checked_add(1)
}
