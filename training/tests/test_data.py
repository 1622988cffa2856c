"""Folders, readers of public layouts and augmentation; whatever is missing or broken is named."""

import json
import random
from pathlib import Path

import folders
import numpy as np
import pytest
from PIL import Image

from silhouette_training.data import LabelledFolder, coco, pascal
from silhouette_training.data.pictures import cropped, pasted
from silhouette_training.errors import TrainingError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folders.scenes(tmp_path / "set")


def test_a_folder_gives_pictures_masks_splits_and_folds(folder):
    found = LabelledFolder(folder, "train")
    picture, labels = found.read("0")
    assert found.stems == ["0", "1", "2"] and found.unseen(1) == ["blue star"]
    assert picture.shape == (*labels.shape, 3) and labels.max() == 255


def broken_json(folder: Path) -> None:
    (folder / "classes.json").write_text("[")


def broken_picture(folder: Path) -> None:
    (folder / "images/0.jpg").write_bytes(b"\xff\xd8\xff no picture")


def cut_mask(folder: Path) -> None:
    data = (folder / "masks/0.png").read_bytes()
    (folder / "masks/0.png").write_bytes(data[: len(data) // 2])


def other_size(folder: Path) -> None:
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(folder / "masks/0.png")


def unknown_index(folder: Path) -> None:
    labels = np.array(Image.open(folder / "masks/0.png"))
    labels[20, 20] = 9
    Image.fromarray(labels).save(folder / "masks/0.png")


def colour_mask(folder: Path) -> None:
    Image.open(folder / "masks/0.png").convert("RGB").save(folder / "masks/0.png")


def no_mask(folder: Path) -> None:
    (folder / "masks/0.png").unlink()


def no_pictures(folder: Path) -> None:
    for path in (folder / "images").iterdir():
        path.unlink()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (broken_json, "classes.json: is not JSON"),
        (broken_picture, "images/0.jpg: cannot be decoded"),
        (cut_mask, "masks/0.png: cannot be decoded"),
        (other_size, "masks/0.png: is (4, 4), its picture is (320, 240)"),
        (unknown_index, "masks/0.png: holds the index 9, but classes.json names 4 classes"),
        (colour_mask, "masks/0.png: must hold 8-bit indices"),
        (no_mask, "masks/0.png: is missing"),
        (no_pictures, "images: holds no picture"),
    ],
)
def test_what_is_broken_is_named(folder, damage, message):
    damage(folder)
    with pytest.raises(TrainingError, match=r"^[^\n]*$") as error:
        found = LabelledFolder(folder)
        for stem in found.stems:
            found.read(stem)
    assert message in str(error.value)


def test_a_split_or_fold_that_is_not_there_is_named(folder):
    with pytest.raises(TrainingError, match="has no split 'test'; it names train, val"):
        LabelledFolder(folder, "test")
    with pytest.raises(TrainingError, match="has 2 folds, so none of number 2"):
        LabelledFolder(folder).unseen(2)


def test_classes_that_are_not_asked_for_are_rest(folder):
    queries = {stem: ["blue star", "zebra"] for stem in ("0", "1", "2", "3")}
    (folder / "queries.json").write_text(json.dumps(queries))
    asked, labels = LabelledFolder(folder).question("0")
    assert asked == ["blue star", "zebra"] and set(np.unique(labels)) == {0, 2, 255}


def test_hsnets_split_rule():
    assert pascal.folds()[0] == ["aeroplane", "bicycle", "bird", "boat", "bottle"]
    assert pascal.folds()[3][-1] == "tv monitor"
    numbers = [str(index) for index in range(80)]
    assert coco.folds(numbers)[1] == [str(1 + 4 * v) for v in range(20)]


@pytest.fixture
def voc(tmp_path: Path) -> Path:
    root = tmp_path / "VOC2012"
    for name in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (root / name).mkdir(parents=True)
    for stem, label in (("a", 1), ("b", 7), ("c", 20)):
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(root / f"JPEGImages/{stem}.jpg")
        mask = Image.fromarray(np.full((8, 8), label, np.uint8), mode="P")
        mask.putpalette(list(range(256)) * 3)
        mask.save(root / f"SegmentationClass/{stem}.png")
    (root / "ImageSets/Segmentation/train.txt").write_text("a\n")
    (root / "ImageSets/Segmentation/val.txt").write_text("b\nc\n")
    return root


