package store

import (
	"slices"
	"testing"
)

func TestPackTakers_ComesBack(t *testing.T) {
	for _, list := range [][]taker{
		nil,
		{{target: 1, subscription: 1}},
		{{target: 512, subscription: 9}, {target: 513, subscription: 3}, {target: 1023, subscription: 1 << 60}},
		{{target: 5 * bucketSize}, {target: 6*bucketSize - 1}},
	} {
		var bucket int64
		if len(list) > 0 {
			bucket = list[0].target / bucketSize
		}
		got, err := unpackTakers(bucket, packTakers(list))
		if err != nil || !slices.Equal(got, list) {
			t.Errorf("%v came back as %v, %v", list, got, err)
		}
	}
}

func FuzzUnpackTakers(f *testing.F) {
	f.Add(int64(0), packTakers([]taker{{1, 1}, {2, 7}}))
	f.Add(int64(3), packTakers([]taker{{3 * bucketSize, -1}, {4*bucketSize - 1, 1 << 62}}))
	f.Add(int64(1), []byte{0xff})
	f.Fuzz(func(t *testing.T, bucket int64, b []byte) {
		if bucket < 0 || bucket > 1<<50 {
			return
		}
		list, err := unpackTakers(bucket, b)
		if err != nil {
			return
		}
		again, err := unpackTakers(bucket, packTakers(list))
		if err != nil || !slices.Equal(again, list) {
			t.Errorf("%v came back as %v, %v", list, again, err)
		}
	})
}
