package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	gocmp "github.com/google/go-cmp/cmp"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

var update = flag.Bool("update", false, "write the answers in testdata/answers anew")

// archive is what there is to ask for: old, so that no answer depends on today, and with everything in its
// text that a platform could take for markup.
const archive = `{"guid": "1", "source": "herald", "url": "https://herald.example/1", "title": "Harbor *reopens* after the [storm](x) & <b>snow</b>", "summary": "Ferries sail again, ` + "`says`" + ` @everyone", "authors": ["Ada_Quist_", "Bo Lind"], "tags": ["harbor"], "lang": "en", "published": "2021-03-09T10:00:00Z"}
{"guid": "2", "source": "herald", "url": "https://herald.example/2_(b)", "title": "Ministers meet on harbor strike", "authors": ["Bo Lind"], "tags": ["politics"], "lang": "en", "published": "2021-03-08T09:30:00Z"}
{"guid": "3", "source": "gazette", "title": "항구 다시 열려", "summary": "여객선이 다시 다닌다", "lang": "ko", "published": "2021-03-07T08:00:00Z"}
`

// asked are what people ask for, as they type it on Telegram; on Discord the arguments are options in this order.
func asked() []question {
	return []question{
		{"start", nil},
		{"help", nil},
		{"help", []option{{"command", "filter"}}},
		{"latest", nil},
		{"latest", []option{{"filter", "bo lind"}, {"count", 1}}},
		{"latest", []option{{"filter", "volcano"}}},
		{"search", []option{{"filter", `"harbor strike" OR 항구`}}},
		{"search", []option{{"filter", `title:(harbor`}}},
		{"subscribe", []option{{"filter", "harbor -strike"}}},
		{"subscribe", []option{{"filter", "harbor or *pier"}}},
		{"subscribe", []option{{"filter", "harbor or pier"}}},
		{"subscribe", nil},
		{"subscribe", nil},
		{"subscriptions", nil},
		{"filter set", []option{{"number", 2}, {"filter", `/h.rbor/ -"a_b"`}}},
		{"filter set", []option{{"number", 7}, {"filter", "x"}}},
		{"filter clear", []option{{"number", 2}}},
		{"filter test", []option{{"filter", "harbor"}}},
		{"filter test", []option{{"filter", "-harbor"}, {"days", 30}}},
		{"filter test", []option{{"filter", "strike not meet"}}},
		{"filter test", []option{{"filter", "titel:kim"}}},
		{"filter edit", []option{{"number", 1}}},
		{"why", []option{{"link", "https://herald.example/1?utm_source=x"}}},
		{"why", []option{{"link", "2"}}},
		{"why", []option{{"link", "https://herald.example/nothing"}}},
		{"why", nil},
		{"settings", []option{{"corrections:", "reply"}}},
		{"subscription", []option{{"number", 1}, {"stories:", "apart"}}},
		{"settings", []option{{"quiet:", "22:00-07:00"}, {"limit:", "10 an hour"}}},
		{"settings", nil},
		{"digest", nil},
		{"mute", nil},
		{"pause", []option{{"until", "until 25:00"}}},
		{"forget", nil},
		{"status", nil},
		{"unsubscribe", []option{{"which", "1"}}},
		{"unsubscribe", nil},
	}
}

type question struct {
	command string
	options []option
}

type option struct {
	name  string // with a colon if it is typed with its value
	value any
}

// line is how a question is typed.
func (q question) line() string {
	words := []string{"/" + q.command}
	for _, o := range q.options {
		name := ""
		if strings.HasSuffix(o.name, ":") {
			name = o.name
		}
		words = append(words, name+fmt.Sprint(o.value))
	}
	return strings.Join(words, " ")
}

