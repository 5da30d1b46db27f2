package bot

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Errors that a store returns and its callers act on.
var (
	// ErrNotFound says that what was asked for does not exist.
	ErrNotFound = errors.New("not found")
	// ErrExists says that what was to be added is there already.
	ErrExists = errors.New("exists already")
	// ErrKeyReused says that an idempotency key came with something else than before.
	ErrKeyReused = errors.New("idempotency key used before")
	// ErrCursorMoved says that another watcher has handled the entries; ask for the news again.
	ErrCursorMoved = errors.New("cursor moved")
)

// ErrTooSoon says that a feed is not to be asked yet.
var ErrTooSoon = errors.New("too soon")

// ErrUnauthorized is in the chain of what an Adapter's Run returns when the platform refuses the
// token. Trying again cannot help.
var ErrUnauthorized = errors.New("token refused")

// UserError is a mistake of the person who typed a command. Its text is shown to them, and says
// how to do it right.
type UserError struct {
	Text Text
	// Spent says of a pressed button that it will never work again, nor those beside it.
	Spent bool
	// Err is what Text was made of, if it reports the failure of something.
	Err error
}

// Unwrap returns the cause.
func (e *UserError) Unwrap() error { return e.Err }

// Error returns the text without its styles.
func (e *UserError) Error() string { return e.Text.String() }

// UserErrorf makes a UserError of what [Say] says.
func UserErrorf(format string, args ...any) *UserError { return &UserError{Text: Say(format, args...)} }

// SendErrorKind is the deliverer's whole policy for a send that failed.
type SendErrorKind int

// The kinds of failures.
const (
	Transient   SendErrorKind = iota // try again
	RateLimited                      // try again, not before After has passed
	TargetGone                       // suspend the target and keep everything
	TargetMoved                      // follow the target to To
	Unsendable                       // this message can never be sent: record why, go on
)

// SendError is how Adapter.Send fails. The zero value is a transient failure.
type SendError struct {
	Kind SendErrorKind
	// After is how long RateLimited asks to wait.
	After time.Duration
	// Global says that RateLimited applies to the whole bot, not just to the target.
	Global bool
	// Local says of RateLimited that the adapter itself held the request back, because it knew.
	Local bool
	// Uncertain says that the platform may have accepted the message although it did not say so: trying
	// again shows it twice where there are no keys.
	Uncertain bool
	// Outage says of a Transient failure that the platform itself reported an outage that the target is in.
	// It counts against neither the message nor the target.
	Outage bool
	// Code is the platform's own code or words for a refusal, without what differs from message to message:
	// when two different messages for a target meet the same one, it is the target that is refused. Empty if
	// the platform gave none, or said that this one message is at fault.
	Code string
	// Probe says of TargetGone that it may end without an event: a right is missing, or the platform is wrong
	// about the bot's membership. Ask a [AccessChecker], and then send, every now and then.
	Probe bool
	// ThreadOnly says of TargetGone that the thread is gone or closed, and the rest of the chat is not.
	ThreadOnly bool
	// To is where TargetMoved went.
	To Target
	// Reason says in a few plain words, fit for people, what happened: "the bot was removed".
	Reason string
	// Err is the cause, without secrets.
	Err error
}

// Error returns the reason and the cause.
func (e *SendError) Error() string {
	switch {
	case e.Err == nil:
		return e.Reason
	case e.Reason == "":
		return e.Err.Error()
	}
	return e.Reason + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// advised is an error with advice.
type advised interface {
	error
	Advice() string
}

// Advice returns what an operator can do about an error, as sentences, if it has a method of this name.
func Advice(err error) string {
	if a, ok := errors.AsType[advised](err); ok {
		return a.Advice()
	}
	return ""
}

// PanicError returns what was recovered, and where, as an error.
func PanicError(recovered any) error { return fmt.Errorf("panic: %v\n%s", recovered, debug.Stack()) }
