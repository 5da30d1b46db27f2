package feed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"tidings/bot"
)

// Bounds of reading a file.
const (
	maxLine     = 1 << 20 // bytes of one article in JSON
	batchSize   = 1000    // articles handed over at once: to store them takes a tenth of a second
	maxProblems = 1000    // reported; the rest is counted
	peekSize    = 64 << 10
)

// TextReader reads what is neither a feed nor JSON: text, a web page or a mail, newest article first.
type TextReader func(r io.Reader) ([]bot.Article, []Problem, error)

// Options say how to read a file.
type Options struct {
	// Name is the file's name, for the source of articles that have no other.
	Name string
	// Source is the source of articles that do not name one themselves. Defaults to one made from
	// the feed's address or the file's name, and to "digest" for a digest.
	Source string
	// Zone is used for dates that name none. Defaults to UTC.
	Zone *time.Location
	// Text reads digests. Without it they are refused.
	Text TextReader
	// Follow follows the feeds of a list in OPML and returns how many of them are new. Without it such
	// lists are refused.
	Follow func([]OutlineFeed) (added int, err error)
}

// Summary says what became of a file.
type Summary struct {
	Format   string // "feed", "JSON Lines", "digest" or "list of feeds"
	Articles int    // handed over
	Skipped  int    // could not be read
	Feeds    int    // that a list named and that are new
	Salvaged bool   // the file is cut off or broken, and what could be read was
	// Source is what the articles of a feed count as where they name none.
	Source string
	// Withdrawn are the GUIDs of that source's articles that the feed says were deleted.
	Withdrawn []string
	// Problems are the first maxProblems, a thousand, of what was skipped or is doubtful.
	Problems []Problem
}

// ReadFile reads a feed, articles in JSON Lines, a digest, or a list of feeds, whichever r holds, and
// hands the articles over in batches, oldest first where the file has them at once. Articles have a title or
// a summary, and a source; their text is as the file has it, for the store to clean, and what the file left
// out is empty. An article that cannot be read is among the problems; the others are handed over. It fails
// if the file is none of these, or as put fails. A file of JSON Lines may have any length.
func ReadFile(r io.Reader, o Options, put func([]bot.Article) error) (Summary, error) {
	in := bufio.NewReaderSize(r, peekSize)
	head, err := in.Peek(peekSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return Summary{}, fmt.Errorf("read %s: %w", o.Name, err)
	}
	f := &file{options: o, put: put}
	begin := head
	if isWide(head) {
		begin = []byte(decode(string(head), ""))
	}
	switch begin = bytes.TrimSpace(bytes.TrimPrefix(begin, []byte("\ufeff"))); {
	case len(begin) == 0:
		return Summary{}, errors.New("is empty")
	case begin[0] == '<' && isOPML(begin):
		err = f.readOutline(in)
	case begin[0] == '<' && IsPage(string(head)) && o.Text != nil:
		err = f.readText(in)
	case isWide(head), bytes.HasPrefix(head, []byte{0x1f, 0x8b}), begin[0] == '<', isJSONFeed(begin):
		err = f.readFeed(in)
	case begin[0] == '{':
		err = f.readLines(in)
	case begin[0] == '[':
		return Summary{}, errors.New("is a JSON list; put each article on a line of its own, without brackets and commas")
	case o.Text == nil:
		return Summary{}, errors.New("is neither a feed nor JSON Lines")
	default:
		err = f.readText(in)
	}
	return f.summary, err
}

// isWide reports whether a file begins like one in UTF-16 or UTF-32, which only feeds and lists of them come in.
func isWide(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) ||
		bytes.IndexByte(head[:min(len(head), 4)], 0) >= 0
}

func isJSONFeed(begin []byte) bool {
	if begin[0] != '{' {
		return false
	}
	const version = "jsonfeed.org/version"
	line, _, _ := bytes.Cut(begin, []byte("\n"))
	if json.Valid(line) { // "{…}" by itself: the version is a field, not a word of the news
		var f struct{ Version string }
		return json.Unmarshal(line, &f) == nil && strings.Contains(f.Version, version)
	}
	return bytes.Contains(begin[:min(len(begin), 4<<10)], []byte(version))
}

// file is one file being read.
type file struct {
	options Options
	put     func([]bot.Article) error
	batch   []bot.Article
	summary Summary
}

