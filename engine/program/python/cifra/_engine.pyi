from typing import Any, Dict, Iterable, List, Mapping, Tuple, Union

from numpy import ndarray

Cells = Union[ndarray, Tuple[ndarray, List[str]]]
Answer = Tuple[Dict[str, Dict[str, Cells]], List[Tuple[str, str, int, int, str, str, str]]]

version: str

class Frames:
    def __init__(self, frames: Mapping[str, Iterable[Tuple]]) -> None: ...

def estimate(design: Any, tables: Any, frames: Frames, settings: Dict[str, Any]) -> Answer: ...
def weigh(plan: Any, frames: Frames, settings: Dict[str, Any]) -> Answer: ...
def draw(plan: Any, frames: Frames, settings: Dict[str, Any]) -> Answer: ...
