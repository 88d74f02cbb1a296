#!/bin/sh
# Installs the SDK of a build directory, static as it is there and shared as it is built here, and builds
# programs against each with both compilers and all warnings, through the CMake package and through
# pkg-config. Then compiles every installed header in the company of hostile macros, and looks at what the
# shared libraries show.
# SPDX-License-Identifier: MIT
set -eu
build=$1
source=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
warnings='-Wall -Wextra -Werror'

fail() { echo "consumer: $*" >&2; exit 1; }

# runs PROGRAM…: the one of the README wants a customer's id, and the other one is content.
runs() {
    status=0
    PARTNERCTL_URL=http://127.0.0.1:1 "$1" || status=$?
    test "$status" -eq 2 || fail "$1 ended with $status, not 2"
    "$2" || fail "$2 is not content"
}

# consume KIND COMPILER
consume() {
    prefix=$scratch/$1
    out=$scratch/$1-$2
    cmake -G Ninja -S "$source" -B "$out" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$2" \
        -DCMAKE_CXX_FLAGS="$warnings" -DCMAKE_NO_SYSTEM_FROM_IMPORTED=ON --log-level=WARNING >"$out.log"
    cmake --build "$out" -- --quiet
    runs "$out/main" "$out/surface"

    PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name partner-center.pc)")
    export PKG_CONFIG_PATH
    for program in main surface; do
        # The words of the variables and answers are arguments of their own.
        # shellcheck disable=SC2046,SC2086
        "$2" $warnings $(pkg-config --cflags partner-center) "$source/$program.cpp" \
            -o "$out/$program.by_pkg_config" $(pkg-config --libs partner-center)
    done
    LD_LIBRARY_PATH=${PKG_CONFIG_PATH%/*} runs "$out/main.by_pkg_config" "$out/surface.by_pkg_config"

    # shellcheck disable=SC2046,SC2086
    "$2" $warnings $(pkg-config --cflags partner-center) -I"$scratch" -fsyntax-only "$source/poison.cpp"
}

cmake -S "$source/../.." -B "$build/shared" -G Ninja -DBUILD_SHARED_LIBS=ON -DBUILD_TESTING=OFF \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O1 --log-level=WARNING >"$scratch/configure.log"
cmake --build "$build/shared" --target partner_center_sdk -- -j2 --quiet
cmake --install "$build" --component sdk --prefix "$scratch/static" >"$scratch/install.log"
cmake --install "$build/shared" --component sdk --prefix "$scratch/shared" >>"$scratch/install.log"
(cd "$scratch/static/include" && find partner_center -name '*.hpp' | sort) |
    sed 's/.*/#include <&>/' >"$scratch/every_header.hpp"

for kind in static shared; do
    for compiler in g++ clang++-14; do consume $kind $compiler; done
done

libraries=$(find "$scratch/shared" -name 'libpartner_center_*.so.?.?.?')
test "$(echo "$libraries" | wc -l)" -eq 2 || fail "not two shared libraries: $libraries"
for library in $libraries; do
    soname=$(objdump -p "$library" | sed -n 's/ *SONAME *//p')
    test "$soname" = "$(basename "${library%.*}")" || fail "$library calls itself $soname"
    nm -DC --defined-only "$library" | grep -q ' partner_center::' || fail "$library shows nothing"
    # What is only for other files of a library is not for others.
    if nm -DC --defined-only "$library" | grep -E 'curl_engine|curl_transfer|waiting_room|token_keeper|client_state::|\(anonymous'; then
        fail "$library shows its inner parts"
    fi
done
echo "consumer: built and ran in all ways"
