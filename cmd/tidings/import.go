package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"tidings/bot"
	"tidings/internal/digest"
	"tidings/internal/feed"
	"tidings/internal/store"
)

// importCmd is tidings import.
type importCmd struct {
	Source string   `help:"Source of articles that name none." placeholder:"NAME"`
	Alert  bool     `help:"Send alerts for everything new. By default only recent digests raise alerts."`
	Pairs  bool     `help:"Read a digest without bylines as titles, each followed by its dek."`
	Files  []string `arg:"" name:"FILE" help:"Feeds (RSS, Atom, JSON Feed, news site maps), lists of feeds (OPML), JSON Lines, or digests (text, HTML, email); - reads standard input."`
}

// Run reads the files one after the other. What is faulty is named, and the rest is stored.
func (c *importCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		failed := false
		for _, name := range c.Files {
			i := &importer{program: p, store: db, name: name, pairs: c.Pairs, alert: c.Alert, options: feed.Options{
				Name: filepath.Base(name), Source: c.Source, Zone: s.Timezone,
			}}
			i.options.Text = i.readDigest
			i.options.Follow = func(feeds []feed.OutlineFeed) (int, error) { return followAll(ctx, db, feeds) }
			if !i.run(ctx) {
				failed = true
			}
			if ctx.Err() != nil {
				return fmt.Errorf("stopped while reading %s; articles read so far are stored", name)
			}
		}
		if failed {
			return errReported
		}
		return nil
	})
}

// importer reads one file into the store.
type importer struct {
	*program
	store   *store.Store
	name    string
	pairs   bool
	alert   bool
	digest  bool // the file is one
	options feed.Options
	result  bot.IngestResult
	edition time.Time // of a digest that names one
	// withdrawn counts articles that a feed says were deleted.
	withdrawn int
}

// readDigest reads a file that is neither a feed nor JSON.
func (i *importer) readDigest(r io.Reader) ([]bot.Article, []feed.Problem, error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(in.Size()); bytes.IndexByte(head, 0) >= 0 { // what is short is read all the same
		return nil, nil, errors.New("is neither a feed, JSON articles, nor text")
	}
	d, err := digest.Read(in, digest.Options{Zone: i.options.Zone, Pairs: i.pairs})
	if errors.Is(err, digest.ErrPairs) {
		return nil, nil, fmt.Errorf("%w; if so, import it with --pairs", err)
	}
	if err != nil {
		return nil, nil, err
	}
	i.edition, i.digest = d.Edition, true
	var problems []feed.Problem
	for _, p := range d.Problems {
		problems = append(problems, feed.Problem{Line: p.Line, Reason: p.Reason})
	}
	return d.Articles, problems, nil
}

// run reads the file, reports, and returns whether all of it could be read.
func (i *importer) run(ctx context.Context) bool {
	in, size, err := i.open()
	if err != nil {
		fmt.Fprintf(i.stderr, "tidings: %v\n", err)
		return false
	}
	defer in.Close()
	bar := i.progress(size)
	imported := i.store.Import(ctx)
	summary, err := feed.ReadFile(io.TeeReader(in, bar), i.options, func(articles []bot.Article) error {
		return imported.Put(i.as(), articles)
	})
	result, failed := imported.Close()
	if i.result = result; failed != nil { // whether or not the reading has met it
		err = failed
	}
	_ = bar.Finish()
	if err == nil && len(summary.Withdrawn) > 0 {
		i.withdrawn, err = i.store.Withdraw(ctx, summary.Source, summary.Withdrawn)
	}
	i.problems(&summary)
	if err != nil {
		fmt.Fprintf(i.stderr, "tidings: %s: %v\n", i.name, err)
	}
	if err == nil || i.result != (bot.IngestResult{}) {
		i.count(&summary)
	}
	return err == nil && summary.Skipped == 0
}

// as says for whom the file's articles are news. A digest is news if it is recent; everything else was published elsewhere
// before.
func (i *importer) as() store.ImportedAs {
	switch {
	case i.alert:
		return store.ImportedNews
	case i.digest:
		return store.ImportedDigest
	}
	return store.ImportedArchive
}

// open returns the file and its size, or -1 if that is not known.
func (i *importer) open() (io.ReadCloser, int64, error) {
	if i.name == "-" {
		return io.NopCloser(i.stdin), -1, nil
	}
	f, err := os.Open(i.name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	switch {
	case err == nil && info.IsDir():
		_ = f.Close()
		return nil, 0, fmt.Errorf("%s is a directory; name the files in it, such as %s", i.name, filepath.Join(i.name, "*"))
	case err == nil && info.Mode().IsRegular():
		return f, info.Size(), nil
	default:
		return f, -1, nil
	}
}

// barInterval is how often the progress bar is drawn.
const barInterval = 100 * time.Millisecond

// progress returns a bar that shows on a terminal how much has been read.
func (i *importer) progress(size int64) *progressbar.ProgressBar {
	if f, ok := i.terminal(); ok {
		return progressbar.NewOptions64(size,
			progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(i.options.Name),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(barInterval),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	return progressbar.DefaultBytesSilent(size)
}

// terminal returns standard error if people are watching it.
func (p *program) terminal() (io.Writer, bool) {
	w := p.stderr
	if r, ok := w.(*redactor); ok {
		w = r.w
	}
	f, ok := w.(*os.File)
	return w, ok && term.IsTerminal(int(f.Fd()))
}

// problems prints what could not be read.
func (i *importer) problems(s *feed.Summary) {
	for _, p := range s.Problems {
		if p.Line > 0 {
			fmt.Fprintf(i.stderr, "%s: line %d: %s\n", i.name, p.Line, p.Reason)
		} else {
			fmt.Fprintf(i.stderr, "%s: %s\n", i.name, p.Reason)
		}
	}
	if s.Salvaged {
		fmt.Fprintf(i.stderr, "%s: is cut off or damaged; everything readable was imported\n", i.name)
	}
}

// count prints what became of the file.
func (i *importer) count(s *feed.Summary) {
	fmt.Fprintf(i.stdout, "%s (%s): ", i.name, s.Format)
	if s.Feeds > 0 || s.Format == "list of feeds" {
		fmt.Fprint(i.stdout, bot.Count(s.Feeds, "%d feed added", "%d feeds added").String())
	} else {
		fmt.Fprintf(i.stdout, "%d added, %d revised, %d unchanged", i.result.Added, i.result.Revised, i.result.Unchanged)
	}
	if i.withdrawn > 0 {
		fmt.Fprintf(i.stdout, ", %d withdrawn", i.withdrawn)
	}
	if s.Skipped > 0 {
		fmt.Fprintf(i.stdout, ", %d could not be read", s.Skipped)
	}
	if !i.edition.IsZero() {
		fmt.Fprintf(i.stdout, " (edition of %s)", i.edition.Format("January 2, 2006"))
	}
	if i.result.Older > 0 {
		fmt.Fprintf(i.stdout, "; %d older passed over without an alert", i.result.Older)
	}
	fmt.Fprintln(i.stdout)
}
