package store

import (
	"encoding/binary"
	"errors"
	"slices"
)

// bucketSize is how many neighbors among the targets one packed row is for. Unpacking a full one takes some
// 5 ms, in which nobody else writes.
const bucketSize = 512

// taker is a target that gets a delivery, and the subscription that asked for it.
type taker struct {
	target, subscription int64
}

// packTakers writes the takers of a bucket, which are in the order of their targets, as pairs of varints: how
// much further each target is than the one before, and each subscription. A typical pair takes two bytes.
func packTakers(list []taker) []byte {
	b := make([]byte, 0, 3*len(list))
	var last taker
	if len(list) > 0 {
		last.target = list[0].target / bucketSize * bucketSize
	}
	for _, t := range list {
		b = binary.AppendUvarint(b, uint64(t.target-last.target))
		b = binary.AppendVarint(b, t.subscription-last.subscription)
		last = t
	}
	return b
}

// errPacked says that a packed row is not what packTakers writes.
var errPacked = errors.New("what is packed for a number of targets cannot be read")

// unpackTakers reads what packTakers wrote for a bucket.
func unpackTakers(bucket int64, b []byte) ([]taker, error) {
	list := make([]taker, 0, bucketSize)
	last := taker{target: bucket * bucketSize}
	for len(b) > 0 {
		target, n := binary.Uvarint(b)
		if n <= 0 || target >= bucketSize {
			return nil, errPacked
		}
		subscription, m := binary.Varint(b[n:])
		if m <= 0 {
			return nil, errPacked
		}
		b = b[n+m:]
		last.target += int64(target)
		last.subscription += subscription
		if last.target/bucketSize != bucket {
			return nil, errPacked
		}
		list = append(list, last)
	}
	return list, nil
}

// byBucket parts a list that is in the order of targets.
func byBucket(list []taker) (parts [][]taker) {
	for len(list) > 0 {
		n, _ := findTaker(list, (list[0].target/bucketSize+1)*bucketSize)
		parts, list = append(parts, list[:n]), list[n:]
	}
	return parts
}

// findTaker returns where a target is in a list that is in the order of targets.
func findTaker(list []taker, target int64) (int, bool) {
	return slices.BinarySearchFunc(list, target, func(t taker, target int64) int {
		switch {
		case t.target < target:
			return -1
		case t.target > target:
			return 1
		}
		return 0
	})
}
