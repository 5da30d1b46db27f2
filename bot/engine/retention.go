package engine

import (
	"context"
	"time"

	"tidings/bot"
)

// pruneStep is how many articles one step looks at, which keeps others from writing for some ms.
const pruneStep = 100

// letArticlesGo forgets the articles that have been kept for long enough, in steps, and reports what that freed. Unlike the other
// chores it goes on until it is through: a term that was just set may have years to let go.
func (c *chores) letArticlesGo(ctx context.Context) {
	if c.keep == 0 {
		return
	}
	var total bot.Pruned
	before := c.now().Add(-c.keep)
	for from := int64(0); ; from = total.Next {
		begun := time.Now()
		p, err := c.store.PruneArticles(ctx, before, from, pruneStep)
		total = bot.Pruned{Articles: total.Articles + p.Articles, Bytes: total.Bytes + p.Bytes, Next: p.Next}
		if err != nil {
			if ctx.Err() == nil {
				c.logger.WarnContext(ctx, "cleanup failed", "what", "articles", "forgotten", total.Articles, "bytes", total.Bytes, "err", err)
			}
			return
		}
		c.metrics.Pruned(p.Articles, p.Bytes)
		if p.Next == 0 || giveWay(ctx, begun) != nil {
			break
		}
	}
	if total.Articles > 0 {
		c.logger.InfoContext(ctx, "cleanup done", "what", "articles", "forgotten", total.Articles, "bytes", total.Bytes)
	}
}
