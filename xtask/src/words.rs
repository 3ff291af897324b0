//! The words that messages are made of.

/// `1 cell`, `2 cells`.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    let what = if number == 1 { one } else { many };
    format!("{number} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_several() {
        let counts = [0, 1, 2].map(|number| counted(number, "image", "images"));
        assert_eq!(counts, ["0 images", "1 image", "2 images"]);
    }
}
