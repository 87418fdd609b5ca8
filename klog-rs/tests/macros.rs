//! What does not compile, and what the compiler then says: one mistake a file in `tests/ui`.

#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
