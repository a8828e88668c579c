# Shared by scripts/demo and scripts/test; sourced, never run. Needs bash, set -euo pipefail, and $ROOT, the checkout.
# Every step looks first and acts only when something is missing, so the second run costs a fraction of a second.

VENV="$ROOT/.venv"
APT_UPDATED=0

say() { printf '\n== %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- apt ------------------------------------------------------------------------------------------------------------

# Prints what must stand before apt-get ("" for root, "sudo"); fails where apt cannot be used.
apt_prefix() {
    have apt-get || return 1
    if [ "$(id -u)" -eq 0 ]; then echo env
    elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then echo "sudo env"
    else return 1; fi
}

apt_install() {
    local prefix
    prefix="$(apt_prefix)" || return 1
    say "apt-get install $*"
    if [ "$APT_UPDATED" -eq 0 ]; then
        $prefix DEBIAN_FRONTEND=noninteractive apt-get update -qq || warn "apt-get update failed; trying with the lists at hand"
        APT_UPDATED=1
    fi
    $prefix DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# One tool a line: Debian package, then the check that says it is there. A compiler without its C library is no compiler.
compiles() { "$1" -x "$2" - -o /dev/null >/dev/null 2>&1 <<<'int main(void) { return 0; }'; }
has_newlib() { have arm-none-eabi-gcc && [ -f "$(arm-none-eabi-gcc -print-file-name=libc.a)" ]; }
has_picolibc() { have riscv64-unknown-elf-gcc && riscv64-unknown-elf-gcc --specs=picolibc.specs -E -x c /dev/null >/dev/null 2>&1; }

missing_packages() {
    local package
    for package in "$@"; do
        case "$package" in
            gcc) compiles gcc c || echo gcc libc6-dev ;;
            g++) compiles g++ c++ || echo g++ ;;
            gcc-arm-none-eabi) have arm-none-eabi-gcc || echo gcc-arm-none-eabi ;;
            libnewlib-arm-none-eabi) has_newlib || echo libnewlib-arm-none-eabi ;;
            gcc-riscv64-unknown-elf) have riscv64-unknown-elf-gcc || echo gcc-riscv64-unknown-elf ;;
            picolibc-riscv64-unknown-elf) has_picolibc || echo picolibc-riscv64-unknown-elf ;;
            qemu-system-misc) have qemu-system-riscv32 || echo qemu-system-misc ;;
            qemu-system-arm) have qemu-system-arm || echo qemu-system-arm ;;
            *) have "$package" || echo "$package" ;;
        esac
    done
}

# Installs those of the given packages whose check fails; leaves the ones that stay missing in STILL_MISSING.
ensure_packages() {
    local wanted
    read -r -a wanted <<<"$(missing_packages "$@" | tr '\n' ' ')"
    if [ "${#wanted[@]}" -gt 0 ]; then
        apt_install "${wanted[@]}" || warn "apt-get could not install: ${wanted[*]}"
    fi
    read -r -a STILL_MISSING <<<"$(missing_packages "$@" | tr '\n' ' ')"
}

# --- Python ---------------------------------------------------------------------------------------------------------

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Sets PYTHON to the first interpreter that is 3.11 or newer; some older systems offer one beside their own.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if have "$candidate" && new_enough "$candidate"; then PYTHON="$candidate"; return 0; fi
    done
    return 1
}

ensure_python() {
    find_python && return 0
    apt_install python3.11 python3.11-venv || true
    find_python || die "tinyc needs Python 3.11 or newer; found $(python3 --version 2>&1 || echo none).
Install one (Debian 12+ and Ubuntu 24.04+ have it as python3; Ubuntu 22.04: apt-get install python3.11 python3.11-venv) and run this again."
}

ensure_venv_module() {
    "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0
    local version
    version="$("$PYTHON" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"
    apt_install "$version-venv" || true
    "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 || die "$PYTHON cannot make virtual environments. As root: apt-get install $version-venv"
}

# What an environment was made from: the metadata, and the place, because a virtual environment cannot be moved.
stamp_value() { { echo "$ROOT"; cat "$ROOT/pyproject.toml"; } | sha256sum | cut -d' ' -f1; }
stamp_is() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

# ensure_venv EXTRAS: .venv with an editable install of the checkout; EXTRAS is "" or "dev". Puts .venv/bin first in PATH.
ensure_venv() {
    local extras="$1" base="$VENV/.tinyc" stamp="$VENV/.tinyc${1:+-$1}" value
    value="$(stamp_value)"
    export PATH="$VENV/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
    if new_enough "$VENV/bin/python" && stamp_is "$base" "$value" && stamp_is "$stamp" "$value"; then return 0; fi

    say "virtual environment .venv${extras:+ with the extra \"$extras\"}"
    if ! { new_enough "$VENV/bin/python" && stamp_is "$base" "$value"; }; then
        ensure_python
        ensure_venv_module
        "$PYTHON" -m venv --clear "$VENV"
    fi
    # Python compiles what is imported; pip would compile every module of every dependency first, for half of its time.
    "$VENV/bin/python" -m pip install -q --no-compile -e "$ROOT${extras:+[$extras]}" \
        || die "pip could not install tinyc's dependencies (message above). Check the network or pip's index settings and run this again."
    echo "$value" >"$base"
    echo "$value" >"$stamp"
}
