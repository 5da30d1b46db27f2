package answer

import (
	"context"
	"fmt"
	"net/url"

	"tidings/bot"
)

// requestState begins the keys of feeds that operators have been asked about and haven't decided. They are forgotten with the
// buttons of the question.
const requestState = ButtonState + "request/"

// FeedRequests lists what operators have been asked about.
type FeedRequests interface {
	// StateValues returns up to n values whose keys begin with prefix, but for empty ones.
	StateValues(ctx context.Context, prefix string, n int) ([]string, error)
}

// FeedRequest is a feed that somebody asked the operators for.
type FeedRequest struct {
	From    bot.Target // the chat for which it was
	Title   string
	Address string // without what may be secret
	Filter  string // to subscribe with; empty is every article
	// Approve and Decline are the Data of the buttons that decide.
	Approve, Decline string
}

// OpenRequests returns up to n feeds that operators haven't decided about.
func OpenRequests(ctx context.Context, from FeedRequests, n int) ([]FeedRequest, error) {
	kept, err := from.StateValues(ctx, requestState, n)
	if err != nil {
		return nil, fmt.Errorf("read requests for feeds: %w", err)
	}
	var list []FeedRequest
	for _, query := range kept {
		v, err := url.ParseQuery(query)
		if err != nil {
			continue // it is another version's
		}
		list = append(list, FeedRequest{
			From:  bot.Target{Platform: v.Get("platform"), Space: v.Get("space"), Chat: v.Get("chat"), Thread: v.Get("thread")},
			Title: v.Get("title"), Address: pathOf(v.Get("url")), Filter: v.Get("filter"),
			Approve: "feedapprove?" + query, Decline: "feeddecline?" + query,
		})
	}
	return list, nil
}

// openRequest keeps a request until it is decided.
func (h *Handler) openRequest(ctx context.Context, args map[string]string) error {
	query := encodeArgs(args)
	if err := h.store.SetState(ctx, requestState+bot.KeyOf(query), query); err != nil {
		return fmt.Errorf("keep a request for a feed: %w", err)
	}
	return nil
}

// closeRequest forgets a request that has been decided.
func (h *Handler) closeRequest(ctx context.Context, args map[string]string) error {
	if err := h.store.SetState(ctx, requestState+bot.KeyOf(encodeArgs(args)), ""); err != nil {
		return fmt.Errorf("forget a request for a feed: %w", err)
	}
	return nil
}

func encodeArgs(args map[string]string) string {
	values := url.Values{}
	for k, v := range args {
		values.Set(k, v)
	}
	return values.Encode()
}
