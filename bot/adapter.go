package bot

import (
	"context"
	"time"
)

// Adapter connects the bot to one chat platform. All methods may be called concurrently.
type Adapter interface {
	// Platform returns the name that its targets carry: a lower-case word.
	Platform() string

	// Run publishes the handler's commands and serves them until ctx ends, then waits for what it
	// started and returns nil. It outlives outages of the platform by itself. It returns an error
	// only for what waiting cannot cure; [ErrUnauthorized] is in its chain if the platform refuses
	// the token.
	Run(ctx context.Context, h Handler) error

	// Send posts a message and returns its receipt. It fails with a *[SendError], or with ctx's
	// error if that ended first. It does not wait for rate limits: the caller paces, and hears of
	// limits by RateLimited.
	Send(ctx context.Context, to Target, m Message) (Receipt, error)
}

// Rate allows N events in any window of length Per.
type Rate struct {
	N   int
	Per time.Duration
	// Burst is how many of them may follow one another at once if they answer people, and the platform
	// has not objected so far. On average they keep to the rate too. 0 means N.
	Burst int
}

// The optional powers of an Adapter, each found by assertion.

// Limiter says how fast the platform may be sent to. Without it the deliverer sends as fast as answers
// come back. Its answers are constant, and it does no I/O.
type Limiter interface {
	// Limits returns the rates for the whole bot and for a target.
	Limits(to Target) (bot, target []Rate)
	// RateKey returns what the target's rates are counted by: the same for all targets that share them,
	// such as the topics of one chat.
	RateKey(to Target) Target
}

// Identity says who the bot is on its platform, and whether several processes may listen for it at once.
// Without it, all processes of a platform are assumed to share one token and one listener.
type Identity interface {
	// Account returns the public ID of the bot on its platform, or "" if it cannot know.
	Account() string
	// MultiListener reports whether Run may work in several processes at once, as it may where the
	// platform calls the program. It is constant.
	MultiListener() bool
}

// Linker knows addresses: of messages, and of people in private. Without it operators on that platform
// read the log.
type Linker interface {
	// MessageLink returns the address under which people in the chat can open a message, or "".
	MessageLink(to Target, r Receipt) string
	// Direct returns the private chat between the bot and a user, by the user's ID. It fails like Send.
	Direct(ctx context.Context, user string) (Target, error)
}

// DeepLinker makes addresses that open the private chat between the bot and whoever follows them. Without it the bot can
// write to people first, or not at all.
type DeepLinker interface {
	// StartLink returns an address by which a person sends the command "start" with a payload of up to 64 letters,
	// digits, underscores and hyphens, or "" if it is not known yet.
	StartLink(payload string) string
}

// Paced is for an Adapter that makes requests of its own which count toward the limits, or hears what is
// left of them.
type Paced interface {
	// Pace hands over what keeps the platform's limits. It is called before Run and Send.
	Pace(p Pacer)
}

// Pacer keeps the limits of a platform for alerts and answers alike. All methods may be called
// concurrently.
type Pacer interface {
	// Reply waits for a slot for an answer to a person, which goes before alerts, and for a minute at
	// most. Whoever gets it makes one request at once and then calls answered with its error, a
	// *[SendError] or nil. A target without a chat stands for what only the limits of the whole bot count.
	Reply(ctx context.Context, to Target) (answered func(error), err error)
	// Remaining reports that the platform accepts left more messages for a target until reset has passed. It
	// overrides what [Limiter] says.
	Remaining(to Target, left int, reset time.Duration)
}

// Editor changes what was posted. Without it the deliverer
// leaves alerts as they are.
type Editor interface {
	// Edit puts m in the place of the message that r names. It fails like Send. A message that is gone
	// is Unsendable, with a reason that says so; one that already reads like m is not a failure.
	Edit(ctx context.Context, to Target, r Receipt, m Message) error
}

// Keyed is for a platform that treats a second message with the same [Message.Key] as the first one.
type Keyed interface {
	// KeyLifetime returns for how long after the first send to a target that is certain; 0 if it isn't there. It may ask the
	// platform what kind of place the target is.
	KeyLifetime(ctx context.Context, to Target) time.Duration
}

