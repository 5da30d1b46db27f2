package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/rawjson"
)

const (
	// maxBody bounds a publish request, in bytes, and maxArticles how many articles it has: with them a request takes
	// no more than four times maxBody of memory.
	maxBody     = 256 << 10
	maxArticles = 500
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
	Warnings  []fault   `json:"warnings,omitempty"` // about fields that were left out
}

// outcome is what happened to one article.
type outcome struct {
	ID      int64             `json:"id"`
	Outcome bot.IngestOutcome `json:"outcome"`
}

// submission is what a request publishes.
type submission struct {
	bot.Publication
	warnings []fault
}

// publish stores the article, or the list of articles, of the request's body: all of them or, if one
// is faulty, none. With an Idempotency-Key a repeated request changes nothing and is answered alike for a day.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) {
	token, ok := s.publisher(r)
	if !ok {
		unauthorized(w, "the bearer token is missing or wrong")
		return
	}
	pub, refused := s.readSubmission(w, r, token)
	if refused != nil {
		refused.write(w)
		return
	}
	// Once read, articles are stored even if the sender hangs up or the program stops.
	list, err := s.cfg.Store.Publish(context.WithoutCancel(r.Context()), pub.Publication)
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
	_ = json.NewEncoder(w).Encode(receiptOf(list, pub.warnings))
}

func receiptOf(list []bot.Published, warnings []fault) receipt {
	r := receipt{Articles: make([]outcome, len(list)), Warnings: warnings}
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

// readSubmission reads a request, or says why it is refused. A key is only its token's: what somebody else publishes
// under the same one is something else.
func (s *Server) readSubmission(w http.ResponseWriter, r *http.Request, token PublishToken) (submission, *refusal) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return submission{}, refuse(http.StatusUnsupportedMediaType, "the Content-Type must be application/json")
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return submission{}, refuse(http.StatusBadRequest,
			fmt.Sprintf("the Idempotency-Key must be at most %d characters of ASCII", maxKey))
	}
	if key != "" && token.Source != "" {
		key = token.Source + "/" + key
	}
	data, err := readBody(w, r)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return submission{}, refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", maxBody))
	case err != nil:
		return submission{}, refuse(http.StatusBadRequest, "the body couldn't be read to the end")
	}
	articles, warnings, refused := s.readArticles(data, token)
	sum := sha256.Sum256(data)
	pub := bot.Publication{Key: key, Digest: hex.EncodeToString(sum[:]), Articles: articles}
	return submission{Publication: pub, warnings: warnings}, refused
}

// readBody reads a body into memory for it alone.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	size := int64(maxBody)
	if r.ContentLength >= 0 {
		size = min(r.ContentLength, size)
	}
	b := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // which it wants to have free at the end
	_, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	return b.Bytes(), err
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

// readArticles reads one article or a list of them, and collects what is wrong with any, and what they are left without.
func (s *Server) readArticles(data []byte, token PublishToken) (articles []bot.Article, warnings []fault, refused *refusal) {
	raws, isList, refused := split(data)
	if refused != nil {
		return nil, nil, refused
	}
	articles = make([]bot.Article, 0, len(raws))
	var all faultList
	for i, raw := range raws {
		at := ""
		if isList {
			at = "/" + strconv.Itoa(i)
		}
		a, wrong := s.cfg.Decode(raw)
		all.add(at, wrong)
		if refused := token.claim(&a, at); refused != nil {
			return nil, nil, refused
		}
		if err := check(a); err != nil && !all.isFaulty(at) {
			all.faults = append(all.faults, fault{Pointer: at, Detail: err.Error()})
		}
		if len(all.faults) >= maxFaults {
			break
		}
		articles = append(articles, a)
	}
	if len(all.faults) > 0 {
		return nil, nil, refuse(http.StatusBadRequest, describe(all.faults), all.faults...)
	}
	return articles, all.warnings, nil
}

// split returns the articles of a body, or why it is refused.
func split(data []byte) (raws [][]byte, isList bool, refused *refusal) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))) // the mark that some programs put first
	if isList = bytes.HasPrefix(data, []byte("[")); !isList {
		raws = append(raws, data)
	} else if err := json.Unmarshal(data, &[0]struct{}{}); err != nil { // it looks at all of it, and keeps nothing
		return nil, isList, refuse(http.StatusBadRequest, "the body isn't a JSON list: "+err.Error())
	}
	for raw := range rawjson.Elements(data) {
		if len(raws) == maxArticles {
			return nil, isList, refuse(http.StatusRequestEntityTooLarge,
				fmt.Sprintf("the body has more than %d articles; send them in several requests", maxArticles))
		}
		raws = append(raws, raw)
	}
	if len(data) == 0 || len(raws) == 0 {
		return nil, isList, refuse(http.StatusBadRequest, "the body contains no article")
	}
	return raws, isList, nil
}

// claim gives the article the token's source if it names none, and refuses another one.
func (t PublishToken) claim(a *bot.Article, at string) *refusal {
	named := bot.CleanText(a.Source, bot.MaxName) // as it is stored
	switch {
	case t.Source == "":
		a.Source = cmp.Or(a.Source, apiSource)
	case named == "" || named == t.Source:
		a.Source = t.Source
	default:
		detail := fmt.Sprintf("this token publishes for the source %q alone, not for %q", t.Source, named)
		return refuse(http.StatusForbidden, detail, fault{Pointer: pointerTo(at, "source"), Detail: detail})
	}
	return nil
}

// check reports why the store would refuse an article. It cleans a copy only: what the sender left
// empty, the store leaves as it is.
func check(a bot.Article) error {
	_, err := a.Cleaned(time.Now())
	return err
}
