package main

import (
	"runtime/debug"
	"testing"
	"testing/fstest"
)

func TestGroupLimit_IsTheLeastOfThoseAround(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"a container": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "268435456\n"}, 256 << 20},
		"a service": {map[string]string{
			"proc/self/cgroup": "0::/system.slice/tidings.service\n",
			"sys/fs/cgroup/system.slice/tidings.service/memory.max":  "max\n",
			"sys/fs/cgroup/system.slice/tidings.service/memory.high": "1000\n",
			"sys/fs/cgroup/system.slice/memory.max":                  "3000\n",
			"sys/fs/cgroup/system.slice/another.service/memory.max":  "10\n",
		}, 1000},
		"what is around it": {map[string]string{
			"proc/self/cgroup": "12:memory:/old\n0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "4000", "sys/fs/cgroup/a/memory.max": "2000",
		}, 2000},
		"no limit":          {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 0},
		"outside the mount": {map[string]string{"proc/self/cgroup": "0::/../../x\n", "memory.max": "5", "sys/memory.max": "5"}, 0},
		"an older kernel":   {map[string]string{"proc/self/cgroup": "4:memory:/x\n"}, 0},
		"an older container": {map[string]string{
			"proc/self/cgroup":                           "5:cpu,cpuacct:/docker/a\n4:hugetlb,memory:/docker/a\n0::/system.slice\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n",
			"sys/fs/cgroup/cpu/memory.limit_in_bytes":    "5\n",
			"sys/fs/cgroup/unified/memory.max":           "5\n",
		}, 512 << 20},
		"an older kernel without a limit": {map[string]string{
			"proc/self/cgroup": "4:memory:/a\n", "sys/fs/cgroup/memory/a/memory.limit_in_bytes": "9223372036854771712\n",
		}, 0},
		"another system": {nil, 0},
		"what isn't one": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "-5\n", "sys/fs/cgroup/memory.high": "x"}, 0},
	} {
		root := fstest.MapFS{}
		for path, text := range test.files {
			root[path] = &fstest.MapFile{Data: []byte(text)}
		}
		if got, limited := groupLimit(root); got != test.want || limited != (test.want > 0) {
			t.Errorf("%s: limit %d, %v, want %d", name, got, limited, test.want)
		}
	}
}

func TestLimitMemory_LeavesItToGOMEMLIMIT(t *testing.T) {
	const ask = -1
	before := debug.SetMemoryLimit(ask)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	root := fstest.MapFS{"proc/self/cgroup": {Data: []byte("0::/\n")}, "sys/fs/cgroup/memory.max": {Data: []byte("1000000000000\n")}}
	for _, value := range []string{"off", "2GiB"} {
		t.Setenv("GOMEMLIMIT", value)
		if _, limited := limitMemory(root); limited || debug.SetMemoryLimit(ask) != before {
			t.Errorf("limited though GOMEMLIMIT is %s", value)
		}
	}
	t.Setenv("GOMEMLIMIT", "")
	if limit, limited := limitMemory(root); !limited || debug.SetMemoryLimit(ask) != limit || limit != 900_000_000_000 {
		t.Errorf("the limit is %d, want nine tenths of the container's", debug.SetMemoryLimit(ask))
	}
}
