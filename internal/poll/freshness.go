package poll

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// freshness returns how long an answer stays fresh from now on; RFC 9111, section 4.2. known is false
// if the server does not say, and then nothing is made up from Last-Modified either: for news that
// would mean that the quietest feed is the last to be heard.
func freshness(h http.Header, now time.Time) (age time.Duration, known bool) {
	d := directives(h.Values("Cache-Control"))
	for _, unfit := range []string{"no-cache", "no-store"} {
		if _, says := d[unfit]; says {
			return 0, true
		}
	}
	for _, name := range []string{"max-age", "s-maxage"} {
		if n, ok := seconds(d[name]); ok {
			already, _ := seconds(h.Get("Age"))
			return max(n-already, 0), true
		}
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0, h.Get("Expires") != ""
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(expires.Sub(now), 0), true
}

// directives reads Cache-Control. Names are in lower case, values without quotes; the first of
// several of a name counts.
func directives(lines []string) map[string]string {
	d := map[string]string{}
	for part := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		name, value, _ := strings.Cut(part, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, known := d[name]; !known && name != "" {
			d[name] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return d
}

// seconds reads a number of seconds; what is beyond counting is the most that can be counted.
func seconds(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	const most = int64(math.MaxInt32)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > most {
		n = most
	}
	return time.Duration(n) * time.Second, true
}

// maxRetryAfter is the longest that a server's wish to wait is honored.
const maxRetryAfter = 7 * 24 * time.Hour

// retryAfter reads how long a server asks to wait, in seconds or as a date; 0 if it does not.
func retryAfter(s string, now time.Time) time.Duration {
	d, ok := seconds(s)
	if t, err := http.ParseTime(s); !ok && err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}
