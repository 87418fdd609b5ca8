// Prints what klog's textlogger and component-base's JSON make of values, one JSON object a line.
//
// tests/suite/go_values.rs writes the values into values.go beside this file, and runs it.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"

	"go.uber.org/zap/zapcore"
	logsjson "k8s.io/component-base/logs/json"
	"k8s.io/klog/v2/textlogger"
)

type named struct {
	Go    string
	Value any
}

// Types of which Go's library has none at hand.

type stringer struct{ text string }

func (s stringer) String() string { return s.text }

type object struct{ namespace, name string }

func (o object) GetName() string      { return o.name }
func (o object) GetNamespace() string { return o.namespace }

type labels struct {
	App  string            `json:"app"`
	More map[string]string `json:"more,omitempty"`
}

type refused struct{}

func (refused) Error() string { return "connection refused" }

func pointer[T any](value T) *T { return &value }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	var text, line bytes.Buffer
	config := textlogger.NewConfig(textlogger.Output(&text), textlogger.WithHeader(false))
	textLogger := textlogger.NewLogger(config)
	jsonLogger, _ := logsjson.NewJSONLogger(0, zapcore.AddSync(&line), nil, &zapcore.EncoderConfig{
		MessageKey:     "msg",
		// component-base prints the time of the call here, whatever the value.
		EncodeTime:     zapcore.EpochMillisTimeEncoder,
		EncodeDuration: zapcore.StringDurationEncoder,
	})
	records := json.NewEncoder(os.Stdout)
	records.SetEscapeHTML(false)
	for _, value := range values() {
		text.Reset()
		line.Reset()
		textLogger.Info("m", "x", value.Value)
		jsonLogger.Info("m", "x", value.Value)
		record := struct {
			Go   string `json:"go"`
			Text string `json:"text"`
			JSON string `json:"json"`
		}{
			value.Go,
			strings.TrimSuffix(strings.TrimPrefix(text.String(), `"m" x=`), "\n"),
			strings.TrimSuffix(strings.TrimPrefix(line.String(), `{"msg":"m","v":0,`), "}\n"),
		}
		if err := records.Encode(record); err != nil {
			panic(err)
		}
	}
}
