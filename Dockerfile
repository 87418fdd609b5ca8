# `cargo klog` for CI systems that run images: docker run --rm -v "$PWD:/work" IMAGE lint
FROM rust:1.95-slim-trixie AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --release -p migrate-lint --bin cargo-klog

# cargo reads workspaces and rustfmt formats what is fixed; git tells what has changed.
FROM rust:1.95-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && rustup component add rustfmt \
    && git config --system --add safe.directory /work
COPY --from=build /src/target/release/cargo-klog /usr/local/bin/cargo-klog
WORKDIR /work
ENTRYPOINT ["cargo-klog", "klog"]
CMD ["lint"]
