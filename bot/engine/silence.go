package engine

import (
	"math"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/filter"
)

// When a silence is unusual.
const (
	minSilence = 3  // days
	minPast    = 14 // days of archive before it
	minActive  = 5  // days of these with a match
	// unlikely is how probable a silence as long as this may be at most, were it chance.
	unlikely = 0.0001
)

// unusual reports whether a filter that matched so many articles on each day, oldest first, up to yesterday, has matched none
// for much longer than its past says, and for how many days. No more than quiet days count, for as long there has been
// somebody to tell. The past is taken by days on which anything matched, so that one busy day makes nothing likely, and no
// silence is unusual of which half has occurred before.
func unusual(matched []int, quiet int) (days int, ok bool) {
	for days < len(matched) && matched[len(matched)-1-days] == 0 {
		days++
	}
	past := matched[:len(matched)-days]
	active, longest, run := 0, 0, 0
	for _, n := range past {
		if run++; n > 0 {
			active, run = active+1, 0
		}
		longest = max(longest, run)
	}
	days = min(days, quiet)
	if days < minSilence || active < minActive || len(past) < minPast || days <= 2*longest {
		return days, false
	}
	perDay := (float64(active) + 0.5) / (float64(len(past)) + 1)
	return days, math.Pow(1-perDay, float64(days)) < unlikely
}

// sourceTrouble returns what keeps all sources that a filter names from bringing anything, if something does: the cause, what
// people call the first of them, and since when.
func sourceTrouble(f *filter.Filter, sources []bot.Source, now time.Time) (why answer.SilenceCause, name string, since time.Time, bad bool) {
	for _, n := range f.Named() {
		if n.Field != filter.Source {
			continue
		}
		own, ended, from, ok := troubleOf(n, sources, now)
		if !ok {
			return 0, "", time.Time{}, false
		}
		if !bad {
			why, name, since, bad = ended, own, from, true
		}
	}
	return why, name, since, bad
}

// troubleOf returns what keeps a named source from bringing anything.
func troubleOf(n filter.Named, sources []bot.Source, now time.Time) (name string, why answer.SilenceCause, since time.Time, bad bool) {
	own, err := filter.Parse(n.String())
	if err != nil {
		return "", 0, time.Time{}, false
	}
	i := slices.IndexFunc(sources, func(s bot.Source) bool { return own.Match(filter.NewDocument(filter.Fields{Source: s.Name})) })
	if i < 0 {
		return n.Value, answer.SourceRemoved, time.Time{}, !strings.HasSuffix(n.String(), "*")
	}
	s := &sources[i]
	m := &s.Fetch.Memory
	switch {
	case !s.Paused.IsZero():
		return s.KnownAs(), answer.SourcePaused, s.Paused, now.Sub(s.Paused) >= minSilence*24*time.Hour
	case m.Ended:
		return s.KnownAs(), answer.SourceEnded, time.Time{}, true
	case s.Fetch.Failures > 0 && !m.Failing.IsZero() && now.Sub(m.Failing) >= minSilence*24*time.Hour:
		return s.KnownAs(), answer.SourceFails, m.Failing, true
	}
	return "", 0, time.Time{}, false
}
