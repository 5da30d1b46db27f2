package bottest

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"tidings/bot"
)

// Sent is a message that a [Recorder] was asked to send.
type Sent struct {
	To      bot.Target
	Message bot.Message
	// Err is how the send failed, or nil.
	Err error
}

// Recorder is a [bot.Adapter] without a platform: it keeps what it was asked to send, and fails as
// scripted. All methods may be called concurrently.
type Recorder struct {
	platform string
	sent     journal[Sent]
	runs     journal[bot.Handler]

	mu      sync.Mutex // guards everything below
	script  []error
	targets map[bot.Target][]error
	limits  func(bot.Target) (bot, target []bot.Rate)
	gate    chan struct{}
}

var (
	_ bot.Adapter = (*Recorder)(nil)
	_ bot.Limiter = (*Recorder)(nil)
)

// NewRecorder returns a recorder whose sends succeed, without limits.
func NewRecorder(platform string) *Recorder {
	return &Recorder{platform: platform, targets: map[bot.Target][]error{}}
}

// Platform returns the name given to NewRecorder.
func (r *Recorder) Platform() string { return r.platform }

// Run keeps the handler and waits for ctx to end.
func (r *Recorder) Run(ctx context.Context, h bot.Handler) error {
	r.runs.add(h)
	<-ctx.Done()
	return nil
}

// Handler waits until the recorder is run and returns the handler it serves.
func (r *Recorder) Handler(ctx context.Context) (bot.Handler, error) {
	runs, err := r.runs.wait(ctx, 1)
	if err != nil {
		return nil, err
	}
	return runs[len(runs)-1], nil
}

// Send keeps the message and ends as scripted: the target's own script goes before the common one.
func (r *Recorder) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	r.mu.Lock()
	gate := r.gate
	r.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return bot.Receipt{}, ctx.Err()
		}
	}
	if err := ctx.Err(); err != nil {
		return bot.Receipt{}, err
	}
	err := r.next(to)
	n := r.sent.add(Sent{To: to, Message: m, Err: err})
	if err != nil {
		return bot.Receipt{}, err
	}
	return bot.Receipt{MessageID: strconv.Itoa(n), Chat: to.Chat}, nil
}

// next returns the next scripted outcome of a send to a target.
func (r *Recorder) next(to bot.Target) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if list := r.targets[to]; len(list) > 0 {
		r.targets[to] = list[1:]
		return list[0]
	}
	if len(r.script) > 0 {
		err := r.script[0]
		r.script = r.script[1:]
		return err
	}
	return nil
}

// Script sets how the next sends end, one each; nil is a success. Then they succeed again.
func (r *Recorder) Script(outcomes ...error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.script = append(r.script, outcomes...)
}

// ScriptFor is Script for the sends to one target.
func (r *Recorder) ScriptFor(to bot.Target, outcomes ...error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.targets[to] = append(r.targets[to], outcomes...)
}

// Hold makes sends wait until release is called, which may be done more than once.
func (r *Recorder) Hold() (release func()) {
	gate := make(chan struct{})
	r.mu.Lock()
	r.gate = gate
	r.mu.Unlock()
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.gate == gate {
			r.gate = nil
		}
		close(gate)
	})
}

// Limit sets the rates that Limits returns. Until then there are none.
func (r *Recorder) Limit(limits func(to bot.Target) (bot, target []bot.Rate)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limits = limits
}

// RateKey returns the target: each has limits of its own.
func (r *Recorder) RateKey(to bot.Target) bot.Target { return to }

// Limits returns the rates that Limit set.
func (r *Recorder) Limits(to bot.Target) (perBot, perTarget []bot.Rate) {
	r.mu.Lock()
	limits := r.limits
	r.mu.Unlock()
	if limits == nil {
		return nil, nil
	}
	return limits(to)
}

// Tries returns every send so far in order, failed ones too.
func (r *Recorder) Tries() []Sent { return r.sent.all() }

// WaitTries waits until there have been n sends, failed ones too, and returns all so far.
func (r *Recorder) WaitTries(ctx context.Context, n int) ([]Sent, error) { return r.sent.wait(ctx, n) }

