package discord

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"
)

// Times and limits of threads; discord.com/developers/docs/topics/threads. Discord documents no limit for names, and
// answers a third change within ten minutes with 429.
const (
	maxThreadName  = 100
	maxTags        = 5
	maxActive      = 1000 // threads of a guild
	archiveAfter   = 24 * time.Hour
	renames        = 2
	renameWindow   = 10 * time.Minute
	renamedMessage = 4 // the type of the message that says what a thread is called now
)

// thread is what a thread has beside what every channel has.
type thread struct {
	owner            string
	archived, locked bool
	changed          time.Time // when archived last did
	active           time.Time // when something was last posted
	idle             time.Duration
	tags             []string
	renames          bucket
}

// Thread is a thread, or a post of a forum, as people see it.
type Thread struct {
	ID, Name, Parent string
	Owner            string // who made it
	Archived, Locked bool
	Tags             []string // names
}

func (ch *channel) isThread() bool { return ch.parent != nil }

// age archives a thread in which nothing was posted for long. Discord does so at about that time, without asking.
func (w *world) age(ch *channel) {
	if t := ch.thread; t != nil && !t.archived && w.now().Sub(t.active) >= t.idle {
		t.archived, t.changed = true, t.active.Add(t.idle)
	}
}

func archivedThread() *apiError { return refusal(400, 50083, "Thread is archived") }
func lockedThread() *apiError   { return refusal(403, 160005, "Thread is locked") }

// mayWrite refuses to let user write in a thread that is locked.
func (ch *channel) mayWrite(user string) *apiError {
	t := ch.thread
	switch {
	case t == nil || !t.locked || ch.allows(user, ManageThreads):
		return nil
	case t.archived:
		return archivedThread()
	}
	return lockedThread()
}

// wake opens a thread in which something is being posted.
func (d *StandIn) wake(ch *channel) {
	t := ch.thread
	if t == nil {
		return
	}
	t.active = d.cfg.Now()
	if t.archived {
		t.archived, t.changed = false, t.active
		d.dispatchChange(ch)
	}
}

// editable refuses changes of messages in a thread that is archived, and by those who may not write there.
func (ch *channel) editable(user string) *apiError {
	if ch.thread != nil && ch.thread.archived {
		return archivedThread()
	}
	return ch.mayWrite(user)
}

// editThread changes a thread. Nothing but opening it can be done while it is archived.
func (d *StandIn) editThread(c call) (any, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	if !ch.isThread() {
		return nil, unsupported("editing channels other than threads")
	}
	o, check, e := parse(c)
	if e != nil {
		return nil, e
	}
	name, next := o.string("name", maxThreadName), *ch.thread
	next.set(o, ch.parent, d.cfg.Now())
	for _, key := range []string{"invitable", "auto_archive_duration", "rate_limit_per_user", "flags"} {
		if o.has(key) {
			return nil, unsupported(key)
		}
	}
	if e = check.err(); e == nil {
		e = d.mayEditThread(ch, o, &next)
	}
	if e != nil {
		return nil, e
	}
	if o.has("name") && name != "" {
		if e := d.rename(c, ch, name); e != nil {
			return nil, e
		}
	}
	next.renames = ch.thread.renames
	*ch.thread = next
	d.dispatchChange(ch)
	d.broadcast()
	return d.world.channelWire(ch), nil
}

// set reads what a request wants a thread to be.
func (t *thread) set(o object, forum *channel, now time.Time) {
	if archived := o.bool("archived"); o.has("archived") && t.archived != archived {
		t.archived, t.changed, t.active = archived, now, now
	}
	if o.has("locked") {
		t.locked = o.bool("locked")
	}
	if o.has("applied_tags") {
		t.tags = readTags(o, forum)
	}
}

// mayEditThread checks what the bot may change; discord.com/developers/docs/resources/channel#modify-channel.
func (d *StandIn) mayEditThread(ch *channel, o object, next *thread) *apiError {
	t, bot := ch.thread, d.world.bot
	moderates := ch.allows(bot, ManageThreads)
	opens := o.has("archived") && !next.archived
	switch {
	case t.archived && !opens:
		return archivedThread()
	case opens && t.locked && !moderates, opens && !ch.allows(bot, SendInThreads):
		return missingPerms()
	case o.has("locked") && !moderates:
		return missingPerms()
	case (o.has("name") || o.has("applied_tags") || next.archived) && t.owner != bot && !moderates:
		return missingPerms()
	}
	return nil
}

// rename changes the name, and says so in the thread.
func (d *StandIn) rename(c call, ch *channel, name string) *apiError {
	now := d.cfg.Now()
	if !d.cfg.Unlimited && !ch.thread.renames.take(now, rate{requests: renames, window: renameWindow}) {
		return tooMany(c.answer, ch.thread.renames.ends.Sub(now), "user")
	}
	if ch.name == name {
		return nil
	}
	ch.name = name
	m := d.world.newMessage(ch, d.world.users[d.world.bot], draft{content: name})
	m.System = renamedMessage
	d.post(ch, m)
	return nil
}

