package variables_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

func fillPairs(text string) ([]variables.Pair, variables.Faults) {
	setting := variables.Setting{Name: "tags", Type: variables.Map, Check: func(pair string) error {
		if strings.HasPrefix(pair, "aws:") {
			return errors.New("not like this")
		}
		return nil
	}}
	values, faults := variables.Fill([]variables.Setting{setting}, os.ReadFile, from("--", map[string]string{"tags": text}))
	if len(faults) > 0 {
		return nil, faults
	}
	return values.Pairs("tags"), nil
}

func TestAMapIsWrittenInSeveralWays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]variables.Pair{
		"":                                  nil,
		"Team=payments":                     {{Key: "Team", Value: "payments"}},
		"Team = payments,Cost=a=b\n\nNone=": {{Key: "Team", Value: "payments"}, {Key: "Cost", Value: "a=b"}, {Key: "None", Value: ""}},
		`["Team=payments","Cost=1"]`:        {{Key: "Team", Value: "payments"}, {Key: "Cost", Value: "1"}},
		`{"z":"1","a":007.5}`:               nil,
		`{"z":"x y","a":7.50,"b":true}`:     {{Key: "z", Value: "x y"}, {Key: "a", Value: "7.50"}, {Key: "b", Value: "true"}},
	} {
		got, _ := fillPairs(text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestAMapIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Team":              `tags "Team": "Team" has no =: write KEY=VALUE, or a JSON object`,
		"a=1,a=2":           `tags "a=2": the key "a" is given twice`,
		`{"a":1,"a":2}`:     `tags "a=2": the key "a" is given twice`,
		"aws:x=1":           `tags "aws:x=1": not like this`,
		`{"a":{"b":"c"}}`:   "tags \"{\\\"a\\\":{\\\"b\\\":\\\"c\\\"}}\": it starts like a JSON object, and is none of texts, numbers and booleans",
		`{"a":null}`:        "tags \"{\\\"a\\\":null}\": it starts like a JSON object, and is none of texts, numbers and booleans",
		"{\"a\":\"1\\n2\"}": "tags \"a=1\\n2\": there is a control character ('\\n') in it",
	} {
		_, faults := fillPairs(text)
		if len(faults) != 1 || faults[0].String() != want {
			t.Errorf("%q: %v, want %s", text, faults, want)
		}
	}
}

// FuzzPairs: what is taken comes back in the other form too.
func FuzzPairs(f *testing.F) {
	for _, seed := range []string{"a=b", `{"a":"b"}`, "a=b,c", `{"a":1e5}`, `["a=b"]`, "=", `{"":""}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pairs, faults := fillPairs(text)
		if len(faults) > 0 || len(pairs) == 0 {
			return
		}
		var b strings.Builder
		for i, p := range pairs {
			key, _ := json.Marshal(p.Key)
			value, _ := json.Marshal(p.Value)
			b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + string(key) + ":" + string(value))
		}
		again, faults := fillPairs(b.String() + "}")
		if diff := cmp.Diff(pairs, again); diff != "" || len(faults) > 0 {
			t.Errorf("%s %v", diff, faults)
		}
	})
}

func TestTheNearestNameIsProposed(t *testing.T) {
	t.Parallel()
	known := []string{"role-arn", "region", "policy"}
	for name, want := range map[string]string{"regoin": "; did you mean region?", "rolearn": "; did you mean role-arn?", "polices": "; did you mean policy?", "duration": "", "": ""} {
		if got := variables.Nearest(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
