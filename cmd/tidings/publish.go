package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
	"tidings/internal/store"
)

// publishCmd is tidings publish.
type publishCmd struct {
	Source string `help:"Source of articles that name none (default: api, or the source of a PUBLISH_TOKEN for one)." placeholder:"NAME"`
	URL    string `help:"Send the articles to the running bot at this address, with its PUBLISH_TOKEN, instead of the database." placeholder:"URL"`
}

// maxPublish bounds standard input of tidings publish, in bytes. Archives go through tidings import.
const maxPublish = 16 << 20

// Run stores the articles on standard input: one JSON object, several one after the other, or a list.
// Either all are stored or none.
func (c *publishCmd) Run(ctx context.Context, p *program) error {
	if c.URL != "" {
		return c.runRemote(ctx, p)
	}
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		articles, err := c.read(p, s.Timezone)
		if err != nil {
			return err
		}
		result, err := db.Put(ctx, articles)
		if err != nil {
			return fmt.Errorf("store the articles: %w", err)
		}
		return p.printResult(result)
	})
}

// runRemote hands the articles to a bot that runs elsewhere. What is more than one request takes is stored
// request by request.
func (c *publishCmd) runRemote(ctx context.Context, p *program) error {
	s, err := p.settings(ctx)
	if err != nil {
		return err
	}
	remote, err := newPublisher(c.URL, s.PublishToken.Reveal(), s.Timezone)
	if err != nil {
		return err
	}
	articles, err := c.read(p, s.Timezone)
	if err != nil {
		return err
	}
	result, err := remote.publish(ctx, articles)
	if err != nil {
		return err
	}
	return p.printResult(result)
}

func (p *program) printResult(r bot.IngestResult) error {
	_, err := fmt.Fprintf(p.stdout, "%d added, %d revised, %d unchanged\n", r.Added, r.Revised, r.Unchanged)
	return err
}

// read returns the articles on standard input.
func (c *publishCmd) read(p *program, zone *time.Location) ([]bot.Article, error) {
	data, err := io.ReadAll(io.LimitReader(p.stdin, maxPublish+1))
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	if len(data) > maxPublish {
		return nil, fmt.Errorf("standard input is larger than %d bytes; import archives with tidings import", maxPublish)
	}
	list, err := jsonValues(data)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New(`no article on standard input; for example: echo '{"title": "Hello"}' | tidings publish`)
	}
	articles := make([]bot.Article, len(list))
	passed := map[string]bool{}
	defer func() { p.passedOver(passed) }()
	for i, one := range list {
		var notes []feed.FieldError
		articles[i], notes, err = c.article(one, zone)
		for _, n := range notes {
			if n.LeftOut {
				fmt.Fprintf(p.stderr, "tidings: article %d: %s: %s\n", i+1, n.Field, n.Reason)
				continue
			}
			passed[n.Field+meant(n.Field)] = true
		}
		if err != nil {
			return nil, fmt.Errorf("article %d: %w", i+1, err)
		}
	}
	return articles, nil
}

// jsonValues returns the JSON values in data, which stand one after the other or in lists.
func jsonValues(data []byte) ([]json.RawMessage, error) {
	var values []json.RawMessage
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, notJSON(data, err)
		}
		list := []json.RawMessage{raw}
		if raw[0] == '[' {
			if err := json.Unmarshal(raw, &list); err != nil {
				return nil, fmt.Errorf("standard input: %w", err)
			}
		}
		values = append(values, list...)
	}
}

// notJSON says where data stops to be JSON.
func notJSON(data []byte, err error) error {
	fault, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return errors.New("standard input ends in the middle of an article")
	}
	read := data[:min(int(fault.Offset), len(data))]
	line := bytes.Count(read, []byte("\n")) + 1
	column := len(read) - bytes.LastIndexByte(read, '\n') - 1
	return fmt.Errorf("standard input isn't valid JSON at line %d, byte %d: %w", line, column, err)
}

// defaultSource is the source of articles that name none, where they are stored directly.
const defaultSource = "api"

// article reads one article, whose id is the store's to give. Notes are about fields that are passed over: those that
// articles do not have, since programs add some of their own, and those that it is left without.
func (c *publishCmd) article(data []byte, zone *time.Location) (a bot.Article, notes []feed.FieldError, err error) {
	a, faults := feed.UnmarshalStrict(data, zone)
	var wrong []string
	for _, f := range faults {
		switch {
		case f.Unknown, f.LeftOut:
			notes = append(notes, f)
		case f.Field == "":
			wrong = append(wrong, f.Reason)
		default:
			wrong = append(wrong, f.Field+": "+f.Reason)
		}
	}
	if len(wrong) > 0 {
		return a, notes, errors.New(strings.Join(wrong, "; "))
	}
	a.ID = 0
	a.Source = cmp.Or(a.Source, c.Source)
	if c.URL == "" {
		a.Source = cmp.Or(a.Source, defaultSource)
	}
	cleaned := a // the store wants to know what was left open
	cleaned.Source = cmp.Or(a.Source, defaultSource)
	return a, notes, cleaned.Clean(time.Now())
}

// passedOver names fields that were not read, on standard error.
func (p *program) passedOver(fields map[string]bool) {
	if len(fields) > 0 {
		fmt.Fprintf(p.stderr, "tidings: unknown fields ignored: %s\n",
			strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
	}
}
