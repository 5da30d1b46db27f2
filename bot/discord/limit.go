package discord

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// maxInvalid is how many requests may be refused within invalidWindow before all stop, and maxDoubtful how many
	// before those stop that are likely to be refused. Beyond 10,000 in ten minutes Discord bans the
	// address. discord.com/developers/docs/topics/rate-limits
	maxInvalid    = 2000
	maxDoubtful   = 500
	invalidWindow = 10 * time.Minute
	invalidSlots  = 10

	// defaultPause is kept after a 429 that does not say for how long, as Cloudflare's.
	defaultPause = 30 * time.Second
	// maxPause bounds what is believed.
	maxPause = time.Hour
	// maxWaiting is how many pauses are remembered before those that are over are forgotten.
	maxWaiting = 1000
	// maxLimitBody bounds how much of a 429 is read, in bytes.
	maxLimitBody = 64 << 10
)

// limits remembers what Discord said of its rate limits, and answers for it while a pause lasts.
// Its methods may be called concurrently.
type limits struct {
	now func() time.Time

	mu      sync.Mutex // guards everything below
	names   map[string]string
	waits   map[string]time.Time // by bucket
	global  time.Time
	invalid [invalidSlots]struct {
		minute int64
		count  int
	}
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, names: map[string]string{}, waits: map[string]time.Time{}}
}

// route is what requests have in common that Discord limits together, as far as can be known before
// it has named the bucket.
type route struct {
	// template is the method and the path without ids and tokens.
	template string
	// major is the id that buckets are kept apart by.
	major string
	// exempt says that the global limit does not count the request: it is an answer to an interaction.
	exempt bool
}

// The routes of alerts.
const (
	postMessage = "POST /channels/:id/messages"
	editMessage = "PATCH /channels/:id/messages/:id"
	startThread = "POST /channels/:id/threads"
)

// message reports whether the route is one of alerts.
func (r route) message() bool {
	return r.template == postMessage || r.template == editMessage || r.template == startThread
}

// routeOf returns the route of a request for path, which begins below /api/vN.
func routeOf(method, path string) route {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	r := route{}
	if len(parts) > 1 {
		switch parts[0] {
		case "channels", "guilds":
			r.major = parts[1]
		case "webhooks", "interactions":
			r.exempt = true
			r.major = strings.Join(parts[1:min(3, len(parts))], "/")
			parts[1] = ":id"
			parts = append(parts[:2], parts[min(3, len(parts)):]...)
		}
	}
	for i, p := range parts {
		if p != "" && strings.Trim(p, "0123456789") == "" {
			parts[i] = ":id"
		}
	}
	r.template = method + " /" + strings.Join(parts, "/")
	return r
}

// admit returns an error if the request has to wait.
func (l *limits) admit(r route) *limitError {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.global.After(now) && !r.exempt {
		return &limitError{After: l.global.Sub(now), Global: true, Early: true}
	}
	if l.invalidCount(now) >= maxInvalid {
		return &limitError{After: invalidWindow / invalidSlots, Global: true, Early: true, Refusals: true}
	}
	if until := l.waits[l.bucket(r)]; until.After(now) {
		return &limitError{After: until.Sub(now), Early: true}
	}
	return nil
}

// bucket returns the name of the bucket that r draws from: Discord's if it is known.
func (l *limits) bucket(r route) string {
	name, ok := l.names[r.template]
	if !ok {
		name = r.template
	}
	return name + " " + r.major
}

// learn records what a response says about limits. It returns an error for a 429, of which it reads
// the body, and nil for others.
func (l *limits) learn(r route, status int, header http.Header, body io.Reader) *limitError {
	var limit *limitError
	if status == http.StatusTooManyRequests {
		limit = readLimit(header, body)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if name := header.Get("X-RateLimit-Bucket"); name != "" {
		l.names[r.template] = name
	}
	switch {
	case limit != nil && limit.Global:
		l.global = latest(l.global, now.Add(limit.After))
	case limit != nil:
		l.wait(r, now, limit.After)
	case header.Get("X-RateLimit-Remaining") == "0":
		if after, ok := seconds(header.Get("X-RateLimit-Reset-After")); ok {
			l.wait(r, now, after)
		}
	}
	l.countInvalid(now, status, header)
	return limit
}

func (l *limits) wait(r route, now time.Time, after time.Duration) {
	if len(l.waits) >= maxWaiting {
		for key, until := range l.waits {
			if !until.After(now) {
				delete(l.waits, key)
			}
		}
	}
	key := l.bucket(r)
	l.waits[key] = latest(l.waits[key], now.Add(after))
}

// countInvalid counts what Discord counts toward a ban.
func (l *limits) countInvalid(now time.Time, status int, header http.Header) {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
	case http.StatusTooManyRequests:
		if header.Get("X-RateLimit-Scope") == "shared" {
			return
		}
	default:
		return
	}
	minute := l.minute(now)
	slot := &l.invalid[minute%invalidSlots]
	if slot.minute != minute {
		slot.minute, slot.count = minute, 0
	}
	slot.count++
}

// doubtful reports whether so many requests were refused lately that none is to be made that may be refused.
func (l *limits) doubtful() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.invalidCount(l.now()) >= maxDoubtful
}

func (l *limits) invalidCount(now time.Time) int {
	minute, sum := l.minute(now), 0
	for _, slot := range l.invalid {
		if minute-slot.minute < invalidSlots {
			sum += slot.count
		}
	}
	return sum
}

func (l *limits) minute(now time.Time) int64 {
	return now.Unix() / int64(invalidWindow/invalidSlots/time.Second)
}

// readLimit reads a 429. The documented global one says so in the body and has no Reset-After, and
// Cloudflare's is a page.
func readLimit(header http.Header, body io.Reader) *limitError {
	limit := &limitError{After: defaultPause, Global: header.Get("X-RateLimit-Global") != ""}
	raw, _ := io.ReadAll(io.LimitReader(body, maxLimitBody)) // what could be read decides
	var says struct {
		RetryAfter *float64 `json:"retry_after"`
		Global     bool     `json:"global"`
	}
	if json.Unmarshal(raw, &says) != nil {
		limit.Global = true
	}
	limit.Global = limit.Global || says.Global
	if says.RetryAfter != nil {
		limit.After = pause(*says.RetryAfter)
	} else if after, ok := seconds(header.Get("Retry-After")); ok {
		limit.After = after
	}
	return limit
}

// seconds reads a header that counts seconds, with a fraction or without.
func seconds(s string) (time.Duration, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return pause(n), err == nil
}

// pause returns n seconds within reason.
func pause(n float64) time.Duration {
	if !(n > 0) { // NaN too
		return 0
	}
	return time.Duration(min(n, maxPause.Seconds()) * float64(time.Second))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
