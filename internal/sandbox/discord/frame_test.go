package discord

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestGateway_RefusesIdentifiesOnDemand(t *testing.T) {
	p := newPlace(t, Config{})
	p.RefuseIdentifies(-1)
	s := dial(t, p.base)
	s.next()
	for range 3 {
		s.send(2, identify(0))
		if f := s.next(); f.Op != 9 || string(f.Data) != "false" {
			t.Errorf("identify is answered %+v, want op 9", f)
		}
	}
	p.RefuseIdentifies(0)
	s.send(2, identify(0))
	s.until("READY")
	tries := p.Identifies()
	if len(tries) != 4 || !tries[0].Refused || tries[3].Refused {
		t.Errorf("tries = %+v", tries)
	}
}

func TestIdentifies_AreCountedByTheWindow(t *testing.T) {
	at := func(seconds ...int) (list []Identify) {
		for _, s := range seconds {
			list = append(list, Identify{At: time.Unix(int64(s), 0)})
		}
		return list
	}
	for _, tc := range []struct {
		tries []Identify
		want  int
	}{
		{nil, 0}, {at(1), 1}, {at(1, 6), 1}, {at(1, 5), 2}, {at(0, 10, 11, 12, 20), 3},
	} {
		if got := Busiest(tc.tries, 5*time.Second); got != tc.want {
			t.Errorf("%v: %d within 5 s, want %d", tc.tries, got, tc.want)
		}
	}
}

func TestIdentifies_BeyondTheDaysBudgetResetTheToken(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now, SessionStarts: 2})
	remaining := func() any {
		limit, _ := p.bot.do("GET", "/gateway/bot", nil).body["session_start_limit"].(map[string]any)
		return limit["remaining"]
	}
	connect(t, p.base, 0)
	connect(t, p.base, 0)
	if got := remaining(); got != 0.0 {
		t.Errorf("after both sessions %v remain", got)
	}
	clock.advance(day)
	connect(t, p.base, 0)
	if got := remaining(); got != 1.0 {
		t.Errorf("on the next day, %v remain", got)
	}
	other, _ := connect(t, p.base, 0)
	s := dial(t, p.base)
	s.send(2, identify(0))
	for _, s := range []socket{s, other} {
		if got := s.closeCode(); got != 4004 {
			t.Errorf("closed with %d, want 4004", got)
		}
	}
	p.bot.do("GET", "/users/@me", nil).want(t, 401, 0)
}

func TestGateway_SendsTheConfiguredHello(t *testing.T) {
	p := newPlace(t, Config{})
	insane := `{"op":10,"d":{"heartbeat_interval":0}}`
	p.SetGreeting("null", insane)
	s := dial(t, p.base)
	for _, want := range []string{"null", insane} {
		if _, text, err := s.ws.ReadMessage(); err != nil || string(text) != want {
			t.Errorf("greeted with %s, %v; want %s", text, err, want)
		}
	}
	s.send(2, identify(0))
	s.until("READY")
	p.SetGreeting()
	if f := dial(t, p.base).next(); f.Op != 10 || string(f.Data) == "" {
		t.Errorf("greeted with %+v, want hello", f)
	}
}

func TestGateway_SendsNulls(t *testing.T) {
	p := newPlace(t, Config{})
	s, ready := connect(t, p.base, intentGuilds)
	s.until("GUILD_CREATE")
	p.SendFrame("null")
	if _, text, err := s.ws.ReadMessage(); err != nil || string(text) != "null" {
		t.Errorf("got %s, %v", text, err)
	}
	p.SendNull("GUILD_CREATE")
	if f := s.next(); f.Type != "GUILD_CREATE" || string(f.Data) != "null" || f.Seq <= ready.Seq {
		t.Errorf("got %+v", f)
	}
}

func TestGateway_SendsAFrameThatInflates(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, 0)
	const size = 16 << 20
	p.SendBomb(size)
	kind, packed, err := s.ws.ReadMessage()
	if err != nil || kind != websocket.BinaryMessage || len(packed) > size/100 {
		t.Fatalf("got %d bytes of kind %d, %v", len(packed), kind, err)
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 40)
	if _, err := io.ReadFull(r, head); err != nil || !strings.HasPrefix(string(head), `{"op":0,"s":2,"t":"BOMB","d":{ `) {
		t.Errorf("the frame begins with %q, %v", head, err)
	}
	if n, err := io.Copy(io.Discard, r); err != nil || n+40 <= size {
		t.Errorf("%d bytes follow, %v", n, err)
	}
}
