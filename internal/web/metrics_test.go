package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/web"
)

func TestMetrics_CountWhatTheLoopsDo(t *testing.T) {
	m := web.NewMetrics(web.Build{Version: "1.2.3", Commit: "0123456789ab", Date: "2026-11-29", Go: "go1.26"})
	m.Matched(5, 3)
	m.Flooded(2)
	m.DigestSent("discord")
	m.Settled("paper", "sent", 20*time.Millisecond, 40*time.Millisecond)
	m.Settled("paper", "retry", time.Second, 0)
	m.Settled("paper", "rejected", time.Second, 0)
	m.RateLimited("paper")
	m.Failed("paper", "timeout")
	m.DigestSent("paper")
	m.Fetched("fresh")
	m.Pruned(200, 4096)
	m.Answered("paper", "latest", time.Millisecond)
	m.ShowDelays(lately{}, []string{"paper"})
	m.ShowLeadership(leader("paper"), []string{"paper", "glass"})
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Metrics: m})
	status, _, body := send(t, "GET", url+"/metrics", "", "")
	if status != http.StatusOK {
		t.Fatalf("answered by %d %s", status, body)
	}
	for _, want := range []string{
		`tidings_build_info{commit="0123456789ab",date="2026-11-29",goversion="go1.26",version="1.2.3"} 1`,
		`tidings_entries_total 5`,
		`tidings_matches_total 3`,
		`tidings_flooded_articles_total 2`,
		`tidings_digests_sent_total{platform="discord"} 1`,
		`tidings_deliveries_total{outcome="sent",platform="paper"} 1`,
		`tidings_deliveries_total{outcome="retry",platform="paper"} 1`,
		`tidings_deliveries_total{outcome="rejected",platform="paper"} 1`,
		`tidings_delivery_lag_seconds_count{platform="paper"} 1`,
		`tidings_delivery_lag_seconds_bucket{platform="paper",le="0.05"} 1`,
		`tidings_delivery_lag_seconds_bucket{platform="paper",le="0.025"} 0`,
		`tidings_send_seconds_count{platform="paper"} 3`,
		`tidings_rate_limited_total{platform="paper"} 1`,
		`tidings_command_seconds_count{command="latest",platform="paper"} 1`,
		`tidings_recent_delay_seconds{platform="paper",quantile="0.5"} 0.5`,
		`tidings_recent_delay_seconds{platform="paper",quantile="0.99"} 2`,
		`tidings_leader{platform="paper"} 1`,
		`tidings_leader{platform="glass"} 0`,
		`tidings_articles 7`,
		`tidings_sources 2`,
		`tidings_subscriptions 3`,
		`tidings_suspended_targets 1`,
		`tidings_failing_sources 5`,
		`tidings_articles_on_hold 6`,
		`tidings_backlog{platform="paper"} 4`,
		`tidings_backlog_oldest_seconds{platform="paper"} 6`, // a minute and a little
		`tidings_paused_sources 8`,
		`tidings_newest_article_timestamp_seconds 1.8000000005e+09`,
		`tidings_send_failures_total{platform="paper",reason="timeout"} 1`,
		`tidings_digests_sent_total{platform="paper"} 1`,
		`tidings_fetches_total{outcome="fresh"} 1`,
		`tidings_pruned_articles_total 200`,
		`tidings_pruned_bytes_total 4096`,
		`tidings_database_bytes 1000`,
		`tidings_database_reusable_bytes 10`,
		`tidings_database_volume_bytes 5000`,
		`tidings_database_volume_free_bytes 50`,
		`go_goroutines `,
	} {
		if !strings.Contains(body, "\n"+want) {
			t.Errorf("no line begins with %q", want)
		}
	}
}

func TestMetrics_ShowWhatHasNotHappenedYet(t *testing.T) {
	m := web.NewMetrics(web.Build{Version: "v1"})
	m.Expect(web.Expected{
		Platforms: []string{"paper", "glass"}, Outcomes: []string{"sent", "rejected"}, Failures: []string{"auth", "timeout"}, Fetches: []string{"fresh"},
	})
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Metrics: m})
	_, _, body := send(t, "GET", url+"/metrics", "", "")
	for _, platform := range []string{"paper", "glass"} {
		for _, line := range []string{
			`tidings_deliveries_total{outcome="sent",platform="` + platform + `"} 0`, `tidings_deliveries_total{outcome="rejected",platform="` + platform + `"} 0`,
			`tidings_send_seconds_count{platform="` + platform + `"} 0`, `tidings_delivery_lag_seconds_count{platform="` + platform + `"} 0`,
			`tidings_rate_limited_total{platform="` + platform + `"} 0`, `tidings_digests_sent_total{platform="` + platform + `"} 0`,
			`tidings_send_failures_total{platform="` + platform + `",reason="auth"} 0`, `tidings_send_failures_total{platform="` + platform + `",reason="timeout"} 0`,
			`tidings_fetches_total{outcome="fresh"} 0`, `tidings_pruned_articles_total 0`,
		} {
			if !strings.Contains(body, "\n"+line+"\n") {
				t.Errorf("no line is %s", line)
			}
		}
	}
	for _, line := range []string{`tidings_backlog{platform="glass"} 0`, `tidings_backlog_oldest_seconds{platform="glass"} 0`} {
		if !strings.Contains(body, "\n"+line+"\n") {
			t.Errorf("no line is %s", line)
		}
	}
}

