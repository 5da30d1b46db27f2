package web

import (
	"math"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tidings/bot"
)

// States reports the state of the platforms.
type States interface {
	PlatformState(platform string) bot.PlatformState
}

// role says what this process does for a platform, and what keeps it from that.
func (s *Server) role(platform string) string {
	role := "stands by"
	if s.cfg.Leadership.IsLeader(platform) {
		role = "leads"
	}
	if s.cfg.States == nil {
		return role
	}
	state := s.cfg.States.PlatformState(platform)
	switch {
	case !state.Refused.IsZero():
		return "token refused since " + state.Refused.UTC().Format(time.RFC3339) + "; restart with a new one"
	case state.Connecting:
		role += ", connecting"
	case !state.OutOfReach.IsZero():
		role += ", out of reach since " + state.OutOfReach.UTC().Format(time.RFC3339)
	}
	return role
}

// connecting reports whether this process is about to listen on a platform for the first time.
func (s *Server) connecting() bool {
	return s.cfg.States != nil && slices.ContainsFunc(s.cfg.Platforms, func(p string) bool {
		return s.cfg.States.PlatformState(p).Connecting
	})
}

// ShowStates makes the metrics show how each of the platforms does. It is called before the metrics are served.
func (m *Metrics) ShowStates(of States, platforms []string) {
	for _, p := range platforms {
		m.show("connected", "1 if this process hears what people do on the platform, 0 if it doesn't, or stands by.", p, func() float64 {
			return oneIf(of.PlatformState(p).Connected)
		})
		m.show("token_refused", "1 if the platform refuses the bot's token, which takes a restart with a new one.", p, func() float64 {
			return oneIf(!of.PlatformState(p).Refused.IsZero())
		})
		m.show("clock_skew_seconds", "How far this machine's clock is ahead of the platform's; NaN while that is not known.", p, func() float64 {
			if s := of.PlatformState(p); s.SkewKnown {
				return s.Skew.Seconds()
			}
			return math.NaN()
		})
	}
}

// show registers a gauge of a platform.
func (m *Metrics) show(name, help, platform string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tidings_" + name, Help: help, ConstLabels: prometheus.Labels{"platform": platform},
	}, value))
}

func oneIf(is bool) float64 { //nolint:revive // it converts, and controls nothing
	if is {
		return 1
	}
	return 0
}
