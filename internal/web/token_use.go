package web

import (
	"slices"
	"sync"
	"time"
)

// TokenUse says when a token was last used.
type TokenUse struct {
	// Name is the variable that has it, with the source that it publishes for.
	Name string
	// Last is zero if it was not used since the program started.
	Last time.Time
}

// tokenUses keeps when tokens were last used.
type tokenUses struct {
	mu   sync.Mutex // guards last
	last map[string]time.Time
}

func (u *tokenUses) note(name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.last == nil {
		u.last = map[string]time.Time{}
	}
	u.last[name] = time.Now()
}

// metricsToken is what the token of the metrics is called.
const metricsToken = "METRICS_TOKEN" //nolint:gosec // A name.

// name is what people call the token, of which several may be of one source.
func (t PublishToken) name() string {
	if t.Source == "" {
		return "PUBLISH_TOKEN"
	}
	return "PUBLISH_TOKENS, " + t.Source
}

// TokenUses says of each token when it was last used, by name.
func (s *Server) TokenUses() []TokenUse {
	var names []string
	for _, t := range s.cfg.Tokens {
		names = append(names, t.name())
	}
	if s.cfg.MetricsToken != "" {
		names = append(names, metricsToken)
	}
	slices.Sort(names)
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	var list []TokenUse
	for _, name := range slices.Compact(names) {
		list = append(list, TokenUse{Name: name, Last: s.uses.last[name]})
	}
	return list
}