func TestMetrics_ShowTheRestWhenTheStoreFails(t *testing.T) {
	m := web.NewMetrics(web.Build{Version: "v1"})
	m.Matched(5, 3)
	url, _ := serve(t, web.Config{Store: &recordingStore{err: errors.New("disk on fire")}, Metrics: m})
	status, _, body := send(t, "GET", url+"/metrics", "", "")
	if status != http.StatusOK || !strings.Contains(body, "\ntidings_entries_total 5") || strings.Contains(body, "tidings_backlog") {
		t.Errorf("answered by %d %.300s, want what needs no store", status, body)
	}
}

// lately is a bot whose alerts took as long as it says.
type lately struct{}

func (lately) Delay(string) bot.Delay {
	return bot.Delay{Over: 10, P50: time.Second / 2, P99: 2 * time.Second}
}

// leader is the platform that this process leads.
type leader string

func (l leader) IsLeader(platform string) bool { return platform == string(l) }

func TestReadyz_SaysWhetherThisReplicaIsTheLeader(t *testing.T) {
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Platforms: []string{"paper", "glass"}, Leadership: leader("paper")})
	status, _, body := send(t, "GET", url+"/readyz", "", "")
	if want := "ok\npaper: leads\nglass: stands by\n"; status != http.StatusOK || body != want {
		t.Errorf("answered by %d %q, want %q", status, body, want)
	}
}

// TestReadyz_WaitsUntilThisReplicaListens: whoever restarts replicas in turn stops none before its successor listens.
func TestReadyz_WaitsUntilThisReplicaListens(t *testing.T) {
	all := states{"paper": {Connecting: true}, "glass": {}}
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Platforms: []string{"paper", "glass"}, Leadership: leader(""), States: all})
	status, _, body := send(t, "GET", url+"/readyz", "", "")
	if want := "not ready\npaper: stands by, connecting\nglass: stands by\n"; status != http.StatusServiceUnavailable || body != want {
		t.Errorf("answered by %d %q, want 503 %q", status, body, want)
	}
	if status, _, _ := send(t, "GET", url+"/healthz", "", ""); status != http.StatusOK {
		t.Errorf("/healthz answers %d, want 200: it lives", status)
	}
}

// states is how platforms do, by name.
type states map[string]bot.PlatformState

func (s states) PlatformState(platform string) bot.PlatformState { return s[platform] }

func TestReadyz_NamesUnavailablePlatforms(t *testing.T) {
	since := time.Date(2026, 3, 14, 10, 26, 53, 0, time.FixedZone("", 3600))
	m, platforms := web.NewMetrics(web.Build{Version: "v1"}), []string{"paper", "glass", "wax"}
	all := states{"paper": {Refused: since}, "glass": {OutOfReach: since}, "wax": {Connected: true, SkewKnown: true, Skew: 90 * time.Second}}
	m.ShowStates(all, platforms)
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Platforms: platforms, Leadership: leader("glass"), States: all, Metrics: m})
	status, _, body := send(t, "GET", url+"/readyz", "", "")
	want := "ok\npaper: token refused since 2026-03-14T09:26:53Z; restart with a new one\n" +
		"glass: leads, out of reach since 2026-03-14T09:26:53Z\nwax: stands by\n"
	if status != http.StatusOK || body != want {
		t.Errorf("answered by %d %q, want %q", status, body, want)
	}
	_, _, body = send(t, "GET", url+"/metrics", "", "")
	for _, line := range []string{
		`tidings_token_refused{platform="paper"} 1`, `tidings_token_refused{platform="glass"} 0`,
		`tidings_connected{platform="paper"} 0`, `tidings_connected{platform="glass"} 0`, `tidings_connected{platform="wax"} 1`,
		`tidings_clock_skew_seconds{platform="wax"} 90`, `tidings_clock_skew_seconds{platform="glass"} NaN`,
	} {
		if !strings.Contains(body, "\n"+line+"\n") {
			t.Errorf("/metrics lacks %s", line)
		}
	}
}
