package discord

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// clock is a clock that moves only when set.
type clock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 20, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bot speaks plain HTTP to a stand-in.
type bot struct {
	t    *testing.T
	base string
}

// answer is a response with its body decoded.
type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// client returns a client whose requests end before the test's own limit.
func client() *http.Client { return &http.Client{Timeout: 20 * time.Second} }

// raw sends a request with exactly these headers.
func (b bot) raw(method, path, body string, header http.Header) (answer, error) {
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+"/api/v10"+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header = header
	resp, err := client().Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.body) // lists and empty answers have no body
	return a, err
}

// do sends a JSON request as the bot. A string is sent as it is.
func (b bot) do(method, path string, body any) answer {
	b.t.Helper()
	text, ok := body.(string)
	if !ok && body != nil {
		text = encode(b.t, body)
	}
	header := http.Header{"Authorization": {"Bot " + testToken}}
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	a, err := b.raw(method, path, text, header)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// want fails the test unless the answer has a status and a Discord code (0 for none).
func (a answer) want(t *testing.T, status, code int) {
	t.Helper()
	got, _ := a.body["code"].(float64)
	if a.status != status || int(got) != code {
		t.Errorf("answer = %d %s, want %d with code %d", a.status, a.text, status, code)
	}
}

// id is the id of the object in the answer.
func (a answer) id() string {
	id, _ := a.body["id"].(string)
	return id
}

func encode(t *testing.T, v any) string {
	t.Helper()
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(v); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// faultCodes lists the faults of an "Invalid Form Body" as path:code.
func faultCodes(errors any, path string) []string {
	node, ok := errors.(map[string]any)
	if !ok {
		return nil
	}
	var codes []string
	for key, v := range node {
		if list, ok := v.([]any); ok && key == "_errors" {
			for _, item := range list {
				codes = append(codes, path+":"+item.(map[string]any)["code"].(string))
			}
			continue
		}
		codes = append(codes, faultCodes(v, strings.TrimPrefix(path+"."+key, "."))...)
	}
	return codes
}

// gotFrame is a gateway payload as a client reads it.
type gotFrame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s"`
	Type string          `json:"t"`
}

func (f gotFrame) field(name string) string {
	var data map[string]any
	_ = json.Unmarshal(f.Data, &data)
	s, _ := data[name].(string)
	return s
}

// socket is a plain gateway client.
type socket struct {
	t  *testing.T
	ws *websocket.Conn
}

// dial connects to the gateway without reading anything.
func dial(t *testing.T, base string) socket {
	t.Helper()
	return dialURL(t, "ws"+strings.TrimPrefix(base, "http")+"/?v=10&encoding=json")
}

func dialURL(t *testing.T, address string) socket {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = ws.Close() })
	_ = ws.SetReadDeadline(time.Now().Add(15 * time.Second))
	return socket{t: t, ws: ws}
}

func (s socket) send(op int, data any) {
	s.t.Helper()
	if err := s.ws.WriteJSON(map[string]any{"op": op, "d": data}); err != nil {
		s.t.Fatalf("send op %d: %v", op, err)
	}
}

func (s socket) next() gotFrame {
	s.t.Helper()
	var f gotFrame
	if err := s.ws.ReadJSON(&f); err != nil {
		s.t.Fatalf("read: %v", err)
	}
	return f
}

// until skips frames until an event of that type.
func (s socket) until(event string) gotFrame {
	s.t.Helper()
	for {
		if f := s.next(); f.Type == event {
			return f
		}
	}
}

// closeCode reads on until the server closes and returns its code, -1 if it only cut the connection.
func (s socket) closeCode() int {
	s.t.Helper()
	for {
		_, _, err := s.ws.ReadMessage()
		if closed := (*websocket.CloseError)(nil); err != nil {
			if ok := asClose(err, &closed); ok && closed.Code != websocket.CloseAbnormalClosure {
				return closed.Code
			}
			return -1
		}
	}
}

func asClose(err error, target **websocket.CloseError) bool {
	closed, ok := err.(*websocket.CloseError) //nolint:errorlint // gorilla returns it bare
	*target = closed
	return ok
}

// identify is what a bot sends to begin a session.
func identify(intents int) map[string]any {
	return map[string]any{"token": testToken, "intents": intents, "properties": map[string]string{"os": "test"}}
}

// connect begins a session and returns its READY.
func connect(t *testing.T, base string, intents int) (socket, gotFrame) {
	t.Helper()
	s := dial(t, base)
	if hello := s.next(); hello.Op != 10 {
		t.Fatalf("first frame has op %d, want hello", hello.Op)
	}
	s.send(2, identify(intents))
	return s, s.until("READY")
}

// place is a stand-in with a guild, a channel, a person and a bot that speaks plain HTTP.
type place struct {
	*StandIn
	bot                 bot
	base                string
	guild, channel, ann string
}

func newPlace(t *testing.T, cfg Config) place {
	t.Helper()
	d, base := serve(t, cfg)
	p := place{StandIn: d, bot: bot{t: t, base: base}, base: base}
	p.guild = d.AddGuild("Newsroom")
	p.channel = d.AddChannel(p.guild, "alerts")
	p.ann = d.AddUser("ann")
	return p
}

func (p place) messages() string { return "/channels/" + p.channel + "/messages" }

// register registers commands and fails the test if they are refused.
func (p place) register(t *testing.T, commands string) {
	t.Helper()
	a := p.bot.do("PUT", "/applications/"+p.ApplicationID()+"/commands", commands)
	if a.status != http.StatusOK {
		t.Fatalf("register: %d %s", a.status, a.text)
	}
}
