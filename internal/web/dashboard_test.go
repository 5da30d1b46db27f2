package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/web"
)

// delays are those of every platform.
type delays struct{}

func (delays) Delay(string) bot.Delay { return bot.Delay{P50: time.Second, P99: time.Minute} }

// TestDashboard_ShowsWhatIsExported compares every metric of the dashboard with what the program shows before
// anything has happened. Only commands have names that nobody knows before.
func TestDashboard_ShowsWhatIsExported(t *testing.T) {
	m := web.NewMetrics(web.Build{Version: "v1"})
	m.ShowDelays(delays{}, []string{"paper"})
	m.Expect([]string{"paper"}, []string{"sent", "rejected"})
	m.Answered("paper", "latest", time.Second)
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Metrics: m})
	_, _, exported := send(t, "GET", url+"/metrics", "", "")
	status, _, body := send(t, "GET", url+"/metrics/dashboard.json", "", "")
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(body), &board); err != nil || status != http.StatusOK || len(board.Panels) < 10 {
		t.Fatalf("the dashboard is %d %.100s (%v)", status, body, err)
	}
	names := regexp.MustCompile(`tidings_[a-z_]+`)
	for _, p := range board.Panels {
		if len(p.Targets) == 0 {
			t.Errorf("panel %q shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			for _, name := range names.FindAllString(target.Expr, -1) {
				if !strings.Contains(exported, "\n"+name+"{") && !strings.Contains(exported, "\n"+name+" ") {
					t.Errorf("panel %q shows %s, which nobody exports", p.Title, name)
				}
			}
		}
	}
}
