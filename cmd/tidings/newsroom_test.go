package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// report is an article that a newsroom has published, as it is now.
type report struct {
	id        int64 // the store's
	number    int
	version   int // how often it was written
	withdrawn bool
}

func (r *report) title() string { return fmt.Sprintf("Report %d, version %d", r.number, r.version) }

// desks is how many parts the newsroom has. Each chat subscribes to the reports of one, so that a kill finds some chats
// busy however many wait for what the last one cut off.
const desks = 5

// desk returns the word by which the reports of a number's desk are known.
func desk(number int) string { return fmt.Sprintf("desk%d", number%desks) }

// newsroom publishes reports over the network, rewrites some and withdraws others, one after the other. What the
// program does not confirm it publishes again, so all that it knows of is surely in the store.
type newsroom struct {
	rnd    *rand.Rand
	room   func() bool // whether the program has kept up, so that there may be more
	client http.Client

	mu      sync.Mutex // guards addrs and reports
	addrs   []string   // of the programs that run now
	reports []report
}

// moves sets where the program listens from now on. Of several addresses any may be used.
func (n *newsroom) moves(addrs ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.addrs = addrs
}

// published returns all that is surely in the store.
func (n *newsroom) published() []report {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]report(nil), n.reports...)
}

// recent is of how many reports one is rewritten or withdrawn.
const recent = 6 * desks

// run publishes until working ends, and finishes what it has begun before ctx ends.
func (n *newsroom) run(ctx, working context.Context) error {
	for working.Err() == nil {
		if n.room() {
			r := n.next()
			if err := n.publish(ctx, r); err != nil {
				return err
			}
		}
		rest(working, time.Duration(n.rnd.IntN(200))*time.Millisecond)
	}
	return nil
}

// next returns what is published next: three times in five something new.
func (n *newsroom) next() report {
	all := n.published()
	fresh := report{number: len(all) + 1, version: 1}
	if len(all) == 0 || n.rnd.IntN(5) < 3 {
		return fresh
	}
	r := all[len(all)-1-n.rnd.IntN(min(recent, len(all)))]
	if r.withdrawn {
		return fresh
	}
	if r.version++; n.rnd.IntN(4) == 0 {
		r.withdrawn = true
	}
	return r
}

// publish hands a report to the program, and again until it confirms.
func (n *newsroom) publish(ctx context.Context, r report) error {
	content := map[string]any{
		"guid": fmt.Sprintf("report-%d", r.number), "title": r.title(), "summary": "News from " + desk(r.number),
		"url": fmt.Sprintf("https://newsroom.example/report/%d", r.number), "source": "newsroom",
	}
	if r.withdrawn {
		content["status"] = "withdrawn"
	}
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	for {
		id, err := n.post(ctx, body)
		if err == nil {
			r.id = id
			n.keep(r)
			return nil
		}
		if errors.Is(err, errRefused) || ctx.Err() != nil {
			return fmt.Errorf("publish %q: %w", r.title(), err)
		}
		rest(ctx, 20*time.Millisecond)
	}
}

func (n *newsroom) keep(r report) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.number > len(n.reports) {
		n.reports = append(n.reports, r)
		return
	}
	n.reports[r.number-1] = r
}

var errRefused = errors.New("refused")

// post makes one request and returns the number that the store gave the article.
func (n *newsroom) post(ctx context.Context, body []byte) (int64, error) {
	n.mu.Lock()
	addrs := n.addrs
	n.mu.Unlock()
	if len(addrs) == 0 {
		return 0, errors.New("nobody is up yet")
	}
	addr := addrs[n.rnd.IntN(len(addrs))]
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/api/articles", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+publishToken)
	resp, err := n.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var answer struct{ Articles []struct{ ID int64 } }
	switch {
	case resp.StatusCode/100 == 4:
		return 0, fmt.Errorf("%w: %s", errRefused, resp.Status)
	case resp.StatusCode != http.StatusAccepted:
		return 0, errors.New(resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || len(answer.Articles) != 1 {
		return 0, errors.New("half an answer")
	}
	return answer.Articles[0].ID, nil
}

// rest waits for d, or less if ctx ends.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
