package engine

import "context"

// For tests in virtual time: within the first the chores begin, and the second lies between two looks for silences.
const (
	ChoreFirst   = choreFirst
	SilencePause = silencePause
)

// RunChores runs the daily chores alone: with other loops, a test of many days would never end.
func RunChores(ctx context.Context, cfg Config) error {
	return newChores(cfg).run(ctx)
}

// Unusual tells whether a silence is unusual.
func Unusual(matched []int, quiet int) (days int, ok bool) { return unusual(matched, quiet) }

// RunSilences runs the look for silent subscriptions alone.
func RunSilences(ctx context.Context, cfg Config) error {
	e, err := New(cfg)
	if err != nil {
		return err
	}
	return newSilences(e.cfg, cfg.Adapters[0], e.handler).run(ctx)
}
