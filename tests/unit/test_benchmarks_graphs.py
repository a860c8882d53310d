"""The benchmark of graph clusterings: evidence, methods, steadiness, tables, a whole quick run."""

from __future__ import annotations

import argparse

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import (
    graph_board,
    graph_clusterings,
    graph_methods,
    machine,
    publish,
    story_folds,
    story_sets,
)
from benchmarks.graph_methods import Communities, Graph, average_link, components, moved
from dedupe.settings import Settings
from index.encoder_hashed import HashedEncoder

TWO_TRIANGLES = [(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (3, 4, 0.8), (3, 5, 0.8), (4, 5, 0.8)]
BRIDGED = [*TWO_TRIANGLES, (2, 3, 0.6)]


def graph(edges, n=6, clusters=None):
    """A graph where pairs without an edge are asked as 0."""
    left, right, p = (np.array(column) for column in zip(*edges, strict=True))
    known = {frozenset(edge[:2]): edge[2] for edge in edges}

    def ask(ours, theirs):
        pairs = zip(ours.tolist(), theirs.tolist(), strict=True)
        return np.array([known.get(frozenset(pair), 0.0) for pair in pairs])

    labels = np.arange(n) if clusters is None else np.array(clusters)
    return Graph(clusters=labels, left=left, right=right, p=p.astype(np.float64), ask=ask)


def sets_of(labels):
    return {frozenset(np.flatnonzero(labels == one).tolist()) for one in set(labels.tolist())}


TRIANGLES = {frozenset({0, 1, 2}), frozenset({3, 4, 5})}


def test_components_are_those_of_networkx():
    """Connected components at a threshold agree with an independent implementation."""
    rng = np.random.default_rng(4)
    edges = [(a, b, float(rng.random())) for a in range(30) for b in range(a) if rng.random() < 0.1]
    for threshold in (0.2, 0.5, 0.9):
        other = nx.Graph()
        other.add_nodes_from(range(30))
        other.add_edges_from((a, b) for a, b, p in edges if p >= threshold)
        found = components(graph(edges, n=30), threshold)
        assert sets_of(found) == {frozenset(part) for part in nx.connected_components(other)}


def test_only_components_follow_a_bridge():
    """Two tight groups with one edge between them fall together in connected components alone."""
    bridged = graph(BRIDGED)
    assert sets_of(components(bridged, 0.5)) == {frozenset(range(6))}
    assert sets_of(average_link(bridged, 0.5)) == TRIANGLES
    ours = graph_methods.ByContrast(Settings())
    assert sets_of(ours(bridged, 0.5)) == TRIANGLES


@pytest.mark.parametrize("algorithm", ["Leiden", "Louvain"])
@pytest.mark.parametrize("potts", [True, False])
def test_communities_are_the_tight_groups(algorithm, potts):
    """Both algorithms, under both models, find two groups that one edge bridges."""
    pytest.importorskip("sknetwork")
    found = Communities(algorithm, potts=potts)(graph(BRIDGED), 0.5 if potts else 1.0)
    assert sets_of(found) == TRIANGLES


@pytest.mark.parametrize("algorithm", ["Leiden", "Louvain"])
def test_the_setting_of_the_potts_model_is_a_probability(algorithm):
    """Groups stay together while their mean probability is over the setting, however many there are."""
    pytest.importorskip("sknetwork")
    for copies in (1, 20):
        edges = [(a + 6 * k, b + 6 * k, p) for k in range(copies) for a, b, p in TWO_TRIANGLES]
        many = graph(edges, n=6 * copies)
        assert len(sets_of(Communities(algorithm, potts=True)(many, 0.75))) == 2 * copies
        found = Communities(algorithm, potts=True)(many, 0.85)
        assert len(sets_of(found)) == copies + 3 * copies


@pytest.mark.parametrize("way", graph_methods.ways(Settings()), ids=lambda way: way.name)
def test_no_method_divides_a_cluster(way):
    """Copies of one text stay together, whatever else they agree with."""
    if way.needs:
        pytest.importorskip(way.needs)
    copied = graph(TWO_TRIANGLES, clusters=[0, 1, 2, 3, 4, 0])
    for setting in (way.grid[0], way.grid[-1]):
        labels = way.groups(copied, setting)
        assert labels.shape == (6,)
        assert labels[0] == labels[5]


def test_no_edge_at_all():
    """Where no pair was judged every cluster is alone, by every method."""
    none = np.empty(0, np.int64)
    alone = Graph(
        clusters=np.array([0, 0, 2]), left=none, right=none, p=np.empty(0), ask=lambda a, _: 0.0 * a
    )
    for way in graph_methods.ways(Settings()):
        if way.needs:
            pytest.importorskip(way.needs)
        assert sets_of(way.groups(alone, way.grid[0])) == {frozenset({0, 1}), frozenset({2})}


@given(st.permutations(range(6)))
def test_numbering_otherwise_moves_nobody(order):
    """A graph renumbered is the same graph: its groups are the same articles."""
    order = np.array(order)
    labels = np.empty(6, np.int64)
    labels[order] = graph_methods.ByContrast(Settings())(graph(BRIDGED).renumbered(order), 0.5)
    assert sets_of(labels) == TRIANGLES


def test_a_part_keeps_its_edges():
    """What is left of a graph has the edges, clusters and answers of the articles that are left."""
    part = graph(BRIDGED, clusters=[0, 1, 2, 3, 4, 4]).among(
        np.array([True, False, True, True, True, True])
    )
    assert sorted(zip(part.left.tolist(), part.right.tolist(), part.p.tolist(), strict=True)) == [
        (0, 1, 0.9),
        (1, 2, 0.6),
        (2, 3, 0.8),
        (2, 4, 0.8),
        (3, 4, 0.8),
    ]
    assert part.clusters.tolist() == [0, 2, 3, 4, 4]
    assert part.ask(np.array([1]), np.array([2])).tolist() == [0.6]


def test_who_moved_is_told_by_company():
    """An article has moved where its group has other members, whatever the groups are called."""
    assert moved(np.array([5, 5, 7]), np.array([1, 1, 0])) == 0.0
    assert moved(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])) == 1.0
    assert moved(np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1])) == 0.5
    assert moved(np.empty(0, np.int64), np.empty(0, np.int64)) == 0.0


