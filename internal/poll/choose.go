package poll

import (
	"context"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/feed"
)

// choose looks at the feeds that a page names. Those with the same posts, as RSS and as Atom, are one: that which is
// named first. It returns the feed if that is all, and the list of the different ones if there are more.
func (p Checker) choose(ctx context.Context, links []bot.FeedLink) (bot.FeedCheck, error) {
	var found []offered
	var left []bot.FeedLink
	for _, link := range links {
		doc, page, err := p.fetcher.load(ctx, link.URL)
		if err != nil || page != nil {
			left = append(left, link) // it may be only now
			continue
		}
		is := offeredAt(link.URL, doc)
		if !slices.ContainsFunc(found, is.samePosts) {
			found, left = append(found, is), append(left, link)
		}
	}
	if len(left) == 1 && len(found) == 1 {
		return found[0].check, nil
	}
	return bot.FeedCheck{Found: left}, nil
}

// offered is a feed that a page names, and its newest posts.
type offered struct {
	check bot.FeedCheck
	posts []post
}

// post is what two feeds of a site have alike of one article.
type post struct{ link, title string }

func offeredAt(address string, doc *feed.Document) offered {
	const compared = 20 // posts
	o := offered{check: checked(address, doc)}
	for i := range slices.Backward(doc.Articles) { // the newest are last
		if len(o.posts) == compared {
			break
		}
		a := &doc.Articles[i]
		o.posts = append(o.posts, post{strings.Clone(a.URL), strings.Clone(a.Title)})
	}
	return o
}

// samePosts reports whether two feeds of a site have the same newest posts, however many of them. A feed of few must have
// all of them: the newest post of a site is the newest of its section too.
func (o *offered) samePosts(other offered) bool {
	const enough = 3
	n := min(len(o.posts), len(other.posts))
	if n < enough && len(o.posts) != len(other.posts) || n == 0 && o.check.Title != other.check.Title {
		return false
	}
	for i, p := range o.posts[:n] {
		if q := other.posts[i]; (p.link == "" || p.link != q.link) && p.title != q.title {
			return false
		}
	}
	return true
}