func (f *file) readFeed(r io.Reader) error {
	f.summary.Format = "feed"
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", f.options.Name, err)
	}
	d, err := Parse(data, Meta{Zone: f.options.Zone})
	if err != nil {
		return err
	}
	f.summary.Salvaged, f.summary.Withdrawn = d.Salvaged, d.Deleted()
	f.problems(d.Problems)
	f.summary.Skipped += len(d.Problems)
	f.problems(d.Doubts)
	f.summary.Source = f.source(bot.SourceName(d.SiteURL))
	return f.store(d.Articles, f.summary.Source)
}

func (f *file) readOutline(r io.Reader) error {
	f.summary.Format = "list of feeds"
	if f.options.Follow == nil {
		return errors.New("is a list of feeds (OPML)")
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", f.options.Name, err)
	}
	o, err := ParseOPML(data)
	if err != nil {
		return err
	}
	f.problems(o.Problems)
	f.summary.Skipped += len(o.Problems)
	f.summary.Feeds, err = f.options.Follow(o.Feeds)
	return err
}

func (f *file) readText(r io.Reader) error {
	f.summary.Format = "digest"
	articles, problems, err := f.options.Text(r)
	if err != nil {
		return err
	}
	f.problems(problems)
	f.summary.Skipped += len(problems)
	oldestFirst(articles)
	return f.store(articles, f.source("digest"))
}

// source returns the source to use: what the caller asked for, or else the given name, or else one
// made of the file's.
func (f *file) source(name string) string {
	for _, s := range []string{f.options.Source, name, bot.SourceName(f.options.Name)} {
		if s != "" {
			return s
		}
	}
	return "import"
}

func (f *file) store(articles []bot.Article, source string) error {
	for _, a := range articles {
		a.Source = source
		if err := f.add(a, 0); err != nil {
			return err
		}
	}
	return f.flush()
}

func (f *file) readLines(r *bufio.Reader) error {
	f.summary.Format = "JSON Lines"
	source := f.source("")
	for number := 1; ; number++ {
		line, err := readLine(r)
		switch {
		case errors.Is(err, io.EOF):
			return f.flush()
		case errors.Is(err, errLong):
			f.skip(number, err.Error())
		case err != nil:
			return fmt.Errorf("read %s: %w", f.options.Name, err)
		default:
			if err := f.line(line, number, source); err != nil {
				return err
			}
		}
	}
}

// line reads one line of JSON Lines.
func (f *file) line(line []byte, number int, source string) error {
	if number == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return nil
	}
	a, notes, err := UnmarshalArticle(line, f.options.Zone)
	if err != nil {
		f.skip(number, err.Error())
		return nil
	}
	for _, n := range notes {
		f.problem(Problem{number, n.note()})
	}
	a.ID = 0 // the store that reads it gives its own
	if !hasText(a.Source) {
		a.Source = source
	}
	return f.add(a, number)
}

// note says that a field is passed over.
func (e *FieldError) note() string {
	const shown = 40
	if e.Unknown {
		return fmt.Sprintf("unknown field %q is passed over", bot.CleanText(e.Field, shown))
	}
	return e.Field + ": " + e.Reason
}

func (f *file) add(a bot.Article, line int) error {
	if !hasText(a.Title) && !hasText(a.Summary) {
		f.skip(line, "article has no title")
		return nil
	}
	f.batch = append(f.batch, a)
	if len(f.batch) < batchSize {
		return nil
	}
	return f.flush()
}

func (f *file) flush() error {
	if len(f.batch) == 0 {
		return nil
	}
	batch := f.batch
	f.batch = nil
	if err := f.put(batch); err != nil {
		return err
	}
	f.summary.Articles += len(batch)
	return nil
}

func (f *file) skip(line int, reason string) {
	f.summary.Skipped++
	f.problem(Problem{line, reason})
}

func (f *file) problems(list []Problem) {
	for _, p := range list {
		f.problem(p)
	}
}

func (f *file) problem(p Problem) {
	if len(f.summary.Problems) < maxProblems {
		f.summary.Problems = append(f.summary.Problems, p)
	}
}

var errLong = fmt.Errorf("is longer than %d MiB", maxLine>>20)

// readLine returns the next line, which is valid until the next call, or errLong after passing one
// over, or io.EOF after the last.
func readLine(r *bufio.Reader) ([]byte, error) {
	part, err := r.ReadSlice('\n')
	if err == nil || errors.Is(err, io.EOF) && len(part) > 0 {
		return part, nil
	}
	line := bytes.Clone(part)
	long := false
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = r.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxLine; !long {
			line = append(line, part...)
		}
	}
	switch {
	case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0):
		return nil, err
	case long:
		return nil, errLong
	}
	return line, nil
}
