package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"tidings/bot"
	"tidings/internal/web"
)

// delays are those of every platform.
type delays struct{}

func (delays) Delay(string) bot.Delay { return bot.Delay{P50: time.Second, P99: time.Minute} }

// beforeAnything returns a server of which nothing is known yet but what may happen, and what it exports. Only commands have
// names that nobody knows before.
func beforeAnything(t *testing.T) (url string, shown exported) {
	t.Helper()
	m := web.NewMetrics(web.Build{Version: "v1"})
	m.Expect(web.Expected{Platforms: []string{"paper"}, Outcomes: []string{"sent", "rejected"}, Failures: []string{"auth"}, Fetches: []string{"fresh"}})
	m.ShowDelays(delays{}, []string{"paper"})
	m.ShowLeadership(leader("paper"), []string{"paper"})
	m.ShowStates(states{}, []string{"paper"})
	m.Answered("paper", "latest", time.Second)
	url, _ = serve(t, web.Config{Store: &recordingStore{}, Metrics: m})
	_, _, text := send(t, "GET", url+"/metrics", "", "")
	return url, readExported(text)
}

func TestDashboard_ShowsWhatIsExported(t *testing.T) {
	t.Parallel()
	url, shown := beforeAnything(t)
	status, _, body := send(t, "GET", url+"/metrics/dashboard.json", "", "")
	var board struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(body), &board); err != nil || status != http.StatusOK || len(board.Panels) < 15 {
		t.Fatalf("the dashboard is %d %.100s (%v)", status, body, err)
	}
	ids, places := map[int]bool{}, map[[2]int]string{}
	var all strings.Builder
	for _, p := range board.Panels {
		if len(p.Targets) == 0 || ids[p.ID] {
			t.Errorf("panel %q shows nothing, or has the number of another", p.Title)
		}
		ids[p.ID] = true
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if places[at] != "" {
					t.Fatalf("panel %q lies on %q", p.Title, places[at])
				}
				places[at] = p.Title
			}
		}
		for _, target := range p.Targets {
			all.WriteString(target.Expr + "\n")
			if err := shown.check(target.Expr); err != nil {
				t.Errorf("panel %q: %v", p.Title, err)
			}
		}
	}
	for _, want := range []string{"tidings_connected", "tidings_failing_sources", "tidings_fetches_total", "tidings_digests_sent_total", "tidings_send_failures_total", "tidings_database_bytes"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no panel shows %s", want)
		}
	}
}

func TestRules_AreOverWhatIsExported(t *testing.T) {
	t.Parallel()
	url, shown := beforeAnything(t)
	status, header, body := send(t, "GET", url+"/metrics/rules.yaml", "", "")
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	d := yaml.NewDecoder(strings.NewReader(body))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil || status != http.StatusOK || header.Get("Content-Type") != "application/yaml" || len(file.Groups) != 1 {
		t.Fatalf("the rules are %d %.100s (%v)", status, body, err)
	}
	var names []string
	for _, r := range file.Groups[0].Rules {
		names = append(names, r.Alert)
		if err := shown.check(r.Expr); err != nil {
			t.Errorf("%s: %v", r.Alert, err)
		}
		if r.For != "" && !regexp.MustCompile(`^\d+[mh]$`).MatchString(r.For) || !slices.Contains([]string{"warning", "critical"}, r.Labels["severity"]) ||
			r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%+v lacks something", r)
		}
	}
	for _, want := range []string{"TidingsNotConnected", "TidingsBacklogOld", "TidingsSourceFailing", "TidingsDiskNearlyFull", "TidingsNoArticle"} {
		if !slices.Contains(names, want) {
			t.Errorf("no rule is %s: %v", want, names)
		}
	}
}

func TestRules_AreShownToWhomTheMetricsAre(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Metrics: web.NewMetrics(web.Build{}), MetricsToken: "a-token-of-metrics"})
	if status, _, _ := send(t, "GET", url+"/metrics/rules.yaml", "", ""); status != http.StatusUnauthorized {
		t.Errorf("without the token: %d", status)
	}
	if status, _, _ := send(t, "GET", url+"/metrics/rules.yaml", "Bearer a-token-of-metrics", ""); status != http.StatusOK {
		t.Errorf("with it: %d", status)
	}
}
