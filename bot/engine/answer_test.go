package engine_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/engine"
)

var update = flag.Bool("update", false, "write the answers in testdata anew")

// secret is part of a feed's address in the test world. Nobody may ever read it.
const secret = "hunter2"

// dialogue plays the scripts in testdata/answers. A line "WHO> /command arguments" is what somebody
// types, "WHO> [Label]" a button of the last answer that had any, "WHO> {text}" what fills in the last form,
// "WHO> <Option>" what is picked in the last form, "WHO> @ /command" a reply to the last alert, "then> STEP" something that
// happens. What follows up to the
// next such line is the answer: bold as **, monospace as `, buttons in brackets, a form and what stands in it in braces.
type dialogue struct {
	*world
	handler bot.Handler
	buttons bot.Message // the last answer with buttons
	form    *bot.Form   // the last
	out     strings.Builder
	said    []exchange
}

func TestAnswer_ReadsWell(t *testing.T) {
	scripts, err := filepath.Glob("testdata/answers/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			script, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			inWorld(t, func(w *world) {
				d := w.play(string(script))
				got := d.out.String()
				inLanguages(w, strings.TrimSuffix(filepath.Base(path), ".txt"), d.said)
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
						w.Fatal(err)
					}
				}
				if diff := cmp.Diff(string(script), got); diff != "" && !*update {
					w.Errorf("answers (-want +got; go test ./bot -update writes them anew):\n%s", diff)
				}
				if strings.Contains(w.log.String(), secret) {
					w.Errorf("the log names a feed's address:\n%s", &w.log)
				}
			})
		})
	}
}

// play plays a script and notes the answers it gets.
func (w *world) play(script string) *dialogue {
	w.Helper()
	cfg := w.config()
	cfg.Feeds, cfg.Operators = prober{}, []string{"paper:op"}
	d := &dialogue{world: w, handler: w.handler(cfg)}
	prompt := regexp.MustCompile(`^([a-z]+)> (.*)$`)
	heading := true
	for line := range strings.Lines(script) {
		m := prompt.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case m != nil:
			if !heading {
				d.out.WriteString("\n")
			}
			heading = false
			d.out.WriteString(strings.TrimSuffix(line, "\n") + "\n")
			d.said = append(d.said, exchange{prompt: m[0]})
			d.say(m[1], m[2])
		case heading:
			d.out.WriteString(line)
		}
	}
	return d
}

// say plays one line of a script.
func (d *dialogue) say(who, what string) {
	d.Helper()
	if who == "then" {
		d.happen(what)
		return
	}
	inv := bot.Invocation{Target: room(), User: bot.User{ID: who}, Manager: reader}
	switch who {
	case "op":
	case "manager":
		inv.Manager = manager
	case "powerless":
		inv.Manager = manager
		inv.Lacking = func(context.Context) ([]string, error) { return []string{"Send Messages", "Embed Links"}, nil }
	}
	if typed, reply := strings.CutPrefix(what, "@ "); reply {
		inv.ReplyTo, what = d.lastSent(), typed
	}
	switch command, line, _ := strings.Cut(what, " "); {
	case strings.HasPrefix(what, "["):
		inv.Data = d.data(strings.Trim(what, "[]"))
	case strings.HasPrefix(what, "<"):
		inv.Data = d.option(strings.Trim(what, "<>"))
	case strings.HasPrefix(what, "{"):
		inv.Data, inv.Line = d.form.Data, strings.Trim(what, "{}")
	default:
		inv.Command, inv.Line = strings.TrimPrefix(command, "/"), strings.ReplaceAll(line, `\n`, "\n")
	}
	if m := regexp.MustCompile(`mention:@(\w+)`).FindStringSubmatch(inv.Line); m != nil {
		inv.Mentioned = []bot.Mention{{Kind: bot.RoleMention, ID: m[1], Name: m[1]}}
	}
	inv.MayMention = func(_ context.Context, m bot.Mention) error {
		if m.ID == "board" {
			return &bot.UserError{Text: bot.Plain("You can't mention @board yourself, so I won't do it for you.")}
		}
		return nil
	}
	m := d.handler.Invoke(d.Context(), inv)
	if len(m.Buttons) > 0 {
		d.buttons = m
	}
	if m.Form != nil {
		d.form = m.Form
	}
	shown := show(m)
	d.check(shown)
	d.said[len(d.said)-1].answer = &m
	d.out.WriteString(steadyRef(shown) + "\n")
}

