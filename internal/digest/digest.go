package digest

import (
	"time"

	"tidings/bot"
)

// Digest is one edition.
type Digest struct {
	// Edition is the day the digest is for, at midnight, or zero if it names none.
	Edition time.Time
	Heading string
	// Articles have no source, and a GUID only if they have a link. Published is midnight of the day
	// named, and DateOnly is set.
	Articles []bot.Article
	// Problems says what could not be read. The rest was.
	Problems []Problem
}

// Problem is a part of a digest that was passed over.
type Problem struct {
	Line   int // counted from 1
	Reason string
}

// Options say how to read and write dates.
type Options struct {
	// Zone is where the days of a digest begin and end. Defaults to UTC.
	Zone *time.Location
	// Pairs says that in a digest without bylines every other line is a title and the next its dek.
	// Without it such a digest is refused with ErrPairs, because only a person knows.
	Pairs bool
	// Now dates what is written without a date. Defaults to time.Now.
	Now func() time.Time
}

func (o Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}
