package discord

import (
	"fmt"
	"slices"
	"strconv"
)

// flagTagRequired says that every post of a forum needs a tag.
const flagTagRequired = 1 << 4

// Tag is a tag of a forum.
type Tag struct {
	ID   string // AddForum sets it
	Name string
	// Moderated tags can be given by moderators alone.
	Moderated bool
}

// ForumRules are how a forum differs from others.
type ForumRules struct {
	Media       bool // it is a media channel
	Tags        []Tag
	TagRequired bool
}

// AddForum makes a forum in a guild and returns its id, or "" if there is no such guild.
func (d *StandIn) AddForum(guild, name string, rules ForumRules) string {
	kind := Forum
	if rules.Media {
		kind = Media
	}
	id := d.AddChannelOf(guild, name, kind)
	if id != "" {
		d.SetForum(id, rules.TagRequired, rules.Tags...)
	}
	return id
}

// SetForum gives a forum other tags.
func (d *StandIn) SetForum(forum string, tagRequired bool, tags ...Tag) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch, ok := d.world.channels[forum]
	if !ok || !ch.isForum() {
		return
	}
	ch.tags, ch.tagRequired = slices.Clone(tags), tagRequired
	for i := range ch.tags {
		if ch.tags[i].ID == "" {
			ch.tags[i].ID = d.world.newID()
		}
	}
	d.dispatchChange(ch)
}

func (ch *channel) isForum() bool { return ch.kind == Forum || ch.kind == Media }

// forumWire is what a channel object has more if it is a forum.
func (ch *channel) forumWire(wire map[string]any) {
	tags := []any{}
	for _, t := range ch.tags {
		tags = append(tags, map[string]any{"id": t.ID, "name": t.Name, "moderated": t.Moderated, "emoji_id": nil, "emoji_name": nil})
	}
	wire["available_tags"], wire["default_sort_order"], wire["default_reaction_emoji"] = tags, nil, nil
	wire["default_forum_layout"] = 0
	if ch.tagRequired {
		wire["flags"] = flagTagRequired
	}
}

// readTags reads the ids of tags of a forum.
func readTags(o object, forum *channel) []string {
	list := o.strings("applied_tags", maxTags)
	for i, id := range list {
		if !slices.ContainsFunc(forum.tags, func(t Tag) bool { return t.ID == id }) {
			o.check.fail(append(o.at("applied_tags"), strconv.Itoa(i)), "BASE_TYPE_CHOICES", fmt.Sprintf("Unknown tag %q.", id))
		}
	}
	return list
}

// startPost makes a post in a forum: a thread with its first message, which has the same id. Discord knows no nonce there.
func (d *StandIn) startPost(c call) (any, *apiError) {
	w := &d.world
	forum, e := w.reach(c.PathValue("channel"))
	if e != nil {
		return nil, e
	}
	if !forum.isForum() {
		return nil, unsupported("threads made in channels other than forums")
	}
	o, check, e := parse(c)
	if e != nil {
		return nil, e
	}
	name, tags := o.requiredString("name", maxThreadName), readTags(o, forum)
	inner, ok := o.object("message")
	if !ok {
		o.fail("message", "BASE_TYPE_REQUIRED", "This field is required")
	}
	if files := o.fields["\x00files"]; files != nil && ok {
		inner.fields["\x00files"] = files
	}
	dr, e := readDraft(inner, "users", "roles", "everyone")
	if e == nil {
		e = checkFlags(inner, dr, flagNoEmbeds|flagSilent)
	}
	if e == nil {
		e = check.err()
	}
	if e == nil {
		e = w.mayStartPost(forum, tags, dr)
	}
	if e != nil {
		return nil, e
	}
	dr.nonce, dr.replyTo = "", ""
	ch, m := d.newPost(forum, w.users[w.bot], name, tags, dr)
	wire := w.channelWire(ch)
	wire["message"] = m.wire(w)
	return wire, nil
}

// mayStartPost checks what the bot may post in a forum.
func (w *world) mayStartPost(forum *channel, tags []string, dr draft) *apiError {
	need := SendMessages
	if len(dr.embeds) > 0 {
		need |= EmbedLinks
	}
	if len(dr.files) > 0 {
		need |= AttachFiles
	}
	moderated := func(t Tag) bool { return t.Moderated }
	given := func(t Tag) bool { return t.Moderated && slices.Contains(tags, t.ID) }
	moderates := forum.allows(w.bot, ManageThreads)
	active := 0
	for _, ch := range forum.guild.channels {
		if w.age(ch); ch.isThread() && !ch.thread.archived {
			active++
		}
	}
	switch {
	case !forum.allows(w.bot, need), slices.ContainsFunc(forum.tags, given) && !moderates:
		return missingPerms()
	case dr.empty():
		return emptyMessage()
	case forum.tagRequired && len(tags) == 0 && !moderates && !slices.ContainsFunc(forum.tags, func(t Tag) bool { return !moderated(t) }):
		return refusal(400, 40066, "There are no tags available that can be set by non-moderators")
	case forum.tagRequired && len(tags) == 0:
		return refusal(400, 40067, "A tag is required to create a forum post in this channel")
	case active >= maxActive:
		return refusal(400, 160006, "Maximum number of active threads reached")
	}
	return nil
}

func (d *StandIn) newPost(forum *channel, author *User, name string, tags []string, dr draft) (*channel, *Message) {
	ch := d.world.addThread(forum, name, author.ID)
	ch.thread.tags = tags
	data := d.world.channelWire(ch)
	data["newly_created"] = true
	d.dispatch(dispatch{event: "THREAD_CREATE", data: data, guild: ch.guild, intent: intentGuilds})
	m := d.world.newMessage(ch, author, dr)
	m.ID = ch.id
	d.post(ch, m)
	return ch, m
}

// addThread makes a thread without an event.
func (w *world) addThread(parent *channel, name, owner string) *channel {
	ch := w.newChannel(threadKind, name)
	if parent.kind == Announcement {
		ch.kind = announcementThreadKind
	}
	ch.guild, ch.parent = parent.guild, parent
	ch.thread = &thread{owner: owner, changed: w.now(), active: w.now(), idle: archiveAfter}
	ch.guild.channels = append(ch.guild.channels, ch)
	return ch
}

// StartPost makes a post in a forum as a person, and returns its id, or "" if they can't.
func (d *StandIn) StartPost(user, forum, name, content string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	ch := d.world.channels[forum]
	u, err := d.world.person(user, ch)
	if err != nil || !ch.isForum() || !ch.allows(user, SendMessages) {
		return ""
	}
	post, _ := d.newPost(ch, u, name, nil, draft{content: content, allowed: allowed{parse: []string{"users"}}})
	return post.id
}
