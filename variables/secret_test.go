package variables_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"log"
	"log/slog"
	"strings"
	"testing"
	texttemplate "text/template"

	"github.com/awsvars/awsvars/variables"
)

const text = "s3cr3t/+value"

type exported struct {
	Name   string
	Secret variables.Secret
}

type unexported struct {
	name   string
	secret variables.Secret
	inner  *unexported
	list   []variables.Secret
	byName map[string]variables.Secret
	byKey  map[variables.Secret]string
	any    any
}

type failure struct{ secret variables.Secret }

func (f failure) Error() string { return fmt.Sprintf("failed with %v", f.secret) }

// holders are all the ways in which a secret may be inside something else.
func holders() map[string]any {
	s := variables.NewSecret(text)
	hidden := unexported{
		name: "n", secret: s, list: []variables.Secret{s}, byName: map[string]variables.Secret{"k": s},
		byKey: map[variables.Secret]string{s: "v"}, any: s, inner: &unexported{secret: s, any: &s},
	}
	return map[string]any{
		"value":             s,
		"pointer":           &s,
		"exported field":    exported{"n", s},
		"pointer to struct": &exported{"n", s},
		"unexported field":  hidden,
		"pointer to hidden": &hidden,
		"slice":             []variables.Secret{s},
		"slice of pointers": []*variables.Secret{&s},
		"array":             [1]variables.Secret{s},
		"map value":         map[string]variables.Secret{"k": s},
		"map key":           map[variables.Secret]string{s: "v"},
		"map of structs":    map[string]unexported{"k": hidden},
		"slice of any":      []any{s, &s, hidden},
		"variable":          variables.Variable{Name: "a.password", Value: s},
		"error":             failure{s},
		"input":             variables.Input{Text: s, Origin: "--x"},
	}
}

// leaks fails if shown holds the text in a form that fmt or an encoder gives.
func leaks(t *testing.T, how, shown string) {
	t.Helper()
	forms := []string{text, "s3cr3t", fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), fmt.Sprintf("% x", text), fmt.Sprintf("%v", []byte(text))}
	for _, form := range forms {
		if strings.Contains(shown, form) {
			t.Errorf("%s shows the secret: %s", how, shown)
		}
	}
}

func TestSecretHoldsAgainstEveryVerbAndFlag(t *testing.T) {
	t.Parallel()
	for name, holder := range holders() {
		for verb := byte('A'); verb <= 'z'; verb++ {
			for _, flags := range []string{"", "+", "#", "-", " ", "0", "+#", "20", ".3", "-20.5"} {
				directive := "%" + flags + string(verb)
				leaks(t, name+" with "+directive, fmt.Sprintf(directive, holder))
			}
		}
		leaks(t, name+" with Sprint", fmt.Sprint(holder))
		leaks(t, name+" with Sprintln", fmt.Sprintln(holder))
		leaks(t, name+" with Errorf", fmt.Errorf("failed: %w, %v", errors.New("x"), holder).Error())
	}
}

func TestSecretShowsTheMask(t *testing.T) {
	t.Parallel()
	s := variables.NewSecret(text)
	for _, directive := range []string{"%v", "%s", "%q", "%x", "%d", "%+v", "%#v", "%20s", "%t"} {
		if got := fmt.Sprintf(directive, s); got != variables.Masked {
			t.Errorf("%s gives %q, want %q", directive, got, variables.Masked)
		}
	}
	if got := fmt.Sprint(variables.Secret{}); got != variables.Masked {
		t.Errorf("an empty secret shows as %q", got)
	}
	if s.Open() != text || (variables.Secret{}).Open() != "" {
		t.Error("Open does not give the text")
	}
}

func TestSecretHoldsAgainstEncoders(t *testing.T) {
	t.Parallel()
	for name, holder := range holders() {
		if document, err := json.Marshal(holder); err == nil {
			leaks(t, name+" as JSON", string(document))
		}
		if document, err := json.MarshalIndent(map[string]any{"h": holder}, "", " "); err == nil {
			leaks(t, name+" as indented JSON", string(document))
		}
		if document, err := xml.Marshal(holder); err == nil {
			leaks(t, name+" as XML", string(document))
		}
		var b bytes.Buffer
		_ = gob.NewEncoder(&b).Encode(holder)
		leaks(t, name+" as gob", b.String())
	}
	document, err := json.Marshal(map[variables.Secret]variables.Secret{variables.NewSecret(text): variables.NewSecret(text)})
	if err != nil || string(document) != `{"********":"********"}` {
		t.Errorf("as a key and a value of JSON: %s, %v", document, err)
	}
}

func TestSecretHoldsAgainstLoggers(t *testing.T) {
	t.Parallel()
	for name, holder := range holders() {
		var b bytes.Buffer
		for _, handler := range []slog.Handler{
			slog.NewTextHandler(&b, &slog.HandlerOptions{AddSource: true, Level: slog.LevelDebug}),
			slog.NewJSONHandler(&b, nil),
		} {
			logger := slog.New(handler)
			logger.Info("m", "k", holder, slog.Group("g", "k", holder))
			logger.With("k", holder).WithGroup("g").Warn("m", slog.Any("k", holder))
		}
		log.New(&b, "", 0).Printf("%v %+v", holder, holder)
		leaks(t, name+" in a log", b.String())
	}
}

func TestSecretHoldsAgainstTemplatesAndErrors(t *testing.T) {
	t.Parallel()
	const source = `{{.H}} {{printf "%s %v %q %x %#v" .H .H .H .H .H}} {{print .H}} {{html .H}} {{js .H}} {{urlquery .H}} {{range $k, $v := .M}}{{$k}}{{$v}}{{end}}`
	for name, holder := range holders() {
		data := map[string]any{"H": holder, "M": map[any]any{"k": holder}}
		var b bytes.Buffer
		if err := texttemplate.Must(texttemplate.New("").Parse(source)).Execute(&b, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := template.Must(template.New("").Parse(`<a href="{{.H}}">{{.H}}</a><script>{{.H}}</script>`)).Execute(&b, data); err != nil {
			leaks(t, name+" in a template's error", err.Error())
		}
		leaks(t, name+" in a template", b.String())
	}
	joined := errors.Join(failure{variables.NewSecret(text)}, fmt.Errorf("outer: %w", failure{variables.NewSecret(text)}))
	leaks(t, "joined errors", joined.Error()+fmt.Sprintf("%v %+v %#v", joined, joined, joined))
}

func TestSecretIsReadFromJSONWithoutBeingQuoted(t *testing.T) {
	t.Parallel()
	var answer struct{ Token variables.Secret }
	if err := json.Unmarshal([]byte(`{"Token":"`+text+`"}`), &answer); err != nil || answer.Token.Open() != text {
		t.Fatalf("reading a secret: %v", err)
	}
	err := json.Unmarshal([]byte(`{"Token":{"x":"`+text+`"}}`), &answer)
	if err == nil {
		t.Fatal("an object was taken for a secret")
	}
	leaks(t, "the error", err.Error())
}
