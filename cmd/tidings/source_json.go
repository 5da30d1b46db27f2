package main

import (
	"encoding/json"
	"io"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
)

// sourceJSON is a source as programs read it.
type sourceJSON struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Place       string    `json:"place,omitempty"` // where alone people know of it
	Kind        string    `json:"kind"`
	Title       string    `json:"title,omitempty"`
	URL         string    `json:"url,omitempty"`
	Address     string    `json:"address,omitempty"` // where the feed has moved
	Configured  bool      `json:"configured"`
	Interval    string    `json:"interval,omitempty"` // its own, as 15m0s
	Login       bool      `json:"login,omitempty"`    // it logs in
	Articles    int64     `json:"articles"`
	OnHold      int       `json:"on_hold,omitempty"` // articles that wait for an operator
	PerWeek     float64   `json:"per_week"`
	State       string    `json:"state"`
	Paused      time.Time `json:"paused,omitzero"` // since when
	LastTry     time.Time `json:"last_try,omitzero"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	Next        time.Time `json:"next,omitzero"`
	Failures    int       `json:"failures"`
	Error       string    `json:"error,omitempty"`
	Advice      string    `json:"advice,omitempty"`
	Doubts      int       `json:"doubts,omitempty"`
	Doubt       string    `json:"doubt,omitempty"`
	// Batches are what was decided about what was new in the last documents, the newest last.
	Batches []bot.Batch `json:"batches,omitempty"`
}

func printSourceJSON(w io.Writer, s *bot.Source, n sourceCounts) error {
	f := &s.Fetch
	own := ""
	if s.Interval > 0 {
		own = s.Interval.String()
	}
	return json.NewEncoder(w).Encode(sourceJSON{
		ID: s.ID, Place: string(s.Place), Name: s.Name, Kind: string(s.Kind), Title: s.Title, URL: s.URL, Address: f.Memory.Address, Configured: s.Configured, Interval: own, Login: s.HasLogin,
		Articles: s.Articles, OnHold: n.onHold, PerWeek: float64(n.recent) * 7 / answer.RateDays, State: sourceState(s), Paused: s.Paused,
		LastTry: f.LastTry, LastSuccess: f.LastSuccess, Next: f.Next, Failures: f.Failures, Error: f.Error, Advice: f.Memory.Advice,
		Doubts: f.Memory.Doubts, Doubt: f.Memory.Doubt, Batches: s.Batches,
	})
}
