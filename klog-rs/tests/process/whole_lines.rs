//! Several threads write to one descriptor whose reader is slow and which takes what has room.

use std::{
    fs::File,
    io::Read,
    net::{TcpListener, TcpStream},
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr},
};

use crate::child::child;

const N_THREADS: usize = 8;
const N_LINES: usize = 400;

pub(crate) fn lines_are_whole() {
    for blocks in [false, true] {
        let modes = if blocks { "blocks" } else { "does not block" };
        check(&format!("TCP, {modes}"), blocks, "stderr", tcp());
        check(&format!("a terminal, {modes}"), blocks, "stderr", terminal());
        check(&format!("a local socket, {modes}"), blocks, "stderr", local());
        check(&format!("a pipe, {modes}"), blocks, "stderr", pipe());
        // Both streams lead to the same place.
        check(&format!("TCP twice, {modes}"), blocks, "both", tcp());
    }
}

fn tcp() -> (OwnedFd, File) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let writer = TcpStream::connect(listener.local_addr().expect("a port")).expect("a listener");
    let (reader, _) = listener.accept().expect("a connection");
    (writer.into(), File::from(OwnedFd::from(reader)))
}

fn local() -> (OwnedFd, File) {
    let (writer, reader) = UnixStream::pair().expect("a pair");
    (writer.into(), File::from(OwnedFd::from(reader)))
}

fn pipe() -> (OwnedFd, File) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    (writer.into(), File::from(OwnedFd::from(reader)))
}

fn terminal() -> (OwnedFd, File) {
    let reader = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&reader).and_then(|()| unlockpt(&reader)).expect("a terminal");
    let name = ptsname(&reader, Vec::new()).expect("a name");
    let writer = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, rustix::fs::Mode::empty());
    let writer = writer.expect("a terminal");
    let mut modes = tcgetattr(&writer).expect("a terminal");
    modes.output_modes &= !OutputModes::OPOST;
    modes.local_modes &= !LocalModes::ECHO;
    tcsetattr(&writer, OptionalActions::Now, &modes).expect("a terminal");
    (writer, File::from(reader))
}

#[track_caller]
fn check(what: &str, blocks: bool, streams: &str, (writer, mut reader): (OwnedFd, File)) {
    if !blocks {
        let flags = fcntl_getfl(writer.as_fd()).expect("flags");
        fcntl_setfl(writer.as_fd(), flags | OFlags::NONBLOCK).expect("flags");
    }
    let mut command: Command = child(&format!("lines {streams}"));
    command.stderr(Stdio::from(writer.try_clone().expect("a copy")));
    let stdout = match streams {
        "both" => Stdio::from(writer),
        _ => {
            drop(writer);
            Stdio::null()
        }
    };
    let mut running = command.stdout(stdout).spawn().expect("the child runs");
    drop(command);
    let (mut bytes, mut buffer) = (Vec::new(), [0; 3_000]);
    // The end of a terminal without writers is an error.
    while let Ok(1..) = reader.read(&mut buffer).inspect(|&n_read| {
        bytes.extend_from_slice(&buffer[..n_read]);
    }) {
        thread::sleep(Duration::from_micros(200));
    }
    assert!(running.wait().expect("the child ends").success(), "{what}");
    let text = String::from_utf8_lossy(&bytes);
    let mut expected: Vec<_> = (0..N_THREADS)
        .flat_map(|thread| (0..N_LINES).map(move |n| (thread, n)))
        .map(|(thread, n)| line(thread, n))
        .collect();
    let mut got: Vec<_> = text.lines().map(str::to_owned).collect();
    expected.sort();
    got.sort();
    let n_torn = got.iter().filter(|line| expected.binary_search(line).is_err()).count();
    assert!(got == expected, "{what}: {n_torn} lines are torn, {} lines", got.len());
}

/// Long and short ones.
fn line(thread: usize, n: usize) -> String {
    format!("\"line\" thread={thread} n={n} text=\"{}\"", "x".repeat(10 + 300 * (n % 7)))
}

pub(crate) fn run(streams: &str) {
    let split = klog::sink::Split {
        info: if streams == "both" {
            klog::sink::Stream::stdout()
        } else {
            klog::sink::Stream::stderr()
        },
        error: klog::sink::Stream::stderr(),
        warnings_are_info: true,
    };
    let output = klog::Output::new(klog::Format::Text, split).with_header(false);
    let logger = output.logger();
    thread::scope(|scope| {
        for thread in 0..N_THREADS {
            let logger = &logger;
            scope.spawn(move || {
                for n in 0..N_LINES {
                    let text = "x".repeat(10 + 300 * (n % 7));
                    if thread % 2 == 0 {
                        klog::info!(logger: logger, "line", thread, n, text);
                    } else {
                        klog::error!(logger: logger, "line", thread, n, text);
                    }
                }
            });
        }
    });
}