// Finder looks for messages that may have been posted although nobody said so. Without it, and where it
// finds nothing because it may not look, another try can show a message twice.
type Finder interface {
	// FindSent looks among the newest messages of a target for one of the bot's own that was posted since
	// the given moment and reads like one of several, which are forms of one message, whomever either mentions. It reports
	// false if there is none. It fails like Send if it cannot look: with an error that is Transient or RateLimited only if
	// another look may succeed.
	FindSent(ctx context.Context, to Target, forms []Message, since time.Time) (Receipt, bool, error)
}

// Tidier is for a platform where everybody can read answers, and where they can be removed: see [Message.Tidy].
type Tidier interface {
	// Tidies is there to be asserted.
	Tidies()
}

// Clock knows what time it is at the platform.
type Clock interface {
	// PlatformTime returns the platform's time now, to the second: what its last answer said and the time
	// since then, by a clock that nobody sets. ok is false if it did not say so lately.
	PlatformTime() (now time.Time, ok bool)
}

// Successor is an adapter that may have more to do about a message once Send has returned. What a process leaves of that when it
// ends is for the one that sends next.
type Successor interface {
	// Succeed takes up what those that sent earlier have left. It is called whenever this process begins to send, and does not wait
	// until that is done.
	Succeed(ctx context.Context)
}

// Connector knows whether it is connected. Without it an adapter counts as connected while Run works.
type Connector interface {
	// Connected reports whether the platform hands over what people do, and since when that is as it is; zero if
	// it has been so ever since Run began. It is false while Run doesn't work.
	Connected() (since time.Time, ok bool)
}

// AccessChecker reports whether the bot may post in a target, without posting. The deliverer asks before it tries a
// suspended target again, and sends without asking where an adapter doesn't know.
type AccessChecker interface {
	// CanSend reports whether the bot may post in a target as far as the platform discloses, and if not, why, in a
	// few words like [SendError.Reason]. Only a send can prove either. It fails like Send if it can't ask.
	CanSend(ctx context.Context, to Target) (ok bool, reason string, err error)
}

// Handler is what an Adapter serves. All methods may be called concurrently.
type Handler interface {
	// Commands returns the command table, for menus and help.
	Commands() []Command

	// Invoke answers a command or a pressed button. It never fails: what goes wrong is in the
	// message.
	Invoke(ctx context.Context, inv Invocation) Message

	// Complete suggests values for the argument that is being typed, best first. inv.Options holds
	// what has been typed so far.
	Complete(ctx context.Context, inv Invocation, arg string) []Choice

	// Presence reports that the bot was removed from, or came back to, a place, or that a place moved.
	Presence(ctx context.Context, p Presence)
}

// Choice is a suggestion for an argument.
type Choice struct {
	Label string // what people see; where Words says it too, its English
	Words Text
	Value string // what is filled in
}

// PresenceKind says what happened to the bot in a place.
type PresenceKind int

// The kinds of presence changes.
const (
	Left  PresenceKind = iota // the bot was removed or lost its access
	Back                      // the bot is there, again or for the first time
	Moved                     // the place has another address from now on
)

// Presence is a change of where the bot is. Reporting the same change twice does no harm.
type Presence struct {
	Kind PresenceKind
	// Scope is what it concerns: a thread, a chat with all its threads if Thread is empty, or a
	// space with all its chats if Chat is empty too.
	Scope Target
	// To is where Scope has Moved to.
	To Target
	// Reason says in a few words why the bot Left: "removed from the server".
	Reason string
	// Thread says of a bot that Left that Scope is a thread, and In which chat it was; zero if that isn't known.
	Thread bool
	In     Target
	// Known says of a bot that is Back in a space that Chats lists the chats and threads in which it may post
	// now. Of others the adapter is to be asked before they are resumed ([AccessChecker]): they may be gone, or
	// archived. Without it any may be resumed.
	Known bool
	Chats []string
	// Arrival says, unless nil, that somebody has just added the bot to the place, whether or not it may post there.
	Arrival *Arrival
}

// Arrival is what is known of a place that somebody has just added the bot to.
type Arrival struct {
	Name string // of the place
	// Greet is where those who manage the place read what the bot posts. Without a Chat, there is nowhere it may.
	Greet Target
	// Audience says that many others read that too and can't answer, so that a word in private is better.
	Audience bool
	// By is the ID of the user who added the bot or, if that isn't known, who owns the place.
	By string
	// Lacking names, in the platform's words, the rights that the bot lacks: without a Greet for posting anything,
	// else for posting well.
	Lacking []string
}
