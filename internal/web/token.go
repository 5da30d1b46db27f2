package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// PublishToken lets its bearer publish.
type PublishToken struct {
	Token string
	// Source is the only one that it publishes for, as its name is stored. Empty means every source.
	Source string
}

// bearer returns the token of a request, if it has one.
func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, strings.EqualFold(scheme, "Bearer")
}

// isToken compares digests, so that timing reveals neither the token nor its length.
func isToken(got, want string) bool {
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// publisher returns the token with which a request may publish. It looks at all of them, whichever it is.
func (s *Server) publisher(r *http.Request) (mine PublishToken, ok bool) {
	got, sent := bearer(r)
	for _, t := range s.cfg.Tokens {
		if isToken(got, t.Token) && sent {
			mine, ok = t, true
		}
	}
	if ok {
		s.uses.note(mine.name())
	}
	return mine, ok
}

// unauthorized answers a request whose token is missing or wrong.
func unauthorized(w http.ResponseWriter, detail string) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	problem(w, http.StatusUnauthorized, detail)
}

// guardMetrics asks for the token of the metrics. Behind a proxy everybody comes from one address, so where the
// Internet reaches the listener, none says who may see them.
func (s *Server) guardMetrics(next http.Handler) http.Handler {
	want := s.cfg.MetricsToken
	if want == "" && s.cfg.PublicURL == "" {
		return next
	}
	detail := "the bearer token is missing or wrong; it is the bot's METRICS_TOKEN"
	if want == "" {
		detail = "this bot is reachable from the Internet (PUBLIC_URL), so its metrics are shown only with a token; set METRICS_TOKEN"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, sent := bearer(r)
		if !isToken(got, want) || !sent || want == "" {
			unauthorized(w, detail)
			return
		}
		s.uses.note(metricsToken)
		next.ServeHTTP(w, r)
	})
}
