package web

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tidings/bot"
)

// handler shows the metrics, with what the store says of itself at that moment.
func (m *Metrics) handler(store Store) http.Handler {
	m.registry.MustRegister(newStoreCollector(store, m.platforms))
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// storeCollector asks the store at each scrape.
type storeCollector struct {
	store     Store
	platforms []string // that are shown with a backlog of 0 if they have none
	// figures are what the store counts, by their names; sizes what it takes.
	figures map[*prometheus.Desc]func(*bot.Stats) int64
	sizes   map[*prometheus.Desc]func(*bot.DatabaseSize) int64

	articles, newest, backlog, oldest *prometheus.Desc
}

func newStoreCollector(store Store, platforms []string) *storeCollector {
	c := &storeCollector{
		store: store, platforms: platforms,
		articles: gaugeDesc("articles", "Articles in the store."),
		newest:   gaugeDesc("newest_article_timestamp_seconds", "When the store first had the newest article; absent without any."),
		backlog:  gaugeDesc("backlog", "Deliveries that are pending.", "platform"),
		oldest:   gaugeDesc("backlog_oldest_seconds", "For how long the delivery that has been pending longest could have gone out.", "platform"),
	}
	c.figures = map[*prometheus.Desc]func(*bot.Stats) int64{
		c.articles: func(s *bot.Stats) int64 { return s.Articles },
		gaugeDesc("sources", "Sources in the store."):                                              func(s *bot.Stats) int64 { return s.Sources },
		gaugeDesc("subscriptions", "Subscriptions of all chats."):                                  func(s *bot.Stats) int64 { return s.Subscriptions },
		gaugeDesc("suspended_targets", "Chats that are suspended."):                                func(s *bot.Stats) int64 { return s.Suspended },
		gaugeDesc("failing_sources", "Sources whose last fetch failed."):                           func(s *bot.Stats) int64 { return s.Failing },
		gaugeDesc("paused_sources", "Sources that somebody paused."):                               func(s *bot.Stats) int64 { return s.Paused },
		gaugeDesc("articles_on_hold", "Articles of bulk updates that an operator has to approve."): func(s *bot.Stats) int64 { return s.OnHold },
	}
	c.sizes = map[*prometheus.Desc]func(*bot.DatabaseSize) int64{
		gaugeDesc("database_bytes", "What the database takes."):                                         func(s *bot.DatabaseSize) int64 { return s.Bytes },
		gaugeDesc("database_reusable_bytes", "What of that was freed and is used before it grows."):     func(s *bot.DatabaseSize) int64 { return s.Reusable },
		gaugeDesc("database_volume_bytes", "Size of the volume that the database is on; 0 if unknown."): func(s *bot.DatabaseSize) int64 { return s.Volume },
		gaugeDesc("database_volume_free_bytes", "What is left of that."):                                func(s *bot.DatabaseSize) int64 { return s.Free },
	}
	return c
}

func gaugeDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("tidings_"+name, help, labels, nil)
}

// Describe names the gauges.
func (c *storeCollector) Describe(ch chan<- *prometheus.Desc) {
	for d := range c.figures {
		ch <- d
	}
	for d := range c.sizes {
		ch <- d
	}
	for _, d := range []*prometheus.Desc{c.newest, c.backlog, c.oldest} {
		ch <- d
	}
}

// Collect reads the gauges. A store that does not answer leaves them out of this scrape.
func (c *storeCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout) // The interface has no context.
	defer cancel()
	stats, err := c.store.Stats(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(c.articles, err)
		return
	}
	for d, of := range c.figures {
		gauge(ch, d, float64(of(&stats)))
	}
	if !stats.NewestArticle.IsZero() {
		gauge(ch, c.newest, float64(stats.NewestArticle.UnixMilli())/1000)
	}
	for _, p := range c.platforms {
		if _, known := stats.Backlog[p]; !known {
			gauge(ch, c.backlog, 0, p)
		}
	}
	for platform, n := range stats.Backlog {
		gauge(ch, c.backlog, float64(n), platform)
	}
	c.collectOldest(ctx, ch)
	if size, err := c.store.Size(ctx); err == nil {
		for d, of := range c.sizes {
			gauge(ch, d, float64(of(&size)))
		}
	}
}

// collectOldest shows how old the backlog is.
func (c *storeCollector) collectOldest(ctx context.Context, ch chan<- prometheus.Metric) {
	oldest, err := c.store.OldestPending(ctx)
	if err != nil {
		return
	}
	for _, p := range c.platforms {
		if _, known := oldest[p]; !known {
			gauge(ch, c.oldest, 0, p)
		}
	}
	for platform, at := range oldest {
		gauge(ch, c.oldest, max(0, time.Since(at).Seconds()), platform)
	}
}

func gauge(ch chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}