// steadyRef replaces the reference of a failure, which is by chance.
func steadyRef(shown string) string {
	return regexp.MustCompile(`ref [0-9a-f]{4}\b`).ReplaceAllString(shown, "ref xxxx")
}

// check tests what is true of every answer.
func (d *dialogue) check(answer string) {
	d.Helper()
	for _, never := range []string{secret, "\n\n\n", "  \n", "%!"} {
		if strings.Contains(answer, never) {
			d.Errorf("an answer contains %q:\n%s", never, answer)
		}
	}
	if regexp.MustCompile(`\b1 [a-z]+s\b`).MatchString(regexp.MustCompile("`[^`]*`|ubscription \\d+").ReplaceAllString(answer, "")) {
		d.Errorf("an answer counts one as several:\n%s", answer)
	}
}

// lastSent returns the ID of the last message that arrived.
func (d *dialogue) lastSent() string {
	tries, err := d.paper.WaitTries(d.Context(), 1)
	if err != nil {
		d.Fatal(err)
	}
	for i, s := range slices.Backward(tries) {
		if s.Err == nil {
			return strconv.Itoa(i + 1)
		}
	}
	d.Fatal("nothing was sent")
	return ""
}

// data returns what a button of the last answer with buttons carries.
func (d *dialogue) data(label string) string {
	d.Helper()
	for _, row := range d.buttons.Buttons {
		for _, b := range row {
			if len(b.Data) > bot.MaxButtonData {
				d.Errorf("button %q carries %d bytes", b.Label, len(b.Data))
			}
			if b.Label == label {
				return b.Data
			}
		}
	}
	d.Fatalf("there is no button %q but %+v", label, d.buttons.Buttons)
	return ""
}

// option returns what an option of the last form carries.
func (d *dialogue) option(label string) string {
	d.Helper()
	for _, o := range d.form.Options {
		if o.Label == label {
			return o.Data
		}
	}
	d.Fatalf("there is no option %q but %+v", label, d.form.Options)
	return ""
}

