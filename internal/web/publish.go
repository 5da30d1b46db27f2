package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
)

const (
	// maxBody bounds a publish request, in bytes.
	maxBody = 256 << 10
	// apiSource is the source of articles that name none.
	apiSource = "api"
	// maxKey bounds an idempotency key, in bytes.
	maxKey = 255
)

// receipt is the answer to a publication: what happened to each article, in their order.
type receipt struct {
	Added     int       `json:"added"`
	Revised   int       `json:"revised"`
	Unchanged int       `json:"unchanged"`
	Articles  []outcome `json:"articles"`
}

// outcome is what happened to one article.
type outcome struct {
	ID      int64             `json:"id"`
	Outcome bot.IngestOutcome `json:"outcome"`
}

// publish stores the article, or the list of articles, of the request's body: all of them or, if one
// is faulty, none. With an Idempotency-Key a repeated request changes nothing and is answered alike for a day.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(r) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem(w, http.StatusUnauthorized, "the bearer token is missing or wrong")
		return
	}
	pub, refusal := s.readPublication(w, r)
	if refusal != nil {
		refusal.write(w)
		return
	}
	// Once read, articles are stored even if the sender hangs up or the program stops.
	list, err := s.cfg.Store.Publish(context.WithoutCancel(r.Context()), pub)
	switch {
	case errors.Is(err, bot.ErrKeyReused):
		problem(w, http.StatusUnprocessableEntity, "this Idempotency-Key was used for another body in the last day; use a new one")
		return
	case err != nil:
		s.cfg.Logger.ErrorContext(r.Context(), "published articles not stored", "err", err)
		problem(w, http.StatusInternalServerError, "the articles couldn't be stored; please try again")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(receiptOf(list))
}

func receiptOf(list []bot.Published) receipt {
	r := receipt{Articles: make([]outcome, len(list))}
	for i, p := range list {
		r.Articles[i] = outcome(p)
		switch p.Outcome {
		case bot.Added:
			r.Added++
		case bot.Revised:
			r.Revised++
		case bot.Unchanged:
			r.Unchanged++
		}
	}
	return r
}

// authorized compares digests, so that timing reveals neither the token nor its length.
func (s *Server) authorized(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.cfg.PublishToken))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// readPublication reads a request, or says why it is refused.
func (s *Server) readPublication(w http.ResponseWriter, r *http.Request) (bot.Publication, *refusal) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return bot.Publication{}, refuse(http.StatusUnsupportedMediaType, "the Content-Type must be application/json")
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return bot.Publication{}, refuse(http.StatusBadRequest,
			fmt.Sprintf("the Idempotency-Key must be at most %d characters of ASCII", maxKey))
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return bot.Publication{}, refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", maxBody))
	case err != nil:
		return bot.Publication{}, refuse(http.StatusBadRequest, "the body couldn't be read to the end")
	}
	articles, refused := s.readArticles(data)
	sum := sha256.Sum256(data)
	return bot.Publication{Key: key, Digest: hex.EncodeToString(sum[:]), Articles: articles}, refused
}

// isJSON reports whether a content type is JSON's, or none was named.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, parameters, err := mime.ParseMediaType(contentType)
	charset := cmp.Or(parameters["charset"], "utf-8")
	return err == nil && strings.EqualFold(charset, "utf-8") &&
		(kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"))
}

// readArticles reads one article or a list of them, and collects all that is wrong with any.
func (s *Server) readArticles(data []byte) ([]bot.Article, *refusal) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))) // the mark that some programs put first
	raws, isList := []json.RawMessage{data}, bytes.HasPrefix(data, []byte("["))
	if isList {
		raws = nil
		if err := json.Unmarshal(data, &raws); err != nil {
			return nil, refuse(http.StatusBadRequest, "the body isn't a JSON list: "+err.Error())
		}
	}
	if len(data) == 0 || len(raws) == 0 {
		return nil, refuse(http.StatusBadRequest, "the body contains no article")
	}
	articles := make([]bot.Article, len(raws))
	var faults []fault
	for i, raw := range raws {
		at := ""
		if isList {
			at = "/" + strconv.Itoa(i)
		}
		a, wrong := s.cfg.Decode(raw)
		for _, f := range wrong {
			faults = append(faults, fault{Pointer: pointerTo(at, f.Field), Detail: f.Detail})
		}
		a.Source = cmp.Or(a.Source, apiSource)
		if err := check(a); err != nil && len(wrong) == 0 {
			faults = append(faults, fault{Pointer: at, Detail: err.Error()})
		}
		articles[i] = a
	}
	if len(faults) > 0 {
		return nil, refuse(http.StatusBadRequest, describe(faults), faults...)
	}
	return articles, nil
}

// check reports why the store would refuse an article. It cleans a copy only: what the sender left
// empty, the store leaves as it is.
func check(a bot.Article) error { return a.Clean(time.Now()) }
