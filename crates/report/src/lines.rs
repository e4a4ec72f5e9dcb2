//! Decisions as lines of JSON (NDJSON), as `monitor`, `record` and `replay` print them.

use std::io::{self, Write};

use tonus_core::decision::Decision;
use tonus_core::text::Shown;

use crate::summary::hex;
use crate::text::{push_f32, push_integer, push_tick};

/// Bytes gathered before they are handed on.
const BLOCK: usize = 16 * 1024;

/// Writes one line per decision:
///
/// `{"n":…,"t_s":…,"channel":…,"state":…,"reason":[…],"envelope_uv":…,"activation":…,"quality":[…],"cue":…,"tense":…}`
///
/// `n` is the index of the last sample that the decision has seen, as in the digest; what is not known is `null`.
#[derive(Debug)]
pub struct DecisionLines<W> {
    out: W,
    buffer: Vec<u8>,
    names: Vec<String>,
}

/// What the last line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndLine {
    /// Frames that were there.
    pub frames: u64,
    /// Frames that were missing.
    pub lost: u64,
    /// Interruptions.
    pub gaps: u64,
    /// SHA-256 over all decisions.
    pub digest: [u8; 32],
}

impl<W: Write> DecisionLines<W> {
    /// Lines for channels of these names.
    pub fn new<'a>(out: W, names: impl IntoIterator<Item = &'a str>) -> Self {
        // The same name to whoever reads JSON, and nothing that steers a terminal.
        let quoted = |name: &str| Shown(&serde_json::Value::from(name).to_string()).to_string();
        Self { out, buffer: Vec::with_capacity(2 * BLOCK), names: names.into_iter().map(quoted).collect() }
    }

    /// Appends a decision.
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn push(&mut self, d: &Decision) -> io::Result<()> {
        let line = &mut self.buffer;
        line.extend_from_slice(b"{\"n\":");
        push_integer(line, d.index);
        line.extend_from_slice(b",\"t_s\":");
        push_tick(line, d.tick);
        line.extend_from_slice(b",\"channel\":");
        line.extend_from_slice(self.names.get(usize::from(d.channel)).map_or(b"null", |name| name.as_bytes()));
        push_word(line, "state", d.state.name());
        push_array(line, "reason", d.reasons.names());
        push_number(line, "envelope_uv", d.envelope_uv);
        push_number(line, "activation", d.activation);
        push_array(line, "quality", d.quality.names());
        push_word(line, "cue", d.cue.name());
        push_key(line, "tense");
        line.extend_from_slice(match d.tense {
            None => b"null",
            Some(false) => b"false",
            Some(true) => b"true",
        });
        line.extend_from_slice(b"}\n");
        if self.buffer.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// The writer behind, for lines of another kind; flush first.
    pub fn writer(&mut self) -> &mut W {
        &mut self.out
    }

    /// Hands on what has been gathered.
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        self.out.flush()
    }

    /// Writes the last line: `{"end":true,"frames":…,"lost":…,"gaps":…,"digest":…}`.
    ///
    /// # Errors
    /// What the writer behind says.
    pub fn finish(mut self, end: &EndLine) -> io::Result<W> {
        let EndLine { frames, lost, gaps, digest } = end;
        let digest = hex(digest);
        let line =
            format!("{{\"end\":true,\"frames\":{frames},\"lost\":{lost},\"gaps\":{gaps},\"digest\":\"{digest}\"}}\n");
        self.buffer.extend_from_slice(line.as_bytes());
        self.flush()?;
        Ok(self.out)
    }
}

fn push_key(line: &mut Vec<u8>, key: &str) {
    line.extend_from_slice(b",\"");
    line.extend_from_slice(key.as_bytes());
    line.extend_from_slice(b"\":");
}

fn push_word(line: &mut Vec<u8>, key: &str, word: &str) {
    push_key(line, key);
    line.push(b'"');
    line.extend_from_slice(word.as_bytes());
    line.push(b'"');
}

fn push_number(line: &mut Vec<u8>, key: &str, value: f32) {
    push_key(line, key);
    if value.is_finite() {
        push_f32(line, value);
    } else {
        line.extend_from_slice(b"null");
    }
}

fn push_array(line: &mut Vec<u8>, key: &str, names: impl Iterator<Item = &'static str>) {
    push_key(line, key);
    line.push(b'[');
    for (n, name) in names.enumerate() {
        line.extend_from_slice(if n == 0 { b"\"" } else { b",\"" });
        line.extend_from_slice(name.as_bytes());
        line.push(b'"');
    }
    line.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_core::decision::{Quality, Reasons, State};
    use tonus_core::input::Cue;

    #[test]
    fn lines_are_json() {
        let mut lines = DecisionLines::new(Vec::new(), ["a \"b\"\u{202e}\u{9b}"]);
        let decision = Decision {
            tick: 2,
            index: 19,
            channel: 0,
            state: State::Controlled,
            reasons: Reasons::INSTABILITY,
            quality: Quality::MAINS | Quality::ECG,
            envelope_uv: 0.1,
            activation: f32::NAN,
            tense: Some(true),
            cue: Cue::Work,
        };
        lines.push(&decision).unwrap();
        let text = lines.finish(&EndLine { frames: 20, lost: 1, gaps: 1, digest: [0xab; 32] }).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (first, last) = text.trim_end().split_once('\n').unwrap();
        assert!(first.is_ascii(), "{first}");
        let first: serde_json::Value = serde_json::from_str(first).unwrap();
        assert_eq!((&first["n"], &first["channel"]), (&19.into(), &"a \"b\"\u{202e}\u{9b}".into()));
        assert_eq!((&first["t_s"], &first["envelope_uv"]), (&0.02.into(), &0.1.into()));
        assert_eq!(first["tense"], true);
        assert_eq!((&first["activation"], first["quality"].as_array().unwrap().len()), (&serde_json::Value::Null, 2));
        let last: serde_json::Value = serde_json::from_str(last).unwrap();
        assert_eq!((&last["end"], &last["lost"]), (&true.into(), &1.into()));
        assert_eq!(last["digest"].as_str().unwrap().len(), 64);
    }
}
