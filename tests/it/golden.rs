//! The session that every target replays still comes from its recipe and still gives its digest, here without optimisation.

#[path = "../../examples/golden_session.rs"]
mod golden_session;

#[test]
fn the_golden_session_gives_its_digest() {
    golden_session::main().expect("recipe, bytes and digest agree");
}
