//! Durations, sizes, patterns and verbosities as texts: what is accepted, refused and said, against what Go does.

use klog::config::{GoDuration, Quantity, Vmodule};

#[test]
fn durations_are_read_as_go_does() {
    #[track_caller]
    fn check(text: &str, expected: Result<i64, &str>) {
        let got = text.parse::<GoDuration>().map(GoDuration::nanoseconds);
        assert_eq!(got.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }
    let (second, minute) = (1_000_000_000, 60_000_000_000);
    check("+5s", Ok(5 * second));
    check("-.5s", Ok(-second / 2));
    check("1h2m3.5s", Ok(62 * minute + 3_500_000_000));
    check("1µs1μs1us", Ok(3_000));
    check("0.3333333333333333333h", Ok(20 * minute));
    check("0.100000000000000000000h", Ok(6 * minute));
    check("0.830103483285477580700h", Ok(2_988_372_539_827));
    check("9223372036854775807ns", Ok(i64::MAX));
    check("-9223372036854775808ns", Ok(i64::MIN));
    check("9223372036854775808ns", Err(r#"time: invalid duration "9223372036854775808ns""#));
    check("3000000h", Err(r#"time: invalid duration "3000000h""#));
    for invalid in ["", "-", ".", ".s", "s", "1s."] {
        check(invalid, Err(&format!("time: invalid duration {invalid:?}")));
    }
    check("3", Err(r#"time: missing unit in duration "3""#));
    check("1d", Err(r#"time: unknown unit "d" in duration "1d""#));
    check("1µ\"\n", Err(r#"time: unknown unit "\xc2\xb5\"\x0a" in duration "1\xc2\xb5\"\x0a""#));
}

#[test]
fn sizes_are_exact_and_rounded_up() {
    #[track_caller]
    fn check(text: &str, expected: i64) {
        assert_eq!(text.parse(), Ok(Quantity::from_bytes(expected)), "{text}");
    }
    check("+1.E", 1_000_000_000_000_000_000);
    check("00.5Ki", 512);
    check("1e-1", 1);
    check("1.2E1", 12);
    check("1n", 1);
    check("0n", 0);
    check("-1.5", -2);
    check("0.0000000000000000000000000000000000000000000001Ki", 1);
    check("1.50000000000000000000000000000Ei", 3 << 59);
    check("0.500000000000000000000000000000Ti", 1 << 39);
    check("1.00000000000000000000000000000000000000000000000000001Ei", (1 << 60) + 1);
    check("100000000000000000000000000000000000000000000e-44", 1);
    check("1e2147483647", i64::MAX);
    check("1e-2147483648", 1);
    check("0e2147483647", 0);
    check("8Ei", i64::MAX);
    check("-9Ei", -i64::MAX);
    check("9223372036854775807", i64::MAX);
}

#[test]
fn vmodule_matches_as_klog_does() {
    #[track_caller]
    fn check(vmodule: &str, file: &str, expected: u32) {
        assert_eq!(
            vmodule.parse::<Vmodule>().unwrap().verbosity_for(file),
            expected,
            "{vmodule} {file}"
        );
    }
    check("main=4", "src/main.rs", 4);
    check("main.rs=4", "src/main.rs", 4);
    check("main=4", "/go/src/main.go", 4);
    check("src=4", "src/main.rs", 0);
    check("src/main=4", "src/main.rs", 0);
    check("Main=4", "main.rs", 0);
    check("m*=4,main=5", "main.rs", 4);
    check("main=0,m*=5", "main.rs", 5);
    check("m?in=4", "main.rs", 4);
    check("m[a-c]in=4", "main.rs", 4);
    check("m[^a]in=4", "main.rs", 0);
    check("m[!a]in=4", "main.rs", 4);
    check("m\\ain=4", "main.rs", 4);
    check("*a*i*=4", "main.rs", 4);
    check("*x*=4", "main.rs", 0);
    check("[=4", "[", 0);
    check("m[=4", "main.rs", 0);
    check("m[]a]in=4", "main.rs", 0);
    check("a\\=4", "a", 0);
    // A star goes back by one character at a time.
    check("*ain=4", "main.rs", 4);
    check("*n=4", "main.rs", 4);
    check("m*n=4", "main.rs", 4);
    check("*aab=4", "aaab.rs", 4);
    check("*b*c=4", "abbbc.rs", 4);
    // Escapes, and classes that hold what ends them.
    check("m\\*n=4", "m*n.rs", 4);
    check("m\\*n=4", "main.rs", 0);
    check("m[\\]]in=4", "m]in.rs", 4);
    check("m[a\\-c]in=4", "m-in.rs", 4);
    check("m[a\\-c]in=4", "mbin.rs", 0);
    check("m[a-\\c]in=4", "mbin.rs", 4);
    check("m[]]in=4", "m]in.rs", 0);
    check("m[^]]in=4", "main.rs", 0);
    check("m[^]in=4", "main.rs", 0);
    check("m\\xin=4", "main.rs", 0);
    check("m[-a]in=4", "main.rs", 0);
    check("m[a-]in=4", "main.rs", 0);
    check("m[a=4", "ma.rs", 0);
    check("m[c-a]in=4", "mbin.rs", 0);
}

/// `*` and `?` as they are explained, without a thought of speed.
fn glob_slowly(pattern: &[u8], name: &[u8]) -> bool {
    match pattern {
        [] => name.is_empty(),
        [b'*', rest @ ..] => (0..=name.len()).any(|n| glob_slowly(rest, &name[n..])),
        [b'?', rest @ ..] => !name.is_empty() && glob_slowly(rest, &name[1..]),
        [char, rest @ ..] => name.first() == Some(char) && glob_slowly(rest, &name[1..]),
    }
}

proptest::proptest! {
    #[test]
    fn durations_read_back(nanoseconds: i64) {
        let duration = GoDuration::from_nanoseconds(nanoseconds);
        proptest::prop_assert_eq!(duration.to_string().parse(), Ok(duration));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = text.parse::<GoDuration>();
        let _ = text.parse::<Quantity>();
        if let Ok(vmodule) = text.parse::<Vmodule>() {
            vmodule.verbosity_for(&text);
        }
    }

    #[test]
    fn globs_match_what_they_say(pattern in "[ab*?]{1,9}", name in "[ab]{1,9}") {
        let vmodule: Vmodule = format!("{pattern}=3").parse().unwrap();
        let matches = glob_slowly(pattern.as_bytes(), name.as_bytes());
        proptest::prop_assert_eq!(vmodule.verbosity_for(&name), if matches { 3 } else { 0 });
    }

    #[test]
    fn plain_patterns_are_compared(pattern in "[a-z.]{1,8}", name in "[a-z.]{1,8}") {
        let vmodule: Vmodule = format!("{pattern}=3").parse().unwrap();
        let equal = pattern == name || name.strip_suffix(".rs") == Some(&*pattern) || name.strip_suffix(".go") == Some(&*pattern);
        proptest::prop_assert_eq!(vmodule.verbosity_for(&name), if equal { 3 } else { 0 });
    }

    #[test]
    fn sizes_are_numbers_with_suffixes(number in 0_i64..1 << 40, suffix in 0..4_usize) {
        let (suffix, scale) = [("", 1), ("k", 1000), ("Ki", 1024), ("m", -1000)][suffix];
        let expected = if scale > 0 { number.saturating_mul(scale) } else { (number + 999) / 1000 };
        proptest::prop_assert_eq!(format!("{number}{suffix}").parse::<Quantity>().unwrap().bytes(), expected);
    }
}
