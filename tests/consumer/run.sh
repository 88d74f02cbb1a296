#!/bin/sh
# Installs the SDK of a build directory into a temporary prefix and builds a program against it, once
# through the CMake package and once through pkg-config. Then compiles every installed header in the
# company of hostile macros.
# SPDX-License-Identifier: MIT
set -eu
build=$1
source=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --component sdk --prefix "$scratch/prefix" >"$scratch/install.log"

cmake -G Ninja -S "$source" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
    -DCMAKE_CXX_FLAGS="${CXXFLAGS:-}"
cmake --build "$scratch/build"

PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name partner-center.pc)")
export PKG_CONFIG_PATH
# The words of both variables are arguments of their own.
# shellcheck disable=SC2046,SC2086
"${CXX:-c++}" ${CXXFLAGS:-} $(pkg-config --cflags partner-center) "$source/main.cpp" \
    -o "$scratch/by_pkg_config" $(pkg-config --libs partner-center)

(cd "$scratch/prefix/include" && find partner_center -name '*.hpp' | sort) |
    sed 's/.*/#include <&>/' >"$scratch/every_header.hpp"
# shellcheck disable=SC2046,SC2086
"${CXX:-c++}" ${CXXFLAGS:-} $(pkg-config --cflags partner-center) -I"$scratch" \
    -c "$source/poison.cpp" -o "$scratch/poison.o"

for program in "$scratch/build/consumer" "$scratch/by_pkg_config"; do
    status=0
    PARTNERCTL_URL=http://127.0.0.1:1 "$program" || status=$?
    test "$status" -eq 2  # it runs, and wants a customer's id
done
echo "consumer: built and ran both ways"
