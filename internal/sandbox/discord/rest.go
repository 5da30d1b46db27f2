package discord

import (
	"encoding/json"
	"net/http"
	"strings"
)

// apiError is a refusal in Discord's words.
type apiError struct {
	status  int
	Message string         `json:"message"`
	Code    int            `json:"code"`
	Errors  map[string]any `json:"errors,omitempty"`
	// RetryAfter and Global are for status 429 only, which has no code.
	RetryAfter float64 `json:"-"`
	Global     bool    `json:"-"`
	// Misc replaces the whole body for the few refusals that have another shape.
	Misc string `json:"-"`
}

// The refusals of one code each; discord.com/developers/docs/topics/opcodes-and-status-codes#json.
func refusal(status, code int, message string) *apiError {
	return &apiError{status: status, Code: code, Message: message}
}

func unknownChannel() *apiError { return refusal(404, 10003, "Unknown Channel") }
func unknownMessage() *apiError { return refusal(404, 10008, "Unknown Message") }
func missingAccess() *apiError  { return refusal(403, 50001, "Missing Access") }
func missingPerms() *apiError   { return refusal(403, 50013, "Missing Permissions") }

func emptyMessage() *apiError {
	return refusal(400, 50006, "Cannot send an empty message")
}

// unsupported refuses what Discord can do and the stand-in can't.
func unsupported(what string) *apiError {
	return refusal(http.StatusNotImplemented, 0, "the stand-in does not speak "+what)
}

// status is the refusal that has no code of its own, such as "404: Not Found".
func status(status int) *apiError {
	text := map[int]string{
		401: "401: Unauthorized", 404: "404: Not Found", 405: "405: Method Not Allowed", 503: "503: Service Unavailable",
	}[status]
	return &apiError{status: status, Message: text}
}

func writeError(w http.ResponseWriter, e *apiError) {
	var body any = e
	switch {
	case e.Misc != "":
		body = map[string]any{"_misc": []string{e.Misc}}
	case e.status == http.StatusTooManyRequests:
		body = map[string]any{"message": e.Message, "retry_after": e.RetryAfter, "global": e.Global}
	}
	writeJSON(w, e.status, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // An error means that the client has gone.
}

// call is one REST request on its way to a handler.
type call struct {
	*http.Request
	answer http.Header
}

// handler answers a call with a value to encode, or nil for 204. It runs with the lock held.
type handler func(c call) (any, *apiError)

// access says who may call a route and which limits it counts toward.
type access int

const (
	botOnly access = iota // needs the bot token, counts toward the global limit
	byToken               // the interaction token in the path is the credential
)

const threadsPath = "/channels/{channel}/threads"

func (d *StandIn) routes() *http.ServeMux {
	mux := http.NewServeMux()
	route := func(pattern string, h handler) { mux.Handle(pattern, d.endpoint(pattern, botOnly, h)) }
	byToken := func(pattern string, h handler) { mux.Handle(pattern, d.endpoint(pattern, byToken, h)) }

	route("GET /gateway", d.getGateway)
	route("GET /gateway/bot", d.getGatewayBot)
	route("GET /users/@me", d.getSelf)
	route("GET /users/{user}", d.getUser)
	route("POST /users/@me/channels", d.openDirect)
	route("GET /applications/@me", d.getApplication)
	route("PATCH /applications/@me", d.editApplication)
	route("GET /oauth2/applications/@me", d.getApplication)
	route("GET /guilds/{guild}", d.getGuild)
	route("GET /guilds/{guild}/channels", d.getChannels)
	route("GET /guilds/{guild}/roles", d.getRoles)
	route("GET /guilds/{guild}/members/{user}", d.getMember)
	route("GET /guilds/{guild}/threads/active", d.getActiveThreads)
	route("GET /channels/{channel}", d.getChannel)
	route("PATCH /channels/{channel}", d.editThread)
	route("POST "+threadsPath, d.startPost)
	route("GET "+threadsPath+"/archived/public", d.getArchivedThreads)
	route("POST /channels/{channel}/typing", d.typing)
	route("GET /channels/{channel}/messages", d.listMessages)
	route("POST /channels/{channel}/messages", d.createMessage)
	route("GET /channels/{channel}/messages/{message}", d.getMessage)
	route("PATCH /channels/{channel}/messages/{message}", d.editMessage)
	route("DELETE /channels/{channel}/messages/{message}", d.deleteMessage)
	route("POST /channels/{channel}/messages/{message}/crosspost", d.crosspost)
	route("GET /applications/{app}/commands", d.getCommands)
	route("PUT /applications/{app}/commands", d.putCommands)
	route("GET /applications/{app}/guilds/{guild}/commands", d.getCommands)
	route("PUT /applications/{app}/guilds/{guild}/commands", d.putCommands)

	byToken("POST /interactions/{interaction}/{token}/callback", d.callback)
	byToken("POST /webhooks/{app}/{token}", d.createFollowup)
	byToken("GET /webhooks/{app}/{token}/messages/{message}", d.getReply)
	byToken("PATCH /webhooks/{app}/{token}/messages/{message}", d.editReply)
	byToken("DELETE /webhooks/{app}/{token}/messages/{message}", d.deleteReply)
	return mux
}

// serveREST finds the route below the version prefix.
func (d *StandIn) serveREST(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.Path, apiPrefix)
	version, rest, _ := strings.Cut(rest, "/")
	if !ok || version != "9" && version != "10" {
		writeError(w, refusal(400, 50041, "Invalid API version specified"))
		return
	}
	r2 := r.Clone(r.Context())
	r2.URL.Path, r2.URL.RawPath = "/"+rest, ""
	if _, pattern := d.mux.Handler(r2); pattern == "" {
		writeError(w, status(d.missing(r2)))
		return
	}
	d.mux.ServeHTTP(w, r2)
}

