#!/bin/sh
# Unpack the Chromium (headless) that the npm package @sparticuz/chromium carries.
# Usage: scripts/chromium-from-npm.sh FOLDER     afterwards FOLDER/chromium starts it
set -eu

folder=$1
package=@sparticuz/chromium
mkdir -p "$folder"
npm install --no-audit --no-fund --no-save --prefix "$folder/npm" "$package"
packed=$folder/npm/node_modules/$package/bin

unpack() {
    node -e 'const fs = require("fs"), zlib = require("zlib"), [from, to] = process.argv.slice(1);
             require("stream").pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(),
               fs.createWriteStream(to), error => { if (error) throw error; });' "$1" "$2"
}

unpack "$packed/chromium.br" "$folder/headless_shell"
chmod +x "$folder/headless_shell"
# Drawing in software, the libraries that a bare machine lacks, and letters to draw.
for part in swiftshader al2023 fonts; do
    unpack "$packed/$part.tar.br" "$folder/$part.tar"
    tar -xf "$folder/$part.tar" -C "$folder" --no-same-owner
    rm "$folder/$part.tar"
done
rm -r "$folder/npm"
cat > "$folder/fonts.conf" <<'FONTS'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
FONTS
cat > "$folder/chromium" <<'WRAPPER'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
[ -f /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/headless_shell" "$@"
WRAPPER
chmod +x "$folder/chromium"
