package poll

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

func TestSchedule_BacksOff(t *testing.T) {
	t.Parallel()
	s := schedule{interval: 5 * time.Minute, random: func() float64 { return 0.5 }} // the middle
	status := func(code int) error { return statusError(&http.Response{StatusCode: code}, time.Time{}) }
	for _, tt := range []struct {
		name     string
		err      error
		failures int
		want     time.Duration
	}{
		{"no answer", &fetchError{}, 1, 10 * time.Minute},
		{"no answer, twice", &fetchError{}, 2, 20 * time.Minute},
		{"no answer, often", &fetchError{}, 100, maxDelay},
		{"store", errStore, 1, 10 * time.Minute},
		{"trouble", status(500), 100, maxDelay},
		{"too often", status(429), 1, minDelayTooMany + 3*time.Minute},
		{"too often, again and again", status(429), 100, maxDelayRefused + 18*time.Minute},
		{"refused", status(403), 1, minDelayRefused + 12*time.Minute},
		{"refused again and again", status(403), 100, maxDelayRefused + 18*time.Minute},
		{"web page", documentError(errors.New("is a web page")), 1, 10 * time.Minute},
		{"web page again", documentError(errors.New("is a web page")), 2, minDelayRefused + 12*time.Minute},
		{"nothing any more", emptied(&bot.Source{Articles: 1}, &feed.Document{}), 100, s.interval},
		{"missing", status(404), 1, 10 * time.Minute},
		{"missing for long", status(404), 100, maxDelayMissing},
		{"gone", status(410), 1, confirmGone + 30*time.Second},
		{"asked to wait", &fetchError{status: 503, after: 2 * time.Hour}, 9, 2*time.Hour + 30*time.Second},
		{"asked to wait less than always", &fetchError{status: 503, after: time.Second}, 9, s.interval},
	} {
		if got := s.delay(&bot.FetchState{Failures: tt.failures}, tt.err); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSchedule_ChanceOnlyShortensTheInterval(t *testing.T) {
	t.Parallel()
	start := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		interval time.Duration
		random   float64
		want     time.Duration
	}{
		{time.Second, 0.9, time.Second},
		{10 * time.Minute, 0, 10 * time.Minute},
		{10 * time.Minute, 0.5, 10*time.Minute - 30*time.Second},
	} {
		s := schedule{interval: tt.interval, most: time.Hour, random: func() float64 { return tt.random }}
		before := bot.FetchState{Failures: 3, Error: "x", ETag: "old"}
		got := s.succeeded(before, &fetched{etag: "new"}, start)
		if got.Next.Sub(start) != tt.want || got.Failures != 0 || got.Error != "" || got.ETag != "new" {
			t.Errorf("%v, %v: %+v", tt.interval, tt.random, got)
		}
	}
}

func TestSchedule_ShorterIntervalCountsAtOnce(t *testing.T) {
	t.Parallel()
	last := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	s := schedule{interval: time.Minute}
	for name, tt := range map[string]struct {
		state bot.FetchState
		want  time.Time
	}{
		"never fetched":         {bot.FetchState{}, time.Time{}},
		"longer before":         {bot.FetchState{LastTry: last, Next: last.Add(time.Hour)}, last.Add(time.Minute)},
		"shorter before":        {bot.FetchState{LastTry: last, Next: last.Add(time.Second)}, last.Add(time.Second)},
		"failing keeps waiting": {bot.FetchState{LastTry: last, Next: last.Add(time.Hour), Failures: 1}, last.Add(time.Hour)},
	} {
		if got := s.due(&tt.state); !got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"":                              0,
		"120":                           2 * time.Minute,
		"-1":                            0,
		"soon":                          0,
		"999999999999":                  maxRetryAfter,
		"Tue, 05 Mar 2024 01:00:00 GMT": time.Hour,
		"Mon, 04 Mar 2024 01:00:00 GMT": 0,
		"Thu, 05 Mar 2099 01:00:00 GMT": maxRetryAfter,
	} {
		if got := retryAfter(in, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", in, got, want)
		}
	}
}