// happen does a step that is nobody's command.
func (d *dialogue) happen(step string) {
	d.Helper()
	switch step {
	case "the news arrives":
		d.stock()
	case "old stories arrive":
		old := articles("Men walk on the moon", "Sputnik circles the earth", "Balloon crosses the channel")
		for i, year := range []int{1969, 1957, 1785} {
			old[i].Published = time.Date(year, 7, 20, 20, 0, 0, 0, time.UTC)
		}
		d.putArticles(old...)
	case "three busy days pass":
		d.busyDays()
	case "a secret arrives":
		secret := articles("Nobody may know this yet")
		secret[0].URL, secret[0].Embargo = "https://wire.example/secret", time.Now().Add(3*time.Hour)
		d.putArticles(secret...)
	case "the watcher looks":
		d.alertsDue()
	case "an hour passes":
		<-time.After(time.Hour)
	case "ten hours pass":
		<-time.After(10 * time.Hour)
	case "alerts go out":
		before := len(d.paper.Sent())
		stop := d.start(d.config())
		d.settle()
		stop()
		for _, s := range d.paper.Sent()[before:] {
			d.out.WriteString(posted(s.Message) + "\n")
			if len(s.Message.Buttons) > 0 {
				d.buttons = s.Message
			}
		}
	case "an article a minute comes for a quarter of an hour":
		for i := range 15 {
			d.putArticles(bot.Article{
				Source: "wire", GUID: fmt.Sprint("quarter ", i), URL: fmt.Sprintf("https://wire.example/q/%d", i), Title: fmt.Sprintf("Missile report no. %d", i+1),
				Summary: "What is known so far.", Authors: []string{"Ada Quist", "Bo Lind"}, Published: time.Now(), Lang: "en",
			})
			<-time.After(time.Minute)
		}
	case "a flash comes":
		d.putArticles(bot.Article{
			Source: "wire", GUID: "flash", URL: "https://wire.example/flash", Title: "Missile hits the harbor", Published: time.Now(), Urgency: 1,
		})
	case "two hours pass":
		<-time.After(2 * time.Hour)
	case "alerts are due":
		d.alertsDue()
	case "an alert is sent and one refused":
		d.sendOne()
	case "the bot is removed":
		d.handler.Presence(d.Context(), bot.Presence{Kind: bot.Left, Scope: room(), Reason: "removed from the chat"})
	case "the bot is back":
		d.handler.Presence(d.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
	default:
		d.Fatalf("unknown step %q", step)
	}
	synctest.Wait()
}

// stock fills the archive with a week of invented news and two sources.
func (d *dialogue) stock() {
	d.Helper()
	now := time.Now()
	news := []bot.Article{
		{Title: "Harbor reopens after the storm", Summary: "Ferries sail again, the fish market follows on Monday", Authors: []string{"Ada Quist"}},
		{Title: "Ministers meet on sanctions", Summary: "Talks may last into the night", Authors: []string{"Bo Lind", "Ada Quist"}, Tags: []string{"politics"}},
		{Title: "Missile test reported off the east coast", Summary: "The second launch this month", Authors: []string{"Cho Eun-ji"}},
		{Title: "What a missile drill looks like from the beach", Authors: []string{"Ada Quist"}},
		{Title: "Price of rice falls again", Summary: "Traders expect no change before spring", Tags: []string{"economy"}},
		{Title: "Parade postponed", Summary: "No missile was to be shown, officials say"},
		{Title: "Snow closes the northern pass"},
	}
	for i := range news {
		news[i].Source, news[i].GUID = "herald", fmt.Sprint(i)
		news[i].URL = fmt.Sprintf("https://herald.example/%d", i)
		news[i].Published = now.Add(-time.Duration(i+1) * 7 * time.Hour)
	}
	news[6].DateOnly, news[6].Source = true, "digest"
	d.putArticles(news...)
	for _, s := range []bot.Source{
		{Name: "gazette", Kind: bot.FeedSource, URL: "https://gazette.example/feed?key=" + secret, Title: "The Gazette", Configured: true},
		{Name: "courier", Kind: bot.FeedSource, URL: "https://courier.example/rss", Title: "Courier"},
	} {
		if err := d.store.AddSource(d.Context(), s); err != nil {
			d.Fatal(err)
		}
	}
	if err := d.store.SaveFetch(d.Context(), "courier", "", bot.FetchState{
		LastTry: now, Failures: 1, Error: "the server has no such page (404)", Next: now.Add(2 * time.Hour),
		Memory: bot.FetchMemory{Advice: "Look for the feed's new address."},
	}); err != nil {
		d.Fatal(err)
	}
	if err := d.store.SaveFetch(d.Context(), "gazette", "", bot.FetchState{LastTry: now, LastSuccess: now}); err != nil {
		d.Fatal(err)
	}
}

// busyDays fills the archive with three busy days.
func (d *dialogue) busyDays() {
	d.Helper()
	list := articles(make([]string, 120)...)
	for i := range list {
		list[i].Title = fmt.Sprintf("Bulletin %d of the missile crisis", i+1)
		list[i].GUID = list[i].Title
		list[i].Published = time.Now().Add(-time.Duration(i*i) * 18 * time.Second)
	}
	d.putArticles(list...)
}

// alertsDue has two alerts wait for the chat.
func (d *dialogue) alertsDue() {
	d.Helper()
	only := d.config()
	only.Adapters = nil
	stop := d.start(only)
	now := time.Now().Format(time.TimeOnly)
	d.put("Missile seen at "+now, "Ferry strike over noise of missile launches, "+now)
	d.settle()
	stop()
}

// sendOne lets the alerts that are due out: the platform refuses the first and accepts the others.
func (d *dialogue) sendOne() {
	d.Helper()
	refused := &bot.SendError{Kind: bot.Unsendable, Reason: "the title is too long"}
	d.paper.ScriptFor(room(), refused, refused) // in its bare form too
	stop := d.start(d.config())
	d.settle()
	stop()
}

// posted writes what the bot posted by itself.
func posted(m bot.Message) string {
	sign := "posted: "
	if m.Silent {
		sign = "posted silently: "
	}
	for _, who := range m.Mentions {
		sign += "@" + who.Name + " "
	}
	if m.Card != nil {
		m.Text = m.Card.Title
	}
	return sign + show(m)
}

// show writes a message as its readers see it.
func show(m bot.Message) string {
	var b strings.Builder
	if m.Notice {
		b.WriteString("(to the presser alone) ")
	}
	marks := []struct {
		style bot.Style
		mark  string
	}{{bot.Bold, "**"}, {bot.Italic, "_"}, {bot.Code, "`"}, {bot.Strike, "~~"}}
	for _, s := range m.Text {
		text := s.Text
		for _, k := range marks {
			if s.Style&k.style != 0 {
				text = k.mark + text + k.mark
			}
		}
		b.WriteString(text)
	}
	if m.Form != nil {
		fmt.Fprintf(&b, "\n{%s, %s: %s", m.Form.Title, m.Form.Label, m.Form.Value)
		for _, o := range m.Form.Options {
			b.WriteString(" <" + o.Label + ">")
		}
		b.WriteString("}")
	}
	for _, row := range m.Buttons {
		b.WriteString("\n")
		for i, button := range row {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString("[" + button.Label + "]")
		}
	}
	return b.String()
}

// prober knows two feeds.
type prober struct{}

func (prober) Check(_ context.Context, url string) (bot.FeedCheck, error) {
	switch {
	case strings.Contains(url, "broken"):
		return bot.FeedCheck{}, unread{errors.New("the server answers 404 Not Found")}
	case strings.Contains(url, "untitled"):
		return bot.FeedCheck{URL: url, Articles: 1}, nil
	case strings.HasSuffix(url, "page.example"):
		return bot.FeedCheck{URL: url + "/feed", Title: "The Page", Articles: 3, Newest: "Man bites dog", NewestAt: time.Now().Add(-time.Hour)}, nil
	case strings.HasSuffix(url, "choice.example"):
		return bot.FeedCheck{Found: []bot.FeedLink{
			{URL: url + "/feed?key=" + secret, Title: "All news"}, {URL: url + "/sports/feed?key=" + secret},
		}}, nil
	}
	return bot.FeedCheck{URL: url, Title: "The Evening Post", Articles: 12}, nil
}

func (prober) Refresh(_ context.Context, source string) error {
	if source == "courier" {
		return bot.ErrTooSoon
	}
	return nil
}

// breaking is a store that breaks while it searches.
type breaking struct {
	engine.Store
	how func() error
}

func (b breaking) Search(context.Context, bot.Query) (bot.Page, error) { return bot.Page{}, b.how() }

func (b breaking) SourcesIn(context.Context, bot.Place) ([]bot.Source, error) { return nil, b.how() }

func (b breaking) SourceNames(context.Context, bot.Place, string, int) ([]string, error) {
	return nil, b.how()
}

func TestAnswer_ShowsAReferenceThatTheLogExplains(t *testing.T) {
	for name, how := range map[string]func() error{
		"an error": func() error { return errors.New("disk on fire") },
		"a panic":  func() error { panic("disk on fire") },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				cfg := w.config()
				cfg.Store = breaking{w.store, how}
				got := words(w.handler(cfg).Invoke(w.Context(), bot.Invocation{Target: room(), Command: "latest"}))
				m := regexp.MustCompile(`^Something went wrong \(ref ([0-9a-f]{4})\)`).FindStringSubmatch(got)
				if m == nil {
					w.Fatalf("the answer is %q, want one with a reference", got)
				}
				if strings.Contains(got, "fire") {
					w.Errorf("the answer shows what is inside: %q", got)
				}
				if log := w.log.String(); !strings.Contains(log, "ref="+m[1]) || !strings.Contains(log, "disk on fire") {
					w.Errorf("the log does not explain %s:\n%s", m[1], log)
				}
			})
		})
	}
}

