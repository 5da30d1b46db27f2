package store

import (
	"tidings/bot"
	"tidings/internal/database"
)

// next is a target's next delivery and what Claim must know of it.
type next struct {
	bot.Delivery
	target     int64
	rank       int64
	due        int64
	subscribed bool
	catchup    string
	rhythm     bool  // the target asks for more than everybody gets
	shown      int   // the revision that the target shows, or may show; 0 if it shows none
	uncertain  int   // tries of unknown outcome
	listed     int64 // the entry that carries the list which it is in, or is to be; 0 if it is in none
	lapsed     bool  // the lease before this one ended by itself
	failed     bool  // the last try of it did
}

// untried reports whether nothing of the delivery can have been done before.
func (d *next) untried() bool { return !d.lapsed && !d.failed && d.uncertain == 0 }

// deliveryOf reads deliveries AS d, and p, the post that an edit is about; it is to be followed by a condition.
const deliveryOf = `
		SELECT d.id, d.target_id, d.rank, d.due, d.action, d.attempts, d.enqueued, d.catchup, t.platform, t.space, t.chat, t.thread,
			t.corrections,
			EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.target_id = d.target_id AND s.ended = 0),
			coalesce(f.filter, ''), coalesce(p.shown, 0), coalesce(p.message_id, ''), coalesce(p.chat, ''),
			coalesce(p.corrected, 0), d.uncertain, coalesce(q.lease, 0) <> 0,
			d.unknown, d.unknown_from, d.unknown_at, coalesce(p.listed, 0), coalesce(p.place, 0), coalesce(p.wait, ''), coalesce(p.due, 0),
			coalesce(p.subscription_id, 0), t.rhythm, d.reason <> '',` + articleColumns + `
		FROM deliveries AS d
		JOIN targets AS t ON t.id = d.target_id
		JOIN articles AS a ON a.id = d.article_id
		LEFT JOIN deliveries AS p ON p.article_id = d.article_id AND p.target_id = d.target_id AND p.revision = 0
		LEFT JOIN subscriptions AS f ON f.id = p.subscription_id
		LEFT JOIN queue AS q ON q.target_id = d.target_id`

func readNext(row database.Scan) (d next, err error) {
	var enqueued, corrected, unknownFrom, unknownAt, until, rhythm int64
	t, m := &d.Target, &d.Message
	d.Article, err = readArticle(row, &d.ID, &d.target, &d.rank, &d.due, &d.Action, &d.Attempts, &enqueued, &d.catchup,
		&t.Platform, &t.Space, &t.Chat, &t.Thread, &d.Corrections, &d.subscribed, &d.Filter, &d.shown, &m.MessageID, &m.Chat, &corrected,
		&d.uncertain, &d.lapsed, &d.Unanswered, &unknownFrom, &unknownAt, &d.listed, &d.Place, &d.Waited, &until, &d.Subscription, &rhythm, &d.failed)
	d.Enqueued, d.Corrected, d.UnknownFrom, d.UnknownSince = moment(enqueued), moment(corrected), moment(unknownFrom), moment(unknownAt)
	d.Unknown, d.Urgent, d.Flood = d.uncertain, d.rank == urgentRank, d.rank == floodRank
	d.Due, d.rhythm = moment(until), rhythm == 1
	if d.Action == bot.Post {
		d.Message = bot.Receipt{}
	}
	return d, err
}
