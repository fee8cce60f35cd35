package endpoint

import "time"

// report logs how a renewal ended, unless Close ended it.
func (k *keeper) report(held Credentials, err error) {
	facts := []any{"expires", held.Expires.UTC().Format(time.RFC3339)}
	switch {
	case err == nil && held.Expires.IsZero():
		k.log.Info("renewed", "text", "credentials that do not expire")
	case err == nil:
		k.log.Info("renewed", append(facts, "text", "credentials until "+clock(held.Expires))...)
	case k.life.Err() != nil:
	case held.left(k.now()) > 0:
		k.log.Warn("renewal", append(facts, "error", err.Error(), "text", "failed, the credentials at hand are good until "+clock(held.Expires)+": "+err.Error())...)
	default:
		k.log.Error("renewal", append(facts, "error", err.Error(), "text", "failed, and the credentials at hand expired at "+clock(held.Expires)+": "+err.Error())...)
	}
}

// clock writes a time of today or tomorrow as logs do: 12:34:56Z.
func clock(t time.Time) string { return t.UTC().Format("15:04:05Z") }
