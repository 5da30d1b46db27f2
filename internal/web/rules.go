package web

import (
	_ "embed"
	"net/http"
)

// rulesYAML are alert rules for Prometheus over the metrics, to be saved as one of its rule files.
//
//go:embed rules.yaml
var rulesYAML []byte

func rules(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(rulesYAML)
}
