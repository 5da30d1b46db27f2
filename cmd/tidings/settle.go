package main

import (
	"context"
	"runtime/debug"
	"time"
)

// settleAfter is how long after the subscriptions have been read the start is over: by then the menus of commands are
// published, and what was due has been fetched.
const settleAfter = 20 * time.Second

// settle gives back, once, the memory that only the start needed. With a million subscriptions that is half as much again as the
// program goes on to use; with few it is mostly pages of its own file. Otherwise the collector is left as Go has it,
// but for a limit that the system sets; see limitMemory.
func (sv *service) settle(ctx context.Context) {
	select {
	case <-sv.bot.Loaded():
	case <-ctx.Done():
		return
	}
	select {
	case <-time.After(settleAfter):
	case <-ctx.Done():
		return
	}
	debug.FreeOSMemory()
	if err := unmapProgram(); err != nil {
		sv.log.DebugContext(ctx, "pages of the program not given back", "err", err)
	}
}