def test_ours_is_the_clustering_of_the_service():
    """On the evidence of a set, at the shipped setting, our method gives the stories of a run."""
    encoder = story_sets.KeptVectors(HashedEncoder())
    rows = story_sets.made_up(5, 60)
    found = story_sets.story_set("made", rows, encoder)
    told, ids = graph_clusterings.evidence(found.rows, encoder, None)
    shipped = Settings()
    labels = graph_methods.ByContrast(shipped)(told, shipped.story_threshold)
    batch = graph_clusterings.story_runs.in_bulk(found.rows, encoder)
    place = {name: k for k, name in enumerate(ids)}
    ours = np.array([labels[place[name]] for name in found.ids])
    theirs = np.unique(np.array(batch.stories), return_inverse=True)[1].reshape(-1)
    assert len(set(ours.tolist())) < len(rows)
    assert moved(ours, theirs) == 0.0


def test_a_quick_run_fills_every_table(tmp_path, monkeypatch):
    """A run over made-up articles keeps figures of every method that page and tables can tell."""
    pytest.importorskip("sknetwork")
    monkeypatch.setattr(machine, "RESULTS", tmp_path)
    asked = argparse.Namespace(
        files=[],
        data=tmp_path,
        folds=story_folds.FOLDS,
        articles=40,
        cache=None,
        model="hashed",
        parts="methods,online",
        quick=True,
        no_keep=False,
    )
    monkeypatch.setattr(graph_clusterings, "SEEDS", (1,))
    monkeypatch.setattr(graph_methods, "LOW", (0.1, 0.2))
    figures = graph_clusterings.measure(asked)
    assert set(figures["methods"]) == {way.name for way in graph_methods.ways(Settings())} | {
        "shipped"
    }
    text = publish.graphs_long(tmp_path / "graph-clusterings-quick.json")
    for way in graph_methods.ways(Settings()):
        assert text.count(f"| {way.label} |") == 3
    assert text.count("posted one by one, shuffled 1") == 2
    lines = [line for line in graph_board.everything(figures).splitlines() if line]
    assert all(line.startswith("| ") and line.endswith(" |") for line in lines)
