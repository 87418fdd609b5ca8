# jq: klog's JSON lines. Copy this file to ~/.jq, or name its directory: jq -L DIR 'include "klog"; ...'
#
#   program 2>&1 | jq -Rr 'include "klog"; entries | select(severity == "error") | short'

# Lines that are entries; other lines of the same stream are dropped. Needs -R.
def entries: (try fromjson catch empty) | select(type == "object" and has("ts") and has("msg"));

# info, warning, error or fatal.
def severity:
  if .severity == "warning" or .severity == "fatal" then .severity
  elif has("v") then "info"
  else "error"
  end;

# The time in UTC, with milliseconds.
def time: (.ts / 1000 | floor | strftime("%Y-%m-%dT%H:%M:%S")) + "." + ((.ts | floor) % 1000 + 1000 | tostring | .[1:]) + "Z";

# The key/value pairs of the call, its logger and its spans, without what every line has.
def pairs: with_entries(select(.key | IN("ts", "logger", "caller", "msg", "v") | not));

# An object as `namespace/name`, anything else as it is.
def ref: if type == "object" and has("name") then [.namespace // empty, .name] | join("/") else . end;

# Entries about this object, whatever the key is called.
def about($object): select(any(.[] | ., arrays[]; ref == $object));

# A line to read.
def short: "\(time) \(severity) \(.msg | tojson) \(pairs | map_values(ref) | tojson)";
