package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/discord"
	"tidings/bot/telegram"
	"tidings/internal/poll"
	"tidings/internal/store"
)

// sourcesCmd is tidings sources.
type sourcesCmd struct {
	List     sourcesListCmd     `cmd:"" default:"withargs" help:"Show sources and their state."`
	Show     sourcesShowCmd     `cmd:"" help:"Show all that is known of a source, and what was decided about its last batches."`
	Add      sourcesAddCmd      `cmd:"" help:"Follow a feed, or the feed of a web page."`
	Rename   sourcesRenameCmd   `cmd:"" help:"Give a source another name, with its articles."`
	Move     sourcesMoveCmd     `cmd:"" help:"Give a feed another address. It keeps its articles."`
	Interval sourcesIntervalCmd `cmd:"" help:"Set the longest time between two looks at a feed."`
	Pause    sourcesPauseCmd    `cmd:"" help:"Stop fetching a feed until it's resumed."`
	Resume   sourcesResumeCmd   `cmd:"" help:"Fetch a paused feed again."`
	Login    sourcesLoginCmd    `cmd:"" help:"Log in to a feed: user:password, or a header as in X-Key: value, from standard input."`
	Remove   sourcesRemoveCmd   `cmd:"" help:"Stop following a feed. Its articles are kept."`
	Share    sourcesShareCmd    `cmd:"" help:"Make the feed of a server or chat public, with its articles."`
	Unshare  sourcesUnshareCmd  `cmd:"" help:"Give a public feed to a server or chat, which alone gets what it brings from now on."`
}

// sourcesAddCmd is tidings sources add.
type sourcesAddCmd struct {
	URL  string `arg:"" name:"URL" help:"Address of a feed, or of a site that has one."`
	Name string `help:"Name that people type to select the source." placeholder:"NAME"`
}

// Run looks at the address and adds the feed. A bot that runs follows it within seconds.
func (c *sourcesAddCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		found, err := s.look(ctx, db, c.URL)
		if err != nil {
			return err
		}
		if len(found.Found) > 0 {
			return chooseFeed(p, found.Found)
		}
		bare, _ := bot.TakeLogin(found.URL)
		like, err := db.SourcesLike(ctx, "", bare, bot.FeedNameStem(found.Title, found.URL))
		if err != nil {
			return err
		}
		source, err := bot.NewFeed(found.URL, found.Title, like, time.Now())
		if err == nil {
			if source.Name = cmp.Or(c.Name, source.Name); !bot.IsSourceName(source.Name) {
				return &usageError{fmt.Sprintf("%q can't be a source's name; use %s", source.Name, bot.SourceNameForm)}
			}
			err = db.AddSource(ctx, source)
		}
		if errors.Is(err, bot.ErrExists) {
			return errors.New("that feed is already followed, or the name is in use; see tidings sources")
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "following %s: %s, %s\n", source.Name, found.Title, describe(&found))
		return err
	})
}

// describe says how many articles a feed has, and which is the newest, so that people see whether it is the one they meant.
func describe(found *bot.FeedCheck) string {
	articles := bot.Count(found.Articles, "%d article", "%d articles").String()
	if found.Newest == "" {
		return articles
	}
	return articles + ", latest: " + found.Newest
}

// chooseFeed lists the feeds of a page.
func chooseFeed(p *program, feeds []bot.FeedLink) error {
	fmt.Fprintln(p.stderr, "tidings: that page has several feeds; choose one of them:")
	for _, f := range feeds {
		if _, err := fmt.Fprintf(p.stdout, "%s\t%s\n", f.URL, f.Title); err != nil {
			return err
		}
	}
	return errReported
}

// sourcesRemoveCmd is tidings sources remove.
type sourcesRemoveCmd struct {
	Name string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
}

// Run forgets the source.
func (c *sourcesRemoveCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		for _, f := range s.Feeds {
			if f.Name == c.Name {
				return fmt.Errorf("%s is set in FEEDS; remove it there", c.Name)
			}
		}
		src, err := sourceNamed(ctx, db, c.Name)
		if err != nil {
			return err
		}
		err = db.RemoveSource(ctx, src.ID)
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("no source %q; tidings sources lists them", c.Name)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.stdout, "removed:", c.Name)
		return err
	})
}

// sourcesShareCmd is tidings sources share.
type sourcesShareCmd struct {
	ID string `arg:"" help:"ID of the source, from tidings sources."`
}

// Run makes the source public.
func (c *sourcesShareCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ *settings, db *store.Store) error {
		name, err := db.ShareSource(ctx, c.ID)
		switch {
		case errors.Is(err, bot.ErrNotFound):
			return fmt.Errorf("no source %q; tidings sources lists them", c.ID)
		case errors.Is(err, bot.ErrExists):
			return errors.New("that feed is public already; see tidings sources")
		case err != nil:
			return err
		}
		_, err = fmt.Fprintln(p.stdout, "public:", name)
		return err
	})
}

// sourcesUnshareCmd is tidings sources unshare.
type sourcesUnshareCmd struct {
	Name  string `arg:"" help:"Name of the feed."`
	Place string `arg:"" help:"Who gets it: discord:SERVER or telegram:CHAT, by ID."`
}

// Run makes the feed private.
func (c *sourcesUnshareCmd) Run(ctx context.Context, p *program) error {
	platform, id, ok := strings.Cut(c.Place, ":")
	if !ok || id == "" || platform != discord.Platform && platform != telegram.Platform {
		return fmt.Errorf("%q isn't a place; give discord:SERVER or telegram:CHAT, by ID", c.Place)
	}
	return p.withSource(ctx, c.Name, func(_ *settings, db *store.Store, src *bot.Source) error {
		if src.Configured {
			return fmt.Errorf("%s is set in FEEDS, which makes it public; remove it there", c.Name)
		}
		err := db.UnshareSource(ctx, src.ID, bot.Place(c.Place))
		switch {
		case errors.Is(err, bot.ErrNotFound):
			return fmt.Errorf("%s is no public feed; see tidings sources", c.Name)
		case errors.Is(err, bot.ErrExists):
			return fmt.Errorf("%s follows that feed already, or has a source called %s", c.Place, c.Name)
		case err != nil:
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "of %s alone from now on: %s; what it brought so far stays public\n", c.Place, c.Name)
		return err
	})
}

// sourceNamed returns the public source of a name, or any source by its ID.
func sourceNamed(ctx context.Context, db *store.Store, name string) (bot.Source, error) {
	s, err := db.SourceNamed(ctx, "", name)
	if errors.Is(err, bot.ErrNotFound) {
		if s, err = db.Source(ctx, name); err == nil && s.Place == "" { // its ID is a name that it had
			err = bot.ErrNotFound
		}
	}
	if errors.Is(err, bot.ErrNotFound) {
		return bot.Source{}, fmt.Errorf("no source %q; tidings sources lists them", name)
	}
	return s, err
}

// agent is what servers of feeds learn about this bot.
func (s *settings) agent(db *store.Store) poll.Agent {
	return poll.Agent{Name: "Tidings/" + thisBuild().Version, Home: s.PublicURL, Subscribers: func(ctx context.Context) (int64, error) {
		stats, err := db.Stats(ctx)
		return stats.Subscriptions, err
	}}
}
