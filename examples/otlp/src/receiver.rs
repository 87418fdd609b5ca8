//! A collector in this process: takes log records and spans over gRPC and keeps them.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::{
            ExportLogsServiceRequest, ExportLogsServiceResponse,
            logs_service_server::{LogsService, LogsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    common::v1::{AnyValue, any_value},
    logs::v1::LogRecord,
    trace::v1::Span,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

/// A collector that listens on a port of its own until the runtime ends.
#[derive(Clone, Debug)]
pub struct Receiver {
    address: SocketAddr,
    received: Received,
}

/// What has arrived.
#[derive(Clone, Debug, Default)]
struct Received(Arc<Mutex<(Vec<Record>, Vec<Span>)>>);

impl Receiver {
    /// Starts to listen on a free port of this machine.
    ///
    /// # Errors
    ///
    /// There is none.
    pub async fn start() -> io::Result<Receiver> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let received = Received::default();
        let server = Server::builder()
            .add_service(LogsServiceServer::new(received.clone()))
            .add_service(TraceServiceServer::new(received.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(async {
            if let Err(err) = server.await {
                klog::error!(err: err, "Receiver stopped");
            }
        });
        Ok(Receiver { address, received })
    }

    /// Where it listens, as an exporter wants it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The log records that have arrived.
    pub fn records(&self) -> Vec<Record> {
        self.received.lock().0.clone()
    }

    /// The spans that have arrived.
    pub fn spans(&self) -> Vec<Span> {
        self.received.lock().1.clone()
    }
}

impl Received {
    fn lock(&self) -> MutexGuard<'_, (Vec<Record>, Vec<Span>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tonic::async_trait]
impl LogsService for Received {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        for resource in request.into_inner().resource_logs {
            for scope in resource.scope_logs {
                self.lock().0.extend(scope.log_records.into_iter().map(Record));
            }
        }
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl TraceService for Received {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for resource in request.into_inner().resource_spans {
            for scope in resource.scope_spans {
                self.lock().1.extend(scope.spans);
            }
        }
        Ok(Response::new(Default::default()))
    }
}

/// A log record as it came over the wire.
///
/// It prints itself on one line, with the type of each attribute:
/// `INFO(9) Reconciled pod | pod:string=default/web-0 attempt:int=1 | traceID=… spanID=…`.
#[derive(Clone, Debug)]
pub struct Record(pub LogRecord);

impl fmt::Display for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record(record) = self;
        write!(formatter, "{}({})", record.severity_text, record.severity_number)?;
        if let Some(body) = &record.body {
            write!(formatter, " {}", Typed(body).text())?;
        }
        formatter.write_str(" |")?;
        for attribute in &record.attributes {
            if let Some(value) = &attribute.value {
                let value = Typed(value);
                write!(formatter, " {}:{}={}", attribute.key, value.name(), value.text())?;
            }
        }
        if !record.trace_id.is_empty() {
            let (trace, span) = (Hex(&record.trace_id), Hex(&record.span_id));
            write!(formatter, " | traceID={trace} spanID={span}")?;
        }
        Ok(())
    }
}

/// A value of OTLP with its type.
struct Typed<'a>(&'a AnyValue);

impl Typed<'_> {
    fn name(&self) -> &'static str {
        use any_value::Value as V;
        match &self.0.value {
            Some(V::StringValue(_)) => "string",
            Some(V::BoolValue(_)) => "bool",
            Some(V::IntValue(_)) => "int",
            Some(V::DoubleValue(_)) => "double",
            Some(V::BytesValue(_)) => "bytes",
            Some(_) => "other",
            None => "empty",
        }
    }

    fn text(&self) -> String {
        use any_value::Value as V;
        match &self.0.value {
            Some(V::StringValue(text)) => text.clone(),
            Some(V::BoolValue(bool)) => bool.to_string(),
            Some(V::IntValue(int)) => int.to_string(),
            Some(V::DoubleValue(double)) => double.to_string(),
            Some(V::BytesValue(bytes)) => Hex(bytes).to_string(),
            Some(other) => format!("{other:?}"),
            None => String::new(),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
#[derive(Debug)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}
