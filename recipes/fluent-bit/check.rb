# Runs the regular expressions of parsers.conf over klog's text: ruby check.rb PARSERS TEXT_LOG
#
# Fluent Bit uses Ruby's engine for them, Onigmo. What is around them is done here as its manual describes it.
require "json"

parsers = File.read(ARGV[0], encoding: "UTF-8")
parser = Regexp.new(parsers[/^    Regex +(.*)$/, 1])
rules = parsers.scan(%r{^    Rule +"(\w+)" +"/(.*)/" +"(\w+)"$}).map { |from, regex, to| [from, Regexp.new(regex), to] }
raise "two rules expected: #{rules}" unless rules.size == 2

# A record continues while a rule of its state matches; any other line begins a record.
records = []
state = nil
File.foreach(ARGV[1], chomp: true, encoding: "UTF-8") do |line|
  rule = rules.find { |from, regex, _| from == state && regex.match?(line) }
  if rule
    records.last << "\n" << line
  else
    records << line.dup
    rule = rules.find { |from, regex, _| from == "start_state" && regex.match?(line) }
  end
  state = rule && rule[2]
end

records.each do |record|
  fields = parser.match(record)&.named_captures || { log: record }
  puts JSON.generate(fields)
end
