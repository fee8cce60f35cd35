package variables

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Pair is one entry of a [Map] setting.
type Pair struct{ Key, Value string }

// String writes the pair as it is given: KEY=VALUE.
func (p Pair) String() string { return p.Key + "=" + p.Value }

// parsePairs reads KEY=VALUE, repeated or joined by commas or newlines, or a
// JSON object of texts, numbers and booleans. The order is kept.
func parsePairs(s Setting, text string) (value, Faults) {
	v := value{text: NewSecret(text)}
	pairs, err := pairsOf(text)
	if err != nil {
		return v, Faults{{Setting: s.Name, Given: text, Problem: err.Error()}}
	}
	var faults Faults
	seen := map[string]bool{}
	for _, p := range pairs {
		err := checkLine(p.String())
		if err == nil && seen[p.Key] {
			err = fmt.Errorf("the key %q is given twice", p.Key)
		}
		if err == nil && s.Check != nil {
			err = s.Check(p.String())
		}
		if err != nil {
			faults = append(faults, Fault{Setting: s.Name, Given: p.String(), Problem: err.Error()})
		}
		seen[p.Key] = true
	}
	v.pairs = pairs
	return v, faults
}

func pairsOf(text string) ([]Pair, error) {
	if strings.HasPrefix(text, "{") {
		return pairsOfJSON(text)
	}
	var pairs []Pair
	elements, err := elementsOf(List, text)
	if err != nil {
		return nil, err
	}
	for _, element := range elements {
		if element = strings.TrimSpace(element); element == "" {
			continue
		}
		key, text, is := strings.Cut(element, "=")
		if !is {
			return nil, fmt.Errorf("%q has no =: write KEY=VALUE, or a JSON object", element)
		}
		pairs = append(pairs, Pair{strings.TrimSpace(key), strings.TrimSpace(text)})
	}
	return pairs, nil
}

// pairsOfJSON reads token by token: a map would lose the order, and a key
// that is given twice.
func pairsOfJSON(text string) ([]Pair, error) {
	none := errors.New("it starts like a JSON object, and is none of texts, numbers and booleans")
	if !json.Valid([]byte(text)) {
		return nil, none
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var pairs []Pair
	if _, err := decoder.Token(); err != nil {
		return nil, none
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, none
		}
		value, err := decoder.Token()
		if err != nil {
			return nil, none
		}
		switch value.(type) {
		case string, json.Number, bool:
			pairs = append(pairs, Pair{fmt.Sprint(key), fmt.Sprint(value)})
		default:
			return nil, unfit(text, none)
		}
	}
	return pairs, nil
}

// unfit is otherwise, unless a value of the object still says where a secret is.
func unfit(text string, otherwise error) error {
	var values map[string]any
	_ = json.Unmarshal([]byte(text), &values)
	for _, value := range values {
		if isReference(value) {
			return errInnerSecret()
		}
	}
	return otherwise
}
