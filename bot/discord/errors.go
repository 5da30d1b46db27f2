package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tidings/bot"
)

// Discord's error codes that decide something.
// discord.com/developers/docs/topics/opcodes-and-status-codes#json
const (
	codeUnknownChannel      = 10003
	codeUnknownGuild        = 10004
	codeUnknownMessage      = 10008
	codeUnknownInteraction  = 10062
	codeWriteLimit          = 20028
	codeSlowMode            = 20016
	codeTooManyEdits        = 30046
	codeAcknowledged        = 40060
	codeCloudflare          = 40333
	codeMissingAccess       = 50001
	codeNotTheAuthor        = 50005
	codeCannotMessageUser   = 50007
	codeNotATextChannel     = 50008
	codeVerificationTooHigh = 50009
	codeMissingPermissions  = 50013
	codeArchivedThread      = 50083
	codeNoMutualGuilds      = 50278
	codeCannotReply         = 160002
	codeLockedThread        = 160005
)

// apiError is a refusal by Discord.
type apiError struct {
	Status  int
	Code    int
	Message string
	Fields  []fieldError
}

// fieldError says what is wrong with one field of what was sent.
type fieldError struct {
	Path    string // embeds.0.title
	Message string
}

// Error returns the status, Discord's code and words, and the fields that are at fault.
func (e *apiError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "status %d", e.Status)
	if e.Code != 0 {
		fmt.Fprintf(&b, ", code %d", e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	for _, f := range e.Fields {
		b.WriteString("; " + f.Path + ": " + f.Message)
	}
	return b.String()
}

// limitError says that Discord wants a pause: it has said so in a 429, or before.
type limitError struct {
	After  time.Duration
	Global bool // for the whole bot
	Early  bool // no request was made, because Discord would have refused it
}

// Error returns how long the pause is.
func (e *limitError) Error() string {
	return fmt.Sprintf("rate limited for %v", e.After.Round(time.Millisecond))
}

// hasCode reports whether err is a refusal with one of the codes.
func hasCode(err error, codes ...int) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && slices.Contains(codes, e.Code)
}

func isUnauthorized(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.Status == http.StatusUnauthorized
}

// newAPIError reads the body of a refusal, which may be anything.
func newAPIError(status int, body []byte) *apiError {
	e := &apiError{Status: status}
	var wire struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return e
	}
	e.Code, e.Message = wire.Code, bot.CleanText(wire.Message, maxReason)
	e.Fields = fieldErrors("", wire.Errors)
	return e
}

// Bounds of what is kept of a refusal, in bytes and entries.
const (
	maxReason  = 300
	maxFields  = 5
	maxRefusal = 64 << 10
)

// fieldErrors flattens Discord's tree of errors, in the order of paths.
func fieldErrors(path string, tree json.RawMessage) []fieldError {
	var node map[string]json.RawMessage
	if json.Unmarshal(tree, &node) != nil {
		return nil
	}
	var found []fieldError
	keys := make([]string, 0, len(node))
	for k := range node {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if k != "_errors" {
			found = append(found, fieldErrors(strings.TrimPrefix(path+"."+k, "."), node[k])...)
			continue
		}
		var list []struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(node[k], &list) == nil && len(list) > 0 {
			found = append(found, fieldError{Path: path, Message: bot.CleanText(list[0].Message, maxReason)})
		}
	}
	return found[:min(len(found), maxFields)]
}

// sendError says what a failed send means to the deliverer.
func sendError(err error) *bot.SendError {
	if limit, ok := errors.AsType[*limitError](err); ok {
		return &bot.SendError{
			Kind: bot.RateLimited, After: limit.After, Global: limit.Global, Local: limit.Early,
			Reason: "Discord asks for a pause", Err: err,
		}
	}
	if refused, ok := errors.AsType[*apiError](err); ok {
		kind, reason := refused.meaning()
		return &bot.SendError{Kind: kind, Reason: reason, Err: err}
	}
	_, uncertain := errors.AsType[*unansweredError](err)
	return &bot.SendError{Kind: bot.Transient, Reason: "Discord cannot be reached", Uncertain: uncertain, Err: err}
}

// unansweredError is a request that was on its way when the connection failed: it may have arrived.
type unansweredError struct{ error }

// Unwrap returns what went wrong.
func (e *unansweredError) Unwrap() error { return e.error }

// tracing returns a context for a request, and what marks its error as unanswered if the request got as
// far as being written.
func tracing(ctx context.Context) (traced context.Context, mark func(error) error) {
	var written atomic.Bool
	traced = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	return traced, func(err error) error {
		if !written.Load() {
			return err
		}
		return &unansweredError{err}
	}
}

// editError says what a failed edit means to the deliverer. What is wrong with the message alone says
// nothing of its channel: a thread that rests takes new messages still.
func editError(err error) *bot.SendError {
	e := sendError(err)
	switch {
	case hasCode(err, codeUnknownMessage):
		e.Kind, e.Reason = bot.Unsendable, "the message was deleted"
	case hasCode(err, codeNotTheAuthor):
		e.Kind, e.Reason = bot.Unsendable, "the message is not the bot's own"
	case hasCode(err, codeArchivedThread):
		e.Kind, e.Reason = bot.Unsendable, "the thread is archived"
	}
	return e
}

// meaning returns what a refusal means and how to tell people.
func (e *apiError) meaning() (bot.SendErrorKind, string) {
	if reason := e.gone(); reason != "" {
		return bot.TargetGone, reason
	}
	switch {
	case e.Status == http.StatusUnauthorized:
		return bot.Transient, "Discord refuses the bot's token"
	case e.Code == codeWriteLimit, e.Code == codeSlowMode, e.Code == codeCloudflare, e.Code == codeTooManyEdits:
		return bot.Transient, "Discord asks for a pause"
	case e.Status == http.StatusForbidden && e.Code != 0:
		return bot.TargetGone, "Discord does not let the bot post here: " + e.Message
	case e.Status == http.StatusBadRequest, e.Status == http.StatusRequestEntityTooLarge:
		reason := "Discord refuses this message"
		if len(e.Fields) > 0 {
			reason += " because of its " + e.Fields[0].Path
		}
		return bot.Unsendable, reason
	}
	return bot.Transient, "Discord is in trouble"
}

// gone returns why a target cannot be posted to until somebody does something about it, or "".
func (e *apiError) gone() string {
	switch e.Code {
	case codeUnknownChannel:
		return "the channel was deleted"
	case codeUnknownGuild:
		return "the bot is no longer in the server"
	case codeMissingAccess:
		return "the bot was removed or cannot see the channel"
	case codeMissingPermissions:
		return "the bot may not post here"
	case codeCannotMessageUser, codeNoMutualGuilds:
		return "the user takes no messages from the bot"
	case codeNotATextChannel:
		return "messages cannot be posted in this kind of channel"
	case codeVerificationTooHigh:
		return "the server's verification level keeps the bot out"
	case codeArchivedThread, codeLockedThread:
		return "the thread is locked"
	}
	return ""
}

func isNotFound(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.Status == http.StatusNotFound
}
