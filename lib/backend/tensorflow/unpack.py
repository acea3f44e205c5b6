"""unpack.py WHEEL FOLDER HEADER...: takes TensorFlow's C library out of its wheel, with the headers named and all they include."""
import re
import shutil
import sys
import zipfile
from pathlib import Path

wheel, folder, *wanted = sys.argv[1:]
headers = "tensorflow/include/"


def copy(archive, name, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, open(target, "wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


with zipfile.ZipFile(wheel) as archive:
    names = set(archive.namelist())
    libraries = [name for name in names if re.fullmatch(r"tensorflow/libtensorflow_(cc|framework)\.so\.\d+", name)]
    if len(libraries) != 2:
        sys.exit(f"error: {wheel} holds no libtensorflow_cc.so and libtensorflow_framework.so")
    for name in libraries:
        copy(archive, name, Path(folder) / Path(name).name)
    seen = set()
    while wanted:
        header = wanted.pop()
        if header in seen or headers + header not in names:
            continue  # The C++ library's own headers are not in the wheel.
        seen.add(header)
        target = Path(folder) / "include" / header
        copy(archive, headers + header, target)
        wanted += re.findall(r'^\s*#\s*include\s*[<"]([^">]+)[">]', target.read_text("utf-8"), re.M)
