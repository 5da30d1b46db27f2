package discord

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
)

// Codes of refusals that discordgo does not name.
// discord.com/developers/docs/topics/opcodes-and-status-codes#json
const (
	codeUnknownTag          = 10087
	codeNoTagForAnyone      = 40066
	codeTagRequired         = 40067
	codeServiceLimited      = 40062
	codeCloudflare          = 40333
	codeNoMutualGuilds      = 50278
	codeBlockedByAutomod    = 200000
	codeBlockedByAutomodToo = 200001
	codeHarmfulLink         = 240000
)

// refusal is what a code of Discord's means to the deliverer.
type refusal struct {
	kind   bot.SendErrorKind
	reason string
	// probe and thread are Probe and ThreadOnly of [bot.SendError].
	probe, thread bool
}

// refusalOf returns what a code means, if it is on the list.
func refusalOf(code int) (m refusal, known bool) {
	gone := func(reason string) (refusal, bool) { return refusal{kind: bot.TargetGone, reason: reason}, true }
	// Without a gateway no event says that rights came back, and platforms have been wrong about rights for hours.
	closed := func(reason string) (refusal, bool) {
		return refusal{kind: bot.TargetGone, reason: reason, probe: true}, true
	}
	later := func(reason string) (refusal, bool) { return refusal{kind: bot.Transient, reason: reason}, true }
	never := func(reason string) (refusal, bool) { return refusal{kind: bot.Unsendable, reason: reason}, true }
	switch code {
	case discordgo.ErrCodeUnknownChannel:
		return gone("the channel was deleted")
	case discordgo.ErrCodeUnknownGuild:
		return gone("the bot is no longer in the server")
	case discordgo.ErrCodeCannotSendMessagesInVoiceChannel, discordgo.ErrCodeCannotExecuteActionOnThisChannelType:
		return gone("messages cannot be posted in this kind of channel")
	case discordgo.ErrCodeMissingAccess:
		return closed("the bot was removed or cannot see the channel")
	case discordgo.ErrCodeMissingPermissions:
		return closed("the bot may not post here")
	case discordgo.ErrCodeCannotSendMessagesToThisUser, codeNoMutualGuilds:
		return closed("the user accepts no messages from the bot")
	case discordgo.ErrCodeChannelVerificationLevelTooHigh:
		return closed("the server's verification level keeps the bot out")
	case codeNoTagForAnyone, codeTagRequired:
		return closed("the forum requires a tag and has none that the bot may use")
	case discordgo.ErrCodePerformedOperationOnArchivedThread:
		return refusal{kind: bot.TargetGone, reason: "the thread is archived and locked", probe: true, thread: true}, true
	case discordgo.ErrCodeThreadIsLocked:
		return refusal{kind: bot.TargetGone, reason: "the thread is locked", probe: true, thread: true}, true
	case discordgo.ErrCodeMaximumNumberOfActiveThreadsReached:
		return closed("the server has too many active threads")
	case discordgo.ErrCodeChannelHasHitWriteRateLimit, discordgo.ErrCodeThisActionCannotBePerformedDueToSlowmodeRateLimit,
		discordgo.ErrCodeTheWriteActionYouArePerformingOnTheServerHasHitTheWriteRateLimit,
		discordgo.ErrCodeMessageCannotBeEditedDueToAnnouncementRateLimits,
		discordgo.ErrCodeMaximumNumberOfEditsToMessagesOlderThanOneHourReached, codeCloudflare, codeServiceLimited:
		return later("Discord asks for a pause")
	case discordgo.ErrCodeSendMessagesHasBeenTemporarilyDisabled, discordgo.ErrCodeFeatureTemporarilyDisabledServerSide,
		discordgo.ErrCodeAPIResourceIsCurrentlyOverloaded:
		return later("Discord is in trouble")
	case codeBlockedByAutomod, codeBlockedByAutomodToo:
		return never("the server's moderation blocks this message")
	case codeHarmfulLink:
		return never("Discord considers a link in this message harmful")
	}
	return refusal{}, false
}

// meaning returns what a refusal means to the deliverer.
func (e *apiError) meaning() refusal {
	if m, known := refusalOf(e.Code); known && e.Status/100 == 4 {
		return m
	}
	switch {
	case e.Status == http.StatusUnauthorized:
		return refusal{kind: bot.Transient, reason: "Discord refuses the bot's token"}
	case e.Status == http.StatusForbidden && e.Code != 0:
		return refusal{kind: bot.TargetGone, reason: "Discord does not let the bot post here: " + e.Message, probe: true}
	case e.Status == http.StatusBadRequest, e.Status == http.StatusRequestEntityTooLarge:
		reason := "Discord refuses this message"
		if len(e.Fields) > 0 {
			reason += " because of its " + e.Fields[0].Path
		} else if e.Message != "" {
			reason += ": " + e.Message
		}
		return refusal{kind: bot.Unsendable, reason: reason}
	}
	return refusal{kind: bot.Transient, reason: "Discord is in trouble"}
}

// code returns what a refusal has in common with others of its kind: Discord's code and the fields at fault,
// whichever embed or component of the message they are of. It is empty for anything else.
func (e *apiError) code() string {
	if e.Status/100 != 4 || e.Code == 0 && e.Message == "" {
		return ""
	}
	parts := []string{strconv.Itoa(e.Code)}
	for _, f := range e.Fields {
		steps := strings.FieldsFunc(f.Path, func(r rune) bool { return r == '.' || unicode.IsDigit(r) })
		parts = append(parts, strings.Join(steps, "."))
	}
	return strings.Join(parts, " ")
}

// uncertain reports whether Discord may have done what it was asked for all the same.
func (e *apiError) uncertain() bool {
	return e.Status/100 == 5 && e.Status != http.StatusServiceUnavailable
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
		m := refused.meaning()
		if refused.Status == http.StatusUnauthorized {
			err = fmt.Errorf("%w: %w", bot.ErrUnauthorized, err)
		}
		return &bot.SendError{
			Kind: m.kind, Reason: m.reason, Probe: m.probe, ThreadOnly: m.thread,
			Code: refused.code(), Uncertain: refused.uncertain(), Err: err,
		}
	}
	_, uncertain := errors.AsType[*unansweredError](err)
	return &bot.SendError{Kind: bot.Transient, Reason: "Discord cannot be reached", Uncertain: uncertain, Err: err}
}

// editError says what a failed edit means to the deliverer. A fault of the message says nothing about
// its target: the message may be in another channel, and an archived thread accepts new messages.
func editError(err error) *bot.SendError {
	e := sendError(err)
	e.Uncertain = false // an edit that is made twice shows nothing twice
	var reason string
	switch {
	case hasCode(err, discordgo.ErrCodeUnknownMessage):
		reason = "the message was deleted"
	case hasCode(err, discordgo.ErrCodeUnknownChannel):
		reason = "the message was deleted with its channel"
	case hasCode(err, discordgo.ErrCodeCannotEditFromAnotherUser):
		reason = "the message is not the bot's own"
	case hasCode(err, discordgo.ErrCodePerformedOperationOnArchivedThread):
		reason = "the thread is archived"
	default:
		return e
	}
	return &bot.SendError{Kind: bot.Unsendable, Reason: reason, Err: err}
}
