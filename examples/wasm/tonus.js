// tonus in JavaScript: bytes of a sensor, or frames in µV, to decisions. Works in browsers and in Node. No dependency.
//
//     const module = await WebAssembly.compile(bytesOfTonusWasm);
//     const stream = await Stream.open(module, { rateHz: 1000, channels: 2, uvPerCount: 0.25 }, (decision) => { … });
//     stream.ask(0, "quiet");
//     stream.pushBytes(bytes);
//
// One Stream is one instance of the module: streams know nothing of each other.

const CUES = ["free", "quiet", "reference", "rest", "work"];
const STATES = ["rest", "controlled", "overactive", "invalid"];
const REASONS = [
  "overshoot", "slow_release", "tone", "elevated_rest", "residual", "instability", "co_contraction", "too_long",
  "deep_rest",
];
const QUALITY = [
  "warmup", "gap", "saturated", "flat", "lead_off", "mains", "motion", "pop", "ecg", "nonfinite", "no_baseline",
];
const BUFFER = 65536;

const names = (words, bits) => words.filter((_, bit) => bits & (1 << bit));

export class Stream {
  #exports;
  #pushing = false;

  /** Opens a stream. `onDecision` is called for every channel every 10 ms of signal; it must not call the stream. */
  static async open(module, { rateHz, channels, uvPerCount = 1 }, onDecision = () => {}) {
    const decision = (tick, index, channel, state, reasons, quality, envelopeUv, activation, cue) =>
      onDecision({
        tick, index, channel, envelopeUv, activation,
        state: STATES[state], reasons: names(REASONS, reasons), quality: names(QUALITY, quality), cue: CUES[cue],
      });
    const instance = await WebAssembly.instantiate(module, { tonus: { decision } });
    const stream = new Stream(instance.exports);
    stream.#must(stream.#exports.configure(rateHz, channels, uvPerCount), "rate, channels or scale");
    return stream;
  }

  constructor(exports) {
    this.#exports = exports;
  }

  /** From sample `index` on, also inside a gap, `cue` is asked for: free, quiet, reference, rest or work. */
  ask(index, cue) {
    this.#must(this.#exports.ask(index, CUES.indexOf(cue) >>> 0), "index or cue");
  }

  /** Takes bytes of the sensor (Uint8Array), in pieces of any size. */
  pushBytes(bytes) {
    for (let at = 0; at < bytes.length; at += BUFFER) {
      const piece = bytes.subarray(at, at + BUFFER);
      new Uint8Array(this.#exports.memory.buffer, this.#exports.buffer(), BUFFER).set(piece);
      this.#turn(() => this.#exports.push_bytes(piece.length));
    }
  }

  /** Takes whole frames (Float32Array, interleaved), in µV, each channel minus its first value. */
  pushFrames(values, channels) {
    const most = Math.floor(BUFFER / 4 / channels) * channels;
    for (let at = 0; at < values.length; at += most) {
      const piece = values.subarray(at, at + most);
      new Float32Array(this.#exports.memory.buffer, this.#exports.buffer(), BUFFER / 4).set(piece);
      this.#turn(() => this.#exports.push_frames(piece.length / channels));
    }
  }

  /** The bytes have ended: decides what waited for more. */
  finish() {
    this.#turn(() => this.#exports.finish());
  }

  /** Index of the next sample, gaps included. */
  get index() {
    return this.#exports.index();
  }

  /** SHA-256 over all decisions so far, in hexadecimal digits. */
  digest() {
    this.#must(this.#exports.digest(), "digest");
    const bytes = new Uint8Array(this.#exports.memory.buffer, this.#exports.buffer(), 32);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  #turn(work) {
    if (this.#pushing) throw new Error("a decision's listener must not call its own stream");
    this.#pushing = true;
    try {
      this.#must(work(), "bytes or frames");
    } finally {
      this.#pushing = false;
    }
  }

  #must(result, what) {
    if (result !== 0) throw new RangeError(`tonus does not accept this: ${what}`);
  }
}
