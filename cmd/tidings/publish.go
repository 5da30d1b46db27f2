package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
	"tidings/internal/store"
)

// publishCmd is tidings publish.
type publishCmd struct {
	Source string `default:"api" help:"The source of articles that name none." placeholder:"NAME"`
	URL    string `help:"Hand them to the bot at this address, with its PUBLISH_TOKEN, and not to the store." placeholder:"URL"`
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
		articles, err := c.read(p.stdin, s.Timezone)
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
	s, err := p.settings()
	if err != nil {
		return err
	}
	remote, err := newPublisher(c.URL, s.PublishToken.Reveal(), s.Timezone)
	if err != nil {
		return err
	}
	articles, err := c.read(p.stdin, s.Timezone)
	if err != nil {
		return err
	}
	result, err := remote.publish(ctx, articles)
	if err != nil {
		return err
	}
	return p.printResult(result)
}

func (p *program) printResult(r bot.PutResult) error {
	_, err := fmt.Fprintf(p.stdout, "%d added, %d revised, %d unchanged\n", r.Added, r.Revised, r.Unchanged)
	return err
}

func (c *publishCmd) read(r io.Reader, zone *time.Location) ([]bot.Article, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPublish+1))
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	if len(data) > maxPublish {
		return nil, fmt.Errorf("standard input is larger than %d bytes; use tidings import for archives", maxPublish)
	}
	var articles []bot.Article
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("standard input is not JSON at byte %d: %w", dec.InputOffset(), err)
		}
		list := []json.RawMessage{raw}
		if raw[0] == '[' {
			if err := json.Unmarshal(raw, &list); err != nil {
				return nil, fmt.Errorf("standard input: %w", err)
			}
		}
		for _, one := range list {
			a, err := c.article(one, zone)
			if err != nil {
				return nil, fmt.Errorf("article %d: %w", len(articles)+1, err)
			}
			articles = append(articles, a)
		}
	}
	if len(articles) == 0 {
		return nil, errors.New(`nothing on standard input; as an example: echo '{"title": "Hello"}' | tidings publish`)
	}
	return articles, nil
}

// article reads one article.
func (c *publishCmd) article(data []byte, zone *time.Location) (bot.Article, error) {
	a, err := decodeArticle(zone)(data)
	if err != nil {
		return bot.Article{}, err
	}
	a.Source = cmp.Or(a.Source, c.Source)
	cleaned := a // the store wants to know what was left open
	return a, cleaned.Clean(time.Now())
}

// decodeArticle returns the reader of articles that somebody publishes. Their ids are the store's to
// give, and fields that mean nothing are passed over.
func decodeArticle(zone *time.Location) func(data []byte) (bot.Article, error) {
	return func(data []byte) (bot.Article, error) {
		a, _, err := feed.UnmarshalArticle(data, zone)
		a.ID = 0
		return a, err
	}
}

// retractCmd is tidings retract.
type retractCmd struct {
	Article string `arg:"" name:"URL|ID" help:"The article's address, or its id as tidings latest --json shows it."`
}

// Run marks the article as withdrawn.
func (c *retractCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ *settings, db *store.Store) error {
		a, err := db.Find(ctx, c.Article)
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("there is no article %q in the store; tidings latest --json shows ids and addresses", c.Article)
		}
		if err != nil {
			return fmt.Errorf("look up %q: %w", c.Article, err)
		}
		a.Status = bot.Withdrawn
		if _, err := db.Put(ctx, []bot.Article{a}); err != nil {
			return fmt.Errorf("withdraw article %d: %w", a.ID, err)
		}
		_, err = fmt.Fprintln(p.stdout, "withdrawn:", strconv.FormatInt(a.ID, 10), a.Title)
		return err
	})
}
