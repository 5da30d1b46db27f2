package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
)

// discordError is a refusal in Discord's words.
type discordError struct {
	status  int
	Message string         `json:"message"`
	Code    int            `json:"code"`
	Errors  map[string]any `json:"errors,omitempty"`
	// RetryAfter and Global stand in answers of status 429 only, which have no code.
	RetryAfter float64 `json:"-"`
	Global     bool    `json:"-"`
	// Misc replaces the whole body for the few refusals that have another shape.
	Misc string `json:"-"`
}

// The refusals of one code each; discord.com/developers/docs/topics/opcodes-and-status-codes#json.
func discordRefusal(status, code int, message string) *discordError {
	return &discordError{status: status, Code: code, Message: message}
}

func discordUnknownChannel() *discordError { return discordRefusal(404, 10003, "Unknown Channel") }
func discordUnknownMessage() *discordError { return discordRefusal(404, 10008, "Unknown Message") }
func discordMissingAccess() *discordError  { return discordRefusal(403, 50001, "Missing Access") }
func discordMissingPerms() *discordError   { return discordRefusal(403, 50013, "Missing Permissions") }

func discordEmptyMessage() *discordError {
	return discordRefusal(400, 50006, "Cannot send an empty message")
}

// discordUnsupported says that Discord could do it and the stand-in cannot.
func discordUnsupported(what string) *discordError {
	return discordRefusal(http.StatusNotImplemented, 0, "the stand-in does not speak "+what)
}

// discordStatus is the refusal that has no code of its own, such as "404: Not Found".
func discordStatus(status int) *discordError {
	text := map[int]string{
		401: "401: Unauthorized", 404: "404: Not Found", 405: "405: Method Not Allowed", 503: "503: Service Unavailable",
	}[status]
	return &discordError{status: status, Message: text}
}

func discordWriteError(w http.ResponseWriter, e *discordError) {
	var body any = e
	switch {
	case e.Misc != "":
		body = map[string]any{"_misc": []string{e.Misc}}
	case e.status == http.StatusTooManyRequests:
		body = map[string]any{"message": e.Message, "retry_after": e.RetryAfter, "global": e.Global}
	}
	discordWriteJSON(w, e.status, body)
}

func discordWriteJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // The client went away: nobody is left to tell.
}

// discordCall is one REST request on its way to a handler.
type discordCall struct {
	*http.Request
}

// discordHandler answers a call with a value to encode, or nil for 204. It runs with the lock held.
type discordHandler func(c discordCall) (any, *discordError)

// discordAccess says who may call a route and which limits it counts toward.
type discordAccess int

const (
	discordBotOnly discordAccess = iota // needs the bot token, counts toward the global limit
	discordByToken                      // the interaction token in the path is the credential
)

func (d *Discord) routes() *http.ServeMux {
	mux := http.NewServeMux()
	route := func(pattern string, h discordHandler) { mux.Handle(pattern, d.endpoint(pattern, discordBotOnly, h)) }
	byToken := func(pattern string, h discordHandler) { mux.Handle(pattern, d.endpoint(pattern, discordByToken, h)) }

	route("GET /gateway", d.getGateway)
	route("GET /gateway/bot", d.getGatewayBot)
	route("GET /users/@me", d.getSelf)
	route("GET /users/{user}", d.getUser)
	route("POST /users/@me/channels", d.openDirect)
	route("GET /applications/@me", d.getApplication)
	route("PATCH /applications/@me", d.editApplication)
	route("GET /oauth2/applications/@me", d.getApplication)
	route("GET /guilds/{guild}", d.getGuild)
	route("GET /channels/{channel}", d.getChannel)
	route("POST /channels/{channel}/typing", d.typing)
	route("GET /channels/{channel}/messages", d.listMessages)
	route("POST /channels/{channel}/messages", d.createMessage)
	route("GET /channels/{channel}/messages/{message}", d.getMessage)
	route("PATCH /channels/{channel}/messages/{message}", d.editMessage)
	route("DELETE /channels/{channel}/messages/{message}", d.deleteMessage)
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
func (d *Discord) serveREST(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.Path, discordAPIPrefix)
	version, rest, _ := strings.Cut(rest, "/")
	if !ok || version != "9" && version != "10" {
		discordWriteError(w, discordRefusal(400, 50041, "Invalid API version specified"))
		return
	}
	r2 := r.Clone(r.Context())
	r2.URL.Path, r2.URL.RawPath = "/"+rest, ""
	if _, pattern := d.mux.Handler(r2); pattern == "" {
		discordWriteError(w, discordStatus(d.missing(r2)))
		return
	}
	d.mux.ServeHTTP(w, r2)
}

