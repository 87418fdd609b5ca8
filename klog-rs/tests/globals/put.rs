//! `PUT /debug/flags/v`: what is accepted, refused and said, against what Go does.

#[test]
fn verbosity_is_put_as_recorded() {
    let _alone = crate::alone();
    #[track_caller]
    fn check(body: &str, expected: Result<&str, &str>) {
        let got = klog::debug_flags::put_verbosity(body);
        let got = got.map_err(|error| error.to_string());
        assert_eq!(got.as_deref().map_err(String::as_str), expected);
    }
    for body in ["1", "5", "0", "200"] {
        check(body, Ok(&format!("successfully set klog.logging.verbosity to {body}")));
    }
    check("2147483647", Ok("successfully set klog.logging.verbosity to 2147483647"));
    let failed = "failed set klog.logging.verbosity 2147483648: strconv.ParseInt: parsing \"2147483648\": value out of range";
    check("2147483648", Err(failed));
    check("4294967296", Err("strconv.ParseUint: parsing \"4294967296\": value out of range"));
    for body in [" 3", "3\n", "-1", "abc", "", "0x5"] {
        check(body, Err(&format!("strconv.ParseUint: parsing {body:?}: invalid syntax")));
    }
}
