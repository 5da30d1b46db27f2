package deliver

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"tidings/bot"
)

func TestDecide(t *testing.T) {
	working := history{platformWorks: true, answered: true, failures: 1, inRow: 1}
	late := working
	late.passed = true
	alike := working
	alike.refusedAlike = true
	down := history{failures: 9, inRow: 3}
	transient, refused := &bot.SendError{}, &bot.SendError{Kind: bot.Unsendable, Code: "50035"}
	for name, tt := range map[string]struct {
		failure
		state   bot.DeliveryState
		effect  effect
		label   string
		counted bool
		paused  bool
	}{
		"a limit":                              {failure{err: &bot.SendError{Kind: bot.RateLimited}, history: working}, bot.Pending, nothing, "rate_limited", false, false},
		"a lost target":                        {failure{err: &bot.SendError{Kind: bot.TargetGone}, history: working}, bot.Pending, suspend, "suspended", false, false},
		"a moved target":                       {failure{err: &bot.SendError{Kind: bot.TargetMoved}, history: working}, bot.Pending, move, "moved", false, false},
		"a first failure":                      {failure{err: transient, history: working}, bot.Pending, nothing, "retry", true, false},
		"a failure among many":                 {failure{err: transient, history: down}, bot.Pending, nothing, "outage", false, true},
		"a failure in a reported outage":       {failure{err: &bot.SendError{Outage: true}, history: working}, bot.Pending, nothing, "outage", false, false},
		"the last failure, nothing passed":     {failure{err: transient, attempts: 9, history: working}, bot.Pending, nothing, "outage", false, false},
		"the last failure, another passed":     {failure{err: transient, attempts: 9, history: late}, "", tryBare, "retry", false, false},
		"its bare form too":                    {failure{err: transient, attempts: 9, bare: true, history: late}, bot.Rejected, nothing, "rejected", true, false},
		"the last failure of an edit":          {failure{err: transient, action: bot.Edit, attempts: 9, history: late}, bot.Rejected, nothing, "rejected", true, false},
		"the last failure may have arrived":    {failure{err: &bot.SendError{Uncertain: true}, attempts: 9, history: late}, bot.Rejected, nothing, "rejected", true, false},
		"content refused":                      {failure{err: refused, history: working}, "", tryBare, "refused", false, false},
		"content refused, bare too":            {failure{err: refused, bare: true, history: working}, bot.Pending, nothing, "refused", true, false},
		"content refused, bare too, others go": {failure{err: refused, bare: true, history: late}, bot.Rejected, nothing, "rejected", true, false},
		"content refused, bare too, named":     {failure{err: &bot.SendError{Kind: bot.Unsendable}, bare: true, history: working}, bot.Rejected, nothing, "rejected", true, false},
		"content refused like another":         {failure{err: refused, history: alike}, bot.Pending, suspend, "suspended", false, false},
		"a change refused":                     {failure{err: refused, action: bot.Edit, history: alike}, bot.Superseded, nothing, "unchanged", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.action == "" {
				tt.action = bot.Post
			}
			d := decide(tt.failure)
			if !slices.Contains(Outcomes(), string(d.reason)) {
				t.Errorf("metrics do not expect %q", d.reason)
			}
			if d.outcome.State != tt.state || d.effect != tt.effect || string(d.reason) != tt.label || d.outcome.Counted != tt.counted || d.pause > 0 != tt.paused {
				t.Errorf("decide = %+v", d)
			}
		})
	}
}

func TestFailureOf(t *testing.T) {
	t.Parallel()
	for want, list := range map[string][]*bot.SendError{
		failedAuth:        {{Reason: "the token is refused", Err: fmt.Errorf("%w: 401", bot.ErrUnauthorized)}},
		failedRateLimited: {{Kind: bot.RateLimited}, {Kind: bot.RateLimited, Local: true}},
		failedGone:        {{Kind: bot.TargetGone}, {Kind: bot.TargetMoved}},
		failedRefused:     {{Kind: bot.Unsendable}},
		failedServer:      {{}, {Outage: true}, {Err: errors.New("torn"), Uncertain: true}},
		failedTimeout: {
			{Err: context.DeadlineExceeded}, {Err: &url.Error{Op: "Post", Err: os.ErrDeadlineExceeded}}, {Err: fmt.Errorf("send: %w", context.DeadlineExceeded)},
		},
	} {
		if !slices.Contains(Failures(), want) {
			t.Errorf("Failures lacks %s", want)
		}
		for _, e := range list {
			if got := failureOf(e); got != want {
				t.Errorf("%+v: %s, want %s", *e, got, want)
			}
		}
	}
}

