package bot

import (
	"fmt"
	"time"
)

// PlatformState is how a platform does, as far as this process knows.
type PlatformState struct {
	Platform string
	// Refused is since when the platform refuses the bot's token; zero if it doesn't. Nothing is sent or answered
	// there until the program starts with another one.
	Refused time.Time
	// Connected says that this process hears what people do there. One that stands by need not.
	Connected bool
	// Connecting says that several processes may listen there at once, and that this one has not been connected since
	// it started, for a while at most. Whoever restarts processes in turn waits for the end of it.
	Connecting bool
	// OutOfReach is since when this process should be connected and isn't; zero if it is, or need not be.
	OutOfReach time.Time
	// Skew is by how much this machine's clock is ahead of the platform's, to a second or two, if SkewKnown.
	Skew      time.Duration
	SkewKnown bool
}

// MaxSkew is how far the clock of this machine may be from a platform's and still be relied on. Platforms state the time to
// the second, and their answers take their time.
const MaxSkew = time.Minute

// ClockSkew returns by how much a moment of this machine's clock is ahead of an adapter's platform, if that is known.
func ClockSkew(a Adapter, now time.Time) (skew time.Duration, known bool) {
	c, ok := a.(Clock)
	if !ok {
		return 0, false
	}
	there, known := c.PlatformTime()
	if !known {
		return 0, false
	}
	return now.Round(0).Sub(there.Round(0)), true // as the wall clocks have it
}

// ClockFault says by how much this machine's clock is wrong, as in "59m58s ahead of paper's"; it is empty if the clock can
// be relied on, as far as the platform discloses.
func (s *PlatformState) ClockFault() string {
	if !s.SkewKnown || s.Skew.Abs() <= MaxSkew {
		return ""
	}
	side := "ahead of"
	if s.Skew < 0 {
		side = "behind"
	}
	return fmt.Sprintf("%v %s %s's", s.Skew.Abs().Round(time.Second), side, s.Platform)
}
