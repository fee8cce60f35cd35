package tasks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/images"
	"github.com/awsvars/awsvars/variables"
)

// judge judges all tags of a target together, before anything is pushed.
type judge struct {
	Work
	tokens []ecr.Token
}

func (j judge) tags(ctx context.Context, t images.Target, tags []images.Standing) ([]string, error) {
	rule := j.Values.Text("tag-exists")
	var push, taken, moving []string
	for _, s := range tags {
		switch {
		case s.Digest == "" || rule == tagReplace, s.Same && rule == tagCompare:
			push = append(push, s.Tag)
			if s.Digest != "" && !s.Same {
				moving = append(moving, s.Tag)
			}
		case rule == tagSkip:
			j.Log.Info("tag", "text", fmt.Sprintf("%s:%s is there already, and stays", t.Name(), s.Tag), "tag", s.Tag, "digest", s.Digest)
		default:
			taken = append(taken, s.Tag+" ("+s.Digest+")")
		}
	}
	if len(taken) > 0 {
		return nil, refusedTags(t, taken, "there already")
	}
	if frozen := j.frozen(ctx, t, moving); len(frozen) > 0 {
		return nil, variables.WithHint(refusedTags(t, frozen, "there already with another image, and immutable"), immutableHint)
	}
	return push, nil
}

// frozen asks which tags cannot move: the registry refuses each one by itself
// only, when those before it have moved. To push does not need the permission
// to ask, so that no answer leaves it to the registry.
func (j judge) frozen(ctx context.Context, t images.Target, moving []string) []string {
	i := slices.IndexFunc(j.tokens, func(token ecr.Token) bool { return token.Registry.Domain() == t.Host })
	if len(moving) == 0 || i < 0 || j.tokens[i].Registry.Public {
		return nil
	}
	session := j.Sessions[targets(j.Values)[i].connector]
	frozen, err := ecr.Immutable(ctx, session.Config, j.tokens[i].Registry, t.Repository, moving)
	if err != nil {
		return nil
	}
	return frozen
}

func refusedTags(t images.Target, tags []string, what string) error {
	are := "is"
	if len(tags) > 1 {
		are = "are"
	}
	return &connectors.Refused{Err: fmt.Errorf("judging the tags of %s: %s %s %s; nothing was pushed", t.Name(), strings.Join(tags, ", "), are, what)}
}