func TestDecideRepeat(t *testing.T) {
	const key = 2 * time.Minute
	for name, tt := range map[string]struct {
		unknown
		looked bool
		found  finding
		want   repeat
	}{
		"nothing unknown":              {unknown{}, false, unseen, send},
		"the key is still valid":       {unknown{sends: 5, age: time.Second, shownFor: 50 * time.Second, keyFor: key}, false, unseen, send},
		"the key has expired":          {unknown{sends: 1, age: time.Hour, shownFor: time.Hour, keyFor: key, answers: true}, false, unseen, look},
		"the key of the first expired": {unknown{sends: 5, age: time.Second, shownFor: 3 * time.Minute, keyFor: key}, false, unseen, look},
		"the key may expire on the way": {
			unknown{sends: 1, age: time.Second, shownFor: key - arrivesWithin, keyFor: key}, false, unseen, look,
		},
		"no look yet":                  {unknown{sends: 1, shownFor: time.Hour, keyFor: key, answers: true}, true, unread, lookLater},
		"no look, and no answers":      {unknown{sends: 3, unanswered: 3, shownFor: time.Hour, keyFor: key}, true, unread, lookLater},
		"a clock set back":             {unknown{sends: 1, shownFor: longAgo, keyFor: key, answers: true}, true, unread, lookLater},
		"nobody knows since when":      {unknown{sends: 1, shownFor: math.MaxInt64, keyFor: key}, false, unseen, look},
		"no look for a day":            {unknown{sends: 1, shownFor: 26 * time.Hour, keyFor: key, answers: true}, true, unread, send},
		"no keys":                      {unknown{sends: 1}, false, unseen, look},
		"found":                        {unknown{sends: 1}, true, present, settle},
		"shown to be missing":          {unknown{sends: 7}, true, absent, send},
		"cut off":                      {unknown{sends: 7}, true, unseen, send},
		"one copy":                     {unknown{sends: 1, unanswered: 1, answers: true}, true, unseen, send},
		"no copy while nobody answers": {unknown{sends: 1, unanswered: 1}, true, unseen, wait},
		"no second copy soon":          {unknown{sends: 2, unanswered: 2, age: 9 * time.Minute, answers: true}, true, unseen, wait},
		"a second copy later":          {unknown{sends: 2, unanswered: 2, age: 11 * time.Minute, answers: true}, true, unseen, send},
		"no further one":               {unknown{sends: 5, unanswered: 5, age: time.Hour, answers: true}, true, unseen, giveUp},
	} {
		if got := decideRepeat(tt.unknown, tt.looked, tt.found); got != tt.want {
			t.Errorf("%s: decideRepeat = %v, want %v", name, got, tt.want)
		}
	}
}

func TestNextProbe_WaitsLongerAndLonger(t *testing.T) {
	target := bot.Suspended{Target: bot.Target{Platform: "paper", Chat: "a"}, Since: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	at, wait := target.Since, time.Duration(0)
	for range 20 {
		next := nextProbe(target, at)
		got := next.Sub(at)
		if got < wait || got < probeFirst || got > probeMost*5/4 {
			t.Fatalf("a wait of %v after one of %v", got, wait)
		}
		at, wait = next, got
	}
	other := target
	other.Chat = "b"
	if nextProbe(target, target.Since).Equal(nextProbe(other, target.Since)) {
		t.Error("two targets that were lost together are tried together")
	}
}

func TestNextProbe_WaitsForNoClockThatWasSetBack(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	target := bot.Suspended{Target: bot.Target{Platform: "paper", Chat: "a"}, Since: now.Add(24 * time.Hour)}
	tries := 0
	for at := now; at.Before(now.Add(3 * time.Hour)); at = nextProbe(target, at) {
		tries++
	}
	if tries < 4 || tries > 7 {
		t.Errorf("%d tries in 3 hours, want one every 30 to 38 minutes", tries)
	}
}

func TestAgeOf_IsLongWhereTheClockWasSetBack(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if got := ageOf(now.Add(-time.Minute), now); got != time.Minute {
		t.Errorf("a minute ago is %v ago", got)
	}
	if got := ageOf(now.Add(time.Minute), now); got < nextCopy(maxUnanswered) {
		t.Errorf("a moment to come is %v ago, want longer than anything waits", got)
	}
}

func TestPostedSince_IsNeverLaterThanThePost(t *testing.T) {
	posted := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) // and enqueued, by the platform's clock
	for name, tt := range map[string]struct {
		then, now time.Duration // by which the clock here is ahead
		age       time.Duration
		want      time.Time
	}{
		"the clocks agree":       {0, 0, time.Hour, posted},
		"always ahead":           {time.Hour, time.Hour, time.Minute, posted},
		"always behind":          {-time.Hour, -time.Hour, time.Minute, posted.Add(-time.Hour)},
		"set ahead since":        {0, time.Hour, time.Minute, posted.Add(-time.Hour)},
		"set back since":         {0, -time.Hour, time.Minute, posted},
		"was ahead and is right": {time.Hour, 0, time.Minute, time.Time{}},
	} {
		now := posted.Add(tt.age + tt.now)
		if got := postedSince(posted.Add(tt.then), now, tt.now); !got.Equal(tt.want) || got.After(posted) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
