package discord

import (
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tidings/internal/sandbox"
)

// The limits of Discord. It documents the global one and asks clients to read the others from the headers; those are
// what it has been seen to send.
const (
	globalRequests = 50 // per second and bot; discord.com/developers/docs/topics/rate-limits#global-rate-limit
	globalWindow   = time.Second
	maxBuckets     = 10_000 // remembered at most
)

// rate is how many requests one bucket allows in a window.
type rate struct {
	requests int
	window   time.Duration
	hidden   bool // from the headers: only a 429 tells of it
}

// rateOf returns the limit of a route.
func rateOf(pattern string) (rate, bool) {
	switch pattern {
	case "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}":
		return rate{requests: 5, window: 5 * time.Second}, true
	case "POST /channels/{channel}/threads":
		return rate{requests: 5, window: 5 * time.Second}, true
	case "POST /channels/{channel}/messages/{message}/crosspost":
		return rate{requests: crossposts, window: crosspostWindow, hidden: true}, true
	case "DELETE /channels/{channel}/messages/{message}":
		return rate{requests: 5, window: time.Second}, true
	case "POST /webhooks/{app}/{token}", "PATCH /webhooks/{app}/{token}/messages/{message}",
		"GET /webhooks/{app}/{token}/messages/{message}", "DELETE /webhooks/{app}/{token}/messages/{message}":
		return rate{requests: 5, window: 2 * time.Second}, true
	default:
		return rate{}, false
	}
}

type bucket struct {
	used int
	ends time.Time
}

// limits counts requests. StandIn.mu guards it.
type limits struct {
	global  bucket
	invalid bucket // answers that count toward a ban
	buckets map[string]*bucket
}

// take counts one request and reports whether it fits into the window.
func (b *bucket) take(now time.Time, rate rate) bool {
	if !now.Before(b.ends) {
		b.used, b.ends = 0, now.Add(rate.window)
	}
	if b.used >= rate.requests {
		return false
	}
	b.used++
	return true
}

// limit counts r and sets the rate limit headers.
func (d *StandIn) limit(header http.Header, r *http.Request, pattern string, access access) *apiError {
	if d.cfg.Unlimited {
		return nil
	}
	now := d.cfg.Now()
	global := rate{requests: globalRequests, window: globalWindow}
	if access == botOnly && !d.limits.global.take(now, global) {
		return tooMany(header, d.limits.global.ends.Sub(now), "global")
	}
	rate, ok := rateOf(pattern)
	if !ok {
		return nil
	}
	b := d.limits.bucket(pattern+" "+major(r), now)
	fits := b.take(now, rate)
	left := b.ends.Sub(now)
	if !rate.hidden {
		limitHeaders(header, pattern, rate.requests, rate.requests-b.used, b.ends, left)
	}
	if !fits {
		return tooMany(header, left, "user")
	}
	return nil
}

// bucket returns the bucket of a key. Buckets whose window is over are forgotten when there are many.
func (l *limits) bucket(key string, now time.Time) *bucket {
	if b, ok := l.buckets[key]; ok {
		return b
	}
	if len(l.buckets) >= maxBuckets {
		for k, b := range l.buckets {
			if !now.Before(b.ends) {
				delete(l.buckets, k)
			}
		}
	}
	b := &bucket{}
	l.buckets[key] = b
	return b
}

// major is the part of the path that separates buckets.
func major(r *http.Request) string {
	return r.PathValue("channel") + r.PathValue("guild") + r.PathValue("app") + "/" + r.PathValue("token")
}

func limitHeaders(h http.Header, pattern string, limit, remaining int, reset time.Time, after time.Duration) {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(pattern)) // never fails
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(reset.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", seconds(after)))
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("%016x", hash.Sum64()))
}

// tooMany is the answer 429. A global one carries no X-RateLimit-Reset-After;
// discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit.
func tooMany(h http.Header, after time.Duration, scope string) *apiError {
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	h.Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		h.Set("X-RateLimit-Global", "true")
	}
	return &apiError{
		status: http.StatusTooManyRequests, Message: "You are being rate limited.",
		RetryAfter: seconds(after), Global: scope == "global",
	}
}

// seconds rounds up to a millisecond, so that waiting that long is long enough.
func seconds(d time.Duration) float64 {
	return math.Ceil(float64(d)/float64(time.Millisecond)) / 1000
}

// faultLimit is the 429 of a fault.
func (d *StandIn) faultLimit(w http.ResponseWriter, r *http.Request, f *sandbox.Fault) *apiError {
	after := f.RetryAfter
	if after == 0 {
		after = time.Second
	}
	if f.Global {
		return tooMany(w.Header(), after, "global")
	}
	version, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, apiPrefix), "/")
	probe := r.Clone(r.Context())
	probe.URL.Path, probe.URL.RawPath = "/"+rest, ""
	_, pattern := d.mux.Handler(probe)
	rate, ok := rateOf(pattern)
	if !ok || version == "" {
		rate.requests = 1
	}
	limitHeaders(w.Header(), pattern, rate.requests, 0, d.cfg.Now().Add(after), after)
	return tooMany(w.Header(), after, "user")
}
