package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"tidings/bot"
)

const (
	// hourRegions is how many regions there are. Each chat has subscribed to one, and follows fourTopics besides.
	hourRegions = 16
	fourTopics  = 4
	// perTopic is how many chats follow a topic on average. A few are followed by hundreds times that, most by one or none:
	// popularity falls off as one over the rank, from topicHead on.
	perTopic  = 3
	topicHead = 100
)

// crowd is who has subscribed to what.
type crowd struct {
	targets []bot.Target // the ID of targets[i] is i+1
	topics  [][fourTopics]int32
	by      struct { // who follows what, by places in targets
		region [hourRegions][]int32
		topic  [][]int32
	}
}

// newCrowd gives each target a region and some topics.
func newCrowd(seed uint64, targets []bot.Target) *crowd {
	c := &crowd{targets: targets, topics: make([][fourTopics]int32, len(targets))}
	c.by.topic = make([][]int32, max(2*fourTopics, fourTopics*len(targets)/perTopic))
	dice := rand.New(rand.NewPCG(seed, 16))
	for i := range targets {
		c.by.region[i%hourRegions] = append(c.by.region[i%hourRegions], int32(i))
		for n := range c.topics[i] {
			topic := skewed(dice, len(c.by.topic))
			for slices.Contains(c.topics[i][:n], topic) {
				topic = int32(dice.IntN(len(c.by.topic)))
			}
			c.topics[i][n] = topic
			c.by.topic[topic] = append(c.by.topic[topic], int32(i))
		}
	}
	return c
}

// skewed draws one of n, the first most often.
func skewed(dice *rand.Rand, n int) int32 {
	return int32(topicHead*math.Pow(float64(n+topicHead)/topicHead, dice.Float64()) - topicHead)
}

// topicVocabulary is of how many words the topics are made that need two.
const topicVocabulary = 1000

// topicWords returns what a topic is known by: a rare word, or two that are common.
func topicWords(topic int32) []string {
	if topic%3 == 0 {
		return []string{fmt.Sprintf("t%x", topic)}
	}
	return []string{fmt.Sprintf("w%x", topic/topicVocabulary), fmt.Sprintf("x%x", topic%topicVocabulary)}
}

func regionWord(region int) string { return fmt.Sprintf("region%c", 'a'+region) }

// filters returns what a target has subscribed to, in forms that people use.
func (c *crowd) filters(i int) []string {
	list := []string{regionWord(i%hourRegions) + " -weather"}
	for n, topic := range c.topics[i] {
		words := topicWords(topic)
		all, other := strings.Join(words, " "), fmt.Sprintf("u%x", i%topicVocabulary)
		list = append(list, []string{all, `"` + all + `"`, all + " -drill", "title:" + strings.Join(words, " title:"), "(" + all + ") OR " + other}[(i+n)%5])
	}
	return list
}

// hourStory is an article of the hour.
type hourStory struct {
	number  int32
	urgency int // as bot.Article has it
	topic   int32
	regions []int // that it names
	paper   int   // -1 for a wire's
}

// key is the word by which a story is known wherever it shows.
func (s *hourStory) key() string { return fmt.Sprintf("k%06x", s.number) }

// words returns a sentence about the story, which no two stories share.
func (s *hourStory) words(n int) string {
	dice := rand.New(rand.NewPCG(uint64(s.number), uint64(n)))
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("v%x", dice.IntN(50_000))
	}
	return strings.Join(list, " ")
}

func (s *hourStory) title() string {
	list := append([]string{"Report", s.key(), "on"}, topicWords(s.topic)...)
	for _, r := range s.regions {
		list = append(list, regionWord(r))
	}
	return strings.Join(append(list, s.words(6)), " ")
}

// readers returns whom a story should reach, by places in targets, in order.
func (c *crowd) readers(s *hourStory) []int32 {
	list := slices.Clone(c.by.topic[s.topic])
	for _, r := range s.regions {
		list = append(list, c.by.region[r]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
