package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tidings/bot"
)

const (
	// maxBody bounds a publish request, in bytes.
	maxBody = 256 << 10
	// apiSource is the source of articles that name none.
	apiSource = "api"
)

// publish stores the article, or the list of articles, of the request's body: all of them or, if one
// is faulty, none.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem(w, http.StatusUnauthorized, "the bearer token is missing or wrong")
		return
	}
	articles, err := s.readArticles(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		problem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", maxBody))
		return
	case err != nil:
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	// Once read, articles are stored even if their sender does not wait or the program stops.
	result, err := s.cfg.Store.Put(context.WithoutCancel(r.Context()), articles)
	if err != nil {
		s.cfg.Logger.ErrorContext(r.Context(), "published articles not stored", "err", err)
		problem(w, http.StatusInternalServerError, "the article store did not take the articles; please try again")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]int{
		"added": result.Added, "revised": result.Revised, "unchanged": result.Unchanged,
	})
}

// authorized compares digests, so that neither the token nor its length can be told from the time.
func (s *Server) authorized(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.cfg.PublishToken))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// readArticles reads one article or a list of them.
func (s *Server) readArticles(body io.Reader) ([]bot.Article, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	data = bytes.TrimSpace(data)
	raws := []json.RawMessage{data}
	if bytes.HasPrefix(data, []byte("[")) {
		raws = nil
		if err := json.Unmarshal(data, &raws); err != nil {
			return nil, fmt.Errorf("the body is not a JSON list: %w", err)
		}
	}
	if len(data) == 0 || len(raws) == 0 {
		return nil, errors.New("the body holds no article")
	}
	articles := make([]bot.Article, len(raws))
	for i, raw := range raws {
		if articles[i], err = s.cfg.Decode(raw); err != nil {
			return nil, fmt.Errorf("article %d: %w", i+1, err)
		}
		articles[i].Source = cmp.Or(articles[i].Source, apiSource)
		if err := check(articles[i]); err != nil {
			return nil, fmt.Errorf("article %d: %w", i+1, err)
		}
	}
	return articles, nil
}

// check reports why a store would not take an article. It cleans a copy only: what the sender left
// empty, the store leaves as it is.
func check(a bot.Article) error { return a.Clean(time.Now()) }

// problem answers with problem details; RFC 9457.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"title": http.StatusText(status), "status": status, "detail": detail,
	})
}
