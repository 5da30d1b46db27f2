# Makes and starts a server, says "ready", and ends it when standard input does: when the test program closes it, or
# is no more.
bin=$1 dir=$2 port=$3 user=$4 password=$5 database=$6 fsync=$7 settings=$8
export LC_ALL=C
exec 2>&1

finish() {
	"$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1
	cd / && rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

printf %s "$password" >"$dir/password"
"$bin/initdb" -D "$dir/data" -U "$user" --pwfile="$dir/password" --encoding=UTF8 --no-locale \
	--auth-local=trust --auth-host=password --no-sync >"$dir/log" || { cat "$dir/log"; exit 1; }

# The machine under most tests need not survive a power cut; the server has to survive its own. Their tables are so
# small that a look at them would only change what the planner expects.
cat >>"$dir/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
fsync = $fsync
full_page_writes = $fsync
autovacuum = $fsync
max_connections = 200
$settings
END
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -s start || { cat "$dir/log"; exit 1; }
"$bin/createdb" -h "$dir" -p "$port" -U "$user" "$database" || exit 1
echo ready
cat >/dev/null
