//! Configuration files: what is accepted, refused and said, against what component-base does.

use klog::Config;

#[test]
fn files_are_read_as_kubernetes_writes_them() {
    #[track_caller]
    fn check(file: &str, expected: Result<&str, &str>) {
        let got = serde_json::from_str::<Config>(file).map(|config| match config.validate() {
            Ok(()) => serde_json::to_string(&config).unwrap(),
            Err(errors) => format!("invalid: {errors}"),
        });
        match (got, expected) {
            (Ok(got), Ok(expected)) => assert_eq!(got, expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (got, _) => panic!("{got:?}"),
        }
    }
    let all = r#"{"format":"json","flushFrequency":"10s","verbosity":2,"vmodule":[{"filePattern":"a*","verbosity":5}],"options":{"text":{"splitStream":false,"infoBufferSize":"0"},"json":{"splitStream":true,"infoBufferSize":"65536"}}}"#;
    check(all, Ok(all));
    check(
        r#"{"flushFrequency": 100000000, "options": {"json": {"infoBufferSize": 1024}}}"#,
        Ok(
            r#"{"format":"text","flushFrequency":"100ms","verbosity":0,"vmodule":[],"options":{"text":{"splitStream":false,"infoBufferSize":"0"},"json":{"splitStream":false,"infoBufferSize":"1024"}}}"#,
        ),
    );
    check(
        r#"{"verbosity": 2147483648}"#,
        Ok("invalid: verbosity: Invalid value: 2147483648: Must be <= 2147483647"),
    );
    check(
        r#"{"vmodule": [{"filePattern": "", "verbosity": 1}, {"filePattern": "a,b", "verbosity": 1}, {"filePattern": "a=b", "verbosity": 2147483648}]}"#,
        Ok(
            r#"invalid: [vmodule[0]: Required value: File pattern must not be empty, vmodule[1]: Invalid value: "a,b": File pattern must not contain equal sign or comma, vmodule[2]: Invalid value: "a=b": File pattern must not contain equal sign or comma, vmodule[2]: Invalid value: 2147483648: Must be <= 2147483647]"#,
        ),
    );
    // What kubeadm writes, and what is left of a YAML key with nothing after it.
    let defaults = serde_json::to_string(&Config::default()).unwrap();
    for unset in [
        "{}",
        r#"{"flushFrequency": 0, "options": {"json": {"infoBufferSize": "0"}, "text": {"infoBufferSize": "0"}}, "verbosity": 0}"#,
        r#"{"format": "", "flushFrequency": "0s"}"#,
        r#"{"format": null, "flushFrequency": null, "verbosity": null, "vmodule": null, "options": null}"#,
        r#"{"options": {"text": null, "json": {"splitStream": null, "infoBufferSize": null}}}"#,
    ] {
        check(unset, Ok(&defaults));
    }
    check(
        r#"{"vmodule": [{"verbosity": 1}]}"#,
        Ok("invalid: vmodule[0]: Required value: File pattern must not be empty"),
    );
    check(
        r#"{"flushFrequency": -1}"#,
        Ok(r#"invalid: flushFrequency: Invalid value: "-1ns": Must be greater than zero"#),
    );
    check(r#"{"verbosity": -1}"#, Err("invalid value: integer `-1`"));
    check(
        r#"{"options": {"json": {"infoBufferSize": "1K"}}}"#,
        Err("unable to parse quantity's suffix"),
    );
    check(r#"{"flushfrequency": "5s"}"#, Err("unknown field `flushfrequency`"));
    check(r#"{"flushFrequency": "5"}"#, Err(r#"time: missing unit in duration "5""#));
}
