package web

import (
	_ "embed"
	"net/http"
)

// dashboardJSON is a dashboard for Grafana that shows the metrics, to be imported there.
//
//go:embed dashboard.json
var dashboardJSON []byte

func dashboard(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(dashboardJSON)
}
