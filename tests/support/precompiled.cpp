// A program that does nothing: the headers that all tests share are precompiled with it, see
// cmake/unit_test.cmake.
// SPDX-License-Identifier: MIT
int main() {}
