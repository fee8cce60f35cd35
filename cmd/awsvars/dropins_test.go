package main

import (
	"slices"
	"testing"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/dropins"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// wordsOf are the names and aliases of settings.
func wordsOf(settings []variables.Setting) []string {
	var words []string
	for _, s := range settings {
		words = append(words, s.Names()...)
	}
	return words
}

// actions are the tools that are actions of GitHub.
func actions() []dropins.Tool {
	return slices.DeleteFunc(dropins.Tools(), func(tool dropins.Tool) bool { return !slices.Contains(tool.Runners, "github") })
}

// TestInputsOfOtherToolsAreSettingsOrForeign: an input that is said to be
// foreign is no setting of any task, and every other is one of its task.
func TestInputsOfOtherToolsAreSettingsOrForeign(t *testing.T) {
	t.Parallel()
	all := wordsOf(postSettings())
	for _, task := range tasks.All() {
		all = append(all, wordsOf(settingsOf(task))...)
	}
	for _, tool := range actions() {
		own := wordsOf(append(settingsOf(tasks.Find(tool.Tasks[0])), postSettings()...))
		for _, input := range tool.Inputs {
			if known := slices.Contains(all, input.Name); known == input.Foreign {
				t.Errorf("%s of %s: foreign is %t, and it is a setting: %t", input.Name, tool.Name, input.Foreign, known)
			}
			if !input.Foreign && !slices.Contains(own, input.Setting) {
				t.Errorf("%s of %s becomes %q, which is no setting of the task %s", input.Name, tool.Name, input.Setting, tool.Tasks[0])
			}
		}
	}
}

// TestOwnWordsGoBeforeOtherTools: whatever says how to get credentials in the
// words of awsvars alone makes a step awsvars' own.
func TestOwnWordsGoBeforeOtherTools(t *testing.T) {
	t.Parallel()
	for _, tool := range actions() {
		task := tool.Tasks[0]
		for _, word := range wordsOf(append(connectors.Settings(), tasks.ProfileSettings()...)) {
			shared := slices.ContainsFunc(tool.Inputs, func(i dropins.Input) bool { return i.Name == word })
			if shared || tool.Name == "amazon-ecr-login" && slices.Contains([]string{"aws-profile", "overwrite-aws-profile"}, word) {
				continue
			}
			found := dropins.Translate("github", dropins.Given{
				Task: task,
				Input: func(name string) (variables.Input, bool) {
					text := map[string]string{"task": task, "aws-region": "eu-west-1", word: "x"}[name]
					if task == "login" && name == "aws-region" && name != word {
						text = ""
					}
					return variables.Input{Text: variables.NewSecret(text)}, text != ""
				},
				Lookup: func(string) (string, bool) { return "", false },
			})
			if found.Tool != nil {
				t.Errorf("%s with %s is taken for %s", task, word, found.Tool.Name)
			}
		}
	}
}
