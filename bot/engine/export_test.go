package engine

import "context"

// RunChores runs the daily chores alone: with other loops, a test of many days would never end.
func RunChores(ctx context.Context, cfg Config) error {
	return newChores(cfg).run(ctx)
}