// missing distinguishes an unknown path from a known one with another method.
func (d *StandIn) missing(r *http.Request) int {
	probe := r.Clone(r.Context())
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		probe.Method = method
		if _, pattern := d.mux.Handler(probe); pattern != "" {
			return http.StatusMethodNotAllowed
		}
	}
	return http.StatusNotFound
}

// endpoint puts authorization and limits in front of h.
func (d *StandIn) endpoint(pattern string, access access, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, e := d.answer(w.Header(), r, pattern, access, h)
		switch {
		case e != nil:
			d.cfg.Logger.Debug("request refused", "route", pattern, "status", e.status, "code", e.Code)
			writeError(w, e)
		case body == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			status := http.StatusOK
			if pattern == "POST "+threadsPath {
				status = http.StatusCreated
			}
			writeJSON(w, status, body)
		}
	})
}

// answer runs h with the lock held and leaves the writing to its caller, so that no slow client can hold the lock.
func (d *StandIn) answer(
	header http.Header, r *http.Request, pattern string, access access, h handler,
) (any, *apiError) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if access == botOnly && r.Header.Get("Authorization") != "Bot "+d.token {
		return nil, status(http.StatusUnauthorized)
	}
	if e := checkIDs(r); e != nil {
		return nil, e
	}
	if e := d.limit(header, r, pattern, access); e != nil {
		return nil, e
	}
	return h(call{r, header})
}

// checkIDs refuses path segments that are not snowflakes.
func checkIDs(r *http.Request) *apiError {
	for _, name := range []string{"channel", "guild", "message", "user", "app", "interaction"} {
		v := r.PathValue(name)
		if v == "" || name == "message" && v == "@original" || isSnowflake(v) {
			continue
		}
		c := &check{}
		c.fail([]string{name + "_id"}, "NUMBER_TYPE_COERCE", "Value \""+v+"\" is not snowflake.")
		return c.err()
	}
	return nil
}

func (d *StandIn) getSelf(call) (any, *apiError) {
	u := d.world.users[d.world.bot].wire()
	u["verified"], u["mfa_enabled"], u["email"], u["locale"] = true, false, nil, "en-US"
	return u, nil
}

func (d *StandIn) getUser(c call) (any, *apiError) {
	u, ok := d.world.users[c.PathValue("user")]
	if !ok {
		return nil, refusal(404, 10013, "Unknown User")
	}
	return u.wire(), nil
}

func (d *StandIn) getApplication(call) (any, *apiError) {
	w := &d.world
	return map[string]any{
		"id": w.bot, "name": d.cfg.BotName, "icon": nil, "description": d.profile.Description, "install_params": d.profile.Install, "type": nil, "summary": "",
		"bot_public": true, "bot_require_code_grant": false, "verify_key": d.PublicKey(), "flags": 0,
		"redirect_uris": []string{}, "interactions_endpoint_url": orNull(d.hook), "approximate_guild_count": len(w.guilds),
		"bot": w.users[w.bot].wire(),
	}, nil
}

func (d *StandIn) getChannel(c call) (any, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	return d.world.channelWire(ch), nil
}

func (d *StandIn) typing(c call) (any, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e == nil && !ch.allows(d.world.bot, SendMessages) {
		e = missingPerms()
	}
	return nil, e
}

func (d *StandIn) openDirect(c call) (any, *apiError) {
	o, check, e := parse(c)
	if e != nil {
		return nil, e
	}
	user := o.requiredString("recipient_id", 20)
	if e := check.err(); e != nil {
		return nil, e
	}
	if u, ok := d.world.users[user]; !ok || u.Bot {
		return nil, refusal(400, 50033, "Invalid Recipient(s)")
	}
	return d.world.channelWire(d.world.direct(user)), nil
}
