import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "agent"))

from dialogues.command import main  # noqa: E402

if __name__ == "__main__":
    main()
