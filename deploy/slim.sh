#!/bin/sh
# Remove from the virtual environment $1 what no command of playgraph loads: the packages' own
# tests, headers and sources, and of Arrow the Flight protocol and the client of S3
# (obstore is ours). Then compile the rest.
set -eu
site=$(echo "$1"/lib/python3.*/site-packages)

find "$site" -depth -type d \( -name tests -o -name __pycache__ \) -exec rm -r {} +
find "$site" -type f \( -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.pyi' \
    -o -name '*.c' -o -name '*.cpp' -o -name '*.h' -o -name '*.hpp' -o -name '*.a' \) -delete
rm -rf "$site"/pyarrow/include "$site"/pyarrow/src \
    "$site"/pyarrow/libarrow_flight.so* "$site"/pyarrow/_flight.*.so \
    "$site"/pyarrow/libarrow_s3.so* "$site"/pyarrow/_s3fs.*.so

# The file system is read-only later: what is not compiled now would be compiled at each start.
"$1"/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash "$site"
"$1"/bin/playgraph --help >/dev/null
