//! What is said to a device, and when.

use super::ProfileError;

/// What a template is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Variables {
    /// `{channels}`
    pub channels: u32,
    /// `{mask}`: one bit per channel in use, the first is bit 0.
    pub mask: u32,
    /// `{rate}` in Hz.
    pub rate: u32,
    /// `{rate_code}`
    pub rate_code: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Channels,
    Mask,
    Rate,
    RateCode,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Bytes(Vec<u8>),
    /// The number in decimal.
    Decimal(Name),
    /// One byte: `value << shift | bits`.
    Byte(Name, u32, u8),
}

/// Bytes of a command, with places to fill in.
///
/// `\n`, `\r`, `\\`, `\{` and `\xNN` are bytes; `{channels}` is a decimal number, `{mask<<2|0x01}` one byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Part>);

impl Template {
    /// Reads a template; the error says what is wrong with it.
    ///
    /// # Errors
    /// The reason, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let after = rest.get(next.len_utf8()..).unwrap_or_default();
            match next {
                '\\' => {
                    let (byte, used) = escape(after)?;
                    bytes.push(byte);
                    rest = after.get(used..).unwrap_or_default();
                }
                '{' => {
                    let (inside, later) = after.split_once('}').ok_or("`{` without `}`; write \\{ for the byte")?;
                    if !bytes.is_empty() {
                        parts.push(Part::Bytes(core::mem::take(&mut bytes)));
                    }
                    parts.push(placeholder(inside)?);
                    rest = later;
                }
                _ => {
                    bytes.extend_from_slice(rest.get(..next.len_utf8()).unwrap_or_default().as_bytes());
                    rest = after;
                }
            }
        }
        if !bytes.is_empty() {
            parts.push(Part::Bytes(bytes));
        }
        Ok(Self(parts))
    }

    /// The bytes to send.
    pub fn render(&self, variables: &Variables) -> Vec<u8> {
        let value = |name: &Name| match name {
            Name::Channels => variables.channels,
            Name::Mask => variables.mask,
            Name::Rate => variables.rate,
            Name::RateCode => variables.rate_code,
        };
        let mut out = Vec::new();
        for part in &self.0 {
            match part {
                Part::Bytes(bytes) => out.extend_from_slice(bytes),
                Part::Decimal(name) => out.extend_from_slice(value(name).to_string().as_bytes()),
                Part::Byte(name, shift, bits) => out.push((value(name) << shift) as u8 | bits),
            }
        }
        out
    }

    /// Whether nothing would be sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn escape(after: &str) -> Result<(u8, usize), String> {
    match after.as_bytes() {
        [b'n', ..] => Ok((b'\n', 1)),
        [b'r', ..] => Ok((b'\r', 1)),
        [b't', ..] => Ok((b'\t', 1)),
        [b'\\', ..] => Ok((b'\\', 1)),
        [b'{', ..] => Ok((b'{', 1)),
        [b'x', ..] => {
            let digits = after.get(1..3).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let byte = digits.and_then(|text| u8::from_str_radix(text, 16).ok());
            byte.map(|byte| (byte, 3)).ok_or_else(|| "\\x needs two hexadecimal digits".to_owned())
        }
        _ => Err("unknown escape; use \\n \\r \\t \\\\ \\{ or \\xNN".to_owned()),
    }
}

fn placeholder(inside: &str) -> Result<Part, String> {
    let (head, bits) = match inside.split_once('|') {
        Some((head, bits)) => (head, Some(bits)),
        None => (inside, None),
    };
    let (name, shift) = match head.split_once("<<") {
        Some((name, shift)) => (name, Some(shift)),
        None => (head, None),
    };
    let name = match name.trim() {
        "channels" => Name::Channels,
        "mask" => Name::Mask,
        "rate" => Name::Rate,
        "rate_code" => Name::RateCode,
        other => return Err(format!("`{{{other}}}` is unknown; use channels, mask, rate or rate_code")),
    };
    if shift.is_none() && bits.is_none() {
        return Ok(Part::Decimal(name));
    }
    let shift = shift.map_or(Some(0), |text| text.trim().parse().ok().filter(|shift| *shift < 8));
    let bits = bits.map_or(Some(0), |text| {
        let text = text.trim();
        text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |hex| u8::from_str_radix(hex, 16).ok())
    });
    match (shift, bits) {
        (Some(shift), Some(bits)) => Ok(Part::Byte(name, shift, bits)),
        _ => Err("write {name<<N|0xNN} with N below 8".to_owned()),
    }
}

