package bottest

import (
	"context"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// patience bounds every wait of the suite, so that a fault fails a test instead of hanging it.
const patience = 2 * time.Minute

// Person is somebody in the chat of a [Fixture].
type Person int

// The people of a fixture.
const (
	Manager Person = iota // may manage the place
	Member                // may only talk there
)

// FaultKind says how the platform misbehaves.
type FaultKind int

// The faults that a fixture's stand-in shows.
const (
	ServerError FaultKind = iota // answers 500
	Garbage                      // answers 502 with a page that is not JSON
	RateLimit                    // answers 429 and asks to wait for Fault.After
	Hang                         // never answers
	ResetBefore                  // cuts the connection before the request has any effect
	ResetAfter                   // lets the request take effect, then cuts the connection
)

// String returns a name for subtests.
func (k FaultKind) String() string {
	return [...]string{"server error", "garbage", "rate limit", "hang", "reset before", "reset after"}[k]
}

// Fault is one misbehavior of the platform.
type Fault struct {
	Kind  FaultKind
	After time.Duration // of RateLimit
	// Times is how many requests meet the fault; 0 means one.
	Times int
	// Everywhere lets any request of the bot over HTTP meet the fault, not only one that posts or edits
	// a message.
	Everywhere bool
}

// Entry is a command as somebody enters it. Where commands are typed it is the line
// "/name value value", elsewhere its arguments are picked by name.
type Entry struct {
	Name string // with the subcommand after a space
	Args []Given
}

// Given is one argument of an Entry.
type Given struct {
	Name, Value string
}

// Line returns the entry as it is typed.
func (e Entry) Line() string {
	words := []string{"/" + e.Name}
	for _, a := range e.Args {
		words = append(words, a.Value)
	}
	return strings.Join(words, " ")
}

// Seen is a message as people see it.
type Seen struct {
	ID string // equals [bot.Receipt.MessageID]
	// Text is all there is to read, from top to bottom, after the platform has stripped the markup
	// and written times out. Labels of buttons do not belong to it.
	Text string
	// Links are the addresses that the message leads to, buttons and preview included.
	Links   []string
	Buttons []string // labels, row by row
	Files   []string // names
	// Pings names whoever was notified by a mention or could be by a click on one: users, roles,
	// everyone.
	Pings []string
	// Notified are the IDs of the people and roles that a mention notified, and Silent says that nothing made a sound.
	Notified []string
	Silent   bool
	// Private says that only the person who caused the message sees it.
	Private bool
	// ReplyTo is the ID of the message that it visibly replies to, or empty.
	ReplyTo string
	// Styled are the parts of Text that are set apart in each style.
	Styled map[bot.Style][]string
}

// Asked is a form that somebody has before them.
type Asked struct {
	// Text is all there is to read, the text to begin with included.
	Text string
	// FillIn writes a text and waits for the final answer.
	FillIn func(ctx context.Context, text string) (Seen, error)
}

// Fixture is an adapter that is connected to a stand-in of its platform, not running yet, and the
// means to play everybody else there. The platform has no rate limits but those of Inject. Unless
// it says otherwise, a field is required.
type Fixture struct {
	Adapter bot.Adapter
	// Secret is the token, which must never appear in an error or in the log.
	Secret string
	// Log returns what the fixture's adapters have logged so far.
	Log func() string

	// Here is a place with several people that the bot may post to.
	Here bot.Target
	// Name is what the group or server of Here is called.
	Name string
	// Gone is a place that the bot has been removed from.
	Gone bot.Target
	// Shown returns the messages of the bot in a place that are public, oldest first.
	Shown func(at bot.Target) []Seen
	// Once says that the platform shows two messages with the same key once.
	Once bool
	// ID returns the platform's identifier of a person.
	ID func(Person) string
	// Lines says that commands are typed in full: aliases work, and arguments arrive as a line.
	Lines bool

	// Inject lets the next requests meet a fault; Heal forgets those that have not been met.
	Inject func(Fault)
	Heal   func()

	// Menu waits until commands have been published and returns the names that people in Here are
	// offered, without subcommands.
	Menu func(ctx context.Context) ([]string, error)
	// Command enters a command in Here and waits for the final answer.
	Command func(ctx context.Context, who Person, e Entry) (Seen, error)
	// Acknowledged waits until the platform has heard that the command which is being handled will be
	// answered. It is nil where the platform waits for as long as it takes.
	Acknowledged func(ctx context.Context) error
	// Press presses a button below an answer that Command returned to the same person. It waits for
	// the outcome: the message as it is afterwards, and what was shown to the presser alone.
	Press func(ctx context.Context, who Person, m Seen, label string) (after Seen, notice string, err error)

	// CommandOn calls a command on a public message in Here and waits for the final answer: by the menu
	// of the message, or by a reply.
	CommandOn func(ctx context.Context, who Person, m Seen, e Entry) (Seen, error)
	// Ask enters a command in Here that is answered with a form, and waits for the form.
	Ask func(ctx context.Context, who Person, e Entry) (Asked, error)
	// Delete deletes a public message in Here, as somebody who manages the place does.
	Delete func(m Seen)

	// Remove removes the bot from Here, and Return brings it back.
	Remove, Return func(ctx context.Context) error

	// Refused returns an adapter with a token that the platform refuses, and how many requests were
	// refused for it so far.
	Refused func() (a bot.Adapter, refusals func() int)
	// Unreachable returns an adapter with the token Secret and a platform that refuses connections.
	Unreachable func() bot.Adapter
}

// Adapter tests that an adapter keeps what [bot.Adapter] promises, over real sockets. newFixture is
// called for each test and registers what it must clean up with t.
func Adapter(t *testing.T, newFixture func(t *testing.T) Fixture) {
	t.Run("Run", func(t *testing.T) { runSuite(t, newFixture) })
	t.Run("Send", func(t *testing.T) { sendSuite(t, newFixture) })
	t.Run("Edit", func(t *testing.T) { editSuite(t, newFixture) })
}

// AdapterRun is the part of [Adapter] that commands, buttons, forms and presence belong to, for adapters that
// get them in more than one way.
func AdapterRun(t *testing.T, newFixture func(t *testing.T) Fixture) { runSuite(t, newFixture) }

// check is one promise and how it is tested.
type check struct {
	name string
	test func(t *testing.T, x *adapterSuite)
}

// each runs checks side by side, every one with a fixture of its own.
func each(t *testing.T, newFixture func(t *testing.T) Fixture, checks []check) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, newAdapterSuite(t, newFixture))
		})
	}
}

// adapterSuite is a fixture under test.
type adapterSuite struct {
	Fixture
	ctx context.Context // ends with the test or with patience
}

func newAdapterSuite(t *testing.T, newFixture func(t *testing.T) Fixture) *adapterSuite {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	x := &adapterSuite{Fixture: newFixture(t), ctx: ctx}
	t.Cleanup(func() { x.keepsSecret(t, "log", x.Log()) })
	return x
}