func TestAnswer_TakesOptionsByName(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.subscribe(room(), "")
		h := w.handler(w.config())
		inv := bot.Invocation{
			Target: room(), Manager: manager, Command: "filter set",
			Options: map[string]string{"number": "1", "filter": " missile "},
		}
		const want = "Subscription 1 now sends new articles matching missile."
		if got := words(h.Invoke(w.Context(), inv)); got != want {
			w.Errorf("the answer is %q, want %q", got, want)
		}
		subs, err := w.store.SubscriptionsOf(w.Context(), room())
		if err != nil || len(subs) != 1 || subs[0].ID != s.ID || subs[0].Filter != "missile" {
			w.Errorf("subscriptions = %+v, %v", subs, err)
		}
	})
}

func TestComplete_SuggestsWhatThereIs(t *testing.T) {
	inWorld(t, func(w *world) {
		d := &dialogue{world: w, handler: w.handler(w.config())}
		d.stock()
		w.subscribe(room(), "missile -drill")
		w.subscribe(room(), "")
		tests := []struct {
			command, arg, typed string
			want                []string // label=value
		}{
			{"unsubscribe", "which", "", []string{"1. new articles matching missile -drill=1", "2. every new article=2"}},
			{"filter clear", "number", "", []string{"1. new articles matching missile -drill=1", "2. every new article=2"}},
			{"sources remove", "name", "G", []string{"gazette=gazette"}},
			{"latest", "filter", "", []string{"source:courier=source:courier", "source:digest=source:digest", "source:gazette=source:gazette", "source:herald=source:herald"}},
			{"latest", "filter", "missile source:c", []string{"missile source:c=missile source:c", "missile source:courier=missile source:courier"}},
			{"latest", "filter", "her", []string{"her=her", "source:herald=source:herald"}},
			{"filter set", "filter", "", []string{
				"missile -drill=missile -drill", "source:courier=source:courier", "source:digest=source:digest",
				"source:gazette=source:gazette", "source:herald=source:herald",
			}},
			{"latest", "filter", "author:l", []string{"author:l=author:l", `author:"Bo Lind"=author:"Bo Lind"`}},
			{"latest", "filter", "-AUTHOR:qu", []string{"-AUTHOR:qu=-AUTHOR:qu", `-author:"Ada Quist"=-author:"Ada Quist"`}},
			{"latest", "filter", `(a OR author:"ada q`, []string{
				`(a OR author:"ada q=(a OR author:"ada q`, `(a OR author:"Ada Quist"=(a OR author:"Ada Quist"`,
			}},
			{"latest", "filter", "drill tag:", []string{
				"drill tag:=drill tag:", "drill tag:economy=drill tag:economy", "drill tag:politics=drill tag:politics",
			}},
			{"latest", "filter", "pol", []string{"pol=pol", "tag:politics=tag:politics"}},
			{"latest", "filter", "eun", []string{"eun=eun", `author:"Cho Eun-ji"=author:"Cho Eun-ji"`}},
			{"latest", "filter", "title:pol", []string{"title:pol=title:pol"}},
			{"latest", "filter", "a:b:", []string{"a:b:=a:b:"}},
			{"latest", "count", "1", nil},
			{"nonsense", "filter", "x", nil},
		}
		for _, tt := range tests {
			inv := bot.Invocation{Target: room(), Command: tt.command, Options: map[string]string{tt.arg: tt.typed}}
			if tt.command == "filter set" {
				inv.Options["number"] = "1"
			}
			var got []string
			for _, c := range d.handler.Complete(w.Context(), inv, tt.arg) {
				got = append(got, c.Label+"="+c.Value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				w.Errorf("%s %s:%q (-want +got):\n%s", tt.command, tt.arg, tt.typed, diff)
			}
		}
	})
}

func TestComplete_SuggestsNothingWhenTheStoreBreaks(t *testing.T) {
	inWorld(t, func(w *world) {
		cfg := w.config()
		cfg.Store = breaking{w.store, func() error { panic("disk on fire") }}
		inv := bot.Invocation{Target: room(), Command: "latest"}
		if got := w.handler(cfg).Complete(w.Context(), inv, "filter"); len(got) != 0 {
			w.Errorf("suggestions: %v", got)
		}
		if !bytes.Contains([]byte(w.log.String()), []byte("disk on fire")) {
			w.Errorf("the log does not say why:\n%s", &w.log)
		}
	})
}

// unread is an error of a feed about which something can be done.
type unread struct{ error }

func (unread) Advice() string { return "Look for the feed's new address." }
