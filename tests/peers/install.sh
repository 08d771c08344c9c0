#!/usr/bin/env bash
# The peers of other houses that the tests talk to. Installs what this machine lacks, and names what cannot be had; never fails:
# each test that misses its peer says so by name. Quick when everything is there.
set -uo pipefail
cd "$(dirname "$0")"

# A peer and the program that shows it is there; the Debian package has the peer's name.
declare -A PROGRAM_OF=([kannel]=bearerbox [tshark]=tshark [chromium]=chromium [nodejs]=node [npm]=npm)
# A mirror that hangs must not hang the tests.
WAIT_S=600

say() { echo "peers: $*" >&2; }

has() { PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null; }

missing=()
for package in "${!PROGRAM_OF[@]}"; do
    has "${PROGRAM_OF[$package]}" || missing+=("$package")
done

if ((${#missing[@]})); then
    if [[ $EUID -ne 0 ]]; then
        say "not root: ${missing[*]} cannot be installed"
    elif ! command -v apt-get >/dev/null; then
        say "no apt-get: ${missing[*]} cannot be installed"
    else
        export DEBIAN_FRONTEND=noninteractive
        timeout "$WAIT_S" apt-get update -qq >/dev/null 2>&1 || say "the package lists could not be renewed"
        for package in "${missing[@]}"; do
            timeout "$WAIT_S" apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
                say "$package cannot be had"
        done
    fi
fi

if [[ ! -e node/node_modules/smpp/package.json ]]; then
    if has npm; then
        timeout "$WAIT_S" npm ci --prefix node --silent >/dev/null 2>&1 || say "npm package smpp cannot be had"
    else
        say "no npm: npm package smpp cannot be had"
    fi
fi
exit 0
