package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
)

// recipient is a target that gets a delivery, and the subscription that asked for it.
type recipient struct {
	target, subscription int64
}

// recipients is who gets something, by platform, and in the order of the targets.
type recipients map[string][]recipient

func (r recipients) len() (n int) {
	for _, list := range r {
		n += len(list)
	}
	return n
}

// perPlatform is how many deliveries were added for each platform.
type perPlatform map[string]int

// add counts those of recipients.
func (p perPlatform) add(to recipients) {
	for platform, list := range to {
		p[platform] += len(list)
	}
}

func (p perPlatform) sum() (n int) {
	for _, of := range p {
		n += of
	}
	return n
}

// drop removes some.
func (r recipients) drop(which func(recipient) bool) {
	for platform, list := range r {
		r[platform] = slices.DeleteFunc(list, which)
	}
}

// partition splits those off a list whose targets are in a set.
func partition(list []recipient, set map[int64]bool) (without, with []recipient) {
	if len(set) == 0 {
		return list, nil
	}
	for _, r := range list {
		if set[r.target] {
			with = append(with, r)
		} else {
			without = append(without, r)
		}
	}
	return without, with
}

// findRecipient returns where a target is in a list that is in the order of targets.
func findRecipient(list []recipient, target int64) (int, bool) {
	return slices.BinarySearchFunc(list, target, func(r recipient, target int64) int { return cmp.Compare(r.target, target) })
}

// withoutRecipient removes a target from a list that has it.
func withoutRecipient(list []recipient, target int64) (one recipient, rest []recipient) {
	at, _ := findRecipient(list, target)
	one = list[at]
	return one, slices.Delete(list, at, at+1)
}

// shardSize is how many neighbors among the targets are a shard. While deliveries are made of a full batch nobody else
// writes, so it is small.
const shardSize = 512

// byShard parts a list that is in the order of targets.
func byShard(list []recipient) (parts [][]recipient) {
	for len(list) > 0 {
		n, _ := findRecipient(list, (list[0].target/shardSize+1)*shardSize)
		parts, list = append(parts, list[:n]), list[n:]
	}
	return parts
}

// encodeRecipients writes the recipients of a shard, which are in the order of their targets, as pairs of varints: how
// much further each target is than the one before, and each subscription. A typical pair takes two bytes.
func encodeRecipients(list []recipient) []byte {
	b := make([]byte, 0, 3*len(list))
	var last recipient
	if len(list) > 0 {
		last.target = list[0].target / shardSize * shardSize
	}
	for _, r := range list {
		b = binary.AppendUvarint(b, uint64(r.target-last.target))
		b = binary.AppendVarint(b, r.subscription-last.subscription)
		last = r
	}
	return b
}

// errRecipients says that a batch is not what encodeRecipients writes.
var errRecipients = errors.New("the recipients of a batch cannot be read")

// decodeRecipients reads what encodeRecipients wrote for a shard.
func decodeRecipients(shard int64, b []byte) ([]recipient, error) {
	list := make([]recipient, 0, shardSize)
	last := recipient{target: shard * shardSize}
	for len(b) > 0 {
		target, n := binary.Uvarint(b)
		if n <= 0 || target >= shardSize {
			return nil, errRecipients
		}
		subscription, m := binary.Varint(b[n:])
		if m <= 0 {
			return nil, errRecipients
		}
		b = b[n+m:]
		last.target += int64(target)
		last.subscription += subscription
		if last.target/shardSize != shard {
			return nil, errRecipients
		}
		list = append(list, last)
	}
	return list, nil
}
