package sandbox

import (
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The limits of Discord. It documents the global one and asks clients to read the others from the headers; those are
// what it has been seen to send.
const (
	discordGlobalRequests = 50 // per second and bot; discord.com/developers/docs/topics/rate-limits#global-rate-limit
	discordGlobalWindow   = time.Second
	discordMaxBuckets     = 10_000 // remembered at most
)

// discordRate is how many requests one bucket takes in a window.
type discordRate struct {
	requests int
	window   time.Duration
}

// discordRateOf returns the limit of a route.
func discordRateOf(pattern string) (discordRate, bool) {
	switch pattern {
	case "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}":
		return discordRate{5, 5 * time.Second}, true
	case "DELETE /channels/{channel}/messages/{message}":
		return discordRate{5, time.Second}, true
	case "POST /webhooks/{app}/{token}", "PATCH /webhooks/{app}/{token}/messages/{message}",
		"GET /webhooks/{app}/{token}/messages/{message}", "DELETE /webhooks/{app}/{token}/messages/{message}":
		return discordRate{5, 2 * time.Second}, true
	default:
		return discordRate{}, false
	}
}

type discordBucket struct {
	used int
	ends time.Time
}

// discordLimits counts requests. Discord.mu guards it.
type discordLimits struct {
	global  discordBucket
	buckets map[string]*discordBucket
}

// take counts one request and reports whether it fits into the window.
func (b *discordBucket) take(now time.Time, rate discordRate) bool {
	if !now.Before(b.ends) {
		b.used, b.ends = 0, now.Add(rate.window)
	}
	if b.used >= rate.requests {
		return false
	}
	b.used++
	return true
}

// limit counts r and sets the headers that tell the client where it stands.
func (d *Discord) limit(header http.Header, r *http.Request, pattern string, access discordAccess) *discordError {
	if d.cfg.Unlimited {
		return nil
	}
	now := d.cfg.Now()
	global := discordRate{discordGlobalRequests, discordGlobalWindow}
	if access == discordBotOnly && !d.limits.global.take(now, global) {
		return discordTooMany(header, d.limits.global.ends.Sub(now), "global")
	}
	rate, ok := discordRateOf(pattern)
	if !ok {
		return nil
	}
	b := d.limits.bucket(pattern+" "+discordMajor(r), now)
	fits := b.take(now, rate)
	left := b.ends.Sub(now)
	discordLimitHeaders(header, pattern, rate.requests, rate.requests-b.used, b.ends, left)
	if !fits {
		return discordTooMany(header, left, "user")
	}
	return nil
}

// bucket returns the bucket of a key. Buckets whose window is over are forgotten when there are many.
func (l *discordLimits) bucket(key string, now time.Time) *discordBucket {
	if b, ok := l.buckets[key]; ok {
		return b
	}
	if len(l.buckets) >= discordMaxBuckets {
		for k, b := range l.buckets {
			if !now.Before(b.ends) {
				delete(l.buckets, k)
			}
		}
	}
	b := &discordBucket{}
	l.buckets[key] = b
	return b
}

// discordMajor is the part of the path that buckets are kept apart by.
func discordMajor(r *http.Request) string {
	return r.PathValue("channel") + r.PathValue("guild") + r.PathValue("app") + "/" + r.PathValue("token")
}

func discordLimitHeaders(h http.Header, pattern string, limit, remaining int, reset time.Time, after time.Duration) {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(pattern)) // never fails
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(reset.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", discordSeconds(after)))
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("%016x", hash.Sum64()))
}

// discordTooMany is the answer 429. A global one carries no X-RateLimit-Reset-After;
// discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit.
func discordTooMany(h http.Header, after time.Duration, scope string) *discordError {
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	h.Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		h.Set("X-RateLimit-Global", "true")
	}
	return &discordError{
		status: http.StatusTooManyRequests, Message: "You are being rate limited.",
		RetryAfter: discordSeconds(after), Global: scope == "global",
	}
}

// discordSeconds rounds up to a millisecond, so that who waits that long has waited long enough.
func discordSeconds(d time.Duration) float64 {
	return math.Ceil(float64(d)/float64(time.Millisecond)) / 1000
}

// faultLimit is the 429 of a fault.
func (d *Discord) faultLimit(w http.ResponseWriter, r *http.Request, f *Fault) *discordError {
	after := f.RetryAfter
	if after == 0 {
		after = time.Second
	}
	if f.Global {
		return discordTooMany(w.Header(), after, "global")
	}
	version, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, discordAPIPrefix), "/")
	probe := r.Clone(r.Context())
	probe.URL.Path, probe.URL.RawPath = "/"+rest, ""
	_, pattern := d.mux.Handler(probe)
	rate, ok := discordRateOf(pattern)
	if !ok || version == "" {
		rate.requests = 1
	}
	discordLimitHeaders(w.Header(), pattern, rate.requests, 0, d.cfg.Now().Add(after), after)
	return discordTooMany(w.Header(), after, "user")
}
