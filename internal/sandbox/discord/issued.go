package discord

import (
	"context"
	"errors"
	"time"
)

// ErrNoAnswer is what a person sees when the bot does not answer an interaction within three seconds, or Config.AnswerTime.
var ErrNoAnswer = errors.New("the application did not respond")

// Interaction is what a person did, as a handle on the bot's answer. StandIn.mu guards it.
type Interaction struct {
	d        *StandIn
	in       Invocation
	token    string
	channel  *channel
	created  time.Time
	timer    *time.Timer
	focused  int64 // the type of the option that is being typed
	source   *Message
	original *Message
	choices  []Choice
	modal    *Modal
	// ack is the type of the first answer, 0 before it.
	ack       int
	ackedAt   time.Time
	answered  bool // original shows more than "thinking"
	failed    bool
	followups []*Message
}

// ID returns the interaction's id, as in Message.Interaction.
func (it *Interaction) ID() string { return it.in.ID }

// Acknowledged waits for the first answer and returns its type (4 a reply, 5 "thinking", 6 and 7 an update, 8 choices,
// 9 a form)
// and how long it took by the stand-in's clock. It fails with ErrNoAnswer after Config.AnswerTime.
func (it *Interaction) Acknowledged(ctx context.Context) (kind int, took time.Duration, err error) {
	if err := it.d.await(ctx, func() bool { return it.ack != 0 || it.failed }); err != nil {
		return 0, 0, err
	}
	it.d.mu.Lock()
	defer it.d.mu.Unlock()
	if it.failed {
		return 0, 0, ErrNoAnswer
	}
	return it.ack, it.ackedAt.Sub(it.created), nil
}

// Reply waits until the answer has something to read, which for a deferred one is later than its acknowledgment, and
// returns it as it is now: the bot's message, or for an updating button the message that it sits on. It fails with
// ErrNoAnswer if the bot did not acknowledge in time.
func (it *Interaction) Reply(ctx context.Context) (Message, error) {
	if err := it.d.await(ctx, func() bool { return it.answered || it.failed }); err != nil {
		return Message{}, err
	}
	it.d.mu.Lock()
	defer it.d.mu.Unlock()
	if it.failed {
		return Message{}, ErrNoAnswer
	}
	return *it.original, nil
}

// Followups returns the further messages that the bot has sent so far.
func (it *Interaction) Followups() []Message {
	it.d.mu.Lock()
	defer it.d.mu.Unlock()
	var list []Message
	for _, m := range it.followups {
		list = append(list, *m)
	}
	return list
}
