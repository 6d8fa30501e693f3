"""whole_process.py SCRIPT …: seconds that a script takes which prints seconds until solved."""

import subprocess
import sys
import time
from pathlib import Path


def main(script: str, arguments: list[str]) -> None:
    """Runs the script; inf when it never solved its task."""
    begun = time.perf_counter()
    command = [sys.executable, str(Path(__file__).parent / script), *arguments]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds = time.perf_counter() - begun
    never = output.split()[-2:] == ["seconds", "inf"]
    print("seconds", "inf" if never else seconds)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