// missing tells an unknown path from a known one with another method.
func (d *Discord) missing(r *http.Request) int {
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
func (d *Discord) endpoint(pattern string, access discordAccess, h discordHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, e := d.answer(w.Header(), r, pattern, access, h)
		switch {
		case e != nil:
			d.cfg.Logger.Debug("request refused", "route", pattern, "status", e.status, "code", e.Code)
			discordWriteError(w, e)
		case body == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			discordWriteJSON(w, http.StatusOK, body)
		}
	})
}

// answer runs h with the lock held and leaves the writing to its caller, so that no slow client can hold the lock.
func (d *Discord) answer(
	header http.Header, r *http.Request, pattern string, access discordAccess, h discordHandler,
) (any, *discordError) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if access == discordBotOnly && r.Header.Get("Authorization") != "Bot "+d.cfg.Token {
		return nil, discordStatus(http.StatusUnauthorized)
	}
	if e := discordCheckIDs(r); e != nil {
		return nil, e
	}
	if e := d.limit(header, r, pattern, access); e != nil {
		return nil, e
	}
	return h(discordCall{r})
}

// discordCheckIDs refuses path segments that are not snowflakes.
func discordCheckIDs(r *http.Request) *discordError {
	for _, name := range []string{"channel", "guild", "message", "user", "app", "interaction"} {
		v := r.PathValue(name)
		if v == "" || name == "message" && v == "@original" || discordIsSnowflake(v) {
			continue
		}
		c := &discordCheck{}
		c.fail([]string{name + "_id"}, "NUMBER_TYPE_COERCE", "Value \""+v+"\" is not snowflake.")
		return c.err()
	}
	return nil
}

func (d *Discord) getSelf(discordCall) (any, *discordError) {
	u := d.world.users[d.world.bot].wire()
	u["verified"], u["mfa_enabled"], u["email"], u["locale"] = true, false, nil, "en-US"
	return u, nil
}

func (d *Discord) getUser(c discordCall) (any, *discordError) {
	u, ok := d.world.users[c.PathValue("user")]
	if !ok {
		return nil, discordRefusal(404, 10013, "Unknown User")
	}
	return u.wire(), nil
}

func (d *Discord) getApplication(discordCall) (any, *discordError) {
	w := &d.world
	return map[string]any{
		"id": w.bot, "name": d.cfg.BotName, "icon": nil, "description": "", "type": nil, "summary": "",
		"bot_public": true, "bot_require_code_grant": false, "verify_key": d.PublicKey(), "flags": 0,
		"redirect_uris": []string{}, "interactions_endpoint_url": discordOrNull(d.hook), "approximate_guild_count": len(w.guilds),
		"bot": w.users[w.bot].wire(),
	}, nil
}

func (d *Discord) getGuild(c discordCall) (any, *discordError) {
	g, ok := d.world.guilds[c.PathValue("guild")]
	if !ok || g.gone {
		return nil, discordRefusal(404, 10004, "Unknown Guild")
	}
	return d.world.guildWire(g), nil
}

func (d *Discord) getChannel(c discordCall) (any, *discordError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	return d.world.channelWire(ch), nil
}

func (d *Discord) typing(c discordCall) (any, *discordError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e == nil && !ch.allows(d.world.bot, DiscordSendMessages) {
		e = discordMissingPerms()
	}
	return nil, e
}

func (d *Discord) openDirect(c discordCall) (any, *discordError) {
	o, check, e := discordParse(c)
	if e != nil {
		return nil, e
	}
	user := o.requiredString("recipient_id", 20)
	if e := check.err(); e != nil {
		return nil, e
	}
	if u, ok := d.world.users[user]; !ok || u.Bot {
		return nil, discordRefusal(400, 50033, "Invalid Recipient(s)")
	}
	return d.world.channelWire(d.world.direct(user)), nil
}
