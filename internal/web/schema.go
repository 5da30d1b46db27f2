package web

import (
	_ "embed"
	"net/http"
)

//go:embed schema.json
var schemaJSON []byte

// schema shows what the publish API accepts, as JSON Schema 2020-12 says it. It isn't secret.
func schema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/schema+json")
	_, _ = w.Write(schemaJSON)
}