// threadWire is what a channel object has more if it is a thread.
func (ch *channel) threadWire(wire map[string]any) {
	t := ch.thread
	wire["parent_id"], wire["owner_id"] = ch.parent.id, t.owner
	wire["message_count"], wire["member_count"], wire["total_message_sent"] = max(len(ch.messages)-1, 0), 1, len(ch.messages)
	wire["applied_tags"] = append([]string{}, t.tags...)
	wire["thread_metadata"] = map[string]any{
		"archived": t.archived, "auto_archive_duration": int(t.idle.Minutes()), "archive_timestamp": timestamp(t.changed), "locked": t.locked,
	}
}

// getActiveThreads lists the threads of a guild that are not archived, newest first.
func (d *StandIn) getActiveThreads(c call) (any, *apiError) {
	g, e := d.joined(c)
	if e != nil {
		return nil, e
	}
	list := []any{}
	for _, ch := range slices.Backward(g.channels) {
		if d.world.age(ch); ch.isThread() && !ch.thread.archived && ch.allows(d.world.bot, ViewChannel) {
			list = append(list, d.world.channelWire(ch))
		}
	}
	return map[string]any{"threads": list, "members": []any{}, "has_more": false}, nil
}

// getArchivedThreads lists the public archived threads of a channel, the last archived first.
func (d *StandIn) getArchivedThreads(c call) (any, *apiError) {
	ch, e := d.world.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	if !ch.allows(d.world.bot, ReadHistory) {
		return nil, missingPerms()
	}
	limit, before, e := readArchiveQuery(c)
	if e != nil {
		return nil, e
	}
	var found []*channel
	for _, other := range ch.guild.channels {
		if d.world.age(other); other.parent == ch && other.thread.archived && (before.IsZero() || other.thread.changed.Before(before)) {
			found = append(found, other)
		}
	}
	slices.SortStableFunc(found, func(a, b *channel) int { return b.thread.changed.Compare(a.thread.changed) })
	list := []any{}
	for _, other := range found[:min(limit, len(found))] {
		list = append(list, d.world.channelWire(other))
	}
	return map[string]any{"threads": list, "members": []any{}, "has_more": len(found) > limit}, nil
}

func readArchiveQuery(c call) (limit int, before time.Time, _ *apiError) {
	const least, most = 2, 100
	check, query := &check{}, c.URL.Query()
	limit, err := strconv.Atoi(cmp.Or(query.Get("limit"), "50"))
	if err != nil || limit < least || limit > most {
		check.fail([]string{"limit"}, "NUMBER_TYPE_MAX", "int value should be between 2 and 100.")
	}
	if text := query.Get("before"); text != "" {
		if before, err = time.Parse(time.RFC3339, text); err != nil {
			check.fail([]string{"before"}, "DATE_TIME_TYPE_PARSE", "Could not parse "+text+". Should be ISO8601.")
		}
	}
	return limit, before, check.err()
}

// Thread returns a thread; ok is false if there is none.
func (d *StandIn) Thread(id string) (t Thread, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch, ok := d.world.channels[id]
	if !ok || ch.deleted || !ch.isThread() {
		return Thread{}, false
	}
	return d.world.show(ch), true
}

// Posts returns the threads of a channel, oldest first: of a forum, its posts.
func (d *StandIn) Posts(channel string) []Thread {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []Thread
	if parent, ok := d.world.channels[channel]; ok && parent.guild != nil {
		for _, ch := range parent.guild.channels {
			if ch.parent == parent {
				list = append(list, d.world.show(ch))
			}
		}
	}
	return list
}

// WaitPosts waits until a channel has at least n threads, and returns them all.
func (d *StandIn) WaitPosts(ctx context.Context, channel string, n int) ([]Thread, error) {
	err := d.await(ctx, func() bool {
		found := 0
		if parent := d.world.channels[channel]; parent != nil && parent.guild != nil {
			for _, ch := range parent.guild.channels {
				if ch.parent == parent {
					found++
				}
			}
		}
		return found >= n
	})
	return d.Posts(channel), err
}

func (w *world) show(ch *channel) Thread {
	w.age(ch)
	t := Thread{ID: ch.id, Name: ch.name, Parent: ch.parent.id, Owner: ch.thread.owner, Archived: ch.thread.archived, Locked: ch.thread.locked}
	for _, tag := range ch.parent.tags {
		if slices.Contains(ch.thread.tags, tag.ID) {
			t.Tags = append(t.Tags, tag.Name)
		}
	}
	return t
}

// ArchiveThread archives a thread, as a moderator does.
func (d *StandIn) ArchiveThread(id string) { d.setThread(id, func(t *thread) { t.archived = true }) }

// OpenThread ends the archiving of a thread.
func (d *StandIn) OpenThread(id string) { d.setThread(id, func(t *thread) { t.archived = false }) }

// LockThread keeps everybody but moderators from writing in a thread, and from opening it.
func (d *StandIn) LockThread(id string) { d.setThread(id, func(t *thread) { t.locked = true }) }

// UnlockThread ends that.
func (d *StandIn) UnlockThread(id string) { d.setThread(id, func(t *thread) { t.locked = false }) }

func (d *StandIn) setThread(id string, change func(*thread)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch, ok := d.world.channels[id]
	if !ok || ch.thread == nil {
		return
	}
	change(ch.thread)
	ch.thread.changed = d.cfg.Now()
	if !ch.thread.archived {
		ch.thread.active = d.cfg.Now()
	}
	d.dispatchChange(ch)
	d.broadcast()
}
