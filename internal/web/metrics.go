package web

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tidings/bot"
)

// Metrics counts what the bot's loops do, for Prometheus. It is a [bot.Metrics].
type Metrics struct {
	registry   *prometheus.Registry
	entries    prometheus.Counter
	matches    prometheus.Counter
	flooded    prometheus.Counter
	digests    *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	lag        *prometheus.HistogramVec
	send       *prometheus.HistogramVec
	failures   *prometheus.CounterVec
	limited    *prometheus.CounterVec
	commands   *prometheus.HistogramVec
	fetches    *prometheus.CounterVec
	pruned     prometheus.Counter
	prunedSize prometheus.Counter
	platforms  []string // those that are expected
}

// Build is what the program was built from. What is unknown is "".
type Build struct {
	Version, Commit, Date, Go string
}

// NewMetrics returns metrics that have counted nothing.
func NewMetrics(b Build) *Metrics {
	m := &Metrics{
		registry:   prometheus.NewRegistry(),
		entries:    counter("entries_total", "Articles, added or changed, that were checked against the filters."),
		matches:    counter("matches_total", "Deliveries recorded because an article matched a subscription."),
		flooded:    counter("flooded_articles_total", "Urgent articles whose alerts passed no others, as their source had sent too many within an hour."),
		digests:    counters("digests_sent_total", "Digests that arrived, each once however many messages it took.", "platform"),
		deliveries: counters("deliveries_total", "Attempts to send, by outcome.", "platform", "outcome"),
		lag:        histograms("delivery_lag_seconds", "From an article's arrival in the store to the platform's receipt.", lagBuckets(), "platform"),
		send:       histograms("send_seconds", "How long the platform took to answer a send.", secondsBuckets(), "platform"),
		failures:   counters("send_failures_total", "Attempts to send that failed, by why.", "platform", "reason"),
		limited:    counters("rate_limited_total", "Answers of the platform that asked to wait.", "platform"),
		commands:   histograms("command_seconds", "How long it took to answer a command.", secondsBuckets(), "platform", "command"),
		fetches:    counters("fetches_total", "Fetches of feeds, by what came of them.", "outcome"),
		pruned:     counter("pruned_articles_total", "Articles that were kept for long enough and forgotten since."),
		prunedSize: counter("pruned_bytes_total", "Bytes of text that these articles had."),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tidings_build_info", Help: "What the program that runs was built from; always 1.",
		ConstLabels: prometheus.Labels{"version": b.Version, "commit": b.Commit, "date": b.Date, "goversion": b.Go},
	})
	info.Set(1)
	m.registry.MustRegister(m.entries, m.matches, m.flooded, m.deliveries, m.lag, m.send, m.failures, m.digests, m.limited,
		m.commands, m.fetches, m.pruned, m.prunedSize, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: "tidings_" + name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tidings_" + name, Help: help}, labels)
}

func histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tidings_" + name, Help: help, Buckets: buckets}, labels)
}

// secondsBuckets reach from a local stand-in's answer to the longest send there is.
func secondsBuckets() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
}

// lagBuckets reach from the program's own share to a platform that was down for an hour.
func lagBuckets() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600}
}

// Expected is what can happen on which platforms.
type Expected struct {
	Platforms []string
	Outcomes  []string // of attempts to send
	Failures  []string // why attempts fail
	Fetches   []string // outcomes of fetches
}

// Expect makes the metrics show from the start what can happen: a rate from nothing to the first is none that a monitor could
// alert of. It is called before the metrics are served.
func (m *Metrics) Expect(e Expected) {
	m.platforms = e.Platforms
	for _, p := range e.Platforms {
		for _, o := range e.Outcomes {
			m.deliveries.WithLabelValues(p, o)
		}
		for _, why := range e.Failures {
			m.failures.WithLabelValues(p, why)
		}
		m.lag.WithLabelValues(p)
		m.send.WithLabelValues(p)
		m.limited.WithLabelValues(p)
		m.digests.WithLabelValues(p)
	}
	for _, o := range e.Fetches {
		m.fetches.WithLabelValues(o)
	}
}

// Matched counts entries and the deliveries that followed.
func (m *Metrics) Matched(entries, deliveries int) {
	m.entries.Add(float64(entries))
	m.matches.Add(float64(deliveries))
}

// Flooded counts urgent articles of floods.
func (m *Metrics) Flooded(articles int) { m.flooded.Add(float64(articles)) }

// DigestSent counts a digest that arrived.
func (m *Metrics) DigestSent(platform string) { m.digests.WithLabelValues(platform).Inc() }

// Settled counts a try to send.
func (m *Metrics) Settled(platform, outcome string, took, lag time.Duration) {
	m.deliveries.WithLabelValues(platform, outcome).Inc()
	m.send.WithLabelValues(platform).Observe(took.Seconds())
	if outcome == "sent" {
		m.lag.WithLabelValues(platform).Observe(lag.Seconds())
	}
}

// Failed counts a try that failed.
func (m *Metrics) Failed(platform, why string) { m.failures.WithLabelValues(platform, why).Inc() }

// Fetched counts a fetch of a feed.
func (m *Metrics) Fetched(outcome string) { m.fetches.WithLabelValues(outcome).Inc() }

// Pruned counts articles that were forgotten, with their text in bytes.
func (m *Metrics) Pruned(articles int, bytes int64) {
	m.pruned.Add(float64(articles))
	m.prunedSize.Add(float64(bytes))
}

// RateLimited counts an answer that asked to wait.
func (m *Metrics) RateLimited(platform string) { m.limited.WithLabelValues(platform).Inc() }

// Answered counts a command.
func (m *Metrics) Answered(platform, command string, took time.Duration) {
	m.commands.WithLabelValues(platform, command).Observe(took.Seconds())
}

// Delays reports how long recent alerts of a platform took.
type Delays interface {
	Delay(platform string) bot.Delay
}

// ShowDelays makes the metrics show, for each of the platforms, within what time half of the recent alerts
// and 99 of 100 of them were delivered. It is called before the metrics are served.
func (m *Metrics) ShowDelays(of Delays, platforms []string) {
	for _, p := range platforms {
		for _, q := range []struct {
			label string
			value func(bot.Delay) time.Duration
		}{
			{"0.5", func(d bot.Delay) time.Duration { return d.P50 }},
			{"0.99", func(d bot.Delay) time.Duration { return d.P99 }},
		} {
			m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name:        "tidings_recent_delay_seconds",
				Help:        "From an article's arrival in the store to the platform's receipt, over the last quarter of an hour.",
				ConstLabels: prometheus.Labels{"platform": p, "quantile": q.label},
			}, func() float64 { return q.value(of.Delay(p)).Seconds() }))
		}
	}
}

// Leadership reports the platforms that this process leads: it sends their alerts, and other replicas stand by.
type Leadership interface {
	IsLeader(platform string) bool
}

// ShowLeadership makes the metrics show, for each of the platforms, whether this process leads. It is called before
// the metrics are served.
func (m *Metrics) ShowLeadership(of Leadership, platforms []string) {
	for _, p := range platforms {
		m.show("leader", "1 if this process sends the platform's alerts, 0 if it waits to. The sum over all replicas is 1.", p, func() float64 {
			return oneIf(of.IsLeader(p))
		})
	}
}
