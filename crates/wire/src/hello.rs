//! The hello of `tonus-cobs`: a message block in which a device names its channels, rate and scale. It overrides the
//! profile: `{"tonus":1,"channels":2,"rate_hz":1000,"uv_per_count":0.5}`.

use crate::layout::{MAX_CHANNELS, NumberStyle};
use crate::number;

/// What a device says about itself; what it left out stays `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hello {
    /// Channels of a frame.
    pub channels: Option<u8>,
    /// Sampling rate in Hz.
    pub rate_hz: Option<f64>,
    /// µV per count of every channel.
    pub uv_per_count: Option<f64>,
}

impl Hello {
    /// Whether a message is meant as a hello, whatever it says.
    pub fn is_meant(message: &[u8]) -> bool {
        message.trim_ascii().starts_with(b"{") && message.windows(7).any(|part| part == b"\"tonus\"")
    }

    /// Reads a hello; `None` if the message is none or holds a value that cannot be.
    ///
    /// The grammar is JSON restricted to one flat object of numbers and strings without escapes: all a device needs to
    /// send. Keys that are not known are passed over.
    pub fn parse(message: &[u8]) -> Option<Self> {
        let body = message.trim_ascii().strip_prefix(b"{")?.strip_suffix(b"}")?;
        let mut hello = Self::default();
        let mut version = None;
        let mut rest = body.trim_ascii();
        while !rest.is_empty() {
            let (key, after) = string(rest)?;
            let after = after.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
            let (value, after) = if after.first() == Some(&b'"') {
                (None, string(after)?.1)
            } else {
                let end = after.iter().position(|byte| *byte == b',').unwrap_or(after.len());
                let (token, after) = after.split_at_checked(end)?;
                (Some(number::parse(token.trim_ascii(), NumberStyle::Float)?), after)
            };
            match (key, value) {
                (b"tonus", Some(value)) => version = Some(value),
                (b"channels", Some(value)) => {
                    let whole = (1.0..=MAX_CHANNELS as f64).contains(&value) && value == libm::trunc(value);
                    hello.channels = Some(whole.then_some(value as u8)?);
                }
                (b"rate_hz", Some(value)) => hello.rate_hz = Some(positive(value)?),
                (b"uv_per_count", Some(value)) => hello.uv_per_count = Some(positive(value)?),
                _ => {}
            }
            let after = after.trim_ascii_start();
            rest = match after.split_first() {
                Some((b',', more)) if !more.trim_ascii().is_empty() => more.trim_ascii(),
                None => after,
                _ => return None,
            };
        }
        (version == Some(1.0)).then_some(hello)
    }
}

fn positive(value: f64) -> Option<f64> {
    (value.is_finite() && value > 0.0).then_some(value)
}

fn string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = text.strip_prefix(b"\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    let (inside, after) = rest.split_at_checked(end)?;
    if inside.contains(&b'\\') { None } else { Some((inside, after.get(1..)?)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_overrides_what_it_names() {
        let hello = Hello::parse(br#"{"tonus":1,"channels":2,"rate_hz":1000,"uv_per_count":0.5}"#).unwrap();
        assert_eq!((hello.channels, hello.rate_hz, hello.uv_per_count), (Some(2), Some(1000.0), Some(0.5)));
        let spaced = br#" { "name" : "left, leg", "tonus" : 1 , "rate_hz" : 2e3 } "#;
        assert_eq!(Hello::parse(spaced).unwrap().rate_hz, Some(2000.0));
    }

    #[test]
    fn anything_else_is_no_hello() {
        for text in [
            &b""[..],
            b"{}",
            b"{\"tonus\":2}",
            b"{\"tonus\":1,}",
            b"{\"tonus\":1,\"channels\":0}",
            b"{\"tonus\":1,\"channels\":2.5}",
            b"{\"tonus\":1,\"rate_hz\":-1}",
            b"{\"tonus\":1,\"rate_hz\":nan}",
            b"{\"tonus\":1,\"uv_per_count\":0}",
            b"{\"tonus\":1,\"uv_per_count\":1e999}",
            b"{\"tonus\":1,\"a\\\"b\":1}",
            b"tonus",
        ] {
            assert_eq!(Hello::parse(text), None, "{}", text.escape_ascii());
            let is_json = text.starts_with(b"{\"tonus");
            assert_eq!(Hello::is_meant(text), is_json, "{}", text.escape_ascii());
        }
    }
}
