//! What levels are called.

use super::*;

#[test]
fn an_unknown_level_names_the_choices() {
    let error = Level::parse("mmx").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("RAPTORS_SIMD=mmx: level is unknown; choose auto, scalar")
    );
}

#[test]
fn every_available_level_parses_to_itself() {
    for level in Level::available() {
        assert_eq!(Level::parse(level.name()), Ok(level));
    }
}
