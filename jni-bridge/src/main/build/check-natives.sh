#!/bin/sh
# Looks at the bytes that go into the platform jar, so that a flag that silently stopped working fails the build.
# usage: check-natives.sh <directory of the native files> <companion>...
set -eu
directory=$1
shift
library=$directory/libparallax_jni.so
status=0

fail() {
  echo "check-natives: $*" >&2
  status=1
}

# The newest version of a symbol family that a file asks for, e.g. newest GLIBC file.
newest() {
  readelf -VW "$2" | sed -n "/Version needs/,\$p" | grep -o "Name: $1_[0-9.]*" | sed "s/.*_//" | sort -Vu | tail -1
}

at_most() {
  [ -z "$3" ] || [ "$(printf '%s\n%s\n' "$2" "$3" | sort -V | tail -1)" = "$2" ] ||
    fail "$4 needs $1 $3, should need $2 at most"
}

exports=$(nm -D --defined-only "$library" | awk '{print $3}' | sort | xargs)
[ "$exports" = "JNI_OnLoad JNI_OnUnload" ] || fail "exports are: $exports"

for needed in $(readelf -dW "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
  case " $* libc.so.6 libm.so.6 libgcc_s.so.1 ld-linux-x86-64.so.2 " in
    *" $needed "*) ;;
    *) fail "needs $needed, which is neither bundled nor part of the system" ;;
  esac
done

runpath=$(readelf -dW "$library" | sed -n 's/.*(RUNPATH).*\[\(.*\)\]/\1/p')
[ "$runpath" = '$ORIGIN' ] || fail "RUNPATH is '$runpath', should be \$ORIGIN"
readelf -dW "$library" | grep -q TEXTREL && fail "has text relocations"
readelf -hW "$library" | grep -q 'Machine:.*X86-64' || fail "is for another machine"

for file in "$library" $(for name in "$@"; do echo "$directory/$name"; done); do
  [ -f "$file" ] || fail "$file is missing"
  at_most glibc 2.34 "$(newest GLIBC "$file")" "$file"
  at_most libstdc++ 3.4.29 "$(newest GLIBCXX "$file")" "$file"
done
exit $status