// Everything that can be asked for reads well on both platforms: testdata/answers has what people see.
func TestRun_AnswersAsWritten(t *testing.T) {
	t.Parallel() // on Telegram a chat gets a message a second
	w := newWorld(t, 1, 1)
	w.run("", "import", w.file("archive.jsonl", archive))
	p := w.start("run")
	channel, chat := w.channels[0], w.chats[0]
	if _, err := w.telegram.Start(chat, ""); err != nil {
		t.Fatal(err)
	}
	w.telegramMessages(chat, 2)
	answers := map[string]*strings.Builder{"discord": {}, "telegram": {}}
	for _, q := range asked() {
		for platform, answer := range map[string]string{
			"discord": w.seenOnDiscord(channel, q), "telegram": w.seenOnTelegram(chat, q),
		} {
			fmt.Fprintf(answers[platform], "> %s\n%s\n\n", q.line(), steady(answer))
		}
	}
	w.stop(p)
	for platform, got := range answers {
		path := filepath.Join("testdata", "answers", platform+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if diff := gocmp.Diff(readFile(t, path), got.String()); diff != "" {
			t.Errorf("%s (-want +got; go test ./cmd/tidings -run Answers -update writes it anew):\n%s", path, diff)
		}
	}
}

// steady takes out of an answer what is another at each run.
func steady(s string) string {
	year := strconv.Itoa(time.Now().UTC().Year())
	for _, changing := range []struct{ pattern, constant string }{
		{`\d{1,2} [A-Z][a-z]{2} (` + year + `), \d\d:\d\d (UTC|CES?T)`, "NOW"},
		{`it's \d\d:\d\d`, "it's NOW"},
		{`<t:(1[7-9]|[2-9]\d)\d{8}(:\w)?>`, "NOW"},
		{`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"`, "NOW"},
		{`\d+(\.\d+)? (ms|seconds|minutes)\b`, "A-WHILE"},
	} {
		s = regexp.MustCompile(changing.pattern).ReplaceAllString(s, changing.constant)
	}
	return s
}

// seenOnDiscord returns the private reply, as markdown, or the form that opens.
func (w *world) seenOnDiscord(channel string, q question) string {
	w.t.Helper()
	var options []discord.Option
	for _, o := range q.options {
		options = append(options, discord.Option{Name: strings.TrimSuffix(o.name, ":"), Value: o.value})
	}
	it, err := w.discord.Command(w.ctx, w.manager, channel, q.command, options)
	if err != nil {
		return "(" + err.Error() + ")"
	}
	if form, err := it.Form(w.ctx); err == nil {
		s := "{" + form.Title + "} " + form.Text
		for _, f := range form.Fields {
			s += "\n{" + f.Label + ": " + f.Value + "}"
		}
		return s
	}
	reply, err := it.Reply(w.ctx)
	if err != nil {
		w.t.Fatalf("%s: %v", q.line(), err)
	}
	s := reply.Content
	for _, e := range reply.Embeds {
		s += e.Title + "\n" + e.Description
	}
	for _, row := range reply.Components {
		s += "\n"
		for _, b := range row.Components {
			s += "[" + b.Label + "]"
		}
	}
	return s
}

// seenOnTelegram returns the bot's answer, with its styles as signs.
func (w *world) seenOnTelegram(chat int64, q question) string {
	w.t.Helper()
	before := len(w.telegram.Messages(chat))
	if _, err := w.telegram.Say(chat, chat, 0, q.line()); err != nil {
		w.t.Fatalf("%s: %v", q.line(), err)
	}
	m := w.telegramMessages(chat, before+2)[before+1]
	s := styled(m.Text, m.Entities)
	if m.Asks(chat) {
		s += "\n{" + m.Force.Placeholder + "}"
	}
	if m.Keyboard == nil {
		return s
	}
	for _, row := range m.Keyboard.Rows {
		s += "\n"
		for _, b := range row {
			s += "[" + b.Text + "]"
		}
	}
	return s
}

// styled writes entities as signs around their text.
func styled(text string, entities []telegram.Entity) string {
	units := utf16.Encode([]rune(text))
	type mark struct {
		at    int
		order int // what begins last ends first, and what ends goes before what begins
		text  string
	}
	var marks []mark
	for i, e := range entities {
		around := map[string][2]string{
			"bold": {"**", "**"}, "italic": {"_", "_"}, "code": {"`", "`"}, "pre": {"```\n", "\n```"},
			"text_link": {"[", "](" + e.URL + ")"},
		}[e.Type]
		marks = append(marks, mark{e.Offset, i, around[0]}, mark{e.Offset + e.Length, -i - 1, around[1]})
	}
	slices.SortFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order)) })
	var b strings.Builder
	done := 0
	for _, m := range marks {
		b.WriteString(string(utf16.Decode(units[done:m.at])) + m.text)
		done = m.at
	}
	return b.String() + string(utf16.Decode(units[done:]))
}
