import pytest

from challenges.call_file.problems import CallRefused
from challenges.call_file.reading import MAX_BYTES, read, tree_of


def only_problem(refusal):
    (problem,) = refusal.value.problems
    return problem


def test_tree_keeps_dates_as_text():
    assert tree_of(b"from: 2023-09-01\nuntil: 2023-09-02T00:00:00") == {
        "from": "2023-09-01",
        "until": "2023-09-02T00:00:00",
    }


def test_tree_accepts_a_byte_order_mark():
    assert tree_of("\ufeffname: Lennik".encode()) == {"name": "Lennik"}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "document"),
        (b"# nothing but a remark\n", "document"),
        (b"- one\n- two\n", "document"),
        (b"\xff\xfe\x00", "document"),
        (b"a: [1, 2\n", "line 2, column 1"),
        (b"a: &x [1]\nb: *x\n", "line 1, column 4"),
        (b"a: *x\n", "line 1, column 4"),
        (b"a: 1\na: 2\n", "line 2, column 1"),
        (b"[a]: 1\n", "line 1, column 1"),
        (b"a: !!python/object:os.system x\n", "line 1, column 4"),
        (b"[" * 5000, "line 1, column 13"),
        (b"a: \x00\n", "document"),
        (b"a: " + b"9" * 5000, "document"),
    ],
)
def test_tree_refused_at_its_place(content, place):
    with pytest.raises(CallRefused) as refusal:
        tree_of(content)

    assert only_problem(refusal).place == place


def test_read_refuses_a_missing_file(tmp_path):
    with pytest.raises(CallRefused) as refusal:
        read(tmp_path / "none.yaml")

    assert only_problem(refusal).place == "document"


def test_read_refuses_a_folder(tmp_path):
    with pytest.raises(CallRefused):
        read(tmp_path)


def test_read_refuses_a_huge_file(tmp_path):
    file = tmp_path / "huge.yaml"
    file.write_bytes(b"a: " + b"x" * MAX_BYTES)

    with pytest.raises(CallRefused) as refusal:
        read(file)

    assert "256 kB" in only_problem(refusal).message