// Sent returns the sends that succeeded, in order.
func (r *Recorder) Sent() []Sent { return succeeded(r.sent.all()) }

// WaitSent waits until n sends have succeeded and returns all that have.
func (r *Recorder) WaitSent(ctx context.Context, n int) ([]Sent, error) {
	all, err := r.sent.waitFor(ctx, func(all []Sent) bool { return len(succeeded(all)) >= n })
	return succeeded(all), err
}

func succeeded(all []Sent) []Sent {
	var out []Sent
	for _, s := range all {
		if s.Err == nil {
			out = append(out, s)
		}
	}
	return out
}

// Handler is a [bot.Handler] that records its invocations and answers as configured. Its fields are set
// before it is used; its methods may then be called concurrently.
type Handler struct {
	// Table is what Commands returns.
	Table []bot.Command
	// Answer answers invocations. Nil answers "ok".
	Answer func(ctx context.Context, inv bot.Invocation) bot.Message
	// Suggest completes arguments. Nil suggests nothing.
	Suggest func(ctx context.Context, inv bot.Invocation, arg string) []bot.Choice

	invocations journal[bot.Invocation]
	presences   journal[bot.Presence]
}

var _ bot.Handler = (*Handler)(nil)

// Commands returns the table.
func (h *Handler) Commands() []bot.Command { return h.Table }

// Invoke keeps the invocation and answers it.
func (h *Handler) Invoke(ctx context.Context, inv bot.Invocation) bot.Message {
	h.invocations.add(inv)
	if h.Answer == nil {
		return bot.Message{Text: bot.Plain("ok")}
	}
	return h.Answer(ctx, inv)
}

// Complete returns what Suggest does.
func (h *Handler) Complete(ctx context.Context, inv bot.Invocation, arg string) []bot.Choice {
	if h.Suggest == nil {
		return nil
	}
	return h.Suggest(ctx, inv, arg)
}

// Presence keeps the change.
func (h *Handler) Presence(_ context.Context, p bot.Presence) { h.presences.add(p) }

// Invocations returns all so far, in the order in which they began.
func (h *Handler) Invocations() []bot.Invocation { return h.invocations.all() }

// WaitInvocations waits until there have been n and returns all so far.
func (h *Handler) WaitInvocations(ctx context.Context, n int) ([]bot.Invocation, error) {
	return h.invocations.wait(ctx, n)
}

// Presences returns all changes so far.
func (h *Handler) Presences() []bot.Presence { return h.presences.all() }

// WaitPresence waits for a change that is as asked and returns the first.
func (h *Handler) WaitPresence(ctx context.Context, is func(bot.Presence) bool) (bot.Presence, error) {
	var found bot.Presence
	_, err := h.presences.waitFor(ctx, func(all []bot.Presence) bool {
		for _, p := range all {
			if is(p) {
				found = p
				return true
			}
		}
		return false
	})
	return found, err
}

// journal is a list that grows and can be waited for. The zero value is empty.
type journal[T any] struct {
	mu      sync.Mutex // guards everything below
	list    []T
	changed chan struct{} // closed and replaced at every change; nil until somebody waits
}

// add returns the length afterwards.
func (j *journal[T]) add(v T) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, v)
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
	return len(j.list)
}

func (j *journal[T]) all() []T {
	all, _ := j.now()
	return all
}

func (j *journal[T]) now() ([]T, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return append([]T(nil), j.list...), j.changed
}

func (j *journal[T]) wait(ctx context.Context, n int) ([]T, error) {
	return j.waitFor(ctx, func(all []T) bool { return len(all) >= n })
}

// waitFor returns what there is, with an error if ctx ended before it was as asked.
func (j *journal[T]) waitFor(ctx context.Context, enough func([]T) bool) ([]T, error) {
	for {
		all, changed := j.now()
		if enough(all) {
			return all, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return all, errors.Join(errors.New("waited in vain, have "+strconv.Itoa(len(all))), ctx.Err())
		}
	}
}