/// One step of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send these bytes.
    Send(Template),
    /// Wait.
    Wait {
        /// Milliseconds.
        ms: u32,
    },
    /// Wait for these bytes.
    Expect {
        /// The bytes.
        bytes: Vec<u8>,
        /// Milliseconds before giving up.
        timeout_ms: u32,
    },
    /// Throw away what has come.
    Drain,
}

/// How the device tells what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identify {
    /// The question.
    pub send: Template,
    /// What the answer contains.
    pub expect: Vec<u8>,
    /// Milliseconds to wait for it.
    pub timeout_ms: u32,
    /// How often to ask again.
    pub retries: u32,
}

/// How the device tells that it is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// What to wait for.
    pub until: Vec<u8>,
    /// Milliseconds to wait for it.
    pub timeout_ms: u32,
}

/// What happens between opening the port and the first frame, and before closing it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Startup {
    /// Milliseconds a board needs after opening, which resets it.
    pub boot_delay_ms: u32,
    /// Before anything else.
    pub pre: Vec<Step>,
    /// Who is there.
    pub identify: Option<Identify>,
    /// When it is ready.
    pub ready: Option<Ready>,
    /// Start streaming.
    pub start: Vec<Step>,
    /// Stop streaming.
    pub stop: Vec<Step>,
    /// Milliseconds between commands.
    pub tx_gap_ms: u32,
    /// Any byte sent stops the stream.
    pub silent_while_streaming: bool,
    /// Milliseconds without a byte after which the stream has stalled.
    pub stall_ms: u32,
}

impl Startup {
    pub(super) fn build(raw: super::raw::RawStartup, id: &str) -> Result<Self, ProfileError> {
        let template = |text: &str, key: &str| {
            Template::parse(text).map_err(|message| ProfileError { id: id.into(), key: key.into(), message })
        };
        let literal =
            |text: &str, key: &str| template(text, key).map(|template| template.render(&Variables::default()));
        let steps = |raw: Vec<super::raw::RawStep>, key: &str| -> Result<Vec<Step>, ProfileError> {
            raw.into_iter()
                .map(|step| match (step.send, step.wait_ms, step.expect, step.drain) {
                    (Some(text), None, None, None) => Ok(Step::Send(template(&text, key)?)),
                    (None, Some(ms), None, None) => Ok(Step::Wait { ms }),
                    (None, None, Some(text), None) => {
                        Ok(Step::Expect { bytes: literal(&text, key)?, timeout_ms: step.timeout_ms.unwrap_or(1000) })
                    }
                    (None, None, None, Some(true)) => Ok(Step::Drain),
                    _ => Err(ProfileError {
                        id: id.into(),
                        key: key.into(),
                        message:
                            "a step is one of { send = }, { wait_ms = }, { expect =, timeout_ms = }, { drain = true }"
                                .into(),
                    }),
                })
                .collect()
        };
        let identify = match raw.identify {
            Some(ask) => Some(Identify {
                send: template(&ask.send, "startup.identify.send")?,
                expect: literal(&ask.expect, "startup.identify.expect")?,
                timeout_ms: ask.timeout_ms,
                retries: ask.retries,
            }),
            None => None,
        };
        let ready = match raw.ready {
            Some(ready) => {
                Some(Ready { until: literal(&ready.until, "startup.ready.until")?, timeout_ms: ready.timeout_ms })
            }
            None => None,
        };
        Ok(Self {
            boot_delay_ms: raw.boot_delay_ms,
            pre: steps(raw.pre, "startup.pre")?,
            identify,
            ready,
            start: steps(raw.start, "startup.start")?,
            stop: steps(raw.stop, "startup.stop")?,
            tx_gap_ms: raw.tx_gap_ms,
            silent_while_streaming: raw.silent_while_streaming,
            stall_ms: raw.stall_ms.unwrap_or(1000),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_fill_in_numbers_and_bytes() {
        let variables = Variables { channels: 2, mask: 0b11, rate: 1000, rate_code: 3 };
        for (text, bytes) in [
            ("conf s:{rate};c:{channels};\\n", &b"conf s:1000;c:2;\n"[..]),
            ("{mask<<2|0x01}", &[0x0D]),
            ("{rate_code<<6|0x03}", &[0xC3]),
            ("\\x00\\xfF\\\\\\{", &[0x00, 0xFF, b'\\', b'{']),
            ("", b""),
        ] {
            assert_eq!(Template::parse(text).unwrap().render(&variables), bytes, "{text}");
        }
    }

    #[test]
    fn bad_templates_say_why() {
        for (text, part) in [
            ("\\q", "escape"),
            ("\\x1", "two hex"),
            ("{gain}", "unknown"),
            ("{mask", "without"),
            ("{mask<<9}", "below 8"),
        ] {
            assert!(Template::parse(text).unwrap_err().contains(part), "{text}");
        }
    }
}
