//! emit with its ambient context and an emitter that writes JSON with serde.

#![expect(non_snake_case, reason = "the key is Kubernetes' one")]

use std::io::Write as _;

use emit::Props as _;

use crate::{
    Format, ID, Stack, count,
    destination::deliver,
    everyday::{self, Row},
    pod, status,
};

pub(super) fn stacks() -> [Stack; 1] {
    [Stack {
        name: "emit",
        formats: &[Format::Json],
        install,
        in_context: |f| {
            emit::Frame::push(
                emit::ctxt(),
                emit::props! { controller: "deployment", reconcileID: ID },
            )
            .call(f);
        },
        w1: event,
        w2: event,
        w3: || emit::info!("Pod status updated"),
        w4: || {
            emit::debug!(
                "Pod status updated",
                #[emit::as_display]
                pod: pod(),
                status: status(),
                count: count()
            );
        },
        w7: Some(|| {
            emit::Frame::push(
                emit::ctxt(),
                emit::props! { controller: "deployment", reconcileID: ID },
            )
            .call(|| emit::info!("Pod status updated"));
        }),
        everyday: EVERYDAY,
    }]
}

const EVERYDAY: &[Row] = &[
    ("W8", || emit::info!("Pod status updated", output: everyday::escapes())),
    ("W9", || emit::info!("Pod status updated", output: everyday::letters())),
    ("W10", || emit::info!("Pod status updated", output: everyday::lines())),
    (
        "W11",
        || emit::error!("Could not update pod status", #[emit::as_display] error: everyday::error()),
    ),
    (
        "W12",
        || emit::info!("Pod status updated", #[emit::as_debug] containers: everyday::structs()),
    ),
    ("W13", || emit::info!("Pod status updated", #[emit::as_serde] object: everyday::object())),
    ("W14", || emit::info!("Pod status updated", output: everyday::long())),
];

fn event() {
    emit::info!(
        "Pod status updated",
        #[emit::as_display]
        pod: pod(),
        status: status(),
        count: count()
    );
}

fn install(_: Format) {
    let runtime = emit::setup()
        .emit_to(emit::emitter::from_fn(|event| {
            let mut line = Vec::with_capacity(512);
            let _ = write!(line, "{{\"ts\":\"");
            if let Some(extent) = event.extent() {
                let _ = write!(line, "{}", extent.as_point());
            }
            let _ = write!(line, "\",\"msg\":\"{}\",\"props\":", event.msg());
            serde_json::to_writer(&mut line, &event.props().as_map()).expect("props are a map");
            line.extend_from_slice(b"}\n");
            deliver(&line);
        }))
        .emit_when(emit::level::min_filter(emit::Level::Info))
        .init();
    // Lines are not buffered.
    let _ = runtime;
}