def test_pascal_becomes_a_folder(voc, tmp_path):
    pascal.convert(voc, tmp_path / "out")
    found = LabelledFolder(tmp_path / "out", "val-1")
    assert found.stems == ["b"] and found.read("b")[1].max() == 7
    splits = found.document("splits.json", dict)
    assert splits == {"train": ["a"], "val": ["b", "c"], "val-0": [], "val-1": ["b"], "val-2": [], "val-3": ["c"]}


def test_a_picture_that_pascal_lacks_is_named(voc, tmp_path):
    (voc / "JPEGImages/b.jpg").unlink()
    with pytest.raises(TrainingError, match=r"JPEGImages/b\.jpg: is missing"):
        pascal.convert(voc, tmp_path / "out")


def test_coco_becomes_a_folder(tmp_path):
    root = tmp_path / "coco"
    categories = [{"id": 10 * index, "name": f"thing {index}"} for index in range(1, 9)]
    square = [[2, 2, 7, 2, 7, 7, 2, 7]]
    crowd = {"counts": [0, 10, 90], "size": [10, 10]}
    for split in ("train", "val"):
        (root / f"{split}2014").mkdir(parents=True)
        Image.fromarray(np.zeros((10, 10, 3), np.uint8)).save(root / f"{split}2014/x_{split}.jpg")
        objects = [
            {"id": 1, "image_id": 5, "category_id": 20, "area": 36, "segmentation": square},
            {"id": 2, "image_id": 5, "category_id": 60, "area": 4, "segmentation": [[3, 3, 4, 3, 4, 4, 3, 4]]},
            {"id": 3, "image_id": 5, "category_id": 10, "area": 10, "segmentation": crowd},
        ]
        document = {
            "images": [{"id": 5, "file_name": f"x_{split}.jpg", "width": 10, "height": 10}],
            "annotations": objects,
            "categories": categories,
        }
        (root / "annotations").mkdir(exist_ok=True)
        (root / f"annotations/instances_{split}2014.json").write_text(json.dumps(document))
    coco.convert(root, tmp_path / "out")
    found = LabelledFolder(tmp_path / "out", "val-1")
    labels = found.read("x_val")[1]
    assert labels[3, 3] == 6 and labels[6, 6] == 2 and labels[9, 9] == 0
    assert (labels[:, 0] == 255).all() and labels[0, 1] == 0
    assert found.unseen(1) == ["thing 2", "thing 6"]
    (root / "val2014/x_val.jpg").unlink()
    with pytest.raises(TrainingError, match=r"val2014/x_val\.jpg: is missing; COCO's layout"):
        coco.convert(root, tmp_path / "again")


def test_a_pasted_object_brings_its_pixels_and_its_label():
    picture, labels = np.zeros((12, 12, 3), np.uint8), np.zeros((12, 12), np.uint8)
    other, theirs = np.full((12, 12, 3), 200, np.uint8), np.zeros((12, 12), np.uint8)
    theirs[4:7, 4:9] = 3
    found, target = pasted(random.Random(1), picture, labels, other, theirs)
    assert (target == 3).sum() == 15 and (found[target == 3] == 200).all() and not found[target == 0].any()
    assert not labels.any() and not picture.any()


def test_a_picture_without_objects_pastes_nothing():
    picture, labels = np.zeros((4, 4, 3), np.uint8), np.ones((4, 4), np.uint8)
    nothing = np.full((4, 4), 255, np.uint8)
    assert pasted(random.Random(1), picture, labels, picture, nothing)[1] is labels


def test_what_lies_outside_a_picture_is_ignored():
    window, target = cropped(random.Random(0), np.ones((3, 9, 3), np.uint8), np.ones((3, 9), np.uint8), (5, 5))
    assert (target[3:] == 255).all() and (target[:3] == 1).all() and (window[3:] == 114).all()
