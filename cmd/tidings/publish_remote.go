package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

const (
	// maxRequest is how large a request's body may be, in bytes, and maxBatch how many articles it may have: what the
	// publish API accepts.
	maxRequest = 256 << 10
	maxBatch   = 500
	// maxReply bounds what is read of an answer.
	maxReply = 1 << 20
	// publishTries and publishPause are how often and how soon a request is repeated that had no answer.
	publishTries = 4
	publishPause = 500 * time.Millisecond
	replyTimeout = 30 * time.Second
)

// publisher hands articles to a bot that runs elsewhere.
type publisher struct {
	client  *http.Client
	address string // of its publish API
	token   string
	zone    *time.Location
	pause   time.Duration // before the first repetition
}

func newPublisher(base, token string, zone *time.Location) (*publisher, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &usageError{"--url must be the address of a running bot, such as http://127.0.0.1:8080"}
	}
	if token == "" {
		return nil, errors.New("PUBLISH_TOKEN isn't set; use the one of the bot at --url")
	}
	return &publisher{
		client: &http.Client{Timeout: replyTimeout}, address: strings.TrimSuffix(u.String(), "/") + "/api/articles",
		token: token, zone: zone, pause: publishPause,
	}, nil
}

// publish sends articles in as few requests as possible, one after the other.
func (p *publisher) publish(ctx context.Context, articles []bot.Article) (bot.IngestResult, error) {
	var total bot.IngestResult
	bodies, err := p.bodies(articles)
	if err != nil {
		return total, err
	}
	for _, body := range bodies {
		got, err := p.deliver(ctx, body)
		if err != nil {
			return total, err
		}
		total.Add(got)
	}
	return total, nil
}

// bodies writes articles as lists that the API accepts.
func (p *publisher) bodies(articles []bot.Article) (bodies [][]byte, err error) {
	var body []byte
	for i := range articles {
		one, err := feed.MarshalArticle(&articles[i], p.zone)
		if err != nil {
			return nil, err
		}
		if len(body)+len(one)+2 > maxRequest || i > 0 && i%maxBatch == 0 {
			bodies, body = append(bodies, append(body, ']')), nil
		}
		if len(body) == 0 {
			body = append(body, '[')
		} else {
			body = append(body, ',')
		}
		body = append(body, one...)
	}
	return append(bodies, append(body, ']')), nil
}

// deliver sends one request, again if nobody answers or the bot cannot at present. All tries have one key, so
// that they store once.
func (p *publisher) deliver(ctx context.Context, body []byte) (got bot.IngestResult, err error) {
	key := rand.Text()
	for try := 1; ; try++ {
		var again bool
		got, again, err = p.try(ctx, key, body)
		if err == nil || !again || try == publishTries {
			return got, err
		}
		select {
		case <-time.After(p.pause << (try - 1)):
		case <-ctx.Done():
			return got, err
		}
	}
}

// try sends a request once, and reports whether a failure may pass.
func (p *publisher) try(ctx context.Context, key string, body []byte) (got bot.IngestResult, again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.address, bytes.NewReader(body))
	if err != nil {
		return got, false, err
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	resp, err := p.client.Do(req)
	if err != nil {
		return got, true, fmt.Errorf("publish: %w; does the bot run there?", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return got, true, fmt.Errorf("publish: %w", err)
	}
	if resp.StatusCode != http.StatusAccepted {
		return got, resp.StatusCode >= http.StatusInternalServerError, refusedBy(resp.Status, data)
	}
	if err := json.Unmarshal(data, &got); err != nil {
		return got, false, fmt.Errorf("publish: unexpected answer from %s; is it the address of a Tidings bot?", p.address)
	}
	return got, false, nil
}

// refusedBy says why a bot refused the articles.
func refusedBy(status string, answer []byte) error {
	var problem struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(answer, &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("publish: %s was the answer; the publish API is off there, or it isn't the address of a Tidings bot", status)
	}
	return fmt.Errorf("publish: the bot answered %s: %s", status, bot.CleanText(problem.Detail, bot.MaxTitle))
}
