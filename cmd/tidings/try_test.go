package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

func TestTest_SendsAnAlertToAChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	for _, chat := range []string{"discord:" + w.channels[0], "telegram:" + strconv.FormatInt(w.chats[0], 10)} {
		if strings.HasPrefix(chat, "telegram") {
			if _, err := w.telegram.Say(w.chats[0], w.chats[0], 0, "/start"); err != nil {
				t.Fatal(err)
			}
		}
		var got tried
		if out := w.run("", "test", "--json", chat); json.Unmarshal([]byte(out), &got) != nil || !got.Sent || got.Message == "" || got.Chat != chat {
			t.Errorf("%s: %s", chat, out)
		}
	}
	if list := w.discord.Messages(w.channels[0]); len(list) != 1 || len(list[0].Embeds) != 1 || list[0].Embeds[0].Title != "Test alert" {
		t.Errorf("Discord shows %+v", list)
	}
}

func TestTest_SaysWhyNotAndWhatToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, 1)
	for chat, want := range map[string]string{
		"discord:1":   "not sent to discord:1: ",
		"telegram:-5": "check the ID, and that the bot is there",
		"irc:5":       `there is no token for "irc"`,
		"alerts":      `"alerts" isn't a chat; write platform:CHAT`,
		"telegram:":   "isn't a chat",
	} {
		p := w.launch("test", chat)
		if err := <-p.done; err == nil || !strings.Contains(p.log.String(), want) {
			t.Errorf("%s: %v\n%s\nwant %q", chat, err, p.log, want)
		}
		w.noSecretIn(p.log.String())
	}
}
