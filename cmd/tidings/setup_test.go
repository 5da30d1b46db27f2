package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	sandboxdiscord "tidings/internal/sandbox/discord"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// A setup goes from a Telegram chat to a Discord channel and back, and its lines are checked again wherever it arrives.
func TestSetup_GoesFromOnePlatformToTheOther(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, 2, 2, sandboxtelegram.Config{Unlimited: true})
	w.run("", "import", w.file("archive.jsonl", archive))
	ann, bob := w.chats[0], w.chats[1]
	p := w.start("run")
	if _, err := w.telegram.Start(ann, ""); err != nil {
		t.Fatal(err)
	}
	w.shows(ann, "Hello")
	group, err := w.telegram.AddSupergroup("Newsroom", bob)
	if err != nil {
		t.Fatal(err)
	}
	w.shows(group.ID, "Hello")

	c := w.converseOnTelegram("setup-telegram.txt")
	c.names = map[string]string{
		tg(ann): "Ann's private chat", tg(bob): "Bob's private chat", tg(group.ID): "Newsroom", "user " + tg(ann): "Ann", "user " + tg(bob): "Bob",
	}
	c.says(ann, ann, "/export", 1)
	for _, line := range []string{"/subscribe source:herald harbor", "/subscribe storm -drill", "/corrections on", "/settings timezone Berlin", "/settings quiet 22:00-07:00", "/subscription 2 when daily 08:00", "/mute volcano for good"} {
		c.says(ann, ann, line, 1)
	}
	c.says(ann, ann, "/export", 1)
	list := w.telegram.Messages(ann)
	exported := w.telegram.FileOf(list[len(list)-1])
	fmt.Fprintf(&c.text, "%s:\n%s\n", exported.Name, steady(string(exported.Content)))
	c.says(bob, group.ID, "/subscribe missile", 1)
	c.says(bob, group.ID, "/export", 1)
	c.does("Bob presses Start in their private chat", 1, func() error { _, err := w.telegram.Start(bob, "export"); return err })
	c.says(bob, group.ID, "/export", 2)
	send := func(name, content, caption string) {
		c.does("Ann sends "+name+": "+caption, 1, func() error {
			_, err := w.telegram.SendFile(ann, ann, sandboxtelegram.File{Name: name, Content: []byte(content)}, caption)
			return err
		})
	}
	c.says(ann, ann, "/import", 1)
	send("photo.json", `{"camera": "box"}`, "/import")
	send("newer.json", `{"tidings": 9, "subscriptions": [{"filter": ""}]}`, "/import")
	send("long.json", strings.Repeat(" ", 300<<10), "/import")
	send("odd.json", `{"tidings": 1, "subscriptions": [{"filter": "(a"}, {"filter": "storm -drill"}, {"filter": "source:nosuch x"},
		{"filter": "quake", "stories": "apart"}], "sources": [{"name": "nosuch", "title": "No Such Wire"}],
		"mutes": [{"source": "nowhere"}]}`, "/import")
	var many []string
	for n := range 60 {
		many = append(many, fmt.Sprintf(`{"filter": "w%02d"}`, n))
	}
	send("many.json", `{"tidings": 1, "subscriptions": [`+strings.Join(many, ",")+`]}`, "/import")
	c.does("Ann sends the file without a word and replies to it with /import", 1, func() error {
		m, err := w.telegram.SendFile(ann, ann, exported, "")
		if err == nil {
			_, err = w.telegram.Reply(ann, ann, m.ID, "/import")
		}
		return err
	})
	c.ends()

	d := w.converseOnDiscord("setup-discord.txt")
	here, shut := w.channels[0], w.channels[1]
	w.discord.SetBotPermissions(shut, sandboxdiscord.ViewChannel)
	d.names = map[string]string{here: "#alerts", shut: "#shut", "user " + w.manager: "Ann"}
	file := w.discord.Upload(sandboxdiscord.Upload{Name: exported.Name, Content: exported.Content})
	d.names[file] = "the file"
	d.uses(w.manager, here, "import", 1)
	d.uses(w.manager, here, "import", 1, "file", file)
	d.uses(w.manager, here, "import", 1, "file", file)
	d.uses(w.manager, shut, "import", 1, "file", file)
	d.uses(w.manager, here, "subscriptions", 1)
	d.uses(w.manager, here, "export", 1)
	fmt.Fprintf(&d.text, "%s\n", steady(w.uploaded()))
	w.stop(p)
	d.ends()
}

// uploaded returns the file that the bot sent last on Discord. The stand-in notes a request when it has answered it, which
// may be after people see what came of it.
func (w *world) uploaded() string {
	w.t.Helper()
	var file string
	waitUntil(w.t, func() bool {
		for _, r := range slices.Backward(w.discord.Requests()) {
			if _, rest, ok := bytes.Cut(r.Body, []byte(`name="files[0]"`)); ok {
				_, content, _ := bytes.Cut(rest, []byte("\r\n\r\n"))
				content, _, _ = bytes.Cut(content, []byte("\r\n--"))
				file = string(content)
				return true
			}
		}
		return false
	})
	return file
}
