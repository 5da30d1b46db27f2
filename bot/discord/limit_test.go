package discord

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// teach lets l learn from an answer.
func teach(l *limits, r route, status int, headers map[string]string, body string) *limitError {
	h := http.Header{}
	for k, v := range headers {
		h.Set(k, v)
	}
	return l.learn(r, status, h, strings.NewReader(body))
}

func TestRouteOf_KeepsApartWhatDiscordDoes(t *testing.T) {
	tests := []struct {
		method, path string
		want         route
	}{
		{"POST", "/channels/12/messages", route{template: "POST /channels/:id/messages", major: "12"}},
		{"PATCH", "/channels/12/messages/34", route{template: "PATCH /channels/:id/messages/:id", major: "12"}},
		{"GET", "/users/@me", route{template: "GET /users/@me"}},
		{
			"PATCH", "/webhooks/1/tok3n/messages/@original",
			route{template: "PATCH /webhooks/:id/messages/@original", major: "1/tok3n", exempt: true},
		},
		{
			"POST", "/interactions/1/tok3n/callback",
			route{template: "POST /interactions/:id/callback", major: "1/tok3n", exempt: true},
		},
	}
	for _, tt := range tests {
		if got := routeOf(tt.method, tt.path); got != tt.want {
			t.Errorf("%s %s is %+v, want %+v", tt.method, tt.path, got, tt.want)
		}
	}
}

func TestLimits_LearnFromEveryKindOf429(t *testing.T) {
	post := func(channel string) route { return routeOf("POST", "/channels/"+channel+"/messages") }
	reply := routeOf("POST", "/interactions/1/t/callback")
	tests := []struct {
		name    string
		headers map[string]string
		body    string
		after   time.Duration
		global  bool
	}{
		{"bucket", map[string]string{"Retry-After": "2"}, `{"retry_after":1.5,"global":false}`, 1500 * time.Millisecond, false},
		{"global in the body", map[string]string{"Retry-After": "2"}, `{"retry_after":1.5,"global":true}`, 1500 * time.Millisecond, true},
		{"global in a header", map[string]string{"X-RateLimit-Global": "true"}, `{"retry_after":3}`, 3 * time.Second, true},
		{"page", map[string]string{"Retry-After": "7"}, `<html>`, 7 * time.Second, true},
		{"page without a time", nil, `<html>`, defaultPause, true},
		{"nonsense", nil, `{"retry_after":-1e300}`, 0, false},
		{"for ever", nil, `{"retry_after":1e300}`, maxPause, false},
	}
	for _, tt := range tests {
		now := time.Unix(1000, 0)
		l := newLimits(func() time.Time { return now })
		err := teach(l, post("1"), 429, tt.headers, tt.body)
		if err == nil || err.After != tt.after || err.Global != tt.global {
			t.Errorf("%s: %+v, want %v, global %t", tt.name, err, tt.after, tt.global)
		}
		same, other := l.admit(post("1")), l.admit(post("2"))
		if (same != nil) != (tt.after > 0) || (other != nil) != (tt.global && tt.after > 0) {
			t.Errorf("%s: the channel gets %v, another %v", tt.name, same, other)
		}
		if err := l.admit(reply); err != nil {
			t.Errorf("%s: an answer to a person has to wait: %v", tt.name, err)
		}
		now = now.Add(tt.after)
		if err := l.admit(post("1")); err != nil {
			t.Errorf("%s: after the pause: %v", tt.name, err)
		}
	}
}

func TestLimits_ShareABucketBetweenRoutes(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimits(func() time.Time { return now })
	one, two := routeOf("POST", "/channels/1/messages"), routeOf("POST", "/channels/1/typing")
	bucket := map[string]string{"X-RateLimit-Bucket": "abc", "X-RateLimit-Remaining": "3", "X-RateLimit-Reset-After": "4"}
	_ = teach(l, one, 200, bucket, "")
	_ = teach(l, two, 200, bucket, "")
	bucket["X-RateLimit-Remaining"] = "0"
	_ = teach(l, one, 200, bucket, "")
	if err := l.admit(two); err == nil || err.After != 4*time.Second || err.Global {
		t.Errorf("a route of an empty bucket gets %v, want a wait of 4 s", err)
	}
}

func TestLimits_DropExpiredBuckets(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimits(func() time.Time { return now })
	for i := range 3 * maxWaiting {
		now = now.Add(time.Second)
		r := route{template: "POST /interactions/:id/callback", major: time.Duration(i).String()}
		_ = teach(l, r, 200, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "0.5"}, "")
	}
	if n := len(l.waits); n > maxWaiting {
		t.Errorf("%d pauses are remembered, want at most %d", n, maxWaiting)
	}
}
